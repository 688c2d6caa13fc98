// How long the peer is silent, who fires first, what a stall means. Source: R9.
import { deepEqual, equal } from 'node:assert/strict'
import type { BoardId } from '../../src/core/types.js'
import { type Board, createBoard, servingBoard, standbyBoard } from './board.js'
import { FILES, SERVING, TIMING, WEB } from './board-settings.js'

const { deadMs, headStartMs } = TIMING
const fenced = (board: Board): boolean => board.codes().includes('fencing-requested')

/** From the last token to the order to fence, in milliseconds; -1 = none came. */
const firesAfter = (board: Board): number => {
  board.fallsSilent()
  const last = board.now() - (board.status().peer.ageMs ?? 0)
  const at = board.passesUntil(() => fenced(board), 60_000)
  return at === null ? -1 : at - last
}
/** Turns after the dead time lie a dead time and a head start apart. */
const TURN_MS = deadMs + headStartMs
const slotOf = (board: Board): number => {
  const ms = firesAfter(board)
  return ms <= deadMs ? 0 : ms / TURN_MS
}

describe('silence', () => {
  it('R9: the senior fires after the dead time, counted from its last token known to be received', () => {
    const board = servingBoard()
    board.passes(30)
    board.hears()
    board.fallsSilent()
    // That token echoed the newest one of ours on its link: silence counts from its sending.
    const { roundTripMs } = board.status().peer.links.serial
    const at = board.passesUntil(() => fenced(board), 5000)
    equal(at, 530 + deadMs - (roundTripMs ?? 0))
  })

  it('R9: the junior waits one head start more, counted from the last token that it heard', () => {
    const board = standbyBoard()
    equal(slotOf(board), 1)
  })

  it('R9: one living link is no silence', () => {
    const board = standbyBoard()
    board.cuts('ethernet')
    board.passes(10_000)
    equal(fenced(board), false)
  })

  it('R9: a peer that said that it restarts is waited for five seconds longer than the dead time says', () => {
    const board = standbyBoard()
    board.hears({ restarting: true })
    equal(firesAfter(board), 5000 + headStartMs)
  })

  it('R9: a board whose LAN failed goes behind the other', () => {
    const board = standbyBoard()
    board.lan(false)
    equal(slotOf(board), 3)
  })

  it('R9: the holder of the most important group is senior, then board a', () => {
    const seniors = [
      createBoard(),
      createBoard({ self: 'b' }),
      servingBoard({ self: 'b' }),
      standbyBoard({ self: 'a' })
    ]
    deepEqual(
      seniors.map(board => board.status().senior),
      ['a', 'a', 'b', 'b']
    )
  })

  it('R9: a senior whose LAN comes back in the turn of the junior waits for its own next one', () => {
    const board = servingBoard()
    board.lan(false)
    board.passes(300)
    board.fallsSilent()
    const last = board.now() - (board.status().peer.ageMs ?? 0)
    board.passes(TURN_MS - 100)
    board.lan(true)
    const at = board.passesUntil(() => fenced(board), 20_000) ?? 0
    equal(Math.abs(at - last - 2 * TURN_MS - deadMs) <= TIMING.tokenIntervalMs, true, `it fired after ${at - last} ms`)
  })

  interface View {
    readonly self: BoardId
    readonly serves: boolean
    readonly said: BoardId
    readonly lan: boolean
  }
  const measure = ({ self, serves, said, lan }: View): number => {
    const board = serves ? servingBoard({ self }) : standbyBoard({ self })
    board.hears({ senior: said })
    board.lan(lan)
    return Math.round(slotOf(board) * 10) / 10
  }
  const both = [false, true]
  const views = (self: BoardId): View[] =>
    both.flatMap(serves => (['a', 'b'] as const).flatMap(said => both.map(lan => ({ self, serves, said, lan }))))

  it('R9: no two boards share a number of head starts, whatever each believes and last heard', () => {
    const other = (self: BoardId): BoardId => (self === 'a' ? 'b' : 'a')
    const believes = ({ self, serves }: View): BoardId => (serves ? self : other(self))
    const ofA = views('a').map(view => ({ view, slot: measure(view) }))
    const ofB = views('b').map(view => ({ view, slot: measure(view) }))
    const shared = ofA.flatMap(a =>
      ofB
        .filter(b => a.slot === b.slot)
        // Left aside: each agreed with another senior. Tokens cannot lead there: see the switchovers that cross.
        .filter(
          b => !(believes(a.view) === a.view.said && believes(b.view) === b.view.said && a.view.said !== b.view.said)
        )
        .map(b => [a, b])
    )
    deepEqual(shared, [])
    deepEqual(new Set(ofA.map(({ slot }) => slot)), new Set([0, 1, 2, 3, 4, 6]))
    deepEqual(new Set(ofB.map(({ slot }) => slot)), new Set([0, 1, 2, 3, 5, 7]))
  })
})

