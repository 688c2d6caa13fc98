// One pairing over the serial line: turns bytes, time and the person's word into events of exchange.ts, and its effects into
// frames, questions and files. Called by `baton pair`. Must not send a byte anywhere but on that one line.
import type { LinkPort } from '../port/ports.js'
import { stepPairing } from './exchange.js'
import { beginPairing, outcomeOf, type PairingEffect, type PairingEvent } from './exchange-state.js'
import { createMessageReader, encodeMessage, type Letter } from './frame.js'
import type { KeyStore } from './key-store.js'
import type { Outcome } from './outcome.js'
import { piecesOf } from './parcel.js'
import type { Progress } from './progress.js'
import { createOwn } from './secret.js'
import type { Traits } from './traits.js'

/** A KeyStore, or one that also keeps what was handed over with the key (null = nothing). */
export interface PairingStore extends Pick<KeyStore, 'use' | 'finish' | 'discard'> {
  store(key: Uint8Array, parcel: Uint8Array | null): Promise<string | null>
}

export interface PairingWorld {
  readonly board: Letter
  /** SEED_BYTES of good randomness, for this pairing alone. */
  readonly seed: Uint8Array
  /** The serial line; what it receives goes to `onBytes`, in any split. */
  readonly openLine: (onBytes: (bytes: Uint8Array) => void) => Pick<LinkPort, 'send' | 'describe' | 'close'>
  readonly traits: Traits
  /** For a fresh board, from one that hands over; null = nothing. */
  readonly parcel: Uint8Array | null
  readonly store: PairingStore
  /** Monotonic milliseconds (R11). */
  readonly now: () => number
  readonly tell: (progress: Progress) => void
  /** Do both boards show this code? `signal`: the question is over. */
  readonly compare: (code: string, signal: AbortSignal) => Promise<boolean>
  /** The person, or the system, ends it. */
  readonly signal: AbortSignal
}

const TICK_MS = 50
/** A port that cannot be opened by then is told; one that is lost later is tried again, as for tokens. */
const LINE_MS_MAX = 5_000
/** For the card, once everything is said. */
const CARD_MS_MAX = 5_000

/** What is left of the files when it has ended so; `null` = done. */
const tidy = async (store: PairingStore, { result }: Outcome, stored: boolean): Promise<string | null> => {
  switch (result) {
    case 'paired':
      return store.finish()
    case 'unchanged':
      return stored ? store.discard() : null
    case 'peer-may-have':
    case 'peer-may-lack':
      // The files say so to whoever looks later.
      return null
  }
}

const within = <T>(work: Promise<T>, fallback: T): Promise<T> =>
  new Promise(resolve => {
    const timer = setTimeout(() => resolve(fallback), CARD_MS_MAX)
    void work.then(value => {
      clearTimeout(timer)
      resolve(value)
    })
  })

/** Resolves when it has ended and everything is told to the other board; always does, at the latest after the bounds of TIMES. */
export const pairBoards = (world: PairingWorld): Promise<Outcome> => {
  const { board, store, now, signal } = world
  const startedAt = now()
  const read = createMessageReader()
  const over = new AbortController()
  const given = world.parcel === null ? [] : piecesOf(world.parcel)
  let state = beginPairing(createOwn(board, world.seed, world.traits), startedAt, given)
  let opened = false
  let stored = false
  let card: Promise<unknown> = Promise.resolve()
  let finish: (outcome: Outcome) => void = () => {}
  const ended = new Promise<Outcome>(resolve => {
    finish = resolve
  })

  const perform = (effect: PairingEffect): void => {
    switch (effect.kind) {
      case 'send':
        return
      case 'tell':
        return world.tell(effect.progress)
      case 'compare':
        void world.compare(effect.code, over.signal).then(yes => take({ kind: 'answered', yes }))
        return
      case 'store':
        stored = true
        card = store.store(effect.key, effect.parcel).then(reason => take({ kind: 'stored', reason }))
        return
      case 'use':
        card = store.use().then(reason => take({ kind: 'used', reason }))
        return
      case 'end':
        return finish(effect.outcome)
    }
  }
  const take = (event: PairingEvent): void => {
    const stepped = stepPairing(state, event, now())
    state = stepped.state
    // A line takes one piece at a time and queues none.
    const frames = stepped.effects.flatMap(effect => (effect.kind === 'send' ? [encodeMessage(effect.message)] : []))
    if (frames.length > 0) line.send(Buffer.concat(frames))
    // Whatever ends it: nobody is asked any more.
    if (state.phase === 'closing' || state.phase === 'ended') over.abort()
    stepped.effects.forEach(perform)
  }
  const line = world.openLine(bytes => {
    for (const heard of read(bytes)) take({ kind: 'heard', heard })
  })
  const onLeft = (): void => take({ kind: 'left' })
  if (signal.aborted) onLeft()
  else signal.addEventListener('abort', onLeft, { once: true })
  const ticking = setInterval(() => {
    const { state: port, detail } = line.describe()
    opened ||= port === 'open'
    if (!opened && now() - startedAt > LINE_MS_MAX) finish(outcomeOf(state, 'unchanged', 'no-line', detail))
    take({ kind: 'tick' })
  }, TICK_MS)

  const end = async (): Promise<Outcome> => {
    const outcome = await ended
    clearInterval(ticking)
    over.abort()
    signal.removeEventListener('abort', onLeft)
    await line.close()
    const late = 'the card does not answer; replace it'
    const left = await within(
      card.then(() => tidy(store, outcome, stored)),
      late
    )
    return left === null || outcome.detail !== '' ? outcome : { ...outcome, detail: left }
  }
  return end()
}
