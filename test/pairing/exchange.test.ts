import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { TIMES } from '../../src/pairing/exchange-state.js'
import { outcomeText } from '../../src/pairing/outcome.js'
import { ARRIVES, type BoardOptions, createWorld, type Fate, judge, OLD, type World } from './two-boards.js'

const A: BoardOptions = { letter: 'a', seed: 1 }
const B: BoardOptions = { letter: 'b', seed: 2 }
const LONG_MS = 60_000
const oldCard = () => ({ key: OLD, fresh: null, previous: null })
const both = (options: Partial<BoardOptions>): readonly [BoardOptions, BoardOptions] => [
  { ...A, ...options },
  { ...B, ...options }
]

const play = (options: readonly [BoardOptions, BoardOptions], fate: Fate = ARRIVES, forMs = LONG_MS): World => {
  const world = createWorld(options, fate)
  const before = world.boards.map(({ card }) => card.key)
  world.run(forMs)
  equal(judge(world, before), null)
  return world
}
const results = ({ boards }: World) => boards.map(({ outcome }) => outcome?.result ?? null)
const whys = ({ boards }: World) => boards.map(({ outcome }) => outcome?.why ?? null)
const PIECES = play([A, B]).pieces
const EVENTS = Math.max(...play([A, B]).boards.map(({ events }) => events))