describe('two switchovers that cross', () => {
  it('R9: do not make both boards senior when the links are cut behind them', () => {
    const options = { groups: [FILES, WEB], epochs: { files: '1b', web: '1a' } }
    const a = createBoard({ ...options, self: 'a', found: { web: SERVING } })
    const b = createBoard({ ...options, self: 'b', found: { files: SERVING }, boot: { nonce: 'bbbbbbbbbbbbbbbb' } })
    const seen = { a: 0, b: 0 }
    const tenMs = (): boolean => {
      a.passes(10)
      b.passes(10)
      const ofA = a.effects('sendToken').slice(seen.a)
      const ofB = b.effects('sendToken').slice(seen.b)
      seen.a += ofA.length
      seen.b += ofB.length
      for (const { token, link } of ofA) b.hearsToken(token, link)
      for (const { token, link } of ofB) a.hearsToken(token, link)
      return [...ofA, ...ofB].some(({ token }) => token.groups.some(({ grant }) => grant > 0))
    }
    for (let i = 0; i < 50; i++) tenMs()
    deepEqual([a.status().senior, b.status().senior], ['b', 'b'])
    a.asks({ order: 'switchover', group: 'web' })
    b.asks({ order: 'switchover', group: 'files' })
    for (let i = 0; i < 50 && !tenMs(); i++);
    deepEqual([a.role('files'), b.role('web')], ['active', 'active'])
    const at = [a, b].map(board => board.passesUntil(() => fenced(board), 60_000) ?? 0)
    equal(Math.abs((at[0] ?? 0) - (at[1] ?? 0)) >= headStartMs, true, `a fires at ${at[0]}, b at ${at[1]}`)
  })
})

describe('a stall of our own', () => {
  const stalled = (): Board => {
    const board = standbyBoard()
    board.fallsSilent()
    board.mute('drain')
    board.stands(5000)
    return board
  }

  it('R9: drains the links before anybody is judged', () => {
    const board = stalled()
    equal(board.codes('warning')[0], 'stalled')
    equal(board.effects('drainLinks').length, 1)
    board.passes(20_000)
    equal(fenced(board), false)
  })

  it('R9: what waited in the buffers proves nothing', () => {
    const board = standbyBoard()
    board.fallsSilent()
    board.says({ groups: { files: { role: 'standby', grant: 2 } } })
    const waiting = board.freshToken('serial')
    board.mute('drain')
    board.stands(300)
    board.hearsToken(waiting)
    equal(board.role(), 'standby')
  })

  it('R9: a junior counts silence anew from the end of draining, and fires in a turn of its own', () => {
    for (const ms of [1700, 5000, 6600, 8300]) {
      const board = standbyBoard()
      board.fallsSilent()
      const last = board.now() - (board.status().peer.ageMs ?? 0)
      board.stands(ms)
      const from = board.now()
      const at = board.passesUntil(() => fenced(board), 20_000) ?? 0
      const turns = Math.floor((at - last) / TURN_MS)
      equal(at >= from + deadMs, true, `it fired ${at - from} ms after the stall`)
      equal(turns % 2, 1, `it fired in turn ${turns}`)
      equal(at - last - turns * TURN_MS <= deadMs, true, `it fired ${at - last - turns * TURN_MS} ms late`)
    }
  })

  it('R9: once the peer has answered a token sent after it, the board has its turn again', () => {
    const board = stalled()
    board.feed({ kind: 'linksDrained' })
    board.passes(200)
    board.hears()
    equal(slotOf(board), 1)
  })

  it('R9: a step late by less is none', () => {
    const board = standbyBoard()
    board.stands(TIMING.stallMs)
    deepEqual(board.effects('drainLinks'), [])
  })
})

describe('an intent that becomes durable late', () => {
  const intending = (): Board => {
    const board = standbyBoard()
    board.fallsSilent()
    board.mute('storage')
    board.passesUntil(() => fenced(board), 20_000)
    return board
  }

  it('R9: moves the relay while the turn of this board lasts', () => {
    const board = intending()
    board.passes(deadMs / 2)
    board.unmute('storage')
    board.storageAnswers()
    deepEqual(board.relayOrders(), [true])
  })

  it('R9: moves nothing in the turn of the peer, and the next turn of this board comes', () => {
    const board = intending()
    board.passes(deadMs + headStartMs)
    board.unmute('storage')
    board.storageAnswers()
    deepEqual(board.relayOrders(), [])
    equal(board.codes('warning').at(-1), 'fencing-put-off')
    const from = board.now()
    const at = board.passesUntil(() => board.relayOrders().length > 0, 20_000) ?? 0
    equal(at - from <= 2 * TURN_MS, true, `the relay moved after ${at - from} ms`)
  })

  it('R12: moves nothing where frames of strangers came meanwhile', () => {
    const board = intending()
    board.feed({ kind: 'foreignFrameReceived', link: 'serial', foreign: 'key' })
    board.unmute('storage')
    board.storageAnswers()
    deepEqual(board.relayOrders(), [])
  })
})
