// Two boards, a cable and two persons on virtual time, for the tests of the pairing. Cards are two names for keys; a power cut
// leaves what was durable. The judge looks at the cards, never at a board's own opinion.
import { createHash } from 'node:crypto'
import { stepPairing } from '../../src/pairing/exchange.js'
import { beginPairing, type PairingEvent, type PairingState } from '../../src/pairing/exchange-state.js'
import { createMessageReader, encodeMessage, type Letter } from '../../src/pairing/frame.js'
import type { Outcome } from '../../src/pairing/outcome.js'
import { piecesOf } from '../../src/pairing/parcel.js'
import { createOwn, SEED_BYTES } from '../../src/pairing/secret.js'
import { PLAIN, type Traits } from '../../src/pairing/traits.js'

export const OLD = 'old key'
export interface Card {
  key: string | null
  fresh: string | null
  previous: string | null
  /** What was handed over with the key that was stored, and with the one in use. */
  freshParcel?: string
  parcel?: string
}

export interface BoardOptions {
  readonly letter: Letter
  readonly seed: number
  /** After the code is shown; null = never. */
  readonly answer?: boolean | null
  readonly card?: Card
  readonly traits?: Traits
  /** What is handed over from here. */
  readonly parcel?: Uint8Array
  /** Power is lost when it has taken so many events (ticks and noise aside). */
  readonly cutAfter?: number
  /** Of the two acts on the card, the one that fails. */
  readonly cardFails?: 'store' | 'use'
}

export interface Board {
  readonly card: Card
  code: string | null
  told: string[]
  outcome: Outcome | null
  dead: boolean
  events: number
  state: PairingState
  take(event: PairingEvent): void
  hear(bytes: Uint8Array): void
}

/** What happens to one piece of bytes on its way: what arrives instead, each with its delay in milliseconds. */
export type Fate = (piece: Uint8Array, number: number, from: Letter) => readonly (readonly [Uint8Array, number])[]
export const ARRIVES: Fate = piece => [[piece, 0]]

export interface World {
  now: number
  readonly boards: readonly Board[]
  /** Pieces that were sent. */
  pieces: number
  /** Bytes from elsewhere into a board's line. */
  inject(to: number, bytes: Uint8Array): void
  run(forMs: number, until?: () => boolean): void
}

export const seedOf = (seed: number): Uint8Array => {
  const [x, y] = [0, 1].map(part => createHash('sha256').update(`${seed} ${part}`).digest())
  return Buffer.concat([x as Buffer, y as Buffer]).subarray(0, SEED_BYTES)
}

const STEP_MS = 10
/** While nothing is under way. */
const IDLE_STEP_MS = 125
const WIRE_MS = 10
const PERSON_MS = 400

