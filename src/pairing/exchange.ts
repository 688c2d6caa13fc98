// One board's side of a pairing, from the first promise to the key that both use. Pure: state, event and instant in, state and
// effects out. Two phases: a key is stored beside the old one first, and used once the other board has stored it, too.
// Must never end without saying what is certain about the other board (outcome.ts).
import {
  certainty,
  close,
  enter,
  giveUp,
  headOf,
  isGiven,
  isTaken,
  messagesOf,
  outcomeOf,
  type PairingEvent,
  type PairingState,
  type Stepped,
  speak,
  TIMES,
  tell
} from './exchange-state.js'
import { type Heard, type Letter, type Level, type Message, NO_PROOF, type StopReason } from './frame.js'
import { give, take } from './hand-over.js'
import type { Why } from './outcome.js'
import { commitmentOf, type Own, shareWith } from './secret.js'
import { traitsConflict } from './traits.js'

const LEVELS: Readonly<Record<Level, number>> = { agree: 1, stored: 2, done: 3 }
/** From here on the work is short and bounded, and what is certain is best known at its end: nobody leaves in between. */
const NO_LEAVING: readonly PairingState['phase'][] = ['storing', 'stored', 'using', 'done', 'closing', 'ended']
const other = (own: Own): Letter => (own.board === 'a' ? 'b' : 'a')
const same = (state: PairingState): Stepped => ({ state, effects: [] })
/** The second step's effects behind those of the first. */
const andThen = (first: Stepped, next: (state: PairingState) => Stepped): Stepped => {
  const second = next(first.state)
  return { state: second.state, effects: [...first.effects, ...second.effects] }
}

const STOPPED: Readonly<Record<StopReason, Why>> = {
  refused: 'refused-there',
  left: 'left-there',
  'same-letter': 'same-letter',
  'not-stored': 'not-stored-there',
  tampered: 'tampered',
  late: 'late-there'
}

/** The other board has ended it. Proved, its word is certain: it has not put the key in use, and never will. */
const onStop = (state: PairingState, message: Message & { kind: 'stop' }, now: number): Stepped => {
  const { phase, shared, own } = state
  const proved = shared?.matches(other(own), message.reason, message.proof) ?? false
  const early = certainty(phase) === 'unchanged'
  // Nobody can prove anything before both have the key. Later only a proof makes us believe.
  if (!(proved || early) || state.peerLevel === LEVELS.done) return same(state)
  const result = phase === 'using' || phase === 'done' ? 'peer-may-lack' : 'unchanged'
  // What is being put in place is waited for: `used` comes and ends it.
  if (phase === 'using') return same(state)
  return close(state, outcomeOf(state, result, STOPPED[message.reason]), [], now)
}

const onReveal = (state: PairingState, message: Message & { kind: 'reveal' }, now: number): Stepped => {
  const { own, peer, phase } = state
  if (peer === null || phase !== 'revealing') return same(state)
  const { publicKey, nonce, traits } = message
  const revealed = { board: other(own), session: peer.session, publicKey, nonce, traits }
  const shared = commitmentOf(revealed) === peer.commitment ? shareWith(own, revealed) : null
  if (shared === null) return giveUp(state, 'tampered', 'tampered', now)
  const known = { ...state, shared, peerTraits: traits }
  const why = traitsConflict(own.traits, traits)
  // The other board finds the same, once it has our reveal.
  if (why !== null) return close(known, outcomeOf(known, 'unchanged', why), messagesOf(state), now)
  const told = isGiven(own, traits) ? tell(known, 'gives') : isTaken(own, traits) ? tell(known, 'takes') : same(known)
  return andThen(told, next => enter(next, 'comparing', now, { kind: 'compare', code: shared.code }))
}

/** Both persons agreed: to the card, a fresh board once it has what is handed over. Both stored: to its place. */
const advance = (state: PairingState, now: number): Stepped => {
  const { own, phase, peerLevel, shared, peerTraits } = state
  if (phase === 'agreed' && peerLevel >= LEVELS.agree && shared !== null)
    return isTaken(own, peerTraits)
      ? enter(state, 'taking', now)
      : enter(state, 'storing', now, { kind: 'store', key: shared.key, parcel: null })
  if (phase === 'stored' && peerLevel >= LEVELS.stored) return enter(state, 'using', now, { kind: 'use' })
  if (phase === 'done' && peerLevel >= LEVELS.done) {
    return close(state, outcomeOf(state, 'paired', 'paired'), messagesOf(state), now)
  }
  return same(state)
}

const onLevel = (state: PairingState, message: Message & { kind: Level }, now: number): Stepped => {
  const { shared, own, peerLevel, phase, ending } = state
  const level = LEVELS[message.kind]
  if (shared === null || !shared.matches(other(own), message.kind, message.proof)) return same(state)
  // Somebody who still asks has not heard our end: go on telling it.
  if (phase === 'closing' && ending !== null && level < LEVELS.done && now - state.since < 6 * TIMES.closing)
    return { state: { ...state, ending: { ...ending, until: now + TIMES.closing } }, effects: [] }
  if (level <= peerLevel) return same(state)
  const risen = { ...state, peerLevel: level }
  return andThen(phase === 'comparing' ? tell(risen, 'peer-agreed') : same(risen), next => advance(next, now))
}

