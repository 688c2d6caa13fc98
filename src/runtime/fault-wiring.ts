// Which GPIO lines are lights, on a board whose daemon does not run: from a configuration that is right, else from its kind.
// Must not name a line that any of the files gives to something else: a light on the relay's line would cut the peer's power.
import { boardKind, detectKind } from '../config/board-kind.js'
import { loadConfig } from '../config/load.js'
import { namedLines, textOf } from '../config/named-lines.js'
import type { PanelPinConfig, PinConfig } from '../config/types.js'
import { isBoard } from '../config/which-board.js'
import { LEDS } from '../core/panel-table.js'
import type { BoardId } from '../core/types.js'
import type { Result } from '../port/ports.js'

/** Where a configuration and a letter may be found: folders with `baton.yaml` and `board`, the one in use first. */
export interface WiringSources {
  readonly folders: readonly string[]
  readonly deviceTree: string
}

/** Lights and controller of one board; all other lines are `null`, so that nobody who holds this can open them. */
export interface FaultWiring {
  readonly pins: PinConfig
  /** Its BCM number, for whoever wants the button, too; null = not known, or a file gives that line to something else. */
  readonly button: number | null
  /** Where it was found, for the log. */
  readonly from: string
}

type Lights = Omit<PanelPinConfig, 'button'>

/** What is no light, and what is no button. */
const OTHERS = ['relay', 'sense', 'loop', 'switchSelect', 'switchReadback', 'strap']
const NO_LIGHT = [...OTHERS, 'button']
const NO_BUTTON = [...OTHERS, ...LEDS]

const letterOf = (folders: readonly string[]): BoardId | null => {
  const letters = folders.map(folder => textOf(`${folder}/board`).trim())
  return letters.find(isBoard) ?? null
}

interface Taken {
  readonly fromLights: ReadonlySet<number>
  readonly fromButton: ReadonlySet<number> | null
}

const wiringOf = (controller: string, panel: PanelPinConfig, from: string, taken: Taken): FaultWiring => {
  const free = Object.fromEntries(
    LEDS.map(led => [led, panel[led] !== null && taken.fromLights.has(panel[led]) ? null : panel[led]])
  ) as unknown as Lights
  const none = { relay: null, sense: null, loop: null, switchSelect: null, switchReadback: null }
  const button = panel.button !== null && taken.fromButton?.has(panel.button) === false ? panel.button : null
  return { from, button, pins: { controller, ...none, panel: { ...free, button: null }, pollMs: 20 } }
}

/** The same for both boards of a file, or that of the letter; `undefined` = the file is not right, or the letter is wanted. */
const configured = (file: string, letter: BoardId | null, deviceTree: string): PinConfig | null | undefined => {
  const boards: readonly BoardId[] = letter === null ? ['a', 'b'] : [letter]
  const found = boards.map(board => loadConfig(file, { board, detect: () => detectKind(deviceTree) }))
  const pins = found.map(result => (result.ok ? result.config.pins : undefined))
  const same = new Set(pins.map(one => JSON.stringify([one?.controller, one?.panel])))
  return same.size === 1 ? pins[0] : undefined
}

/** Never throws. The reason of a refusal says what was looked at. */
export const faultWiring = ({ folders, deviceTree }: WiringSources): Result<FaultWiring> => {
  const files = folders.map(folder => `${folder}/baton.yaml`)
  const texts = files.map(textOf)
  const fromLights = namedLines(texts, NO_LIGHT)
  if (fromLights === null)
    return { ok: false, reason: `a line of ${files.join(' or ')} is no number: no light is lit on a guess` }
  const taken: Taken = { fromLights, fromButton: namedLines(texts, NO_BUTTON) }
  const letter = letterOf(folders)
  for (const file of files) {
    const pins = configured(file, letter, deviceTree)
    if (pins === null) return { ok: false, reason: `${file} wires no lights to this board` }
    if (pins !== undefined) return { ok: true, value: wiringOf(pins.controller, pins.panel, file, taken) }
  }
  const kind = detectKind(deviceTree)
  if (kind === null)
    return {
      ok: false,
      reason: `no right configuration in ${files.join(', ')}, and ${deviceTree} names no known board`
    }
  const { gpio, pins } = boardKind(kind)
  return { ok: true, value: wiringOf(gpio.controller, pins.panel, `the standard wiring of ${kind}`, taken) }
}
