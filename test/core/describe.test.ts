// What people and the peer are told. Source: R2a, R6, R14.
import { deepEqual, equal, match } from 'node:assert/strict'
import { type Board, createBoard, servingBoard, standbyBoard } from './board.js'
import { FILES, NOTHING, SERVING, WEB } from './board-settings.js'

describe('status', () => {
  const sentences: readonly [title: string, make: () => Board, sentence: string][] = [
    ['a board that serves everything', servingBoard, 'files would go on here; nothing would be interrupted.'],
    [
      'a standby with sense and loop',
      standbyBoard,
      'this board would cut its power, prove it by sense and loop, and take over files.'
    ],
    [
      'a standby with sense only',
      () => standbyBoard({ wiring: 'sense' }),
      'this board would cut its power, prove it by sense, and take over files.'
    ],
    [
      'a standby without sense',
      () => standbyBoard({ wiring: 'time' }),
      'this board would cut its power, prove it by time, and take over files.'
    ],
    [
      'a standby with a fence agent',
      () => standbyBoard({ wiring: 'agent' }),
      'this board would cut its power, prove it by agent, and take over files.'
    ],
    [
      'a standby in manual mode',
      () => standbyBoard({ durable: { mode: 'manual' } }),
      'nothing would be taken over by itself: the mode is manual.'
    ],
    [
      'a standby that is not proved',
      () => standbyBoard({ proved: false }),
      'nothing would be taken over by itself: the fence is not proved: run `baton fence prove`.'
    ],
    [
      'a board that serves one of two groups',
      () => {
        const board = servingBoard({
          groups: [FILES, WEB],
          epochs: { files: '1a', web: '1b' },
          found: { files: SERVING, web: NOTHING }
        })
        board.hears({ groups: { web: { role: 'active' } } })
        return board
      },
      'files would go on here; this board would cut its power, prove it by sense and loop, and take over web.'
    ]
  ]
  for (const [title, make, sentence] of sentences) {
    it(`says what would happen if the peer died: ${title}`, () => equal(make().status().ifPeerDied, sentence))
  }

  it('a healthy pair is normal and warns of nothing, on both boards', () => {
    for (const board of [servingBoard(), standbyBoard()]) {
      equal(board.status().pair, 'normal')
      deepEqual(board.status().warnings, [])
    }
  })

  it('a board alone is in fallback, and says so', () => {
    const board = servingBoard()
    board.peerLosesPower()
    board.passes(2000)
    equal(board.status().pair, 'fallback')
    deepEqual(board.status().warnings, [
      'the peer is not heard: board b has no power, and it is not this board that holds it off; plug it in, and look at its supply'
    ])
  })

  it('a cut link and the LAN of the peer are warned of', () => {
    const board = servingBoard()
    board.cuts('ethernet')
    board.talks({ lanUp: false })
    board.passes(1000)
    deepEqual(board.status().warnings, ["the peer's LAN is down", 'the ethernet link is silent'])
  })

  it('a look changes nothing: two looks are equal', () => {
    const board = standbyBoard()
    deepEqual(board.status(), board.status())
  })

  it('an open loop leaves nothing to confirm with', () => {
    const board = standbyBoard()
    board.loop(false)
    equal(board.status().fence.confirmedBy, 'nothing')
    match(board.status().warnings[0] ?? '', /harness to the peer is pulled or cut/)
  })
})

describe('the outgoing token', () => {
  it('goes out on each link once per interval, the links in turn', () => {
    const board = createBoard({ startAt: 1000 })
    board.passes(200)
    board.forgets()
    const from = board.now()
    board.passes(1000)
    equal(board.instantsOf('sendToken').length, 20)
    equal(board.now() - from, 1000)
  })

  it('news goes out at once, though never closer than a third of an interval', () => {
    const board = standbyBoard()
    board.passes(1000)
    board.fallsSilent()
    board.forgets()
    const from = board.now()
    for (let i = 0; i < 60; i++) {
      board.lan(i % 2 === 0)
      board.passes(5)
    }
    const sent = board.instantsOf('sendToken').filter(at => at <= from + 300).length
    equal(sent <= 20, true, `${sent} tokens in 300 ms`)
  })

  it('R5: an epoch is told only when it is on the card', () => {
    const board = standbyBoard()
    board.mute('storage')
    board.hears({ groups: { files: { epoch: { number: 5, board: 'a' } } } })
    board.passes(500)
    deepEqual(board.lastToken().groups[0]?.epoch, { number: 1, board: 'a' })
    board.storageAnswers()
    board.passes(100)
    deepEqual(board.lastToken().groups[0]?.epoch, { number: 5, board: 'a' })
  })

  it('says from the order on that the relay is driven', () => {
    const board = servingBoard()
    board.mute('storage')
    board.asks({ order: 'fenceOff' })
    board.passes(100)
    equal(board.lastToken().relayDriven, true)
  })

  it('says fit only of what could be served now', () => {
    const board = standbyBoard()
    const toldFit = (): boolean | undefined => {
      board.passes(150)
      return board.lastToken().groups[0]?.fit
    }
    equal(toldFit(), true)
    board.lan(false)
    equal(toldFit(), false)
    board.lan(true)
    board.feed({ kind: 'diskSeenChanged', group: 'files', seen: false })
    equal(toldFit(), false)
    equal(board.lastToken().groups[0]?.diskSeen, false)
  })
})
