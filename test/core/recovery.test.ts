// `baton recover`: what stands in the way, then the steps with progress; a step that fails leaves the service where it runs. Source: issue 4.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { type Board, createBoard, servingBoard, standbyBoard } from './board.js'
import { FILES } from './board-settings.js'

const codes = (board: Board): readonly string[] => board.status().recovery.map(({ code }) => code)
const texts = (board: Board, request: number): readonly string[] => board.answers(request).map(({ text }) => text)
const recovers = (board: Board, home = true): number => board.asks({ order: 'recover', home })

/** Board b after a takeover: it serves what has its home on a, and the peer is back and fit. */
const away = (): Board => {
  const board = servingBoard({ self: 'b', epochs: { files: '2b' }, durable: {} })
  board.hears({ groups: { files: { epoch: { number: 2, board: 'b' } } } })
  return board
}

describe('recovery: what stands in the way', () => {
  it('nothing, where both boards are fit and the groups at home', () => {
    const board = servingBoard()
    board.passes(3000)
    deepEqual(codes(board), [])
  })

  it('a group away from home: recovery moves it, and asks first', () => {
    const board = away()
    const [item] = board.status().recovery
    deepEqual([item?.code, item?.by, item?.asks], ['group-away', 'recover', true])
  })

  it('a peer without power, that nobody here holds off, is for a person', () => {
    const board = servingBoard()
    board.peerLosesPower()
    board.loop(false)
    board.passes(2000)
    ok(codes(board).includes('peer-no-power'))
    ok(codes(board).includes('harness-open'))
  })

  it('a peer that the relay holds off gets its power back by recovery', () => {
    const board = standbyBoard()
    board.peerLosesPower()
    board.passes(3000)
    const item = board.status().recovery.find(({ code }) => code === 'peer-held-off')
    equal(item?.by, 'recover')
  })

  it('the mode, a fence that is not proved, a LAN that is down: for a person', () => {
    const board = servingBoard({ proved: false })
    board.lan(false)
    board.hears({ proved: false, lanUp: false, mode: 'manual', modeNumber: 5 })
    deepEqual(codes(board).toSorted(), ['fence-unproved', 'lan-down', 'lan-down', 'mode', 'peer-unproved'])
    ok(board.status().recovery.every(({ by }) => by === 'person'))
  })
})

describe('recovery: the steps', () => {
  it('moves a group home, tells each step, and ends when it is active there', () => {
    const board = away()
    const request = recovers(board)
    board.passes(100)
    board.hears({ groups: { files: { role: 'taking', epoch: { number: 3, board: 'a' } } } })
    board.hears({ groups: { files: { role: 'taking', mounted: true } } })
    board.hears({ groups: { files: { role: 'active', mounted: true, started: true } } })
    board.hears({})
    deepEqual(texts(board, request), [
      'board a is heard',
      'files: stop the users of the disk on board b',
      'files: unmount on board b',
      'files: hand over to board a',
      'files: check and mount on board a',
      'files: start on board a',
      'files is active on board a',
      'nothing stands in the way of the normal state any more'
    ])
    match(board.answer(request), /^done/)
  })

  it('tells steps that were too quick to be seen, too', () => {
    const board = away()
    const request = recovers(board)
    board.passes(100)
    board.hears({ groups: { files: { role: 'active', epoch: { number: 3, board: 'a' } } } })
    deepEqual(texts(board, request).slice(4, 6), ['files: check and mount on board a', 'files: start on board a'])
  })

  it('leaves groups where they run where the operator did not ask for more', () => {
    const board = away()
    const request = recovers(board, false)
    board.passes(100)
    equal(board.role(), 'active')
    match(board.answer(request), /^done: nothing stands in the way/)
  })

  it('asked on the home board it asks the other for the group', () => {
    const board = standbyBoard({ self: 'a', epochs: { files: '2b' } })
    board.talks({ groups: { files: { role: 'active', epoch: { number: 2, board: 'b' } } } })
    const request = recovers(board)
    board.passes(100)
    equal(board.lastToken().groups[0]?.wanted, true)
    board.hears({ groups: { files: { role: 'standby', grant: 3 } } })
    board.passes(200)
    match(board.answer(request), /^done/)
    equal(board.role(), 'active')
  })

  it('a mount that fails on the home board: it comes back, recovery says which step, and where it runs', () => {
    const board = away()
    const request = recovers(board)
    board.passes(100)
    board.hears({ groups: { files: { role: 'taking', epoch: { number: 3, board: 'a' } } } })
    board.hears({ groups: { files: { role: 'releasing' } } })
    board.hears({ groups: { files: { role: 'failed', fit: false } } })
    match(board.answer(request), /^begun/)
    board.hears({ groups: { files: { role: 'standby', grant: 4, fit: false } } })
    board.passes(200)
    equal(board.role(), 'active')
    board.passes(3000)
    match(
      board.answer(request),
      /^refused: not normal yet: files stays on board b: "check and mount on board a" failed.*then `baton recover` again/
    )
    ok(texts(board, request).some(text => text.startsWith('files: bring it back: start on board b')))
  })

  it('an unmount that fails leaves it where it runs', () => {
    const board = away()
    board.fails('unmount', 'target is busy (pid 77: bash)')
    const request = recovers(board)
    board.passes(1000)
    equal(board.role(), 'active')
    match(board.answer(request), /^refused: not normal yet: files stays on board b: target is busy/)
  })

  it('has the other board forget what it could not serve', () => {
    const board = standbyBoard()
    board.fails('mount', 'wrong fs type')
    board.hears({ groups: { files: { role: 'standby', grant: 2, fit: false } } })
    board.passes(500)
    equal(board.lastToken().groups[0]?.role, 'failed')
    board.works('mount')
    board.hears({ recovering: true, groups: { files: { role: 'active', grant: 0, epoch: { number: 5, board: 'a' } } } })
    board.passes(500)
    equal(board.lastToken().groups[0]?.role, 'standby')
  })

  it('says so in its tokens while it is under way, and no longer', () => {
    const board = standbyBoard()
    board.peerLosesPower()
    board.passes(3000)
    recovers(board)
    board.passes(200)
    equal(board.lastToken().recovering, true)
    board.passes(60_000)
    equal(board.lastToken().recovering, false)
  })
})

