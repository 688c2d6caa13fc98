// The login gate in a group's life: opened last, closed first, adopted, and never a reason not to serve. Source: issue 4.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createBoard, servingBoard, standbyBoard } from './board.js'
import { FILES, SERVING } from './board-settings.js'

const GATED = { groups: [{ ...FILES, loginGate: true }] }

describe('login gate', () => {
  it('opens as the last step of a taking, when the services run', () => {
    const board = standbyBoard(GATED)
    board.peerLosesPower()
    board.passes(3000)
    equal(board.role(), 'active')
    deepEqual(board.actions().slice(-2), ['startServices', 'openLogins'])
  })

  it('closes as the first step of a release, before the services stop', () => {
    const board = servingBoard(GATED)
    board.forgets()
    const request = board.asks({ order: 'switchover', group: 'files' })
    deepEqual(board.actions(), ['closeLogins', 'stopServices', 'clearAddresses', 'unmount', 'detach', 'inspect'])
    match(board.answers(request)[0]?.text ?? '', /forbid logins on board a/)
  })

  it('is opened again by a daemon that finds its group served, and closed by one that does not', () => {
    ok(servingBoard(GATED).actions().includes('openLogins'))
    deepEqual(createBoard({ ...GATED, self: 'b' }).actions(), ['inspect', 'closeLogins'])
  })

  it('that does not move is told, and keeps no group from serving', () => {
    const board = standbyBoard(GATED)
    board.fails('openLogins', '/run/nologin is not ours')
    board.peerLosesPower()
    board.passes(3000)
    equal(board.role(), 'active')
    ok(board.codes('warning').includes('login-gate-failed'))
  })

  it('that does not close undoes no move', () => {
    const board = servingBoard(GATED)
    board.fails('closeLogins', 'read-only file system')
    board.asks({ order: 'switchover', group: 'files' })
    board.passes(200)
    equal(board.role(), 'standby')
    equal(board.lastToken().groups[0]?.grant, 2)
  })

  it('is no part of a group that has none', () => {
    const board = servingBoard()
    board.asks({ order: 'switchover', group: 'files' })
    equal(
      board.actions().some(action => action === 'openLogins' || action === 'closeLogins'),
      false
    )
  })

  it('a group found without a right to it is closed to users before it is released', () => {
    const board = createBoard({ ...GATED, self: 'b', epochs: { files: '3a' }, found: { files: SERVING } })
    deepEqual(board.actions().slice(0, 3), ['inspect', 'closeLogins', 'stopServices'])
  })
})
