// Which board this is by its strap: a line with a pull-up, open on board a, to ground on board b. Asked by a fresh card that
// nobody gave a letter (`baton board letter`). Must not open a line that a configuration wires to something else: making an
// input of a relay's line would let it go.
import { boardKind, detectKind, knownModels, modelText } from '../config/board-kind.js'
import { loadConfig } from '../config/load.js'
import { CARD_FOLDERS, namedLines, textOf } from '../config/named-lines.js'
import { LEDS } from '../core/panel-table.js'
import type { BoardId } from '../core/types.js'
import type { Result } from '../port/ports.js'
import type { Bench } from './bench.js'
import { lookAtLine, pinText } from './level.js'

export const STRAP_LOOK_MS = 300
/** What a configuration may wire. */
const WIRED = ['relay', 'sense', 'loop', 'switchSelect', 'switchReadback', 'button', ...LEDS]

/** An open strap is pulled up. */
export const letterOf = (high: boolean): BoardId => (high ? 'a' : 'b')

/** Where the file is right, what it means counts beside how it looks. */
const isWired = (file: string, bcm: number): boolean =>
  (['a', 'b'] as const).some(board => {
    const loaded = loadConfig(file, { board, elsewhere: true })
    if (!loaded.ok || loaded.config.pins === null) return false
    const { panel, controller: _, pollMs: __, ...lines } = loaded.config.pins
    return [...Object.values(lines), ...Object.values(panel)].includes(bcm)
  })

const strapLine = (folders: readonly string[], deviceTree?: string): Result<{ controller: string; bcm: number }> => {
  const kind = detectKind(deviceTree)
  if (kind === null) {
    const model = modelText(deviceTree)
    const what = model === '' ? 'no Raspberry Pi' : `"${model}"`
    return { ok: false, reason: `this machine is ${what}; baton knows the strap of: ${knownModels()}` }
  }
  const { gpio, pins } = boardKind(kind)
  const bcm = pins.strap
  const wired = namedLines(
    folders.map(folder => textOf(`${folder}/baton.yaml`)),
    WIRED
  )
  if (wired === null) return { ok: false, reason: 'a line of baton.yaml is no number: no line is opened on a guess' }
  if (wired.has(bcm) || folders.some(folder => isWired(`${folder}/baton.yaml`, bcm)))
    return { ok: false, reason: `baton.yaml wires ${pinText(bcm)} to something else` }
  return { ok: true, value: { controller: gpio.controller, bcm } }
}

/** The letter, or why the strap does not say it. Looks for a third of a second: a wire that hangs in the air is no letter. */
export const readStrap = async (
  eyes: Pick<Bench, 'now' | 'signal'>,
  folders: readonly string[] = CARD_FOLDERS,
  deviceTree?: string
): Promise<Result<BoardId>> => {
  const line = strapLine(folders, deviceTree)
  if (!line.ok) return line
  const { controller, bcm } = line.value
  const seen = await lookAtLine(eyes, controller, bcm, STRAP_LOOK_MS)
  if (seen.kind === 'steady') return { ok: true, value: letterOf(seen.high) }
  if (seen.kind === 'unreadable') return { ok: false, reason: seen.reason }
  const { changes, forMs } = seen
  return { ok: false, reason: `${pinText(bcm)} flickers: ${changes} changes in ${forMs} ms: push its plug in` }
}
