// What must be so before a drill moves the relay, and what begins beside one: never do two boards cut each other. Source: R4.
import { deepEqual, equal, match } from 'node:assert/strict'
import { servingBoard } from './board.js'
import type { BoardOptions } from './board-settings.js'

const unproved: BoardOptions = { proved: false }

describe('a drill before the relay moves', () => {
  it('R4: waits for a word of the peer that knows of it', () => {
    const board = servingBoard(unproved)
    board.fallsSilent()
    const request = board.asks({ order: 'fenceProve' })
    board.passes(100)
    deepEqual([board.relayOrders(), board.lastToken().relayDriven], [[], true])
    board.talks()
    deepEqual(board.relayOrders(), [true])
    match(board.answer(request), /^begun/)
  })

  it('R4: two at the same time cut nobody: whoever hears of the other gives up, and nothing is wrong', () => {
    const board = servingBoard(unproved)
    board.says({ relayDriven: true })
    const request = board.asks({ order: 'fenceProve' })
    board.passes(300)
    match(board.answer(request), /^refused: nothing was cut: the peer switches this board's power/)
    deepEqual([board.relayOrders(), board.codes('alarm'), board.card()?.relay], [[], [], null])
    equal(board.status().fence.phase, 'idle')
  })

  it('R4: is refused while the peer says that it cuts or drills', () => {
    const board = servingBoard(unproved)
    board.hears({ relayDriven: true })
    match(board.answer(board.asks({ order: 'fenceProve' })), /^refused: the fence is not proved: the peer switches/)
  })

  it('R4, R13: cuts nothing where the peer has begun to take a group meanwhile, or is not heard any more', () => {
    const takes = servingBoard(unproved)
    takes.says({ groups: { files: { role: 'taking' } } })
    const mute = servingBoard(unproved)
    mute.fallsSilent()
    for (const [board, why] of [
      [takes, /the peer holds files/],
      [mute, /the peer is not heard/]
    ] as const) {
      const request = board.asks({ order: 'fenceProve' })
      board.passes(500)
      match(board.answer(request), why)
      deepEqual(board.relayOrders(), [])
    }
  })

  it('R10: is given up where its record does not get onto the card in time', () => {
    const board = servingBoard(unproved)
    board.mute('storage')
    const request = board.asks({ order: 'fenceProve' })
    board.passes(12_000)
    match(board.answer(request), /^refused: nothing was cut: the record or the answer of the peer took too long/)
    deepEqual(board.relayOrders(), [])
  })
})

describe('fence off beside a drill of the peer', () => {
  it('R4: is refused from the moment in which the peer says that it drives its relay, and possible when it says so no more', () => {
    const board = servingBoard()
    board.hears({ relayDriven: true })
    const refused = board.asks({ order: 'fenceOff' })
    match(board.answer(refused), /^refused: the peer switches this board's power at this moment.*try again in \d+ s/)
    deepEqual([board.relayOrders(), board.lastToken().relayDriven], [[], false])
    board.hears({ relayDriven: false })
    match(board.answer(board.asks({ order: 'fenceOff' })), /^begun/)
    deepEqual(board.relayOrders(), [true])
  })

  it('R4: counts a word that came too late to be fresh: our echo tells the peer that we have it', () => {
    const board = servingBoard()
    board.says({ relayDriven: true })
    board.hearsToken({ ...board.freshToken('serial'), echo: 1 })
    match(board.answer(board.asks({ order: 'fenceOff' })), /^refused: the peer switches/)
  })

  it('R4: is still refused when the peer falls silent in it, and possible once no drill can be under way', () => {
    const board = servingBoard()
    board.hears({ relayDriven: true })
    board.fallsSilent()
    const { deadMs, fenceDeadlineMs } = board.settings.timing
    board.passes(deadMs + 2 * fenceDeadlineMs - 100)
    match(board.answer(board.asks({ order: 'fenceOff' })), /^refused: .*try again in 1 s/)
    board.passes(200)
    match(board.answer(board.asks({ order: 'fenceOff' })), /^begun/)
  })

  it('R4: is possible where the relay of the peer is driven and this board has its power all the same', () => {
    const board = servingBoard()
    board.talks({ relayDriven: true })
    const { deadMs, fenceDeadlineMs } = board.settings.timing
    board.passes(deadMs + 2 * fenceDeadlineMs + 100)
    match(board.answer(board.asks({ order: 'fenceOff' })), /^begun/)
  })

  it('R4: begins at once without one, and says so from then on: a drill of the peer is given up for it', () => {
    const board = servingBoard()
    board.asks({ order: 'fenceOff' })
    deepEqual(board.relayOrders(), [true])
    board.passes(100)
    equal(board.lastToken().relayDriven, true)
    board.hears({ relayDriven: true })
    board.passes(100)
    equal(board.lastToken().relayDriven, true)
  })

  it('R4: the first words of a new life of the peer are no knowledge of the drill', () => {
    const board = servingBoard(unproved)
    board.fallsSilent()
    board.asks({ order: 'fenceProve' })
    board.passes(100)
    const before = board.lastToken('serial').sequence
    board.peerStartsAnew('cccccccccccccccc')
    board.hearsToken({ ...board.freshToken('serial'), echo: before })
    deepEqual(board.relayOrders(), [])
    board.passes(100)
    board.hears()
    deepEqual(board.relayOrders(), [true])
  })
})
