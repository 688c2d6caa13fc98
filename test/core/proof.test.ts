// `fence prove`: power seen on, off and on again, tokens stopping with it. Source: R4.
import { deepEqual, equal, match } from 'node:assert/strict'
import { type Board, servingBoard, standbyBoard } from './board.js'
import type { BoardOptions } from './board-settings.js'

const unproved: BoardOptions = { proved: false }
/** The drill until the relay is released again; the peer lost its power as it should. */
const drilled = (options: BoardOptions = unproved): { board: Board; request: number } => {
  const board = servingBoard(options)
  const request = board.asks({ order: 'fenceProve' })
  board.passes(100)
  board.fallsSilent()
  board.passes(200)
  if (board.settings.wiring.sense) board.sense(false)
  board.passesUntil(() => board.status().fence.phase === 'restoring', 5000)
  if (board.settings.wiring.sense) board.sense(true)
  board.passes(3000)
  return { board, request }
}

describe('proof', () => {
  it('R4: power off, power on and a new life of the peer prove the fence, durably', () => {
    const { board, request } = drilled()
    equal(board.status().fence.proved, null)
    board.peerStartsAnew('cccccccccccccccc')
    board.talks()
    deepEqual(board.status().fence.proved, { wallSeconds: 100, bySense: true })
    deepEqual(board.card()?.proof, { wiring: 'sense and loop', wallSeconds: 100, bySense: true })
    deepEqual(board.relayOrders(), [true, false])
    match(board.answer(request), /^done: proved by sense and loop/)
    board.passes(200)
    equal(board.lastToken().proved, true)
  })

  it('R4: it is told to the peer only when it is on the card', () => {
    const { board } = drilled()
    board.mute('storage')
    board.peerStartsAnew('cccccccccccccccc')
    board.talks()
    board.passes(500)
    equal(board.lastToken().proved, false)
  })

  it('R4: it is said only when it is on the card, and a power cut before that has been told of no proof', () => {
    const { board, request } = drilled()
    board.mute('storage')
    board.peerStartsAnew('cccccccccccccccc')
    board.talks()
    match(board.answer(request), /^begun/)
    deepEqual([board.status().fence.proved, board.card()?.proof, board.status().fence.phase], [null, null, 'restoring'])
    match(board.answer(board.asks({ order: 'fenceOff' })), /the fence is being proved/)
    board.storageAnswers()
    match(board.answer(request), /^done: proved by sense and loop/)
    equal(board.card()?.proof?.bySense, true)
    deepEqual([board.status().fence.proved?.bySense, board.status().fence.phase], [true, 'idle'])
    equal(board.codes().filter(code => code === 'fence-proved').length, 1)
  })

  it('R4, R10: where the card refuses it or takes too long that is said, and it counts as soon as it is there', () => {
    const refused = drilled()
    refused.board.fails('storage', 'no space left')
    refused.board.peerStartsAnew('cccccccccccccccc')
    refused.board.talks()
    match(
      refused.board.answer(refused.request),
      /^refused: .*not on the card: no space left; it counts as soon as it is/
    )
    const slow = drilled()
    slow.board.mute('storage')
    slow.board.peerStartsAnew('cccccccccccccccc')
    slow.board.talks()
    slow.board.passes(12_000)
    match(slow.board.answer(slow.request), /^refused: .*not on the card: the card takes too long/)
    for (const { board } of [refused, slow]) {
      deepEqual([board.status().fence.proved, board.status().fence.phase], [null, 'idle'])
      board.works('storage')
      board.unmute('storage')
      board.storageAnswers()
      board.passes(2000)
      equal(board.status().fence.proved?.bySense, true)
      equal(board.card()?.proof?.bySense, true)
      equal(board.codes().filter(code => code === 'fence-proved').length, 1)
    }
  })

  it('R4: a sense line that was distrusted and mended is trusted again by the drill, in the same life', () => {
    const board = servingBoard(unproved)
    board.sense(false)
    board.passes(1500)
    equal(board.status().fence.senseTrusted, false)
    board.sense(true)
    board.passes(2000)
    const request = board.asks({ order: 'fenceProve' })
    board.passes(100)
    board.fallsSilent()
    board.passes(200)
    board.sense(false)
    board.passesUntil(() => board.status().fence.phase === 'restoring', 5000)
    board.sense(true)
    board.passes(3000)
    board.peerStartsAnew('cccccccccccccccc')
    board.talks()
    match(board.answer(request), /^done: proved by sense and loop/)
    deepEqual([board.status().fence.senseTrusted, board.card()?.proof?.bySense], [true, true])
  })

  it('R4: power that was not seen on again proves nothing: the harness may have been pulled in the drill', () => {
    const board = servingBoard({ proved: false, wiring: 'sense' })
    const request = board.asks({ order: 'fenceProve' })
    board.passes(100)
    board.fallsSilent()
    board.sense(false)
    board.passesUntil(() => board.status().fence.phase === 'restoring', 5000)
    board.passes(3000)
    board.peerStartsAnew('cccccccccccccccc')
    board.talks()
    match(board.answer(request), /^refused: not proved: the peer is back, but the power sense line still reads off/)
    equal(board.status().fence.proved, null)
  })

  it('R4: a sense line that flickers in the drill proves nothing', () => {
    const board = servingBoard(unproved)
    const request = board.asks({ order: 'fenceProve' })
    board.passes(100)
    board.fallsSilent()
    board.passes(200)
    for (const on of [false, true, false, true, false]) {
      board.sense(on)
      board.passes(300)
    }
    board.passesUntil(() => board.status().fence.phase === 'restoring', 5000)
    board.sense(true)
    board.passes(3000)
    board.peerStartsAnew('cccccccccccccccc')
    board.talks()
    match(board.answer(request), /^refused: not proved: the power sense line flickers/)
    equal(board.status().fence.proved, null)
  })

  it('R4: a pair without a sense line is proved by time', () => {
    const { board, request } = drilled({ proved: false, wiring: 'time' })
    board.peerStartsAnew('cccccccccccccccc')
    board.talks()
    equal(board.status().fence.proved?.bySense, false)
    match(board.answer(request), /^done: proved by time/)
  })

  it('R4: the same life of the peer proves nothing: the relay cut something else', () => {
    const { board, request } = drilled()
    board.talks()
    equal(board.status().fence.proved, null)
    match(board.answer(request), /^refused: .*did not restart/)
  })

  it('R4: tokens that go on although the relay is driven prove that it cuts something else', () => {
    const board = servingBoard(unproved)
    const request = board.asks({ order: 'fenceProve' })
    board.passes(2000)
    match(board.answer(request), /^refused: .*tokens go on/)
    deepEqual(board.relayOrders(), [true, false])
    equal(board.status().fence.proved, null)
  })

  it('R4: last words of the peer right after the cut are allowed', () => {
    const board = servingBoard(unproved)
    const request = board.asks({ order: 'fenceProve' })
    board.passes(500)
    match(board.answer(request), /^begun/)
  })

  it('R4: sense that never falls fails it at the deadline', () => {
    const board = servingBoard(unproved)
    const request = board.asks({ order: 'fenceProve' })
    board.passes(100)
    board.fallsSilent()
    board.passes(10_200)
    match(board.answer(request), /^refused: .*still reads on/)
    equal(board.status().fence.proved, null)
    deepEqual(board.relayOrders(), [true, false])
  })

  it('R4: a peer that does not come back within its boot time fails it', () => {
    const { board, request } = drilled()
    board.passes(20_000)
    match(board.answer(request), /^refused: .*not heard within/)
  })

  it('R4: takes nothing, whatever it confirms', () => {
    const board = servingBoard(unproved)
    board.asks({ order: 'fenceProve' })
    board.peerLosesPower()
    board.passes(1000)
    equal(board.epoch(), '1a')
  })

  it('R4: is refused while the peer holds a group, and names the way out', () => {
    const board = standbyBoard(unproved)
    match(board.answer(board.asks({ order: 'fenceProve' })), /^refused: .*holds files.*baton switchover files/)
    deepEqual(board.relayOrders(), [])
  })

  it('R4, R6: is refused while the peer has not looked yet', () => {
    const board = servingBoard(unproved)
    board.hears({ groups: { files: { role: 'unknown' } } })
    match(board.answer(board.asks({ order: 'fenceProve' })), /^refused: .*holds files/)
  })

  it('R4: is refused while a group is being handed over to the peer', () => {
    const board = servingBoard(unproved)
    board.mute('actions')
    board.asks({ order: 'switchover', group: 'files' })
    match(board.answer(board.asks({ order: 'fenceProve' })), /^refused: .*files is being handed over/)
  })

  it('R4, R6: is refused while the two boards have different configurations', () => {
    const board = servingBoard(unproved)
    board.hears({ digest: 'another' })
    match(board.answer(board.asks({ order: 'fenceProve' })), /^refused: .*different configurations/)
  })

  it('R4: a proof of other wiring does not count', () => {
    const board = standbyBoard({ durable: { proof: { wiring: 'another harness', wallSeconds: 1, bySense: true } } })
    board.peerLosesPower()
    board.passes(20_000)
    deepEqual(board.relayOrders(), [])
    match(board.status().ifPeerDied, /not proved: run `baton fence prove`/)
  })

  it('R4: fence on ends the drill: what never read off proves nothing', () => {
    const board = servingBoard(unproved)
    const request = board.asks({ order: 'fenceProve' })
    board.passes(100)
    board.fallsSilent()
    board.passes(1100)
    board.asks({ order: 'fenceOn' })
    board.passes(1000)
    board.peerStartsAnew('cccccccccccccccc')
    board.talks()
    match(board.answer(request), /^refused/)
    equal(board.status().fence.proved, null)
  })

  it('R3: a new proof restores the trust in sense', () => {
    const board = servingBoard()
    board.sense(false)
    board.passes(1100)
    board.sense(true)
    equal(board.status().fence.senseTrusted, false)
    const request = board.asks({ order: 'fenceProve' })
    match(board.answer(request), /^begun/)
  })
})
