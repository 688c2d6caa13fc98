// The front panel: real states of the core to light patterns, in one golden file; and what keeps the table honest. Source: issue "operator".
import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import {
  LEDS,
  LIGHTS,
  type Light,
  namesOf,
  PATTERN_WORDS,
  PATTERNS,
  type PatternName,
  panelOf,
  STEPS,
  WHOLE
} from '../../src/core/panel-table.js'
import { compareGolden } from '../golden.js'
import { type Board, servingBoard } from './board.js'
import { calm, SITUATIONS } from './panel-situations.js'

const shownBy = (board: Board): Record<string, string> => {
  board.passes(600)
  const last = board.effects('showPanel').at(-1)
  ok(last !== undefined, 'nothing was shown')
  return { ...last.panel }
}

const describeLights = (situation: string, board: Board): string => {
  const panel = shownBy(board)
  const { panel: said } = board.status()
  const lines = LEDS.map(led => {
    const word = said.whole ?? said[led]
    const name = namesOf(said)[led]
    equal(panel[led], PATTERNS[name], `${situation}: ${led}`)
    return `  ${led.padEnd(6)} ${panel[led]}  ${word}`
  })
  const alarms = said.alarms.map(({ alarm, acknowledged }) => `${alarm}${acknowledged ? ' (acknowledged)' : ''}`)
  const more = [
    ...(alarms.length > 0 ? [`  alarms: ${alarms.join(', ')}`] : []),
    ...(said.offer === null ? [] : [`  the button offers: ${said.offer}`])
  ]
  return [situation, ...lines, ...more, ''].join('\n')
}

describe('the front panel', () => {
  it('shows each real state of the core as the golden table says', () => {
    compareGolden('core/panel.golden.txt', SITUATIONS.map(([name, make]) => describeLights(name, make())).join('\n'))
  })

  it('tells these apart at a glance: no two show the same lights', () => {
    const wanted = [
      'lamp test at the start',
      'starting: listening for the other board',
      'all well: the board that serves',
      'all well: the board that stands by',
      'running alone: it has no power, and nobody brings it back',
      'peer booting: its power is back',
      'fence not proved: the board that stands by',
      'fence not proved: the board that serves; its button proves it',
      'safe to unplug: a standby in maintenance',
      'needs a person: the harness is pulled',
      'the button is held for 3 to 8 s',
      'the button is held, and nothing is offered'
    ]
    const found = new Map<string, string>()
    for (const name of wanted) {
      const make = SITUATIONS.find(([situation]) => situation === name)?.[1]
      ok(make !== undefined, name)
      const lights = JSON.stringify(shownBy(make()))
      equal(found.get(lights), undefined, `${name} looks like ${found.get(lights)}`)
      found.set(lights, name)
    }
    const equalCopies = panelOf({ whole: null, active: 'serving', peer: 'well', sync: 'equal', fault: 'none' })
    const resync = panelOf({ whole: null, active: 'serving', peer: 'well', sync: 'running', fault: 'none' })
    notEqual(equalCopies.sync, resync.sync)
  })

  it('no light is ever steadily lit, and `active` is never dark: a dead daemon cannot look alive', () => {
    for (const [name, pattern] of Object.entries(PATTERNS)) {
      equal(pattern.length, STEPS)
      if (name !== 'dark') ok(pattern.includes('#') && pattern.includes('.'), name)
    }
    for (const { pattern } of Object.values(LIGHTS.active)) notEqual(pattern, 'dark')
    for (const [name, { leds }] of Object.entries(WHOLE))
      ok(
        LEDS.some(led => leds[led] !== 'dark'),
        name
      )
  })

  it('some light changes within every 2.1 s, also where one view follows another at any step', () => {
    const roundOf = (...names: readonly PatternName[]): string[] => names.map(name => PATTERNS[name])
    const views = [
      ...Object.values(LIGHTS.active).map(({ pattern }) => roundOf(pattern)),
      ...Object.values(WHOLE).map(({ leds }) => LEDS.map(led => PATTERNS[leds[led]]))
    ]
    for (const before of views)
      for (const after of views)
        for (let at = 0; at < STEPS; at++) {
          const steps = Array.from({ length: 3 * STEPS }, (_, step) =>
            LEDS.map((_led, i) => ((step < STEPS + at ? before : after)[i] ?? '').charAt(step % STEPS) === '#').join()
          )
          let still = 0
          for (let i = 1; i < steps.length; i++) {
            still = steps[i] === steps[i - 1] ? still + 1 : 0
            ok(still <= STEPS + 1, `${before} then ${after} at step ${at}`)
          }
        }
  })

  it('lights that one LED says in two ways are two patterns', () => {
    for (const led of LEDS) {
      const lights: readonly Light[] = Object.values(LIGHTS[led])
      const patterns = lights.map(({ pattern }) => PATTERN_WORDS[pattern])
      deepEqual([...new Set(patterns)], patterns)
    }
  })

  it('is said again every second, and sooner where something changed; no more often', () => {
    const board = calm(servingBoard())
    board.forgets()
    board.passes(10_000)
    const count = board.effects('showPanel').length
    ok(count >= 9 && count <= 11, `${count} times in 10 s`)
    board.forgets()
    board.loop(false)
    board.passes(300)
    equal(board.effects('showPanel').length, 1)
  })

  it('is said every second, too, where tokens are rare', () => {
    const timing = { tokenIntervalMs: 10_000, deadMs: 40_000, stallMs: 20_000 }
    const board = servingBoard({ timing })
    board.passes(4000)
    board.forgets()
    board.passes(10_000)
    ok(board.effects('showPanel').length >= 8, `${board.effects('showPanel').length} times in 10 s`)
  })
})
