import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { createCodec } from '../../src/link/codec.js'
import {
  createMessageReader,
  encodeMessage,
  type Heard,
  type Message,
  NO_PROOF,
  NO_SESSION
} from '../../src/pairing/frame.js'
import { outcomeText } from '../../src/pairing/outcome.js'
import { commitmentOf, createOwn } from '../../src/pairing/secret.js'
import { PLAIN } from '../../src/pairing/traits.js'
import { createRandom, randomBytes, randomToken } from '../link/fixtures.js'
import {
  ARRIVES,
  type Board,
  type BoardOptions,
  createWorld,
  type Fate,
  judge,
  seedOf,
  type World
} from './two-boards.js'

const A: BoardOptions = { letter: 'a', seed: 1 }
const B: BoardOptions = { letter: 'b', seed: 2 }
const NOBODY: Fate = () => []
/** The second board hears and says nothing. */
const alone = (): World => createWorld([A, B], NOBODY)
const phaseOf = (world: World) => world.boards[0]?.state.phase
const ended = (world: World): void => {
  world.run(700_000)
  equal(judge(world, [null, null]), null)
}
const say = (world: World, message: Message): void => world.inject(0, encodeMessage(message))
const X = createOwn('b', seedOf(77))
/** The first words of the end, as board a tells it. */
const why = (world: World): string =>
  outcomeText(world.boards[0]?.outcome as NonNullable<Board['outcome']>, 'a', 'key', false)[0] ?? ''
const toA = (world: World) =>
  ({ board: 'b', session: X.session, peerSession: world.boards[0]?.state.own.session ?? '' }) as const