describe('two boards that are paired', function () {
  this.timeout(60_000)

  it('show the same six digits and end with the same key in use, nothing beside it', () => {
    const world = play([A, B])
    const [x, y] = world.boards
    match(x?.code ?? '', /^\d{6}$/)
    equal(x?.code, y?.code)
    deepEqual(results(world), ['paired', 'paired'])
    match(x?.card.key ?? '', /^[0-9a-f]{64}$/)
    deepEqual(x?.card, { key: y?.card.key, fresh: null, previous: null })
    deepEqual(y?.card, x?.card)
    ok(world.now < 5000, `it took ${world.now} ms`)
  })

  it('get another key and another code the next time', () => {
    const first = play([A, B])
    const second = play([A, { ...B, seed: 3 }])
    notEqual(first.boards[0]?.card.key, second.boards[0]?.card.key)
    notEqual(first.boards[0]?.code, second.boards[0]?.code)
  })

  it('change a key that is there, and keep the old one until both have the new one', () => {
    const world = play([
      { ...A, card: oldCard() },
      { ...B, card: oldCard() }
    ])
    deepEqual(results(world), ['paired', 'paired'])
    deepEqual(
      world.boards.map(({ card }) => [card.key === OLD, card.previous]),
      [
        [false, null],
        [false, null]
      ]
    )
  })

  it('are paired although one of their messages, whichever, is lost, doubled or damaged', () => {
    for (let hit = 0; hit < PIECES; hit += 1) {
      const damaged = (piece: Uint8Array): Uint8Array =>
        piece.map((byte, at) => (at % 31 === hit % 31 ? byte ^ 0x55 : byte))
      const fates: readonly Fate[] = [
        (piece, number) => (number === hit ? [] : [[piece, 0]]),
        (piece, number) => (number === hit ? Array.from({ length: 5 }, (_, at) => [piece, at * 170]) : [[piece, 0]]),
        (piece, number) => [[number === hit ? damaged(piece) : piece, 0]]
      ]
      for (const fate of fates) deepEqual(results(play([A, B], fate)), ['paired', 'paired'], `piece ${hit}`)
    }
  })

  it('are paired, or say what is certain, although one of their messages is three seconds late', () => {
    for (let hit = 0; hit < PIECES; hit += 1) {
      const world = play([A, B], (piece, number) => [[piece, number === hit ? 3000 : 0]])
      ok(
        results(world).every(result => result === 'paired'),
        `piece ${hit}: ${results(world)}`
      )
    }
  })

  it('are paired over a line that loses every second message and cuts all others in two', () => {
    const world = play([A, B], (piece, number) => {
      const middle = (number * 7) % piece.length
      return (number * 2_654_435_761) & 0x4000
        ? []
        : [
            [piece.subarray(0, middle), 0],
            [piece.subarray(middle), 20]
          ]
    })
    deepEqual(results(world), ['paired', 'paired'])
  })

  it('never half trust each other, wherever the cable is pulled, for good, in one direction or in both', () => {
    const seen = new Set<string>()
    for (const mute of ['a', 'b', 'ab'])
      for (let from = mute === 'ab' ? 0 : 3; from <= PIECES; from += 1) {
        const fate: Fate = (piece, number, by) => (number >= from && mute.includes(by) ? [] : [[piece, 0]])
        const world = play(
          [A, B].map(each => ({ ...each, card: oldCard() })) as [BoardOptions, BoardOptions],
          fate,
          700_000
        )
        seen.add(results(world).join(' '))
      }
    // The last word may always be the one that is lost: then it is told.
    ok(seen.has('unchanged unchanged') && seen.has('paired paired'), [...seen].join('; '))
    ok(
      [...seen].some(words => words.includes('peer-may')),
      [...seen].join('; ')
    )
  })

  it('never half trust each other, wherever the power of one is cut', () => {
    const seen = new Set<string>()
    for (const index of [0, 1])
      for (let cutAfter = 0; cutAfter <= EVENTS; cutAfter += 1) {
        const cut = (options: BoardOptions, at: number): BoardOptions =>
          at === index ? { ...options, cutAfter } : options
        const world = play([cut({ ...A, card: oldCard() }, 0), cut({ ...B, card: oldCard() }, 1)], ARRIVES, 700_000)
        const [dead, survivor] = [world.boards[index], world.boards[1 - index]]
        seen.add(survivor?.outcome?.result ?? '')
        if (dead?.card.key !== survivor?.card.key) {
          ok(survivor?.outcome?.result.startsWith('peer-may'), `${cutAfter}: ${survivor?.outcome?.result}`)
          // Its card tells it when it is back: a key beside the one in use.
          ok(dead?.card.fresh !== null || dead?.card.previous !== null, `${cutAfter}: nothing is left on its card`)
        }
      }
    deepEqual(
      [...seen].sort(),
      ['paired', 'peer-may-have', 'peer-may-lack', 'unchanged'].filter(word => seen.has(word))
    )
    ok(seen.has('unchanged') && seen.size >= 3, [...seen].join(' '))
  })

  it('say so on both consoles when one person refuses, and nothing is stored', () => {
    const world = play([A, { ...B, answer: false }])
    deepEqual(results(world), ['unchanged', 'unchanged'])
    deepEqual(whys(world), ['refused-there', 'refused-here'])
    deepEqual(
      world.boards.map(({ card }) => card.fresh),
      [null, null]
    )
  })

  it('store nothing while one person has not agreed, and end for lateness', () => {
    const world = createWorld([A, { ...B, answer: null }])
    world.run(30_000)
    deepEqual(
      world.boards.map(({ state, card }) => [state.phase, card.fresh]),
      [
        ['agreed', null],
        ['comparing', null]
      ]
    )
    deepEqual(world.boards[0]?.told, ['found', 'waiting'])
    deepEqual(world.boards[1]?.told, ['found', 'peer-agreed'])
    world.run(2 * TIMES.compare)
    deepEqual(results(world), ['unchanged', 'unchanged'])
    ok(whys(world).includes('late'))
  })

  it('change nothing when one card cannot store the key, and say whose', () => {
    const world = play([
      { ...A, card: oldCard() },
      { ...B, card: oldCard(), cardFails: 'store' }
    ])
    deepEqual(results(world), ['unchanged', 'unchanged'])
    deepEqual(whys(world), ['not-stored-there', 'not-stored-here'])
    equal(world.boards[1]?.outcome?.detail, 'the card is full')
    deepEqual(
      world.boards.map(({ card }) => card.key),
      [OLD, OLD]
    )
  })

  it('tell both when one card cannot put the key in its place', () => {
    const world = play([
      { ...A, card: oldCard() },
      { ...B, card: oldCard(), cardFails: 'use' }
    ])
    deepEqual(results(world), ['peer-may-lack', 'peer-may-have'])
    equal(world.boards[0]?.card.previous, OLD)
  })

  it('end together when one is left by its person before the card is asked', () => {
    const world = createWorld(both({ answer: null }))
    world.run(1000)
    world.boards[0]?.take({ kind: 'left' })
    world.run(LONG_MS)
    deepEqual(whys(world), ['left-here', 'left-there'])
    ok(world.now < 5000)
  })
})

describe('the words of the end', () => {
  it('say what is certain, what to do, and the way back to a key that was there', () => {
    const said = (result: 'unchanged' | 'peer-may-have' | 'peer-may-lack', hadKey: boolean): string =>
      outcomeText(
        { result, why: 'silent', detail: '', told: [], bothFresh: false, handed: 'nothing', replacing: null },
        'a',
        '/etc/baton/key',
        hadKey
      ).join('\n')
    match(said('unchanged', false), /Not paired: the other board fell silent.*\n.*Nothing was changed on either board/)
    match(
      said('peer-may-have', true),
      /keeps the key that it had; THE OTHER BOARD MAY HAVE[\s\S]*`baton pair` again on both/
    )
    match(
      said('peer-may-lack', true),
      /THE OTHER BOARD MAY NOT HAVE IT[\s\S]*mv \/etc\/baton\/key\.previous \/etc\/baton\/key/
    )
    ok(!said('peer-may-lack', false).includes('previous'))
    const unsure = outcomeText(
      {
        result: 'peer-may-lack',
        why: 'silent',
        detail: '',
        told: [],
        bothFresh: false,
        handed: 'nothing',
        replacing: null
      },
      'a',
      'key',
      true,
      false
    )
    ok(!unsure.join('\n').includes('previous'))
  })
})
