// Giving up one group until an inspection says that nothing is held; the grant; the reset of a board that cannot. Source: R2a, R6.
import { deepEqual, equal, match } from 'node:assert/strict'
import { type Board, createBoard, servingBoard } from './board.js'
import { FILES, SERVING, WEB } from './board-settings.js'

const asked = (board: Board): number => board.asks({ order: 'switchover', group: 'files' })
/** The peer's higher epoch: the group must be released, whatever it costs. */
const overtaken = (board: Board): void =>
  board.talks({ groups: { files: { role: 'standby', epoch: { number: 5, board: 'b' } } } })

describe('release', () => {
  it('R6: stops, clears and unmounts, detaches, and looks before it says released', () => {
    const board = servingBoard()
    board.mute('actions')
    asked(board)
    const seen: string[] = []
    for (const action of ['stopServices', 'clearAddresses', 'unmount', 'detach', 'inspect'] as const) {
      seen.push(`${board.actions().slice(1).join(' ')}: ${board.role()}`)
      board.finishes('files', action)
    }
    deepEqual(seen, [
      'stopServices: releasing',
      'stopServices clearAddresses unmount: releasing',
      'stopServices clearAddresses unmount: releasing',
      'stopServices clearAddresses unmount detach: releasing',
      'stopServices clearAddresses unmount detach inspect: releasing'
    ])
    equal(board.role(), 'standby')
  })

  it('R2a: a grant is durable before it is told', () => {
    const board = servingBoard()
    board.mute('storage')
    const request = asked(board)
    board.passes(1000)
    equal(board.lastToken().groups[0]?.grant, 0)
    equal(board.group('files').doing, 'storing the grant to the peer')
    match(board.answer(request), /^begun/)
    board.storageAnswers()
    board.passes(100)
    equal(board.lastToken().groups[0]?.grant, 2)
    equal(board.group('files').owner, 'b')
    match(board.answer(request), /^begun: files: hand over to board b/)
    board.hears({ groups: { files: { role: 'active', epoch: { number: 2, board: 'b' } } } })
    match(board.answer(request), /^done: files is active on board b/)
  })

  it('R2a: a grant that cannot be stored is written again until it is, never undone', () => {
    const board = servingBoard()
    board.fails('storage', 'disk full')
    asked(board)
    board.passes(3000)
    equal(board.lastToken().groups[0]?.grant, 0)
    equal(board.role(), 'standby')
    board.works('storage')
    board.passes(2000)
    equal(board.lastToken().groups[0]?.grant, 2)
  })

  it('R2a: there is no undo: the giver does not take again, though the peer does not', () => {
    const board = servingBoard()
    asked(board)
    board.passes(60_000)
    equal(board.role(), 'standby')
    equal(board.group('files').owner, 'b')
  })

  it('R6: a planned release that fails is undone, and the group goes on here', () => {
    const board = servingBoard()
    board.fails('unmount', 'target is busy (pid 77: bash)')
    const request = asked(board)
    equal(board.role(), 'active')
    equal(board.epoch(), '1a')
    match(board.answer(request), /^refused: files stays on board a: target is busy/)
  })

  it('R6: a planned release is undone where the peer could not take it any more', () => {
    const board = servingBoard()
    board.mute('actions')
    asked(board)
    board.hears({ groups: { files: { fit: false } } })
    board.unmute('actions')
    board.finishes('files', 'stopServices')
    equal(board.role(), 'active')
    deepEqual(board.card()?.groups.files, { epoch: { number: 1, board: 'a' }, grant: 0 })
  })

  it('R6: what an inspection still finds is not released', () => {
    const board = servingBoard()
    board.mute('actions')
    overtaken(board)
    for (const action of ['stopServices', 'clearAddresses', 'unmount', 'detach'] as const)
      board.finishes('files', action)
    board.finishes('files', 'inspect', { ok: true, findings: { ...SERVING, leftovers: ['pid 77 of an earlier life'] } })
    equal(board.role(), 'releasing')
    match(board.group('files').problem ?? '', /pid 77/)
  })

  it('R6: an unplanned release that fails is tried again from its first step', () => {
    const board = servingBoard()
    board.fails('unmount', 'target is busy')
    overtaken(board)
    board.passes(1500)
    equal(board.actions().filter(action => action === 'stopServices').length, 2)
    board.works('unmount')
    board.passes(1500)
    equal(board.role(), 'standby')
    equal(board.effects('resetBoard').length, 0)
  })
})

describe('a board that cannot release', () => {
  const stuck = (options: Parameters<typeof servingBoard>[0] = {}): Board => {
    const board = servingBoard(options)
    board.fails('files unmount', 'target is busy')
    overtaken(board)
    board.passes(10_500)
    return board
  }

  it('R6: orders its reset, durably, and then resets', () => {
    const board = stuck()
    deepEqual(board.card()?.mustReset, { bootId: 'boot 1', reason: 'files could not be released: target is busy' })
    deepEqual(board.effects('resetBoard'), [
      { kind: 'resetBoard', reason: 'files could not be released: target is busy' }
    ])
  })

  it('R6: the order is on the card before the reset', () => {
    const board = servingBoard()
    board.fails('files unmount', 'target is busy')
    overtaken(board)
    board.mute('storage')
    board.passes(10_500)
    equal(board.effects('storeState').at(-1)?.durable.mustReset?.bootId, 'boot 1')
    equal(board.effects('resetBoard').length, 0)
    board.storageAnswers()
    equal(board.effects('resetBoard').length, 1)
  })

  it('R6: hands over its other groups first', () => {
    const board = stuck({ groups: [FILES, WEB] })
    equal(board.card()?.groups.web?.grant, 2)
    equal(board.effects('resetBoard').length, 1)
  })

  it('R6: keeps running, and trying, while nobody else could serve the group', () => {
    const board = servingBoard()
    board.fails('files unmount', 'target is busy')
    overtaken(board)
    board.hears({ groups: { files: { fit: false } } })
    board.passes(60_000)
    equal(board.group('files').doing, 'cannot be released')
    equal(board.effects('resetBoard').length, 0)
    board.works('files unmount')
    board.passes(1500)
    equal(board.role(), 'standby')
  })

  it('R6: nothing is fed any more, neither by this life nor by a later one of this boot', () => {
    const board = stuck()
    const fed = board.effects('feedWatchdog').length
    board.passes(10_000)
    equal(board.effects('feedWatchdog').length, fed)
    const later = createBoard({ durable: board.card() ?? {}, boot: { nonce: 'dddddddddddddddd' } })
    later.passes(10_000)
    deepEqual([later.effects('feedWatchdog').length, later.effects('resetBoard').length], [0, 1])
  })

  it('R6: the next boot forgets the order and feeds again', () => {
    const later = createBoard({ durable: stuck().card() ?? {}, boot: { bootId: 'boot 2' } })
    later.passes(5000)
    equal(later.card()?.mustReset, null)
    equal(later.codes().includes('reset-done'), true)
    equal(later.effects('feedWatchdog').length > 3, true)
  })
})
