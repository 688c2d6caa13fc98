// A board that goes on alone hands over to a fresh one, on virtual time: whatever is lost, cut or forged, the fresh board uses all of it
// with the key, or nothing.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createMessageReader, encodeMessage } from '../../src/pairing/frame.js'
import { outcomeText } from '../../src/pairing/outcome.js'
import { PARCEL_BYTES_MAX, packParcel, piecesOf, unpackParcel } from '../../src/pairing/parcel.js'
import { createOwn, shareWith } from '../../src/pairing/secret.js'
import { gives, PLAIN, type Traits, traitsByte, traitsOf } from '../../src/pairing/traits.js'
import { ARRIVES, type BoardOptions, createWorld, type Fate, judge, OLD, seedOf, type World } from './two-boards.js'

const TEXT = `pair: shop\n${'# Wörter\n'.repeat(150)}`
const PARCEL = packParcel({ configuration: TEXT, secrets: 'mail: x\n' }) ?? new Uint8Array()
const survivor = (): BoardOptions => ({
  letter: 'a',
  seed: 1,
  card: { key: OLD, fresh: null, previous: null },
  traits: { ...PLAIN, handsOver: true },
  parcel: PARCEL
})
const fresh = (): BoardOptions => ({ letter: 'b', seed: 2, traits: { ...PLAIN, fresh: true } })
const whys = ({ boards }: World) => boards.map(({ outcome }) => outcome?.why ?? null)
const results = ({ boards }: World) => boards.map(({ outcome }) => outcome?.result ?? null)

/** However it ends: no key without all that belongs to it, and nothing is ever handed back. */
const play = (options: readonly [BoardOptions, BoardOptions], fate: Fate = ARRIVES, forMs = 700_000): World => {
  const world = createWorld(options, fate)
  const before = world.boards.map(({ card }) => card.key)
  world.run(forMs)
  equal(judge(world, before), null)
  const [x, y] = world.boards
  equal(x?.card.parcel, undefined)
  const whole = Buffer.from(PARCEL).toString()
  if (y?.card.key !== before[1]) equal(y?.card.parcel, whole, 'a key without what was handed over')
  else ok(y?.card.parcel === undefined)
  ok(y?.card.freshParcel === undefined || y.card.freshParcel === whole)
  return world
}
const WHOLE = play([survivor(), fresh()])
const PIECES = WHOLE.pieces
const EVENTS = WHOLE.boards.map(({ events }) => events)

