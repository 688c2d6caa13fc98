// From silence to claims: who may fire, when, and with which right. Source: R2, R8, R9, R13, R15.
import { deepEqual, equal, match } from 'node:assert/strict'
import { type Board, createBoard, servingBoard, standbyBoard } from './board.js'
import { type BoardOptions, FILES, NOTHING, SERVING, TIMING, WEB } from './board-settings.js'

const died = (board: Board): Board => {
  board.peerLosesPower()
  board.passes(5000)
  return board
}

describe('takeover', () => {
  it('R2b, R5: power lost with the tokens: everything is taken, with the next epoch', () => {
    const board = died(standbyBoard({ groups: [FILES, WEB] }))
    deepEqual(
      ['files', 'web'].map(name => [board.role(name), board.epoch(name)]),
      [
        ['active', '2b'],
        ['active', '2b']
      ]
    )
  })

  it('R9: a fallen sense line moves nothing before all links were silent for 1.5 intervals', () => {
    const board = standbyBoard()
    const from = board.now()
    board.peerLosesPower()
    const at = board.passesUntil(() => board.codes().includes('fencing-requested'), 5000)
    equal(at, from + 150)
  })

  it('R9: a token on any link starts these intervals again', () => {
    const board = standbyBoard()
    board.peerLosesPower()
    board.passes(140)
    board.hears({}, 'ethernet')
    board.passes(149)
    deepEqual(board.relayOrders(), [])
  })

  it('R2b: the right is weighed again in the step that starts the tenure', () => {
    const board = standbyBoard()
    board.peerLosesPower()
    board.passesUntil(() => board.status().fence.relayDriven, 5000)
    board.mute('storage')
    board.passesUntil(() => board.status().fence.phase === 'confirmed', 5000)
    board.sense(true)
    board.storageAnswers()
    board.passes(100)
    equal(board.role(), 'standby')
    equal(board.codes('alarm').includes('right-lost'), true)
    deepEqual(board.actions(), ['inspect'])
  })

  it('R5: the new epoch is above everything that the peer used or granted', () => {
    const board = standbyBoard({ epochs: { files: '3a' } })
    board.hears({ groups: { files: { epoch: { number: 7, board: 'a' } } } })
    died(board)
    equal(board.epoch(), '8b')
  })

  it('R13: the senior that serves cuts a silent peer that has power, and keeps what it holds', () => {
    const board = servingBoard()
    board.fallsSilent()
    board.passes(1200)
    deepEqual(board.relayOrders(), [true])
    board.sense(false)
    board.passes(500)
    equal(board.epoch(), '1a')
    equal(board.role(), 'active')
  })

  it('R13: a peer without power is not fenced for protection', () => {
    const board = died(servingBoard())
    deepEqual(board.relayOrders(), [])
  })

  const forbids: readonly [title: string, options: BoardOptions, prepare: (board: Board) => void, why: RegExp][] = [
    ['R14: manual mode', { durable: { mode: 'manual' } }, () => {}, /the mode is manual/],
    ['R14: maintenance', { durable: { mode: 'maintenance' } }, () => {}, /the mode is maintenance/],
    [
      'R14: a stricter mode of the peer',
      {},
      board => board.hears({ mode: 'manual', modeNumber: 4 }),
      /the mode is manual/
    ],
    ['R6: a first look that has not ended', { mute: ['actions'] }, () => {}, /not looked yet/],
    ['R5: a missing record', { boot: { durable: null, stateProblem: 'no state file' } }, () => {}, /no state file/],
    [
      'R5: a record older than what the peer remembers',
      {},
      board => board.hears({ groups: { files: { epoch: { number: 9, board: 'b' } } } }),
      /older than what the peer remembers/
    ],
    ['a pair in which nobody can cut power', { wiring: 'nobody' }, () => {}, /no relay and no fence agent/],
    ['R4: a fence that is not proved', { proved: false }, () => {}, /not proved/],
    ['R6: different configurations', {}, board => board.hears({ digest: 'ffffffffffff' }), /different configurations/],
    [
      'R12: frames of a foreign version',
      {},
      board => board.feed({ kind: 'foreignFrameReceived', link: 'serial', foreign: 'version' }),
      /foreign key, version or board/
    ],
    ['R3: an open harness', {}, board => board.loop(false), /harness to the peer is open/],
    [
      'R3: a sense line that lies',
      {},
      board => {
        board.sense(false)
        board.passes(1100)
        board.sense(true)
      },
      /not proved|distrusted/
    ],
    [
      'R13: a disk that cannot be reached from here',
      {},
      board => board.feed({ kind: 'diskSeenChanged', group: 'files', seen: false }),
      /nothing to take \(files: its disk cannot be reached/
    ],
    [
      'R15: evidence of two holders',
      { durable: { evidence: { files: 'two boards held files' } } },
      () => {},
      /nothing to take \(files: it was stopped with evidence/
    ]
  ]
  for (const [title, options, prepare, why] of forbids) {
    it(`${title} forbids to cut and to take`, () => {
      const board = standbyBoard(options)
      prepare(board)
      match(board.status().ifPeerDied, why)
      board.fallsSilent()
      board.passes(9000)
      deepEqual(board.relayOrders(), [])
      equal(board.role() === 'active', false)
    })
  }

  it('R12: ten seconds after the last foreign frame the silence counts again', () => {
    const board = standbyBoard()
    board.feed({ kind: 'foreignFrameReceived', link: 'serial', foreign: 'version' })
    const from = board.now()
    board.fallsSilent()
    board.passes(20_000)
    equal((board.instantsOf('driveRelay')[0] ?? 0) - from >= 10_000, true)
  })

  it('R14: a mode that the peer cannot confirm is refused, and does not stop a takeover', () => {
    const board = standbyBoard()
    board.fallsSilent()
    board.passesUntil(() => board.status().fence.relayDriven, 5000)
    match(board.answer(board.asks({ order: 'mode', mode: 'maintenance', forMs: 0 })), /^refused: .*not heard/)
    board.sense(false)
    board.passes(1000)
    equal(board.role(), 'active')
  })
})

describe('start into silence', () => {
  const alone = (options: BoardOptions = {}): Board => createBoard({ self: 'b', epochs: { files: '1a' }, ...options })
  const next = (board: Board, options: BoardOptions = {}): Board =>
    alone({ durable: board.card() ?? {}, boot: { nonce: 'dddddddddddddddd', bootId: 'boot 2' }, ...options })

  it('R8: a peer that has power is listened for longer than its boot, then fenced once', () => {
    const board = alone()
    board.passes(49_500)
    deepEqual(board.relayOrders(), [])
    board.passes(2000)
    deepEqual(board.relayOrders(), [true])
    equal(board.card()?.startFences, 1)
  })

  it('R8: board a comes first, board b listens for one boot more, so that two that start together do not fire together', () => {
    const board = createBoard({ self: 'a', epochs: { files: '1b' } })
    board.passes(31_500)
    deepEqual(board.relayOrders(), [true])
  })

  it('R8: a peer that fell silent before both had heard both is listened for as in start-up silence', () => {
    for (const words of [1, 2]) {
      const board = createBoard({ self: 'b', epochs: { files: '1a' } })
      board.passes(10)
      for (let i = 0; i < words; i++) {
        board.hears({ groups: { files: { role: 'active' } } })
        board.passes(100)
      }
      const at = board.passesUntil(() => board.relayOrders().length > 0, 100_000) ?? 0
      const asAtStart = at > TIMING.listenMs + TIMING.bootMs
      equal(asAtStart, words === 1, `after ${words} tokens the relay moved at ${at} ms`)
    }
  })

  it('R5: a tenure begins above every epoch that a signed word ever told, however stale', () => {
    const board = createBoard({ self: 'b', epochs: { files: '1a' }, boot: { sense: false } })
    board.says({ groups: { files: { role: 'active', epoch: { number: 7, board: 'a' } } } })
    board.hearsToken({ ...board.freshToken('serial'), peerNonce: 'eeeeeeeeeeeeeeee' })
    board.passesUntil(() => board.role() === 'active', 5000)
    deepEqual(board.group('files').epoch, { number: 8, board: 'b' })
  })

  it('R8: the count is durable before the relay moves', () => {
    const board = alone()
    board.passes(40_000)
    board.mute('storage')
    board.passes(20_000)
    deepEqual(board.relayOrders(), [])
    equal(board.effects('storeState').at(-1)?.durable.startFences, 1)
  })

  it('R8: the next life does not fence again', () => {
    const board = alone()
    board.passes(60_000)
    const later = next(board)
    later.passes(200_000)
    deepEqual(later.relayOrders(), [])
  })

  it('R8: two-way hearing clears the count', () => {
    const board = next(alone(), { durable: { startFences: 1 } })
    board.hears({ groups: { files: { role: 'active' } } })
    equal(board.card()?.startFences, 0)
  })

  it('R8: a peer that has no power is held off at once, uncounted, and its group is taken', () => {
    const board = alone({ boot: { sense: false } })
    board.passes(400)
    equal(board.role(), 'active')
    equal(board.card()?.startFences, 0)
    equal(board.card()?.relay?.purpose, 'hold')
  })

  it('R3: without a loop an off found at the start holds nobody', () => {
    const board = alone({ wiring: 'sense', boot: { sense: false } })
    board.passes(30_000)
    deepEqual(board.relayOrders(), [])
  })

  it('R13: a board that could take nothing fences nobody', () => {
    const board = alone()
    board.feed({ kind: 'diskSeenChanged', group: 'files', seen: false })
    board.passes(100_000)
    deepEqual(board.relayOrders(), [])
  })
})

describe('two holders', () => {
  const meets = (board: Board, epoch: string): void =>
    board.hears({ groups: { files: { role: 'active', epoch: { number: Number.parseInt(epoch, 10), board: 'b' } } } })

  it('R15: the lower epoch resets at once, and orders nothing after it', () => {
    const board = servingBoard()
    meets(board, '2')
    deepEqual(board.codes('alarm'), ['two-holders'])
    equal(board.effects('resetBoard').length, 1)
    deepEqual(board.actions(), ['inspect'], 'no orderly release, which would sync')
    board.forgets()
    board.passes(5000)
    board.hears()
    deepEqual([board.effects('runAction'), board.effects('sendToken'), board.effects('feedWatchdog')], [[], [], []])
  })

  it('R15: the higher epoch stops without sync, keeps the evidence, and puts the pair into maintenance', () => {
    const board = servingBoard({ epochs: { files: '3a' } })
    meets(board, '2')
    deepEqual(board.actions().at(-1), 'abandon')
    match(board.card()?.evidence.files ?? '', /two boards held files/)
    equal(board.status().mode, 'maintenance')
    equal(board.effects('resetBoard').length, 0)
    equal(board.role(), 'releasing')
    deepEqual(board.effects('watchGroup').at(-1), { kind: 'watchGroup', group: 'files', on: false })
  })

  it('R15: the last word of a board that was cut, read late, makes no second holder', () => {
    const board = standbyBoard({ wiring: 'loop' })
    const lastWord = board.freshToken('serial')
    board.peerLosesPower()
    board.passesUntil(() => board.role() === 'active', 900)
    board.hearsToken(lastWord)
    deepEqual([board.role(), board.effects('resetBoard').length], ['active', 0])
    deepEqual(board.codes('alarm'), ['taken-over'])
  })

  it('R15: also where the configurations differ', () => {
    const board = servingBoard()
    board.hears({ digest: 'ffffffffffff', groups: { files: { role: 'active', epoch: { number: 2, board: 'b' } } } })
    equal(board.effects('resetBoard').length, 1)
  })

  it('R15: the evidence outlives a restart: the group is not taken until `baton recover`', () => {
    const board = servingBoard({ epochs: { files: '3a' } })
    meets(board, '2')
    const later = createBoard({ durable: board.card() ?? {}, boot: { sense: false } })
    later.passes(100_000)
    equal(later.role(), 'standby')
    match(later.group('files').problem ?? '', /two boards held files/)
    later.asks({ order: 'recover' })
    deepEqual(later.card()?.evidence, {})
  })

  it('R15: what was found held with evidence stays abandoned until `baton recover` releases it', () => {
    const board = createBoard({ durable: { evidence: { files: 'two holders' } }, found: { files: SERVING } })
    equal(board.group('files').doing, 'stopped, evidence kept')
    board.asks({ order: 'recover' })
    equal(board.role(), 'standby')
    deepEqual(board.actions(), ['inspect', 'stopServices', 'clearAddresses', 'unmount', 'detach', 'inspect'])
  })

  it('R6: a group that is not found held is nobody\u2019s second holder', () => {
    const board = standbyBoard({ found: { files: NOTHING } })
    meets(board, '5')
    equal(board.effects('resetBoard').length, 0)
  })
})
