// auto, manual, maintenance: a change has a number, is confirmed or refused, and is durable. Source: R14.
import { deepEqual, equal, match } from 'node:assert/strict'
import { createBoard, servingBoard, standbyBoard } from './board.js'
import { TIMING } from './board-settings.js'

describe('mode', () => {
  it('R14: is done when the peer has confirmed its number, and durable', () => {
    const board = servingBoard()
    const request = board.asks({ order: 'mode', mode: 'manual', forMs: 0 })
    equal(board.status().modeWanted, 'manual')
    board.passes(100)
    deepEqual([board.lastToken().mode, board.lastToken().modeNumber], ['manual', 1])
    equal(board.answer(request), 'none')
    board.hears({ mode: 'manual', modeNumber: 1 })
    equal(board.answer(request), 'done: the mode is manual')
    equal(board.card()?.mode, 'manual')
  })

  it('R14: beside a peer that cannot store, counts when that peer has heard it', () => {
    const board = servingBoard()
    board.says({ stateBad: true })
    board.hears()
    board.mute('storage')
    const request = board.asks({ order: 'mode', mode: 'manual', forMs: 0 })
    board.unmute('storage')
    const before = board.freshToken('serial')
    board.storageAnswers()
    board.hearsToken(before)
    equal(board.answer(request), 'none')
    board.passes(150)
    equal(board.answer(request), 'done: the mode is manual')
  })

  it('R14: is told only when it is on the card', () => {
    const board = servingBoard()
    board.mute('storage')
    board.asks({ order: 'mode', mode: 'manual', forMs: 0 })
    board.passes(500)
    equal(board.lastToken().mode, 'auto')
    board.storageAnswers()
    board.passes(100)
    equal(board.lastToken().mode, 'manual')
  })

  it('R14: a peer that does not confirm in time refuses it; the number rises once more', () => {
    const board = servingBoard()
    const request = board.asks({ order: 'mode', mode: 'maintenance', forMs: 0 })
    board.passes(2000)
    match(board.answer(request), /^refused: the mode stays auto/)
    deepEqual([board.card()?.mode, board.card()?.modeNumber], ['auto', 2])
  })

  it('R14: while a change is under way the stricter mode counts', () => {
    const board = standbyBoard({ durable: { mode: 'manual' } })
    board.hears({ mode: 'manual' })
    board.asks({ order: 'mode', mode: 'auto', forMs: 0 })
    match(board.status().ifPeerDied, /the mode is manual/)
  })

  it('R14: is refused without a peer, unless its power is proved off', () => {
    const board = standbyBoard()
    board.fallsSilent()
    board.passes(500)
    match(board.answer(board.asks({ order: 'mode', mode: 'manual', forMs: 0 })), /^refused: .*baton fence off/)
    board.sense(false)
    board.passes(1000)
    match(board.answer(board.asks({ order: 'mode', mode: 'manual', forMs: 0 })), /^done: the mode is manual/)
  })

  it('R14: a second change waits for the first', () => {
    const board = servingBoard()
    board.asks({ order: 'mode', mode: 'manual', forMs: 0 })
    match(board.answer(board.asks({ order: 'mode', mode: 'auto', forMs: 0 })), /^refused: another change/)
  })

  it('R14: a higher number of the peer is adopted', () => {
    const board = servingBoard()
    board.hears({ mode: 'maintenance', modeNumber: 7 })
    deepEqual([board.status().mode, board.status().modeNumber], ['maintenance', 7])
    equal(board.card()?.mode, 'maintenance')
  })

  it('R14: a tie goes to the stricter', () => {
    const board = servingBoard()
    board.asks({ order: 'mode', mode: 'manual', forMs: 0 })
    board.hears({ mode: 'maintenance', modeNumber: 1 })
    equal(board.status().mode, 'maintenance')
  })

  it('R14: expires only while the peer is heard', () => {
    const board = servingBoard()
    board.asks({ order: 'mode', mode: 'manual', forMs: 3000 })
    board.hears({ mode: 'manual', modeNumber: 1 })
    board.fallsSilent()
    board.passes(10_000)
    equal(board.status().mode, 'manual')
    board.talks()
    board.passes(100)
    equal(board.status().modeWanted, 'auto')
    board.hears({ mode: 'auto', modeNumber: 2 })
    equal(board.status().mode, 'auto')
  })

  it('R10, R14: a mode that cannot expire for want of storage does not say so at every step', () => {
    const board = servingBoard()
    board.asks({ order: 'mode', mode: 'manual', forMs: 3000 })
    board.hears({ mode: 'manual', modeNumber: 1 })
    board.fails('storage', 'disk full')
    board.asks({ order: 'fenceOff' })
    board.passes(10_000)
    equal(board.codes().filter(code => code === 'mode-expired').length <= 1, true)
  })

  it('alarms once when nobody serves in manual mode, with the way out', () => {
    const board = standbyBoard()
    board.asks({ order: 'mode', mode: 'manual', forMs: 0 })
    board.passes(200)
    board.hears({ mode: 'manual', modeNumber: 1 })
    board.peerLosesPower()
    board.passes(60_000)
    deepEqual(board.codes('alarm'), ['not-served'])
    match(
      board.effects('report').find(({ report }) => report.code === 'not-served')?.report.text ?? '',
      /NOT SERVED: .* the mode is manual; `baton confirm`/
    )
  })

  it('R14: is answered at once where it is so already, and asks nobody', () => {
    const board = servingBoard()
    equal(board.answer(board.asks({ order: 'mode', mode: 'auto', forMs: 0 })), 'done: the mode is auto already')
    equal(board.card()?.modeNumber, 0)
  })

  it('R14: is refused as soon as the peer is dead: a takeover does not wait for its answer', () => {
    const board = standbyBoard()
    const request = board.asks({ order: 'mode', mode: 'manual', forMs: 0 })
    board.fallsSilent()
    const at = board.passesUntil(() => board.answer(request) !== 'none', 20_000) ?? 0
    match(board.answer(request), /^refused/)
    equal(at - 500 <= TIMING.deadMs + 100, true, `it was answered after ${at - 500} ms`)
  })

  it('alarms nobody while a peer may still boot', () => {
    const board = createBoard({ self: 'b', proved: false })
    board.passes(TIMING.bootMs - 1000)
    deepEqual(board.codes('alarm'), [])
    board.passes(10_000)
    deepEqual(board.codes('alarm'), ['not-served'])
  })
})
