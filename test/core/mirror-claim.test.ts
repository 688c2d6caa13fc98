// Claims on mirrored disks that are looked at once more: after a failure at the instant of the claim, after a boot, after the daemon's death. Source: R7.
import { deepEqual, equal, match } from 'node:assert/strict'
import type { MirrorFacts } from '../../src/core/mirror-state.js'
import { type Board, createBoard, servingBoard, standbyBoard } from './board.js'
import { type BoardOptions, EQUAL, MIRRORED, SERVING } from './board-settings.js'

const LOST: MirrorFacts = { ...EQUAL, connected: false, peerDisk: 'unknown' }

const sees = (board: Board, mirror: MirrorFacts): void => board.feed({ kind: 'mirrorChanged', group: 'files', mirror })
const asks = (board: Board): void => board.feed({ kind: 'mirrorAsks', group: 'files', question: 1 })
const record = (board: Board): string | null => board.card()?.groups.files?.mirror?.says ?? null

describe('claims on mirrored disks', () => {
  it('R7: a copy that failed and came back at the instant of the claim is not gone on with', () => {
    const claims = (disk: MirrorFacts['disk']): Board => {
      const board = standbyBoard({ groups: [MIRRORED] })
      sees(board, EQUAL)
      board.talks({ groups: { files: { peerCopy: 'current' } } })
      board.passes(300)
      board.mute('actions')
      board.peerLosesPower()
      board.passes(1000)
      equal(record(board), 'alone')
      sees(board, { ...LOST, disk })
      asks(board)
      board.passes(300)
      return board
    }
    const answered = (board: Board): readonly boolean[] => board.effects('answerMirror').map(({ ok }) => ok)
    deepEqual(answered(claims('upToDate')), [true])
    const board = claims('consistent')
    deepEqual(answered(board), [false])
    equal(record(board), null)
    equal(board.codes('alarm').includes('claim-withdrawn'), true)
  })

  it('R7: after a boot "I alone" of an earlier tenure counts, although the mirror cannot know it', () => {
    const says = { says: 'alone', epoch: { number: 1, board: 'b' } } as const
    const groups = { files: { epoch: { number: 1, board: 'b' }, grant: 0, mirror: says } } as const
    const board = createBoard({ self: 'b', groups: [MIRRORED], durable: { groups }, boot: { sense: false } })
    board.mute('actions')
    sees(board, { ...LOST, disk: 'consistent' })
    board.passes(1000)
    asks(board)
    board.passes(300)
    deepEqual(
      board.effects('answerMirror').map(({ ok }) => ok),
      [true]
    )
    deepEqual(board.card()?.groups.files?.mirror, says)
  })

  it('R7: a life that finds its copy primary knows that it is current, also where it has to start services again', () => {
    const found = { files: { ...SERVING, services: 'none', primary: true } } as const
    const board = createBoard({ groups: [MIRRORED], epochs: { files: '1a' }, found, mute: ['actions'] })
    board.finishes('files', 'inspect')
    equal(board.role(), 'taking')
    sees(board, LOST)
    asks(board)
    board.talks({ groups: { files: { epoch: { number: 1, board: 'a' } } } })
    board.passes(500)
    deepEqual(board.effects('answerMirror'), [])
    board.passes(100)
    board.says({ groups: { files: { copy: 'outdated' } } })
    board.passes(100)
    equal(board.effects('answerMirror').length, 1)
  })

  it('R7: "I alone" of a disk that was replaced becomes "outdated", and a person is asked', () => {
    const says = { says: 'alone', epoch: { number: 1, board: 'a' } } as const
    const groups = { files: { epoch: { number: 1, board: 'a' }, grant: 0, mirror: says } } as const
    const board = createBoard({ groups: [MIRRORED], durable: { groups } })
    const filled: MirrorFacts = { ...EQUAL, disk: 'inconsistent', resync: { to: 'here', percent: 0 } }
    board.talks({ groups: { files: { role: 'standby', copy: 'outdated', epoch: { number: 1, board: 'a' } } } })
    sees(board, filled)
    board.passes(300)
    equal(record(board), 'outdated')
    equal(board.codes('alarm').includes('copy-lost'), true)
    sees(board, EQUAL)
    board.passes(10_000)
    deepEqual(board.actions(), ['inspect'])
    match(board.group('files').problem ?? '', /NOT SERVED: .*not known to be current: was a card swapped, or a disk/)
    board.asks({ order: 'takeStale', group: 'files' })
    board.passes(5000)
    equal(board.role(), 'active')
  })

  it('R7: nor does it count for another disk, although that is equal to the other copy when the board looks for the first time', () => {
    const says = { says: 'alone', epoch: { number: 1, board: 'a' }, copy: 'ours' } as const
    const groups = { files: { epoch: { number: 1, board: 'a' }, grant: 0, mirror: says } } as const
    const boots = (copy: string | null): Board => {
      const board = createBoard({ groups: [MIRRORED], durable: { groups } })
      board.talks({ groups: { files: { role: 'standby', copy: 'outdated', epoch: { number: 1, board: 'a' } } } })
      sees(board, { ...EQUAL, copy })
      board.passes(10_000)
      return board
    }
    equal(boots('ours').role(), 'active')
    const other = boots('another')
    equal(record(other), 'outdated')
    deepEqual(other.actions(), ['inspect'])
    equal(other.codes('alarm').includes('copy-lost'), true)
    const unknown = boots(null)
    equal(unknown.role(), 'standby')
    match(unknown.group('files').problem ?? '', /it is not known yet whether the disk on this board is the one/)
    sees(unknown, EQUAL)
    unknown.passes(5000)
    equal(unknown.role(), 'active')
  })

  it('R7: a life that notices a split brain before it has looked stops what it finds running', () => {
    const says = { says: 'alone', epoch: { number: 2, board: 'a' } } as const
    const groups = { files: { epoch: { number: 2, board: 'a' }, grant: 0, mirror: says } } as const
    const found = { files: SERVING } as const
    const board = createBoard({ groups: [MIRRORED], durable: { groups }, found, mute: ['actions'] })
    board.talks({ groups: { files: { role: 'standby', copy: 'alone', epoch: { number: 1, board: 'b' } } } })
    sees(board, LOST)
    equal(board.codes('alarm').includes('split-brain'), true)
    board.unmute('actions')
    board.finishes('files', 'inspect')
    board.passes(5000)
    equal(board.role(), 'standby')
    equal(board.actions().includes('stopServices'), true)
  })

  it('R7: it tells the other board that its copy is outdated, and that takes it not, whoever was the last holder by the epochs', () => {
    const lost = { says: 'outdated', epoch: { number: 1, board: 'a' } } as const
    const groups = { files: { epoch: { number: 1, board: 'b' }, grant: 0, mirror: lost } } as const
    const board = createBoard({ groups: [MIRRORED], durable: { groups } })
    board.talks({ groups: { files: { role: 'standby', copy: 'unknown', epoch: { number: 1, board: 'b' } } } })
    sees(board, EQUAL)
    board.passes(1000)
    equal(board.lastToken().groups[0]?.peerCopy, 'outdated')
    deepEqual(board.actions(), ['inspect'])
    const other = (peerCopy: 'outdated' | 'unknown'): string => {
      const owner = createBoard({ self: 'b', groups: [MIRRORED], epochs: { files: '1b' } })
      const epoch = { number: 1, board: 'b' } as const
      owner.talks({ groups: { files: { role: 'standby', copy: 'outdated', peerCopy, epoch } } })
      sees(owner, EQUAL)
      owner.passes(5000)
      return owner.role()
    }
    deepEqual([other('outdated'), other('unknown')], ['standby', 'active'])
  })

  it('R7: nor is that forgotten where the card could not be written until both were equal', () => {
    const says = { says: 'alone', epoch: { number: 1, board: 'a' }, copy: 'ours' } as const
    const groups = { files: { epoch: { number: 1, board: 'a' }, grant: 0, mirror: says } } as const
    const board = createBoard({ groups: [MIRRORED], durable: { groups }, mute: ['storage'] })
    board.fails('storage', 'fsync: input/output error')
    board.unmute('storage')
    board.feed({ kind: 'stateStoreFailed', store: 1, reason: 'fsync: input/output error' })
    board.talks({ groups: { files: { role: 'standby', copy: 'outdated', epoch: { number: 1, board: 'a' } } } })
    sees(board, { ...EQUAL, copy: 'another', disk: 'inconsistent', resync: { to: 'here', percent: 0 } })
    board.passes(2000)
    sees(board, { ...EQUAL, copy: 'another' })
    board.passes(2000)
    equal(record(board), 'alone')
    board.works('storage')
    board.passes(10_000)
    equal(record(board), 'outdated')
    deepEqual(board.actions(), ['inspect'])
  })

  it('R7: nor does the other board take its stale copy, which is equal then, as long as the last holder says "outdated"', () => {
    for (const copy of ['outdated', 'unknown'] as const) {
      const board = standbyBoard({ groups: [MIRRORED], epochs: { files: '3a' } })
      board.talks({ groups: { files: { role: 'standby', epoch: { number: 3, board: 'a' }, copy } } })
      sees(board, EQUAL)
      board.passes(500)
      equal(board.lastToken().groups[0]?.fit, copy === 'unknown')
    }
  })

  it('R7: nor in the token that tells who the last holder was', () => {
    const board = createBoard({ self: 'b', groups: [MIRRORED], epochs: { files: '3b' } })
    sees(board, EQUAL)
    board.mute('storage')
    board.talks({ groups: { files: { role: 'standby', epoch: { number: 4, board: 'a' }, copy: 'outdated' } } })
    board.passes(500)
    equal(board.lastToken().groups[0]?.copy, 'unknown')
  })

  it('R7: so does the last holder without a record, beside a peer that was told to be outdated', () => {
    for (const copy of ['outdated', 'unknown'] as const) {
      const board = createBoard({ groups: [MIRRORED], epochs: { files: '1a' } })
      board.talks({ groups: { files: { role: 'standby', copy, epoch: { number: 1, board: 'a' } } } })
      sees(board, { ...EQUAL, disk: 'inconsistent', resync: { to: 'here', percent: 0 } })
      board.passes(300)
      equal(record(board), copy === 'outdated' ? 'outdated' : null)
    }
  })

  it('says that no whole copy is left', () => {
    const board = createBoard({ groups: [MIRRORED], epochs: { files: '1a' } })
    board.talks({ groups: { files: { role: 'standby', epoch: { number: 1, board: 'a' } } } })
    sees(board, { ...EQUAL, disk: 'inconsistent', peerDisk: 'inconsistent' })
    board.passes(10_000)
    match(
      board.group('files').problem ?? '',
      /NOT SERVED: .*no whole copy is left, and the data has to come from a backup/
    )
  })

  describe('a mirror that goes on without asking', () => {
    const unasked = (options: BoardOptions = {}): Board => {
      const board = servingBoard({ groups: [MIRRORED], ...options })
      sees(board, EQUAL)
      board.talks()
      board.passes(300)
      sees(board, { ...LOST })
      board.passes(200)
      return board
    }

    it('R7: the peer is told to store that it is outdated, and then the record here is stored', () => {
      const board = unasked()
      equal(board.lastToken().groups[0]?.peerCopy, 'outdated')
      equal(record(board), null)
      board.says({ groups: { files: { copy: 'outdated' } } })
      board.passes(200)
      equal(record(board), 'alone')
      deepEqual(board.effects('answerMirror'), [])
    })

    it('R7: a peer without power is held off until the record is stored, then not any more', () => {
      const board = unasked()
      board.peerLosesPower()
      board.passes(1000)
      deepEqual(board.relayOrders(), [true])
      equal(record(board), 'alone')
      board.passes(20_000)
      deepEqual(board.relayOrders(), [true, false])
    })

    it('R7: it serves meanwhile: a service that fails is started again', () => {
      const board = unasked()
      board.feed({ kind: 'serviceFailed', group: 'files', service: 'samba', reason: 'connection refused' })
      board.passes(100)
      equal(board.actions().includes('restartServices'), true)
    })
  })

  it('R7: the copy that ours is brought up to date from is current', () => {
    const board = servingBoard({ groups: [MIRRORED] })
    sees(board, { ...EQUAL, disk: 'inconsistent', resync: { to: 'here', percent: 40 } })
    board.talks()
    board.passes(300)
    equal(board.lastToken().groups[0]?.peerCopy, 'current')
  })
})