describe('a pairing under attack', function () {
  this.timeout(60_000)

  it('shows two different codes where a man in the middle has an exchange of his own with each board', () => {
    // Two whole exchanges: board a with his b, his a with board b.
    const left = createWorld([
      { ...A, answer: null },
      { letter: 'b', seed: 91, answer: null }
    ])
    const right = createWorld([
      { letter: 'a', seed: 92, answer: null },
      { ...B, answer: null }
    ])
    for (const world of [left, right]) world.run(2000)
    const shown = [left.boards[0]?.code, right.boards[1]?.code]
    ok(shown.every(code => /^\d{6}$/.test(code ?? '')))
    notEqual(shown[0], shown[1])
    for (const board of [left.boards[0], right.boards[1]]) board?.take({ kind: 'answered', yes: false })
    for (const world of [left, right]) {
      world.run(10_000)
      equal(world.boards.map(({ card }) => card.fresh ?? card.key).join(''), '')
    }
  })

  it('ends where somebody reveals another key than he promised, though he heard ours first', () => {
    const world = alone()
    say(world, { ...toA(world), kind: 'promise', commitment: X.commitment })
    equal(phaseOf(world), 'revealing')
    const other = createOwn('b', seedOf(78))
    say(world, { ...toA(world), kind: 'reveal', publicKey: other.publicKey, nonce: X.nonce, traits: PLAIN })
    equal(world.boards[0]?.code, null)
    ended(world)
    equal(world.boards[0]?.outcome?.why, 'tampered')
    match(why(world), /somebody is between the boards/)
  })

  it('reveals nothing to somebody who has promised nothing', () => {
    const heard: Message[] = []
    const read = createMessageReader()
    const world = createWorld([A, B], (piece, _, from) => {
      const all: readonly Heard[] = from === 'a' ? read(piece) : []
      for (const each of all) if (each.kind === 'message') heard.push(each.message)
      return []
    })
    say(world, { ...toA(world), kind: 'reveal', publicKey: X.publicKey, nonce: X.nonce, traits: PLAIN })
    say(world, { ...toA(world), peerSession: NO_SESSION, kind: 'promise', commitment: X.commitment })
    world.run(2000)
    deepEqual([...new Set(heard.map(({ kind }) => kind))], ['promise'])
  })

  it('gives one code only: whoever promises anew is not answered, so that no code can be tried for', () => {
    const world = alone()
    say(world, { ...toA(world), kind: 'promise', commitment: X.commitment })
    say(world, { ...toA(world), kind: 'reveal', publicKey: X.publicKey, nonce: X.nonce, traits: PLAIN })
    const code = world.boards[0]?.code
    match(code ?? '', /^\d{6}$/)
    const again = createOwn('b', seedOf(79))
    say(world, { ...toA(world), session: again.session, kind: 'promise', commitment: again.commitment })
    say(world, {
      ...toA(world),
      session: again.session,
      kind: 'reveal',
      publicKey: again.publicKey,
      nonce: again.nonce,
      traits: PLAIN
    })
    // Also within the session that it is with.
    say(world, { ...toA(world), kind: 'promise', commitment: again.commitment })
    say(world, { ...toA(world), kind: 'reveal', publicKey: again.publicKey, nonce: again.nonce, traits: PLAIN })
    equal(world.boards[0]?.code, code)
    equal(world.boards[0]?.state.peer?.session, X.session)
    ended(world)
    equal(world.boards[0]?.outcome?.why, 'anew')
  })

  it('refuses a public key that leads to no secret', () => {
    const world = alone()
    const weak = { board: 'b', session: X.session, nonce: X.nonce, publicKey: '00'.repeat(32), traits: PLAIN } as const
    say(world, { ...toA(world), kind: 'promise', commitment: commitmentOf(weak) })
    say(world, { ...toA(world), kind: 'reveal', publicKey: weak.publicKey, nonce: weak.nonce, traits: PLAIN })
    ended(world)
    equal(world.boards[0]?.outcome?.why, 'tampered')
  })

  it('takes no word for agreed, stored or done without its proof, nor its own proof for the other board`s', () => {
    const world = createWorld([A, { ...B, answer: null }])
    world.run(1000)
    const [x, y] = world.boards as [Board, Board]
    equal(x.state.phase, 'agreed')
    const head = { board: 'b', session: y.state.own.session, peerSession: x.state.own.session } as const
    const own = x.state.shared?.proofOf('a', 'agree') ?? ''
    for (const proof of [NO_PROOF, own, 'ff'.repeat(32)])
      for (const kind of ['agree', 'stored', 'done'] as const) say(world, { ...head, kind, proof })
    deepEqual([x.state.phase, x.state.peerLevel, x.card.fresh], ['agreed', 0, null])
  })

  it('believes no unproved stop once the key is stored', () => {
    let mute = false
    const world = createWorld([A, B], (piece, _, from) => (mute && from === 'b' ? [] : [[piece, 0]]))
    world.run(5000, () => world.boards[0]?.state.phase === 'storing')
    mute = true
    world.run(5000, () => world.boards[0]?.state.phase === 'stored')
    const [x, y] = world.boards as [Board, Board]
    equal(x.state.phase, 'stored')
    const head = { board: 'b', session: y.state.own.session, peerSession: x.state.own.session } as const
    say(world, { ...head, kind: 'stop', reason: 'left', proof: NO_PROOF })
    equal(x.state.phase, 'stored')
  })

  it('knows its own words when they come back, and never pairs with itself', () => {
    // A loop plug: what board a says reaches board a.
    const mirror = createWorld([A, { ...A }], ARRIVES)
    mirror.run(2000, () => false)
    deepEqual(mirror.boards[0]?.told, ['echo'])
    equal(mirror.boards[0]?.state.phase, 'searching')
    ended(mirror)
    match(why(mirror), /loop plug/)
  })

  it('finds out that both boards say a, and says so on both', () => {
    const world = createWorld([A, { letter: 'a', seed: 2 }])
    world.run(10_000)
    deepEqual(
      world.boards.map(({ outcome }) => [outcome?.result, outcome?.why]),
      [
        ['unchanged', 'same-letter'],
        ['unchanged', 'same-letter']
      ]
    )
    match(why(world), /both boards say that they are board a/)
  })

  it('goes on with its board while a third one on the line calls', () => {
    const world = createWorld([A, B])
    const [x] = world.boards as [Board, Board]
    world.run(1000, () => x.state.phase === 'comparing')
    for (let turn = 0; turn < 20; turn += 1) {
      say(world, { ...toA(world), kind: 'promise', commitment: X.commitment })
      say(world, { ...toA(world), peerSession: NO_SESSION, kind: 'promise', commitment: X.commitment })
      say(world, { ...toA(world), kind: 'stop', reason: 'left', proof: NO_PROOF })
      world.run(100)
    }
    ended(world)
    deepEqual(
      world.boards.map(({ outcome }) => outcome?.result),
      ['paired', 'paired']
    )
  })

  it('is not impressed by everything that was said in an earlier pairing', () => {
    const old: Uint8Array[] = []
    const first = createWorld([A, B], (piece, _, from) => {
      if (from === 'b') old.push(piece)
      return [[piece, 0]]
    })
    first.run(10_000)
    equal(first.boards[0]?.outcome?.result, 'paired')
    const second = createWorld([{ ...A, seed: 5 }, B], NOBODY)
    for (const piece of [...old, ...old]) {
      second.inject(0, piece)
      second.run(20, () => false)
    }
    deepEqual([phaseOf(second), second.boards[0]?.told], ['searching', []])
    // And the same bytes in the middle of the next one.
    const third = createWorld([
      { ...A, seed: 5 },
      { ...B, seed: 6 }
    ])
    for (const piece of old) {
      third.inject(0, piece)
      third.run(60, () => false)
    }
    ended(third)
    deepEqual(
      third.boards.map(({ outcome }) => outcome?.result),
      ['paired', 'paired']
    )
  })

  it('recognises a daemon by its tokens, says so once, and pairs when the other board is ready', () => {
    const random = createRandom(4)
    const codec = createCodec({ key: randomBytes(random, 32), groups: 1 })
    const world = createWorld([A, B], (piece, number) => (number < 24 ? [] : [[piece, 0]]))
    for (let turn = 0; turn < 20; turn += 1) {
      world.inject(0, codec.encode(randomToken(random, 1)))
      world.run(50)
    }
    deepEqual(world.boards[0]?.told, ['daemon-heard'])
    ended(world)
    equal(world.boards[0]?.outcome?.result, 'paired')
    const silent = alone()
    silent.inject(0, codec.encode(randomToken(random, 1)))
    ended(silent)
    match(why(silent), /runs its daemon.*baton mode maintenance/)
  })

  it('is paired in the midst of noise', () => {
    const random = createRandom(9)
    const world = createWorld([A, B], piece => [
      [randomBytes(random, 1 + random(300)), 0],
      [piece, 2],
      [randomBytes(random, random(40)), 4]
    ])
    ended(world)
    deepEqual(
      world.boards.map(({ outcome }) => outcome?.result),
      ['paired', 'paired']
    )
  })
})
