// Real states of the core for everything that the front panel can say. Used by its golden test and by the operator's page.
import { type Board, createBoard, servingBoard, standbyBoard } from './board.js'
import { SERVING, TIMING } from './board-settings.js'
import { press } from './button.js'

/** After the lamp test. */
export const calm = (board: Board): Board => {
  board.passes(3000)
  return board
}
const alone = (board: Board): Board => {
  board.peerLosesPower()
  board.passes(TIMING.restoreAfterMs + 3000)
  return board
}

export const SITUATIONS: readonly [situation: string, make: () => Board][] = [
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
  ['fence not proved: the board that stands by', () => calm(standbyBoard({ proved: false }))],
  ['fence not proved: the board that serves; its button proves it', () => calm(servingBoard({ proved: false }))],
  [
    'fence being proved',
    () => {
      const board = calm(servingBoard())
      board.asks({ order: 'fenceProve' })
      board.passes(100)
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