describe('a board that hands over to a fresh one', function () {
  this.timeout(60_000)

  it('gives it the key and every byte, and both are told what happens before they agree', () => {
    deepEqual(results(WHOLE), ['paired', 'paired'])
    const [x, y] = WHOLE.boards
    equal(x?.card.key, y?.card.key)
    deepEqual(unpackParcel(Buffer.from(y?.card.parcel ?? '')), { configuration: TEXT, secrets: 'mail: x\n' })
    deepEqual(
      WHOLE.boards.map(({ outcome }) => [outcome?.handed, outcome?.bothFresh]),
      [
        ['over', false],
        ['here', false]
      ]
    )
    ok(x?.told.includes('gives') && y?.told.includes('takes'))
  })

  it('is done with the largest configuration, over a line that loses every fourth message', () => {
    const most = 'x'.repeat(PARCEL_BYTES_MAX - 100)
    const parcel = packParcel({ configuration: most, secrets: null }) ?? new Uint8Array()
    const world = createWorld([{ ...survivor(), parcel }, fresh()], (piece, number) =>
      number % 4 === 3 ? [] : [[piece, 0]]
    )
    world.run(700_000)
    deepEqual(results(world), ['paired', 'paired'])
    equal(unpackParcel(Buffer.from(world.boards[1]?.card.parcel ?? ''))?.configuration, most)
    equal(packParcel({ configuration: 'x'.repeat(PARCEL_BYTES_MAX), secrets: null }), null)
  })

  it('is done although one of the messages, whichever, is lost, doubled, damaged or late', () => {
    for (let hit = 0; hit < PIECES; hit += 1) {
      const damaged = (piece: Uint8Array): Uint8Array =>
        piece.map((byte, at) => (at % 31 === hit % 31 ? byte ^ 0x55 : byte))
      const fates: readonly Fate[] = [
        (piece, number) => (number === hit ? [] : [[piece, 0]]),
        (piece, number) => (number === hit ? [0, 170, 400].map(late => [piece, late] as const) : [[piece, 0]]),
        (piece, number) => [[number === hit ? damaged(piece) : piece, 0]],
        (piece, number) => [[piece, number === hit ? 3000 : 0]]
      ]
      for (const fate of fates)
        deepEqual(results(play([survivor(), fresh()], fate)), ['paired', 'paired'], `message ${hit}`)
    }
  })

  it('leaves the fresh board with all of it or nothing, wherever the cable is pulled or the power of either is cut', () => {
    const seen = new Set<string>()
    for (let from = 0; from <= PIECES; from += 1)
      seen.add(results(play([survivor(), fresh()], (piece, number) => (number >= from ? [] : [[piece, 0]]))).join(' '))
    for (const index of [0, 1])
      for (let cutAfter = 0; cutAfter <= (EVENTS[index] ?? 0); cutAfter += 1) {
        const cut = (options: BoardOptions, at: number): BoardOptions =>
          at === index ? { ...options, cutAfter } : options
        const world = play([cut(survivor(), 0), cut(fresh(), 1)])
        seen.add(String(results(world)[1 - index]))
        // Run again, it comes to its end.
        const cards = world.boards.map(({ card }) => ({ ...card }))
        const keys = cards.map(card => ({ key: card.key, fresh: null, previous: card.previous }))
        const [a, b] = keys
        if (a === undefined || b === undefined) continue
        const again = createWorld([
          { ...survivor(), seed: 11, card: a },
          { ...fresh(), seed: 12, card: b }
        ])
        again.run(60_000)
        deepEqual(results(again), ['paired', 'paired'], `cut at ${cutAfter}, then again`)
      }
    ok(seen.has('unchanged') && [...seen].some(words => words.includes('peer-may')), [...seen].join('; '))
  })

  it('hands over nothing, and changes nothing, where the fresh board`s card fails', () => {
    for (const cardFails of ['store', 'use'] as const) {
      const world = play([survivor(), { ...fresh(), cardFails }])
      equal(world.boards[1]?.card.key, null)
      match(whys(world)[1] ?? '', /not-stored-here/)
    }
  })

  it('is refused on both boards, before anybody is asked, by a board with a record, and by one that hands over, too', () => {
    const served = play([survivor(), { letter: 'b', seed: 2 }])
    deepEqual(whys(served), ['not-fresh-there', 'not-fresh-here'])
    const both = createWorld([survivor(), { ...survivor(), letter: 'b', seed: 2 }])
    both.run(60_000)
    deepEqual(whys(both), ['both-hand-over', 'both-hand-over'])
    for (const board of [...served.boards, ...both.boards]) equal(board.code, null)
    const [first] = served.boards
    match(
      outcomeText(first?.outcome as NonNullable<typeof first>['outcome'] & object, 'a', 'key', true).join('\n'),
      /no fresh one[\s\S]*flash its card anew[\s\S]*`baton replace` again here/
    )
  })

  it('tells two fresh boards that both are', () => {
    const world = createWorld([{ ...fresh(), letter: 'a', seed: 1 }, fresh()])
    world.run(60_000)
    deepEqual(
      world.boards.map(({ outcome }) => [outcome?.result, outcome?.bothFresh, outcome?.handed]),
      [
        ['paired', true, 'nothing'],
        ['paired', true, 'nothing']
      ]
    )
  })

  it('is done, too, by a new board that was set up for another new one that was not, and told by both', () => {
    const first: BoardOptions = { ...survivor(), card: { key: null, fresh: null, previous: null } }
    const offering = { ...PLAIN, fresh: true, offers: true }
    const lacking = { ...PLAIN, fresh: true, lacks: true }
    const world = play([
      { ...first, traits: offering },
      { ...fresh(), traits: lacking }
    ])
    deepEqual(
      world.boards.map(({ outcome }) => [outcome?.result, outcome?.bothFresh, outcome?.handed, outcome?.replacing]),
      [
        ['paired', true, 'over', null],
        ['paired', true, 'here', null]
      ]
    )
    ok(world.boards[1]?.card.parcel !== undefined)
    ok(world.boards[0]?.told.includes('gives') && world.boards[1]?.told.includes('takes'))
  })

  it('gives nothing where nothing is lacking, offered, or where either board has served', () => {
    const names = Object.keys(PLAIN) as (keyof Traits)[]
    const all = Array.from({ length: 16 }, (_, bits) => names.filter((_name, at) => (bits >> at) & 1)).map(
      (on): Traits => ({ ...PLAIN, ...Object.fromEntries(on.map(name => [name, true])) })
    )
    for (const giver of all)
      for (const taker of all) {
        const asked = giver.fresh && giver.offers && taker.lacks
        equal(gives(giver, taker), taker.fresh && (giver.handsOver || asked), JSON.stringify([giver, taker]))
      }
    const idle = createWorld([
      { letter: 'a', seed: 1, traits: { ...PLAIN, fresh: true, offers: true }, parcel: PARCEL },
      { letter: 'b', seed: 2, traits: { ...PLAIN, fresh: true, offers: true }, parcel: PARCEL }
    ])
    idle.run(60_000)
    deepEqual(results(idle), ['paired', 'paired'])
    for (const { card, outcome } of idle.boards) deepEqual([card.parcel, outcome?.handed], [undefined, 'nothing'])
  })

  it('says nothing of it before both persons have agreed, whoever asks', () => {
    let pieces = 0
    const read = createMessageReader()
    const world = createWorld([survivor(), { ...fresh(), answer: null }], (piece, _, from) => {
      if (from === 'a')
        for (const heard of read(piece)) if (heard.kind === 'message' && heard.message.kind === 'piece') pieces += 1
      return [[piece, 0]]
    })
    world.run(2000)
    const [x, y] = world.boards
    const head = { board: 'b', session: y?.state.own.session ?? '', peerSession: x?.state.own.session ?? '' } as const
    for (let next = 0; next < 20; next += 1) world.inject(0, encodeMessage({ ...head, kind: 'want', next }))
    world.run(2000)
    deepEqual([x?.state.phase, pieces], ['agreed', 0])
  })
})

