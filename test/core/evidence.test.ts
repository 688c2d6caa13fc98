// What sense, loop and relay prove about the peer's power. Source: R3.
import { deepEqual, equal, match } from 'node:assert/strict'
import { type Board, createBoard, standbyBoard } from './board.js'
import type { BoardOptions } from './board-settings.js'
import { TIMING } from './board-settings.js'

const confirmed = (board: Board): boolean => board.codes().includes('fencing-confirmed')
/** Board b, whose peer has hung (or so) and is being cut; its drivers have answered. */
const cutting = (options: BoardOptions = {}): Board => {
  const board = standbyBoard(options)
  board.fallsSilent()
  board.passesUntil(() => board.status().fence.relayDriven, 20_000)
  return board
}
const failure = (board: Board): string => {
  board.passes(10_100)
  return board.status().fence.phase === 'failed' ? (board.status().fence.detail ?? '') : 'not failed'
}

describe('evidence by sense and loop', () => {
  it('R3: confirms when the relay is driven and sense read off for the settle time', () => {
    const board = cutting()
    board.passes(300)
    board.sense(false)
    board.passes(99)
    equal(confirmed(board), false)
    board.passes(1)
    equal(confirmed(board), true)
    match(
      board.effects('report').find(({ report }) => report.code === 'fencing-confirmed')?.report.text ?? '',
      /by sense and loop/
    )
  })

  it('R3: off beside a peer that was heard after it fell counts only when the supply must have run down in silence', () => {
    const { relayActMs, holdUpMs, tokenIntervalMs } = TIMING
    const board = createBoard({ self: 'b', boot: { sense: false } })
    board.passes(10)
    board.hears()
    board.hears()
    board.asks({ order: 'fenceOff' })
    board.passesUntil(() => board.status().fence.relayDriven, 1000)
    const offMs = relayActMs + holdUpMs + 1.5 * tokenIntervalMs
    board.passes(offMs - 1)
    equal(confirmed(board), false)
    board.passes(1)
    equal(confirmed(board), true)
  })

  it('R3: a sense line that reads on is a veto until the deadline', () => {
    match(failure(cutting()), /still reads on/)
  })

  it('R3: the settle time begins again with each break', () => {
    const board = cutting()
    board.sense(false)
    board.passes(90)
    board.sense(true)
    board.sense(false)
    board.passes(90)
    equal(confirmed(board), false)
    board.passes(10)
    equal(confirmed(board), true)
  })

  it('R3: an open loop proves nothing: a pulled harness reads off too', () => {
    const board = cutting()
    board.loop(false)
    board.sense(false)
    match(failure(board), /harness loop is open/)
    equal(board.role(), 'standby')
  })

  it('R3: a loop that closes again settles anew', () => {
    const board = cutting()
    board.loop(false)
    board.sense(false)
    board.passes(500)
    board.loop(true)
    board.passes(99)
    equal(confirmed(board), false)
    board.passes(1)
    equal(confirmed(board), true)
  })

  it('R3: nothing is confirmed before the relay is read back as driven', () => {
    const board = standbyBoard({ mute: ['relay'] })
    board.peerLosesPower()
    board.passes(5000)
    deepEqual(board.relayOrders(), [true])
    equal(confirmed(board), false)
    board.relayAnswers()
    board.passes(20)
    equal(confirmed(board), true)
  })
})

describe('evidence by sense without a loop', () => {
  it('R3: off that we caused confirms', () => {
    const board = cutting({ wiring: 'sense' })
    board.passes(300)
    board.sense(false)
    board.passes(100)
    equal(confirmed(board), true)
  })

  it('R3: off that came together with the last token confirms', () => {
    const board = standbyBoard({ wiring: 'sense' })
    board.peerLosesPower()
    board.passes(500)
    equal(confirmed(board), true)
  })

  it('R3: off that came in an older silence confirms nothing', () => {
    const board = standbyBoard({ wiring: 'sense' })
    board.fallsSilent()
    board.passes(800)
    board.sense(false)
    board.passes(2000)
    equal(board.status().fence.phase, 'driven')
    match(failure(board), /no harness loop/)
  })

  it('R3: off found at the start confirms nothing', () => {
    const board = standbyBoard({ wiring: 'sense', boot: { sense: false } })
    board.fallsSilent()
    board.passes(20_000)
    equal(board.role(), 'standby')
    equal(confirmed(board), false)
  })

  it('R3: caused needs a line that read on in agreement with tokens, in this life', () => {
    const board = standbyBoard({ wiring: 'sense', boot: { sense: false } })
    board.fallsSilent()
    // It rises only in the silence: no token ever agreed with it.
    board.passes(900)
    board.sense(true)
    board.passesUntil(() => board.status().fence.relayDriven, 20_000)
    board.passes(500)
    board.sense(false)
    board.passes(5000)
    equal(confirmed(board), false)
  })
})