/** Words of the board that this exchange is with. */
const onPeer = (state: PairingState, message: Message, now: number): Stepped => {
  const alive = { ...state, heardAt: now }
  switch (message.kind) {
    case 'promise':
      return { state: alive, effects: [] }
    case 'reveal':
      return onReveal(alive, message, now)
    case 'agree':
    case 'stored':
    case 'done':
      return onLevel(alive, message, now)
    case 'want':
      return give(alive, message.next, now)
    case 'piece':
      return take(alive, message, now)
    case 'stop':
      return state.phase === 'closing' ? same(state) : onStop(alive, message, now)
  }
}

/** Nobody is latched yet: who is there, and does it hear us now? An echo of our number of this exchange is never old bytes. */
const onStranger = (state: PairingState, message: Message, now: number): Stepped => {
  const { own } = state
  const fresh = message.peerSession === own.session
  if (fresh && message.board === own.board && (message.kind === 'promise' || message.kind === 'stop')) {
    const seen = { ...state, seen: message.session }
    const promise = messagesOf(seen)
    const stop: Message = { ...headOf(seen), kind: 'stop', reason: 'same-letter', proof: NO_PROOF }
    return close(seen, outcomeOf(seen, 'unchanged', 'same-letter'), [...promise, stop], now)
  }
  if (message.kind !== 'promise') return same(state)
  if (!fresh) return message.session === state.seen ? same(state) : speak({ ...state, seen: message.session }, now)
  const { session, commitment } = message
  return andThen(tell({ ...state, peer: { session, commitment }, heardAt: now }, 'found'), next =>
    enter(next, 'revealing', now)
  )
}

const onHeard = (state: PairingState, heard: Heard, now: number): Stepped => {
  if (heard.kind === 'token') return tell(state, 'daemon-heard')
  if (heard.kind === 'other-version') return tell(state, 'other-version')
  const { message } = heard
  const { own, peer, phase } = state
  if (message.session === own.session) return tell(state, 'echo')
  if (peer === null) return phase === 'searching' ? onStranger(state, message, now) : same(state)
  if (message.session === peer.session && message.peerSession === own.session && message.board !== own.board)
    return onPeer(state, message, now)
  return message.kind === 'promise' && message.session !== peer.session
    ? { state: { ...state, anew: true }, effects: [] }
    : same(state)
}

/** Which bound has been passed; null = none. */
const lateness = (state: PairingState, now: number): Why | null => {
  const { own, phase, since, heardAt, anew, peerTraits } = state
  const took = now - since
  switch (phase) {
    case 'searching':
      return took > TIMES.search ? 'nobody' : null
    case 'revealing':
    case 'comparing':
    case 'agreed':
    case 'taking':
      if (now - heardAt > TIMES.silent) return anew ? 'anew' : 'silent'
      if (phase === 'revealing') return took > TIMES.reveal ? 'silent' : null
      if (phase === 'taking') return took > TIMES.handOver ? 'late' : null
      return took > TIMES.compare ? 'late' : null
    case 'storing':
    case 'using':
      return took > TIMES.store ? 'card-hangs' : null
    case 'stored':
    case 'done': {
      const most = phase === 'stored' && isGiven(own, peerTraits) ? TIMES.handOver : TIMES.store
      return now - heardAt > TIMES.silent || took > most ? (anew ? 'anew' : 'silent') : null
    }
    case 'closing':
    case 'ended':
      return null
  }
}

const onTick = (state: PairingState, now: number): Stepped => {
  const { ending, phase } = state
  if (phase === 'closing' && ending !== null && (now > ending.until || ending.messages.length === 0))
    return { state: { ...state, phase: 'ended' }, effects: [{ kind: 'end', outcome: ending.outcome }] }
  const why = lateness(state, now)
  if (why !== null) return giveUp(state, why, 'late', now)
  return now - state.sentAt >= TIMES.repeat ? speak(state, now) : same(state)
}

const onAnswered = (state: PairingState, yes: boolean, now: number): Stepped => {
  if (state.phase !== 'comparing') return same(state)
  if (!yes) return giveUp(state, 'refused-here', 'refused', now)
  const agreed = enter(state, 'agreed', now)
  const waiting = andThen(agreed, next => (next.peerLevel > 0 ? same(next) : tell(next, 'waiting')))
  return andThen(waiting, next => advance(next, now))
}

const onStored = (state: PairingState, reason: string | null, now: number): Stepped => {
  if (state.phase !== 'storing') return same(state)
  if (reason !== null) return giveUp(state, 'not-stored-here', 'not-stored', now, reason)
  const stored = andThen(tell({ ...state, heardAt: now }, 'stored'), next => enter(next, 'stored', now))
  return andThen(stored, next => advance(next, now))
}

const onUsed = (state: PairingState, reason: string | null, now: number): Stepped => {
  if (state.phase !== 'using') return same(state)
  if (reason !== null) return giveUp(state, 'not-stored-here', 'not-stored', now, reason)
  const done = andThen(tell({ ...state, heardAt: now }, 'used'), next => enter(next, 'done', now))
  return andThen(done, next => advance(next, now))
}

/** One event. After the effect `end` nothing comes out any more. */
export const stepPairing = (state: PairingState, event: PairingEvent, now: number): Stepped => {
  if (state.phase === 'ended') return same(state)
  switch (event.kind) {
    case 'heard':
      return onHeard(state, event.heard, now)
    case 'answered':
      return onAnswered(state, event.yes, now)
    case 'stored':
      return onStored(state, event.reason, now)
    case 'used':
      return onUsed(state, event.reason, now)
    case 'left':
      return NO_LEAVING.includes(state.phase) ? same(state) : giveUp(state, 'left-here', 'left', now)
    case 'tick':
      return onTick(state, now)
  }
}