export const createWorld = (options: readonly [BoardOptions, BoardOptions], fate: Fate = ARRIVES): World => {
  let due: { readonly at: number; readonly run: () => void }[] = []
  const later = (ms: number, run: () => void): void => {
    due.push({ at: world.now + ms, run })
  }
  const createBoard = (index: number): Board => {
    const {
      letter,
      seed,
      answer = true,
      cutAfter = Number.POSITIVE_INFINITY,
      cardFails,
      traits = PLAIN,
      parcel
    } = options[index] as BoardOptions
    const read = createMessageReader()
    const card = options[index]?.card ?? { key: null, fresh: null, previous: null }
    const act = (what: 'store' | 'use', work: () => void, done: (reason: string | null) => void): void =>
      later(30, () => {
        if (board.dead) return
        if (cardFails !== what) work()
        done(cardFails === what ? 'the card is full' : null)
      })
    const perform = (effect: ReturnType<typeof stepPairing>['effects'][number]): void => {
      if (effect.kind === 'tell') board.told.push(effect.progress.kind)
      if (effect.kind === 'compare') {
        board.code = effect.code
        if (answer !== null) later(PERSON_MS * (index + 1), () => board.take({ kind: 'answered', yes: answer }))
      }
      if (effect.kind === 'store') {
        const key = Buffer.from(effect.key).toString('hex')
        const parcel = effect.parcel === null ? undefined : Buffer.from(effect.parcel).toString()
        const put = (): void => {
          card.fresh = key
          if (parcel !== undefined) card.freshParcel = parcel
        }
        act('store', put, reason => board.take({ kind: 'stored', reason }))
      }
      if (effect.kind === 'use') {
        const put = (): void => {
          card.previous ??= card.key
          card.key = card.fresh
          card.fresh = null
          if (card.freshParcel !== undefined) card.parcel = card.freshParcel
        }
        act('use', put, reason => board.take({ kind: 'used', reason }))
      }
      if (effect.kind === 'end') {
        board.outcome = effect.outcome
        if (effect.outcome.result === 'paired') card.previous = null
        if (effect.outcome.result === 'unchanged') {
          card.fresh = null
          delete card.freshParcel
        }
      }
    }
    const board: Board = {
      card,
      code: null,
      told: [],
      outcome: null,
      dead: false,
      events: 0,
      state: beginPairing(createOwn(letter, seedOf(seed), traits), 0, parcel === undefined ? [] : piecesOf(parcel)),
      take: event => {
        if (board.dead) return
        const stepped = stepPairing(board.state, event, world.now)
        board.state = stepped.state
        if (stepped.effects.length > 0) board.events += 1
        const frames = stepped.effects.flatMap(each => (each.kind === 'send' ? [encodeMessage(each.message)] : []))
        stepped.effects.forEach(perform)
        if (board.events > cutAfter) board.dead = true
        else if (frames.length > 0) sendPiece(index, letter, Buffer.concat(frames))
      },
      hear: bytes => {
        if (!board.dead) for (const heard of read(bytes)) board.take({ kind: 'heard', heard })
      }
    }
    return board
  }
  const sendPiece = (from: number, letter: Letter, piece: Uint8Array): void => {
    const to = world.boards[1 - from]
    for (const [bytes, delay] of fate(piece, world.pieces++, letter)) later(WIRE_MS + delay, () => to?.hear(bytes))
  }
  const world: World = {
    now: 0,
    boards: [],
    pieces: 0,
    inject: (to, bytes) => world.boards[to]?.hear(bytes),
    run: (forMs, until = () => world.boards.every(({ outcome, dead }) => dead || outcome !== null)) => {
      for (
        const end = world.now + forMs;
        world.now < end && !until();
        world.now += due.length > 0 ? STEP_MS : IDLE_STEP_MS
      ) {
        const ripe = due.filter(({ at }) => at <= world.now)
        due = due.filter(({ at }) => at > world.now)
        for (const { run } of ripe) run()
        for (const board of world.boards) board.take({ kind: 'tick' })
      }
    }
  }
  return Object.assign(world, { boards: [createBoard(0), createBoard(1)] })
}

/** What is wrong with how it ended; null = nothing. Whatever happened, this must hold. */
export const judge = ({ boards }: World, before: readonly (string | null)[]): string | null => {
  const used = boards.map(({ card }) => card.key)
  const results = boards.map(({ outcome }) => outcome?.result ?? null)
  const isNew = (index: number): boolean => used[index] !== before[index]
  const words = JSON.stringify({ used: used.map(key => key?.slice(0, 8) ?? null), results })
  if (boards.some(({ dead, outcome }) => !dead && outcome === null)) return `a board never ended: ${words}`
  if (isNew(0) && isNew(1) && used[0] !== used[1]) return `two different new keys: ${words}`
  for (const [index, result] of results.entries()) {
    const [here, there] = [isNew(index), isNew(1 - index)]
    if (result === 'paired' && !(here && there)) return `paired is said, and a board lacks the key: ${words}`
    if (result === 'unchanged' && (here || there)) return `unchanged is said, and a board has the key: ${words}`
    if (result === 'peer-may-have' && here) return `a board has the key and says that it has not: ${words}`
    if (result === 'peer-may-lack' && !here) return `a board lacks the key and says that it has it: ${words}`
  }
  return null
}
