// Mirrored disks: who may take a copy, when a holder goes on alone, and in which order words and records change. Source: R7.
import { deepEqual, equal, match } from 'node:assert/strict'
import type { MirrorFacts } from '../../src/core/mirror-state.js'
import type { TokenGroup } from '../../src/core/types.js'
import { type Board, servingBoard, standbyBoard } from './board.js'
import { type BoardOptions, EQUAL, MIRRORED } from './board-settings.js'

const LOST: MirrorFacts = { ...EQUAL, connected: false, peerDisk: 'unknown' }
const SYNCING: MirrorFacts = { ...EQUAL, peerDisk: 'inconsistent', resync: { to: 'peer', percent: 40 } }
const BEHIND: MirrorFacts = { ...EQUAL, disk: 'inconsistent', resync: { to: 'here', percent: 40 } }

const sees = (board: Board, mirror: MirrorFacts): void => board.feed({ kind: 'mirrorChanged', group: 'files', mirror })
const asks = (board: Board, question = 1): void => board.feed({ kind: 'mirrorAsks', group: 'files', question })
const entry = (board: Board): TokenGroup | undefined => board.lastToken().groups[0]
const record = (board: Board): string | null =>
  board.effects('storeState').at(-1)?.durable.groups.files?.mirror?.says ?? null
const says = (board: Board, change: Partial<TokenGroup>): void => board.hears({ groups: { files: change } })
/** A number of ours has gone out since, and is echoed. */
const answersLater = (board: Board, change: Partial<TokenGroup>): void => {
  board.passes(100)
  says(board, change)
}

const holder = (options: BoardOptions = {}): Board => {
  const board = servingBoard({ groups: [MIRRORED], ...options })
  sees(board, EQUAL)
  board.talks()
  board.passes(300)
  return board
}

const standby = (options: BoardOptions = {}): Board => {
  const board = standbyBoard({ groups: [MIRRORED], ...options })
  sees(board, EQUAL)
  board.talks({ groups: { files: { peerCopy: 'current' } } })
  board.passes(300)
  return board
}

