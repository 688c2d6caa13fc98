// A holder whose own copy cannot be used: what it tells its peer, whom it does not cut, and when it ends what nobody can serve. Source: R7, R13.
import { deepEqual, equal, match } from 'node:assert/strict'
import type { MirrorFacts } from '../../src/core/mirror-state.js'
import { type Board, servingBoard, standbyBoard } from './board.js'
import { EQUAL, MIRRORED } from './board-settings.js'

const DISKLESS: MirrorFacts = { ...EQUAL, disk: 'failed' }
const NOTHING_LEFT: MirrorFacts = { ...DISKLESS, connected: false, peerDisk: 'unknown' }

const sees = (board: Board, mirror: MirrorFacts): void => board.feed({ kind: 'mirrorChanged', group: 'files', mirror })
const asks = (board: Board): void => board.feed({ kind: 'mirrorAsks', group: 'files', question: 1 })
const record = (board: Board): string | null => board.card()?.groups.files?.mirror?.says ?? null

/** Its disk is gone, and its peer may not take the group yet. */
const diskless = (): Board => {
  const board = servingBoard({ groups: [MIRRORED] })
  sees(board, EQUAL)
  board.talks({ groups: { files: { fit: false, copy: 'current' } } })
  board.passes(300)
  sees(board, DISKLESS)
  board.passes(100)
  return board
}

describe('a holder without a copy of its own', () => {
  it('R7: never has its peer store that the only copy is outdated, whatever its I/O waits for', () => {
    const board = diskless()
    equal(board.lastToken().groups[0]?.peerCopy, 'current')
    sees(board, { ...DISKLESS, peerDisk: 'failed' })
    board.passes(100)
    equal(board.lastToken().groups[0]?.peerCopy, 'unknown')
    sees(board, NOTHING_LEFT)
    asks(board)
    board.passes(1000)
    equal(board.lastToken().groups[0]?.peerCopy, 'unknown')
    deepEqual(board.effects('answerMirror'), [])
    match(
      board.status().warnings.join(),
      /its I\/O STANDS STILL: its copy on board a is failed, and the one on board b/
    )
  })

  it('R13: does not cut a silent peer, for that has the only copy', () => {
    const board = diskless()
    sees(board, NOTHING_LEFT)
    asks(board)
    board.fallsSilent()
    board.passes(30_000)
    deepEqual(board.relayOrders(), [])
  })

  it('R7: hands the group over as soon as the peer may take it, also where its I/O stands still', () => {
    const board = diskless()
    sees(board, NOTHING_LEFT)
    asks(board)
    board.passes(100)
    equal(board.role(), 'active')
    board.says({ groups: { files: { fit: true } } })
    board.passes(500)
    equal(board.lastToken().groups[0]?.grant, 2)
  })

  it('R7: stops what lost its disk beside an outdated copy, also where no record says that it was alone', () => {
    const board = servingBoard({ groups: [MIRRORED] })
    board.talks({ groups: { files: { copy: 'current', fit: false } } })
    board.fallsSilent()
    sees(board, { ...EQUAL, connected: false, peerDisk: 'unknown' })
    sees(board, NOTHING_LEFT)
    board.mute('storage')
    board.talks({ groups: { files: { copy: 'outdated', fit: false } } })
    board.passes(1500)
    equal(board.role(), 'active')
    board.unmute('storage')
    board.passes(2500)
    equal(board.role(), 'standby')
    equal(board.codes('alarm').includes('no-copy'), true)
  })

  it('R7: stops what nobody can serve, so that a person can take the other copy', () => {
    const board = servingBoard({ groups: [MIRRORED] })
    const says = (): string | undefined => board.lastToken().groups[0]?.copy
    sees(board, { ...EQUAL, connected: false, peerDisk: 'unknown' })
    board.talks({ groups: { files: { copy: 'outdated', fit: false } } })
    board.passes(300)
    deepEqual([record(board), says()], ['alone', 'alone'])
    sees(board, NOTHING_LEFT)
    board.passes(1500)
    equal(board.role(), 'active')
    board.passes(2000)
    equal(board.role(), 'standby')
    equal(board.codes('alarm').includes('no-copy'), true)
    // The record stands for the day on which the disk answers again; the word does not forbid the override there.
    deepEqual([record(board), says()], ['alone', 'unknown'])
    sees(board, { ...NOTHING_LEFT, disk: 'consistent' })
    board.passes(3000)
    equal(board.role(), 'active')
  })

  it('R7: waits for the link where it lives on the copy of the peer', () => {
    const board = diskless()
    sees(board, NOTHING_LEFT)
    board.passes(20_000)
    equal(board.role(), 'active')
  })

  it('R7: goes on while its copy is being filled from the other one', () => {
    const board = diskless()
    sees(board, { ...EQUAL, disk: 'inconsistent', resync: { to: 'here', percent: 1 } })
    board.says({ groups: { files: { fit: true } } })
    board.passes(10_000)
    equal(board.role(), 'active')
  })

  it('R7: a standby that stands beside a stale copy keeps its "I alone", though its own disk does not answer', () => {
    const says = { says: 'alone', epoch: { number: 1, board: 'b' } } as const
    const groups = { files: { epoch: { number: 1, board: 'b' }, grant: 0, mirror: says } } as const
    const board = standbyBoard({ groups: [MIRRORED], durable: { groups } })
    board.talks({ groups: { files: { role: 'standby', epoch: { number: 1, board: 'b' } } } })
    sees(board, DISKLESS)
    board.passes(300)
    equal(record(board), 'alone')
  })

  it('R6, R7: one whose I/O waits beside a copy that went its own way resets itself, for it cannot be released', () => {
    const board = servingBoard({ groups: [MIRRORED] })
    sees(board, EQUAL)
    board.talks({ groups: { files: { copy: 'current' } } })
    board.passes(300)
    board.fails('unmount', 'I/O stands still')
    sees(board, { ...EQUAL, connected: false, peerDisk: 'unknown', splitBrain: true })
    asks(board)
    board.says({ groups: { files: { copy: 'alone' } } })
    board.passes(9000)
    deepEqual(board.effects('resetBoard'), [])
    board.passes(15_000)
    equal(board.effects('resetBoard').length, 1)
    equal(Object.keys(board.card()?.evidence ?? {}).join(), 'files')
  })

  it('R6, R7: one whose I/O waits without any copy resets itself, too, when it was to be released', () => {
    const board = diskless()
    board.fails('unmount', 'I/O stands still')
    board.says({ groups: { files: { fit: true } } })
    board.passes(100)
    equal(board.role(), 'releasing')
    sees(board, NOTHING_LEFT)
    board.says({ groups: { files: { fit: false, copy: 'unknown' } } })
    board.passes(25_000)
    equal(board.effects('resetBoard').length, 1)
  })
})