describe('what is handed over', () => {
  const ours = shareWith(createOwn('a', seedOf(1)), createOwn('b', seedOf(2)))
  const theirs = shareWith(createOwn('b', seedOf(2)), createOwn('a', seedOf(1)))

  it('can be read by the other board alone, each piece in its place', () => {
    ok(ours !== null && theirs !== null)
    const piece = Buffer.from('pair: shop')
    const sealed = ours.seal('a', 3, 9, piece)
    deepEqual(Buffer.from(theirs.unseal('a', 3, 9, sealed) ?? []), piece)
    for (const [board, index, total] of [
      ['b', 3, 9],
      ['a', 4, 9],
      ['a', 3, 10]
    ] as const)
      equal(theirs.unseal(board, index, total, sealed), null)
    for (let at = 0; at < sealed.length; at += 1) {
      const other = sealed[at] === '0' ? '1' : '0'
      equal(theirs.unseal('a', 3, 9, sealed.slice(0, at) + other + sealed.slice(at + 1)), null)
    }
    equal(theirs.unseal('a', 3, 9, ''), null)
    const stranger = shareWith(createOwn('b', seedOf(4)), createOwn('a', seedOf(1)))
    equal(stranger?.unseal('a', 3, 9, sealed), null)
  })

  it('is no parcel when it is anything else', () => {
    for (const text of ['', '{', '[]', 'null', '{"configuration":1,"secrets":null}', '{"configuration":"x"}', '\u0000'])
      equal(unpackParcel(Buffer.from(text)), null, text)
    equal(unpackParcel(Buffer.of(0x22, 0xff, 0x22)), null)
    equal(piecesOf(new Uint8Array()).length, 1)
    for (let byte = 0; byte < 256; byte += 1)
      equal(traitsOf(byte) === null ? null : traitsByte(traitsOf(byte) ?? PLAIN), byte < 16 ? byte : null)
  })
})