describe('mirrored disks', () => {
  it('R7: the holder tells its peer that its copy is current while both are equal', () => {
    const board = holder()
    deepEqual([entry(board)?.copy, entry(board)?.peerCopy], ['current', 'current'])
  })

  it('R7: a holder that lost its link goes on when the peer is outdated on its card, and then its own record is stored', () => {
    const board = holder()
    sees(board, LOST)
    asks(board)
    board.passes(500)
    deepEqual(board.effects('answerMirror'), [])
    equal(entry(board)?.peerCopy, 'outdated')
    equal(record(board), null)
    answersLater(board, { copy: 'outdated' })
    equal(record(board), 'alone')
    board.passes(50)
    deepEqual(board.effects('answerMirror'), [{ kind: 'answerMirror', group: 'files', question: 1, ok: true }])
    deepEqual([entry(board)?.copy, entry(board)?.peerCopy], ['alone', 'outdated'])
  })

  it('R7: what the peer said of being outdated before the question is no answer to it', () => {
    const board = holder()
    board.says({ groups: { files: { copy: 'outdated' } } })
    const before = board.freshToken('serial')
    sees(board, LOST)
    asks(board)
    board.hearsToken(before)
    board.passes(20)
    deepEqual(board.effects('answerMirror'), [])
    equal(record(board), null)
  })

  it('R7: nothing goes on while the record cannot be stored', () => {
    const board = holder()
    sees(board, LOST)
    asks(board)
    board.fails('storage', 'input/output error')
    answersLater(board, { copy: 'outdated' })
    board.passes(2000)
    deepEqual(board.effects('answerMirror'), [])
  })

  it('R7: a silent standby is cut, and I/O goes on when its power is proved off', () => {
    const board = holder()
    board.peerLosesPower()
    sees(board, LOST)
    asks(board)
    board.passes(1000)
    deepEqual(
      board.effects('driveRelay').map(({ on }) => on),
      [true]
    )
    equal(board.effects('answerMirror').length, 1)
    equal(record(board), 'alone')
  })

  it('R7: without a question a standby that lost its power is not cut', () => {
    const board = holder()
    board.peerLosesPower()
    board.passes(3000)
    deepEqual(board.effects('driveRelay'), [])
  })

  it('R7: in manual mode I/O stands still, and status says what helps', () => {
    const board = holder({ durable: { mode: 'manual', modeNumber: 1 } })
    board.says({ mode: 'manual', modeNumber: 1 })
    board.peerLosesPower()
    sees(board, LOST)
    asks(board)
    board.passes(5000)
    deepEqual(board.effects('answerMirror'), [])
    match(board.group('files').problem ?? '', /STANDS STILL: .*the mode is manual; `baton confirm`/)
    const request = board.asks({ order: 'confirm' })
    board.passes(1000)
    equal(board.effects('answerMirror').length, 1)
    match(board.answer(request), /^done: confirmed: files goes on here/)
  })

  it('R7: equal again, the record is cleared first, and only then the peer hears that it is current', () => {
    const board = holder()
    sees(board, LOST)
    asks(board)
    answersLater(board, { copy: 'outdated' })
    board.passes(300)
    sees(board, SYNCING)
    board.passes(500)
    equal(record(board), 'alone')
    equal(entry(board)?.peerCopy, 'outdated')
    board.mute('storage')
    sees(board, EQUAL)
    board.passes(500)
    equal(record(board), null)
    equal(entry(board)?.peerCopy, 'outdated')
  })

  it('R7: the standby stores that it is outdated before it says so, and takes nothing from then on', () => {
    const board = standby()
    board.mute('storage')
    says(board, { peerCopy: 'outdated' })
    board.passes(300)
    equal(record(board), 'outdated')
    equal(entry(board)?.copy, 'unknown')
    equal(entry(board)?.fit, false)
  })

  it('R7: an outdated standby does not take the group of a dead holder, and says why', () => {
    const board = standby()
    says(board, { peerCopy: 'outdated' })
    board.passes(300)
    equal(entry(board)?.copy, 'outdated')
    board.peerLosesPower()
    board.passes(60_000)
    equal(board.role(), 'standby')
    deepEqual(board.effects('driveRelay'), [])
    match(
      board.group('files').problem ?? '',
      /NOT SERVED: .*outdated: the other one went on without it; switch on board a/
    )
  })

  it('R7: a current standby takes over, and that its copy alone is current is stored with the epoch', () => {
    const board = standby()
    board.peerLosesPower()
    board.passes(1000)
    equal(record(board), 'alone')
    equal(board.role(), 'active')
  })

  it('R7: a takeover during the resync is refused with its progress', () => {
    const board = standby()
    sees(board, BEHIND)
    board.peerLosesPower()
    board.passes(60_000)
    equal(board.role(), 'standby')
    match(board.group('files').problem ?? '', /being brought up to date \(40 %\)/)
  })

  it('R7: the word of the holder counts only if it heard us since our copy is up to date', () => {
    const board = standby()
    board.fallsSilent()
    const old = board.freshToken('serial')
    board.passes(50)
    sees(board, { ...EQUAL, disk: 'failed' })
    sees(board, EQUAL)
    board.hearsToken(old)
    board.passes(100)
    equal(entry(board)?.fit, false)
    says(board, { peerCopy: 'current' })
    board.passes(100)
    equal(entry(board)?.fit, true)
  })

  it('R7: after a cold start two copies that are seen equal are current, unless the peer says that it alone is', () => {
    for (const copy of ['unknown', 'alone'] as const) {
      const board = standbyBoard({ groups: [MIRRORED], epochs: { files: '3b' } })
      board.talks({ groups: { files: { role: 'standby', epoch: { number: 3, board: 'b' }, copy } } })
      sees(board, EQUAL)
      board.passes(500)
      equal(board.role(), copy === 'alone' ? 'standby' : 'active', copy)
      equal(entry(board)?.copy, copy === 'alone' ? 'unknown' : 'current', copy)
    }
  })

  it('R7: two boards whose copies cannot be compared serve neither, and say so', () => {
    const board = standbyBoard({ groups: [MIRRORED], epochs: { files: '3b' } })
    sees(board, { ...LOST, disk: 'consistent' })
    board.talks({ groups: { files: { role: 'standby', epoch: { number: 3, board: 'b' }, fit: false } } })
    board.passes(6000)
    equal(board.role(), 'standby')
    match(board.group('files').problem ?? '', /^NOT SERVED: .*cannot be compared: mend the replication link/)
    equal(board.codes('alarm').includes('not-served'), true)
  })

  it('R7: the owner without a current copy grants to the peer that has one', () => {
    const board = standbyBoard({ groups: [MIRRORED], epochs: { files: '3b' } })
    sees(board, { ...LOST, disk: 'consistent' })
    board.talks({ groups: { files: { role: 'standby', epoch: { number: 3, board: 'b' }, copy: 'alone', fit: true } } })
    board.passes(500)
    equal(entry(board)?.grant, 4)
  })

  it('R7: a grant to a board without a current copy is not acted on', () => {
    const board = standby()
    says(board, { peerCopy: 'outdated' })
    says(board, { role: 'standby', grant: 2, peerCopy: 'unknown' })
    board.passes(300)
    deepEqual(
      board.effects('runAction').filter(({ action }) => action === 'attach'),
      []
    )
  })

  it('R7: the override is refused beside a current copy, and names what is lost where it is not', () => {
    const board = standby()
    match(board.answer(board.asks({ order: 'takeStale', group: 'files' })), /^refused: .*known to be current/)
    says(board, { peerCopy: 'outdated', copy: 'alone' })
    board.passes(200)
    match(board.answer(board.asks({ order: 'takeStale', group: 'files' })), /^refused: .*board a holds it/)
    board.peerLosesPower()
    board.passes(2000)
    match(board.answer(board.asks({ order: 'takeStale', group: 'files' })), /^done: .*since epoch 1a .*IS LOST/)
    board.passes(2000)
    equal(board.role(), 'active')
  })

  it('compares the copies by order where it is served and both are equal, and nowhere else', () => {
    const board = holder()
    match(board.answer(board.asks({ order: 'verify', group: 'files' })), /^done: .*compared block by block/)
    deepEqual(board.effects('verifyMirror'), [{ kind: 'verifyMirror', group: 'files' }])
    sees(board, LOST)
    match(board.answer(board.asks({ order: 'verify', group: 'files' })), /^refused: .*not connected/)
    match(board.answer(board.asks({ order: 'verify', group: 'else' })), /^refused: .*no group else/)
    const other = standby()
    match(other.answer(other.asks({ order: 'verify', group: 'files' })), /^refused: .*not served here/)
    equal(board.effects('verifyMirror').length + other.effects('verifyMirror').length, 1)
  })

  it('R7: two copies that went their own way stop the group on both boards, and the evidence is kept', () => {
    const board = holder()
    sees(board, { ...LOST, splitBrain: true })
    board.passes(500)
    equal(board.role(), 'standby')
    match(board.group('files').problem ?? '', /split brain/)
    equal(Object.keys(board.effects('storeState').at(-1)?.durable.evidence ?? {}).join(), 'files')
  })

  it('R7: nobody hands over, or takes, one of two copies that went their own way', () => {
    const says = { says: 'alone', epoch: { number: 1, board: 'a' } } as const
    const theirs = { role: 'standby', copy: 'alone', epoch: { number: 2, board: 'b' } } as const
    const mine = { epoch: { number: 2, board: 'b' }, grant: 0, mirror: says } as const
    const owner = standbyBoard({ groups: [MIRRORED], durable: { groups: { files: mine } } })
    sees(owner, { ...LOST, splitBrain: true })
    owner.talks({ groups: { files: theirs } })
    owner.passes(3000)
    equal(owner.card()?.groups.files?.grant, 0)
    const own = { files: { ...mine, epoch: { number: 1, board: 'a' } } } as const
    const other = servingBoard({ groups: [MIRRORED], durable: { groups: own } })
    sees(other, LOST)
    equal(other.role(), 'active')
    other.says({ groups: { files: { copy: 'alone' } } })
    other.passes(3000)
    equal(other.role(), 'standby')
    other.says({ groups: { files: { ...theirs, grant: 3 } } })
    other.passes(3000)
    equal(other.role(), 'standby')
    match(other.status().warnings.join('\n'), /split brain/)
  })

  it('R7: a standby that leaves parts its copy in order, and ends when it is outdated on its card and the holder goes on', () => {
    const board = standby()
    board.asks({ order: 'leave' })
    board.passes(300)
    deepEqual(board.effects('connectMirror').at(-1), {
      kind: 'connectMirror',
      group: 'files',
      on: false,
      discard: false
    })
    deepEqual(board.effects('exit'), [])
    says(board, { peerCopy: 'outdated' })
    board.passes(300)
    equal(record(board), 'outdated')
    // The holder may have begun to wait after our word, and want another one.
    deepEqual(board.effects('exit'), [])
    says(board, { copy: 'alone' })
    board.passes(300)
    equal(board.effects('exit').length, 1)
  })

  it('R7: a drill holds the power off until the mirror goes on alone, or for three seconds', () => {
    const begin = (): Board => {
      const board = holder()
      board.asks({ order: 'fenceProve' })
      board.passesUntil(() => board.relayOrders().length > 0, 1000)
      board.fallsSilent()
      board.passes(30)
      board.sense(false)
      board.passes(500)
      deepEqual(board.relayOrders(), [true])
      return board
    }
    const board = begin()
    sees(board, LOST)
    asks(board)
    board.passes(50)
    equal(board.effects('answerMirror').length, 1)
    deepEqual(board.relayOrders(), [true, false])
    const slow = begin()
    slow.passes(3200)
    deepEqual(slow.relayOrders(), [true, false])
  })

  it('R7: "I alone" does not outlive the disk that it spoke of', () => {
    const board = holder()
    sees(board, LOST)
    asks(board)
    answersLater(board, { copy: 'outdated' })
    board.passes(50)
    equal(record(board), 'alone')
    board.fallsSilent()
    sees(board, { ...EQUAL, disk: 'failed' })
    board.passes(50)
    equal(record(board), null)
    sees(board, { ...LOST, disk: 'consistent' })
    asks(board, 2)
    board.passes(500)
    equal(board.effects('answerMirror').length, 1)
  })

  it('R7: outdated, current, outdated again: the first one on the card is no answer for the last', () => {
    const board = standby()
    says(board, { peerCopy: 'outdated' })
    board.passes(200)
    equal(entry(board)?.copy, 'outdated')
    board.mute('storage')
    says(board, { peerCopy: 'current' })
    says(board, { peerCopy: 'outdated' })
    board.passes(200)
    equal(record(board), 'outdated')
    equal(entry(board)?.copy, 'unknown')
  })

  it('shows on the panel what the copies are', () => {
    const board = holder()
    const light = (): string => board.status().panel.sync
    equal(light(), 'equal')
    sees(board, SYNCING)
    equal(light(), 'running')
    sees(board, LOST)
    equal(light(), 'behind')
    equal(servingBoard().status().panel.sync, 'none')
  })

  it('says what would happen if the peer died', () => {
    const board = holder()
    match(board.status().ifPeerDied, /^files would stand still until its power is proved off, then go on here\.$/)
    const waiting = standby()
    sees(waiting, BEHIND)
    match(waiting.status().ifPeerDied, /^files would NOT be taken: .*being brought up to date \(40 %\)/)
  })

  it('a primary whose disk failed hands its group to the current standby in order', () => {
    const board = holder()
    board.says({ groups: { files: { copy: 'current' } } })
    board.passes(100)
    sees(board, { ...EQUAL, disk: 'failed' })
    board.passes(300)
    equal(entry(board)?.grant, 2)
  })
})
