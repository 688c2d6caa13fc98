// A pair that nobody can prove off (fence.by: none): what it is told where it stands still. No order is named that would be refused.
import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import type { MirrorFacts } from '../../src/core/mirror-state.js'
import { type Board, servingBoard, standbyBoard } from './board.js'
import { EQUAL, FILES, MIRRORED } from './board-settings.js'

const LOST: MirrorFacts = { ...EQUAL, connected: false, peerDisk: 'unknown' }

const sees = (board: Board, mirror: MirrorFacts): void => board.feed({ kind: 'mirrorChanged', group: 'files', mirror })

describe('a pair without a fence', () => {
  it('R7: I/O stands still in every mode, and what helps is the other board, or its cable', () => {
    for (const mode of ['auto', 'manual', 'maintenance'] as const) {
      const modeNumber = mode === 'auto' ? 0 : 1
      const board = servingBoard({ groups: [MIRRORED], wiring: 'nobody', durable: { mode, modeNumber } })
      sees(board, EQUAL)
      board.talks()
      board.says({ mode, modeNumber })
      board.passes(300)
      board.peerLosesPower()
      sees(board, LOST)
      board.feed({ kind: 'mirrorAsks', group: 'files', question: 1 })
      board.passes(5000)
      deepEqual(board.effects('answerMirror'), [])
      const { problem } = board.group('files')
      match(problem ?? '', /STANDS STILL: board b .*no fence .*: bring board b, or its cable, back$/)
      doesNotMatch(problem ?? '', /`baton/)
      match(board.answer(board.asks({ order: 'confirm' })), /^refused: not confirmed/)
      match(board.answer(board.asks({ order: 'fenceOff' })), /^refused: /)
    }
  })

  it('what nobody serves waits for the other board, and no order is named that would be refused', () => {
    const board = standbyBoard({ groups: [FILES], wiring: 'nobody' })
    board.talks()
    board.passes(300)
    board.peerLosesPower()
    board.passes(5000)
    const { problem } = board.group('files')
    match(problem ?? '', /^NOT SERVED: .*no relay and no fence agent .*; bring the other board, or its cable, back$/)
    match(board.answer(board.asks({ order: 'confirm' })), /^refused: not confirmed/)
    equal(board.effects('driveRelay').length, 0)
  })
})
