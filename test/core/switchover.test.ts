// Orderly moves: asked on either board, by a better LAN, by failback; and the owner's resumption. Source: R2a.
import { deepEqual, equal, match } from 'node:assert/strict'
import { type Board, createBoard, servingBoard, standbyBoard } from './board.js'
import { type BoardOptions, FILES, type Says } from './board-settings.js'

describe('switchover', () => {
  it('R2a: ordered on the board that serves: released and granted', () => {
    const board = servingBoard()
    const request = board.asks({ order: 'switchover', group: 'files' })
    board.passes(100)
    equal(board.lastToken().groups[0]?.grant, 2)
    deepEqual(
      board.answers(request).map(({ text }) => text),
      ['files: stop the users of the disk on board a', 'files: unmount on board a', 'files: hand over to board b']
    )
    board.hears({ groups: { files: { role: 'active', epoch: { number: 2, board: 'b' } } } })
    match(board.answer(request), /^done: files is active on board b/)
  })

  it('R2a: ordered on the other board: asked for, granted, taken, answered', () => {
    const board = standbyBoard()
    const request = board.asks({ order: 'switchover', group: 'files' })
    board.passes(100)
    equal(board.lastToken().groups[0]?.wanted, true)
    board.hears({ groups: { files: { role: 'standby', grant: 2 } } })
    match(board.answer(request), /^done: files is active on board b/)
    board.passes(100)
    equal(board.lastToken().groups[0]?.wanted, false)
  })

  it('a wish of the peer is fulfilled', () => {
    const board = servingBoard()
    board.hears({ groups: { files: { wanted: true } } })
    board.passes(100)
    equal(board.lastToken().groups[0]?.grant, 2)
  })

  it('a wish is tried once: an undone release is not tried again at once', () => {
    const board = servingBoard()
    board.fails('unmount', 'target is busy')
    board.talks({ groups: { files: { wanted: true } } })
    board.passes(5000)
    equal(board.codes().filter(code => code === 'switchover-undone').length, 1)
    equal(board.role(), 'active')
  })

  it('R14: a wish is not fulfilled in maintenance', () => {
    const board = servingBoard({ durable: { mode: 'maintenance' } })
    board.hears({ groups: { files: { wanted: true } } })
    equal(board.role(), 'active')
  })

  it('a peer that never grants is given up, with an answer', () => {
    const board = standbyBoard()
    const request = board.asks({ order: 'switchover', group: 'files' })
    board.passes(12_100)
    match(board.answer(request), /^refused: files stays on board a: the peer did not grant files/)
    equal(board.lastToken().groups[0]?.wanted, false)
  })

  it('a group leaves a board whose LAN stays down, where the LAN of the peer is up', () => {
    const board = servingBoard()
    board.lan(false)
    board.passes(2900)
    equal(board.role(), 'active')
    board.passes(300)
    equal(board.lastToken().groups[0]?.grant, 2)
  })

  it('a group stays where both LANs are down, and in manual mode', () => {
    const down = servingBoard()
    down.talks({ lanUp: false })
    const manual = servingBoard({ durable: { mode: 'manual' } })
    for (const board of [down, manual]) {
      board.lan(false)
      board.passes(10_000)
      equal(board.role(), 'active')
    }
  })

  it('failback: auto moves a group home once the peer was fit for long enough', () => {
    const board = servingBoard({ self: 'b', groups: [{ ...FILES, failback: 'auto' }] })
    board.passes(4000)
    equal(board.role(), 'active')
    board.passes(1000)
    equal(board.lastToken().groups[0]?.grant, 2)
  })

  it('failback: manual leaves it where it is', () => {
    const board = servingBoard({ self: 'b' })
    board.passes(60_000)
    equal(board.role(), 'active')
  })
})

describe('resumption', () => {
  const cold = (options: BoardOptions = {}, says: Says = {}): Board => {
    const board = createBoard({ epochs: { files: '3a' }, ...options })
    board.talks(says)
    board.passes(500)
    return board
  }

  it('R2a: the owner takes its own group again at the cold start of a pair, with the next epoch', () => {
    const board = cold()
    deepEqual([board.role(), board.epoch()], ['active', '4a'])
    equal(board.actions().includes('checkAndSetAddresses'), true)
  })

  it('R2a: the last holder takes it, not its home', () => {
    equal(cold({ epochs: { files: '3b' } }).role(), 'standby')
    equal(cold({ self: 'b', epochs: { files: '3b' } }).role(), 'active')
  })

  const forbids: readonly [title: string, options: BoardOptions, says: Says][] = [
    ['the peer shows a lower epoch', {}, { groups: { files: { epoch: { number: 2, board: 'b' } } } }],
    ['the peer has not looked yet', {}, { groups: { files: { role: 'unknown' } } }],
    ['the peer releases still', {}, { groups: { files: { role: 'releasing' } } }],
    ['the peer drives its relay', {}, { relayDriven: true }],
    [
      'the peer has no record of its own',
      { epochs: { files: '0a' } },
      { stateBad: true, groups: { files: { epoch: { number: 0, board: 'a' } } } }
    ],
    ['the peer shows a grant', {}, { groups: { files: { grant: 9 } } }],
    ['the configurations differ', {}, { digest: 'ffffffffffff' }],
    [
      'a grant is out',
      { durable: { groups: { files: { epoch: { number: 3, board: 'a' }, grant: 4 } } }, epochs: {} },
      { groups: { files: { epoch: { number: 3, board: 'a' } } } }
    ],
    ['the mode is maintenance', { durable: { mode: 'maintenance' } }, {}],
    ['the record is missing', { boot: { durable: null } }, {}],
    ['this board has not looked yet', { mute: ['actions'] }, {}],
    ['there is evidence of two holders', { durable: { evidence: { files: 'two holders' } } }, {}]
  ]
  for (const [title, options, says] of forbids) {
    it(`R2a: not while ${title}`, () => {
      const board = cold(options, says)
      equal(board.role() === 'active' || board.role() === 'taking', false)
      equal(board.actions().includes('attach'), false)
    })
  }

  it('R2a, R5: a peer that cannot write, yet shows the same epoch, is no other claim', () => {
    equal(cold({}, { stateBad: true }).role(), 'active')
  })

  it('R2a: not while the peer is silent', () => {
    const board = createBoard({ epochs: { files: '3a' } })
    board.passes(20_000)
    equal(board.role(), 'standby')
  })
})