describe('evidence by time', () => {
  it('R3: a pair proved without a sense line confirms after the hold time', () => {
    const board = cutting({ wiring: 'time' })
    board.passes(2999)
    equal(confirmed(board), false)
    board.passes(1)
    equal(confirmed(board), true)
  })

  it('R3: after a stall of its own a board listens for a dead time before time confirms anything', () => {
    const board = cutting({ wiring: 'time' })
    board.stands(4000)
    board.passes(TIMING.deadMs - 1)
    equal(confirmed(board), false)
    board.passes(1)
    equal(confirmed(board), true)
  })

  it('R3, R4: a proof by sense does not allow confirmation by time', () => {
    const proof = { wiring: 'time', wallSeconds: 1, bySense: true }
    const board = cutting({ wiring: 'time', durable: { proof } })
    match(failure(board), /not proved without one/)
  })

  it('R3: time never confirms where a sense line is fitted', () => {
    const board = cutting({ wiring: 'sense' })
    board.passes(9000)
    equal(confirmed(board), false)
  })
})

describe('evidence by a fence agent', () => {
  const agentSays = (board: Board, behind = 0): void =>
    board.feed({ kind: 'agentConfirmed', order: board.effects('driveRelay').length - behind })

  it('R3: the agent whose status says off confirms, once the supply behind the outlet has run down', () => {
    const board = cutting({ wiring: 'agent' })
    board.passes(5000)
    equal(confirmed(board), false)
    agentSays(board)
    equal(confirmed(board), false)
    board.passes(TIMING.holdUpMs)
    equal(confirmed(board), true)
  })

  it('R3: without the agent nothing confirms, however long it takes', () => {
    match(failure(cutting({ wiring: 'agent' })), /agent has not confirmed/)
  })

  it('R3: an answer to an older order is none', () => {
    const board = cutting({ wiring: 'agent' })
    agentSays(board, 1)
    equal(confirmed(board), false)
  })

  it('R3: sense that reads on is a veto also against the agent', () => {
    const board = cutting({ wiring: 'agentAndSense' })
    agentSays(board)
    board.passes(5000)
    equal(confirmed(board), false)
    match(failure(board), /agent says off, but the power sense line reads on/)
  })

  it('R3: agent and a sense line that reads off confirm', () => {
    const board = cutting({ wiring: 'agentAndSense' })
    board.sense(false)
    agentSays(board)
    board.passes(TIMING.holdUpMs)
    equal(confirmed(board), true)
  })
})

describe('a sense line that lies', () => {
  it('R3: is distrusted when it flickers: a loose wire is no supply', () => {
    const board = standbyBoard()
    for (const on of [false, true, false, true]) {
      board.sense(on)
      board.passes(40)
    }
    equal(board.status().fence.senseTrusted, true)
    board.sense(false)
    equal(board.status().fence.senseTrusted, false)
    deepEqual(board.codes('alarm'), ['sense-distrusted'])
    equal(board.card()?.proof, null)
  })

  it('R3, R4: off while fresh tokens come is distrusted, alarmed, and voids the proof', () => {
    const board = standbyBoard()
    board.sense(false)
    board.passes(400)
    equal(board.status().fence.senseTrusted, true, 'the supply may hold up for a while')
    board.passes(700)
    equal(board.status().fence.senseTrusted, false)
    deepEqual(board.codes('alarm'), ['sense-distrusted'])
    equal(board.status().fence.proved, null)
    equal(board.card()?.proof, null)
    deepEqual(board.relayOrders(), [])
  })

  it('R3: afterwards its off moves nothing and takes nothing', () => {
    const board = standbyBoard()
    board.sense(false)
    board.passes(1100)
    board.fallsSilent()
    board.passes(20_000)
    deepEqual(board.relayOrders(), [])
    equal(board.role(), 'standby')
  })

  it('R3: trust is not won back by reading on again, but by a new proof', () => {
    const board = standbyBoard()
    board.sense(false)
    board.passes(1100)
    board.sense(true)
    board.passes(5000)
    equal(board.status().fence.senseTrusted, false)
  })

  it('R3: a pulled harness is alarmed and told mended', () => {
    const board = standbyBoard()
    board.loop(false)
    board.loop(true)
    deepEqual(board.codes('alarm'), ['harness-open'])
    equal(board.codes('notice').at(-1), 'harness-whole')
  })
})
