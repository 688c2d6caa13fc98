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
import { type Board, createBoard, servingBoard, standbyBoard } from './board.js'
import { SERVING, TIMING } from './board-settings.js'
import { press } from './button.js'

/** After the lamp test. */
const calm = (board: Board): Board => {
  board.passes(3000)
  return board
}
const alone = (board: Board): Board => {
  board.peerLosesPower()
  board.passes(TIMING.restoreAfterMs + 3000)
  return board
}

const SITUATIONS: readonly [situation: string, make: () => Board][] = [
  ['lamp test at the start', () => servingBoard()],
  ['starting: nothing was looked at yet', () => calm(createBoard({ mute: ['actions'] }))],
  ['starting: listening for the other board', () => calm(createBoard())],
  ['all well: the board that serves', () => calm(servingBoard())],
  ['all well: the board that stands by', () => calm(standbyBoard())],
  ['running alone: it has no power, and nobody brings it back', () => alone(calm(servingBoard()))],
  [
    'running alone, acknowledged',
    () => {
      const board = alone(calm(servingBoard()))
      press(board, 200)
      return board
    }
  ],
  [
    'taking over',
    () => {
      const board = calm(standbyBoard())
      board.mute('actions')
      board.peerLosesPower()
      board.passes(1000)
      return board
    }
  ],
  [
    "cutting the other board's power",
    () => {
      const board = calm(standbyBoard())
      board.fallsSilent()
      board.passes(TIMING.deadMs + TIMING.headStartMs + 200)
      return board
    }
  ],
  [
    'taken over: the other board is held off for a while',
    () => {
      const board = calm(standbyBoard())
      board.peerLosesPower()
      board.passes(4000)
      return board
    }
  ],
  [
    'peer booting: its power is back',
    () => {
      const board = alone(calm(standbyBoard()))
      board.sense(true)
      board.passes(2000)
      return board
    }
  ],
  [
    'left off: the other board did not come back',
    () => {
      const board = alone(calm(standbyBoard()))
      board.sense(true)
      board.passes(TIMING.bootMs + 2000)
      return board
    }
  ],
  ['fence not proved', () => calm(standbyBoard({ proved: false }))],
  [
    'fence being proved',
    () => {
      const board = calm(servingBoard())
      board.asks({ order: 'fenceProve' })
      board.fallsSilent()
      board.passes(100)
      return board
    }
  ],
  ['safe to unplug: a standby in maintenance', () => calm(standbyBoard({ durable: { mode: 'maintenance' } }))],
  [
    'safe to unplug: a standby that could not take over',
    () => {
      const board = calm(standbyBoard())
      board.feed({ kind: 'diskSeenChanged', group: 'files', seen: false })
      board.passes(300)
      return board
    }
  ],
  ['manual mode, all well: the standby', () => calm(standbyBoard({ durable: { mode: 'manual' } }))],
  [
    'manual mode: the other board is off; the button confirms',
    () => {
      const board = calm(standbyBoard({ durable: { mode: 'manual' } }))
      board.says({ mode: 'manual' })
      board.peerLosesPower()
      board.passes(3000)
      return board
    }
  ],
  [
    'manual mode: the other board is silent and has power; the button cuts',
    () => {
      const board = calm(standbyBoard({ durable: { mode: 'manual' } }))
      board.fallsSilent()
      board.passes(3000)
      return board
    }
  ],
  [
    'needs a person: silent, has power, the fence is not proved',
    () => {
      const board = calm(standbyBoard({ proved: false }))
      board.fallsSilent()
      board.passes(3000)
      return board
    }
  ],
  [
    'needs a person: the relay cut nothing; the button recovers',
    () => {
      const board = calm(standbyBoard())
      board.fallsSilent()
      board.passes(TIMING.fenceDeadlineMs + 5000)
      return board
    }
  ],
  [
    'needs a person: it could not be served here',
    () => {
      const board = calm(standbyBoard({ timing: { restoreAfterMs: 0 } }))
      board.fails('mount', 'wrong fs type')
      board.peerLosesPower()
      board.passes(15_000)
      return board
    }
  ],
  [
    'needs a person: the harness is pulled',
    () => {
      const board = calm(servingBoard())
      board.loop(false)
      board.passes(300)
      return board
    }
  ],
  [
    'needs a person: the sense line lies',
    () => {
      const board = calm(servingBoard())
      board.sense(false)
      board.passes(2000)
      return board
    }
  ],
  [
    'needs a person: the card cannot be written',
    () => {
      const board = calm(servingBoard())
      board.fails('storage', 'disk full')
      board.asks({ order: 'mode', mode: 'manual', forMs: 0 })
      board.passes(500)
      return board
    }
  ],
  ['needs a person: no durable state', () => calm(createBoard({ boot: { durable: null, stateProblem: 'no record' } }))],
  [
    'needs a person: two boards held it',
    () => {
      const board = calm(createBoard({ durable: { evidence: { files: 'two holders' } }, found: { files: SERVING } }))
      board.talks()
      board.passes(500)
      return board
    }
  ],
  [
    'a cable is cut',
    () => {
      const board = calm(servingBoard())
      board.cuts('ethernet')
      board.passes(3000)
      return board
    }
  ],
  [
    "this board's LAN is down",
    () => {
      const board = calm(standbyBoard())
      board.lan(false)
      board.passes(300)
      return board
    }
  ],
  [
    'an alarm is over that nobody has acknowledged',
    () => {
      const board = calm(servingBoard())
      board.loop(false)
      board.passes(500)
      board.loop(true)
      board.passes(500)
      return board
    }
  ],
  ['the button is held for 1 s, and confirms', () => held(1200, offering())],
  ['the button is held for 2 s', () => held(2200, offering())],
  ['the button is held for 3 to 8 s', () => held(4000, offering())],
  ['the button is held for more than 8 s', () => held(9000, offering())],
  ['the button is held, and nothing is offered', () => held(4000, calm(servingBoard()))],
  [
    'the button was let go after 4 s: accepted',
    () => {
      const board = offering()
      press(board, 4000)
      return board
    }
  ],
  [
    'the button was let go after 4 s: refused',
    () => {
      const board = calm(servingBoard())
      press(board, 4000)
      return board
    }
  ],
  ['the button is stuck', () => held(16_000, calm(servingBoard()))]
]

/** Unproved, the other board has no power: nothing happens by itself, the button confirms. */
const offering = (): Board => {
  const board = calm(standbyBoard({ proved: false }))
  board.peerLosesPower()
  board.passes(3000)
  return board
}
const held = (ms: number, board: Board): Board => {
  board.feed({ kind: 'buttonDown', found: false })
  board.passes(ms)
  return board
}

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
      'fence not proved',
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