describe('recovery: the peer', () => {
  const alone = (): Board => {
    const board = standbyBoard({ timing: { restoreAfterMs: 0 } })
    board.peerLosesPower()
    board.passes(3000)
    equal(board.role(), 'active')
    return board
  }

  it('gives it its power, waits for its boot, then moves what is away', () => {
    const board = alone()
    const request = recovers(board)
    equal(board.relayOrders().at(-1), false)
    match(board.answer(request), /^begun: wait for board a/)
    board.sense(true)
    board.passes(9000)
    match(board.answer(request), /^begun: wait for board a/)
    board.peerStartsAnew('cccccccccccccccc')
    board.talks({ groups: { files: { role: 'unknown', fit: false } } })
    board.passes(500)
    match(board.answer(request), /^begun: board a is heard/)
    board.says({ groups: { files: { role: 'standby', fit: true } } })
    board.passes(300)
    match(board.answer(request), /^begun: files: hand over to board a/)
  })

  it('a peer that does not come within its boot time ends it, the service stays', () => {
    const board = alone()
    const request = recovers(board)
    board.sense(true)
    board.passes(60_000)
    match(board.answer(request), /^refused: not normal yet: /)
    equal(board.role(), 'active')
  })

  it('a peer without supply is for a person: no waiting', () => {
    const board = createBoard({
      self: 'b',
      found: {},
      epochs: { files: '2b' },
      groups: [FILES],
      boot: { sense: false, loop: false }
    })
    const request = recovers(board)
    board.passes(200)
    match(board.answer(request), /^refused: not normal yet: .*plug it in/)
  })

  it('a second order goes on where the first is, which gets its last word', () => {
    const board = alone()
    const first = recovers(board)
    const second = recovers(board)
    match(board.answer(first), /^refused: another order to recover followed/)
    match(board.answer(second), /^begun/)
  })
})

describe('recovery in the middle of a takeover', () => {
  it('lets the takeover go on: the relay is not let go of while its evidence is waited for', () => {
    const board = standbyBoard()
    board.fallsSilent()
    board.passesUntil(() => board.status().fence.relayDriven, 20_000)
    board.sense(false)
    board.passes(20)
    recovers(board, false)
    board.passesUntil(() => board.role() === 'active', 2000)
    deepEqual([board.role(), board.relayOrders()], ['active', [true]])
  })
})
