// Claims on mirrored disks that are looked at once more: after a failure at the instant of the claim, after a boot, after the daemon's death. Source: R7.
import { deepEqual, equal } from 'node:assert/strict'
import type { MirrorFacts } from '../../src/core/mirror-state.js'
import { type Board, createBoard, standbyBoard } from './board.js'
import { FILES, SERVING } from './board-settings.js'

const MIRRORED = { ...FILES, disk: 'mirrored' } as const
const EQUAL: MirrorFacts = { connected: true, disk: 'upToDate', peerDisk: 'upToDate', resync: null, splitBrain: false }
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
})
