// Orders of people: refused with the reason and the way out, or begun and answered at the end. Source: R2c, R14.
import { deepEqual, equal, match } from 'node:assert/strict'
import type { OperatorRequest } from '../../src/core/event.js'
import { type Board, createBoard, servingBoard, standbyBoard } from './board.js'

const silent = (board: Board): Board => {
  board.fallsSilent()
  board.passes(1100)
  return board
}
/** A pair that cannot prove that power is off: the operator must say so. */
const unsure = (): Board => silent(standbyBoard({ wiring: 'time', proved: false }))

describe('operator', () => {
  const refusals: readonly [title: string, make: () => Board, what: OperatorRequest, words: RegExp][] = [
    [
      'a group that does not exist',
      servingBoard,
      { order: 'switchover', group: 'mail' },
      /no group mail; the groups are: files/
    ],
    [
      'a switchover in maintenance',
      () => servingBoard({ durable: { mode: 'maintenance' } }),
      { order: 'switchover', group: 'files' },
      /maintenance: nothing moves; `baton mode auto` first/
    ],
    [
      'a switchover to a silent peer',
      () => silent(servingBoard()),
      { order: 'switchover', group: 'files' },
      /the peer is not heard/
    ],
    [
      'a switchover from a silent peer',
      () => silent(standbyBoard({ proved: false })),
      { order: 'switchover', group: 'files' },
      /`baton fence off` cuts its power, or `baton confirm`/
    ],
    [
      'a switchover to a peer whose disk is missing',
      () => {
        const board = servingBoard()
        board.hears({ groups: { files: { diskSeen: false } } })
        return board
      },
      { order: 'switchover', group: 'files' },
      /the peer cannot reach its disk/
    ],
    [
      'a switchover of a group that nobody serves',
      () => {
        const board = standbyBoard()
        board.hears({ groups: { files: { role: 'standby' } } })
        return board
      },
      { order: 'switchover', group: 'files' },
      /not active on the peer; see `baton status`/
    ],
    [
      'a proof without a peer',
      () => silent(servingBoard({ proved: false })),
      { order: 'fenceProve' },
      /it must be up and connected/
    ],
    [
      'a proof where nobody can cut power',
      () => servingBoard({ wiring: 'nobody' }),
      { order: 'fenceProve' },
      /no relay and no fence agent/
    ],
    [
      'a proof with an open harness',
      () => {
        const board = servingBoard()
        board.loop(false)
        return board
      },
      { order: 'fenceProve' },
      /push the harness in on both boards/
    ],
    [
      'a cut where nobody can cut power',
      () => servingBoard({ wiring: 'nobody' }),
      { order: 'fenceOff' },
      /no relay and no fence agent/
    ],
    [
      'a confirmation while the peer is heard',
      () => standbyBoard({ wiring: 'time' }),
      { order: 'confirm' },
      /the peer is heard: it is not off/
    ],
    [
      'a confirmation while sense reads on',
      () => silent(standbyBoard()),
      { order: 'confirm' },
      /power sense line reads on.*`baton fence off` cuts it, or pull its plug/
    ],
    [
      'a confirmation in maintenance',
      () => silent(standbyBoard({ wiring: 'time', durable: { mode: 'maintenance' } })),
      { order: 'confirm' },
      /the mode is maintenance/
    ],
    [
      'a confirmation where nothing can be taken',
      () => silent(servingBoard({ wiring: 'time', proved: false })),
      { order: 'confirm' },
      /nothing to take here/
    ]
  ]
  for (const [title, make, what, words] of refusals) {
    it(`refuses ${title}, and says the way out`, () => {
      const board = make()
      const before = board.relayOrders().length
      match(board.answer(board.asks(what)), words)
      match(board.answer(1), /^refused/)
      equal(board.relayOrders().length, before)
    })
  }

  it('R2c: a confirmation holds the relay and takes what can be taken', () => {
    const board = unsure()
    const request = board.asks({ order: 'confirm' })
    match(board.answer(request), /^begun: taking files/)
    deepEqual(board.relayOrders(), [true])
    board.passes(519)
    equal(board.role(), 'standby', 'a mistaken operator is put right by the relay first')
    board.passes(1)
    match(board.answer(request), /^done/)
    deepEqual([board.role(), board.epoch()], ['active', '2b'])
    board.passes(100_000)
    deepEqual(board.relayOrders(), [true], 'power comes back by the operator only')
  })

  it('R2c: nothing is taken before the relay is read back as driven', () => {
    const board = unsure()
    board.mute('relay')
    board.asks({ order: 'confirm' })
    board.passes(1000)
    equal(board.role(), 'standby')
    board.relayAnswers()
    board.passes(600)
    equal(board.role(), 'active')
  })

  it('R2c: any signed token of the peer voids it', () => {
    const board = unsure()
    board.mute('relay')
    board.asks({ order: 'confirm' })
    board.passes(100)
    board.hearsToken({ ...board.freshToken('serial'), peerNonce: 'eeeeeeeeeeeeeeee' })
    board.relayAnswers()
    board.passes(1000)
    equal(board.role(), 'standby')
  })

  it('R2c: it does not outlive its time', () => {
    const board = unsure()
    board.feed({ kind: 'diskSeenChanged', group: 'files', seen: true })
    board.mute('relay')
    board.asks({ order: 'confirm' })
    board.passes(9900)
    board.relayAnswers()
    board.passes(600)
    equal(board.role(), 'active', 'within its time')
    const late = unsure()
    late.mute('actions')
    late.asks({ order: 'confirm' })
    late.passes(60_001)
    late.finishes('files', 'attach', { ok: false, reason: 'no such device' })
    equal(late.role(), 'releasing')
  })

  it('R2c: it does not outlive a restart', () => {
    const board = createBoard({
      self: 'b',
      epochs: { files: '1a' },
      wiring: 'time',
      proved: false,
      durable: { relay: { purpose: 'confirm', bootId: 'boot 1' } },
      boot: { relayDriven: true }
    })
    board.passes(20_000)
    equal(board.role(), 'standby')
    deepEqual(board.relayOrders(), [false])
  })

  it('fence off cuts, answers when proved, and fence on gives the power back', () => {
    const board = servingBoard()
    const off = board.asks({ order: 'fenceOff' })
    match(board.answer(off), /^begun/)
    board.peerLosesPower()
    board.passes(500)
    match(board.answer(off), /^done: the peer has no power \(proved by sense and loop\)/)
    board.passes(100_000)
    deepEqual(board.relayOrders(), [true], 'it stays off until the operator says otherwise')
    match(board.answer(board.asks({ order: 'fenceOn' })), /^done: the relay is released/)
  })

  it('fence off on a peer that serves takes its groups over once its power is proved off', () => {
    const board = standbyBoard()
    board.asks({ order: 'fenceOff' })
    board.peerLosesPower()
    board.passes(500)
    equal(board.role(), 'active')
  })

  it('recover forgets a failure, and answers what it did', () => {
    const board = standbyBoard()
    board.fails('mount', 'wrong fs type')
    board.hears({ groups: { files: { role: 'standby', grant: 2, fit: false } } })
    board.passes(500)
    match(board.answers(board.asks({ order: 'recover' }))[0]?.text ?? '', /the failure of files is forgotten/)
    equal(board.role() === 'failed', false)
  })

  it('R6: a planned restart says so, keeps what it holds, and ends', () => {
    const board = servingBoard()
    const request = board.asks({ order: 'restart' })
    board.passes(50)
    equal(board.lastToken().restarting, true)
    equal(board.lastToken().groups[0]?.role, 'active')
    board.passes(200)
    match(board.answer(request), /^done/)
    equal(board.effects('exit').length > 0, true)
    deepEqual(board.actions(), ['inspect'])
  })

  it('R6: a planned halt hands over what it holds, then ends', () => {
    const board = servingBoard()
    const request = board.asks({ order: 'leave' })
    board.passes(500)
    equal(board.lastToken().groups[0]?.grant, 2)
    match(board.answer(request), /^done/)
    equal(board.lastToken().leaving, true)
    deepEqual(board.effects('exit')[0], { kind: 'exit', order: 'leave' })
    match(board.answer(board.asks({ order: 'leave' })), /^refused: this board ends already/)
  })

  it('R13: a peer that was shut down in order and held nothing is not fenced for its silence', () => {
    for (const leaving of [false, true]) {
      const board = servingBoard()
      board.hears({ leaving })
      board.passes(200)
      board.hears({ leaving })
      board.fallsSilent()
      board.passes(60_000)
      equal(board.relayOrders().length > 0, !leaving)
    }
  })

  it('R13: one that left behind what can be taken is fenced as any other', () => {
    const board = standbyBoard()
    board.hears({ leaving: true, groups: { files: { role: 'standby' } } })
    board.fallsSilent()
    board.passes(60_000)
    deepEqual(board.relayOrders()[0], true)
  })
})
