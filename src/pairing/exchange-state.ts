// The state of one pairing, its bounds, and what each phase says to the other board. Used by exchange.ts; pure.
import { type Heard, type Level, type Message, NO_PROOF, NO_SESSION, type StopReason } from './frame.js'
import type { Outcome, Why } from './outcome.js'
import type { Progress } from './progress.js'
import type { Own, Shared } from './secret.js'
import { gives, type Traits } from './traits.js'

export type PairingEvent =
  | { readonly kind: 'heard'; readonly heard: Heard }
  /** The person's word: do both boards show the same code? */
  | { readonly kind: 'answered'; readonly yes: boolean }
  /** Effect `store` has ended; `reason` null = durable. */
  | { readonly kind: 'stored'; readonly reason: string | null }
  /** Effect `use` has ended. */
  | { readonly kind: 'used'; readonly reason: string | null }
  /** The person ends it, or the program is ended. */
  | { readonly kind: 'left' }
  | { readonly kind: 'tick' }

export type PairingEffect =
  | { readonly kind: 'send'; readonly message: Message }
  | { readonly kind: 'tell'; readonly progress: Progress }
  /** Ask the person whether the other board shows the same code. */
  | { readonly kind: 'compare'; readonly code: string }
  /** Make the key durable beside the one in use, and what was handed over (null = nothing) beside what is in use of that. */
  | { readonly kind: 'store'; readonly key: Uint8Array; readonly parcel: Uint8Array | null }
  /** Put it in the place of the one in use, durably; the old one is kept. */
  | { readonly kind: 'use' }
  | { readonly kind: 'end'; readonly outcome: Outcome }

/**
 * `searching` until the other board's promise answers ours; `revealing` until its key is known; `comparing` until our person has
 * agreed; `agreed` until the other one has; `taking` while a fresh board is handed what it lacks; then the card: `storing`, `stored`, `using`, `done`. `closing`: said to the other board
 * for a while how it ended.
 */
export type Phase =
  | 'searching'
  | 'revealing'
  | 'comparing'
  | 'agreed'
  | 'taking'
  | 'storing'
  | 'stored'
  | 'using'
  | 'done'
  | 'closing'
  | 'ended'

export interface PairingState {
  readonly own: Own
  readonly phase: Phase
  /** When `phase` began, when the last word of the latched peer came, when we spoke last: monotonic milliseconds. */
  readonly since: number
  readonly heardAt: number
  readonly sentAt: number
  /** Newest session that promised something: echoed, so that the other board knows that we hear it now. */
  readonly seen: string
  /** The one board that this exchange is with; no other one ever takes its place. */
  readonly peer: { readonly session: string; readonly commitment: string } | null
  readonly shared: Shared | null
  /** The other board's, once it has revealed them. */
  readonly peerTraits: Traits | null
  /** What is handed over here, in pieces: all that we give (empty = nothing), those that we have, of so many (0 = not known). */
  readonly given: readonly Uint8Array[]
  readonly taken: readonly Uint8Array[]
  readonly takenTotal: number
  /** When pieces were sent last. */
  readonly gaveAt: number
  /** What the other board has proved: 0 nothing, 1 agreed, 2 stored, 3 in use. */
  readonly peerLevel: number
  readonly told: readonly Progress['kind'][]
  /** The other board promised something else after it was latched. */
  readonly anew: boolean
  /** How it ends, and what is said to the other board meanwhile. */
  readonly ending: { readonly outcome: Outcome; readonly messages: readonly Message[]; readonly until: number } | null
}

export interface Stepped {
  readonly state: PairingState
  readonly effects: readonly PairingEffect[]
}

/** Bounds in milliseconds. */
export const TIMES = {
  /** The whole of what is to be said is said again this often. */
  repeat: 250,
  /** From the start until the other board must answer. */
  search: 600_000,
  /** For reveals, that come by themselves. */
  reveal: 15_000,
  /** For both persons' word. */
  compare: 300_000,
  /** For both cards. */
  store: 30_000,
  /** For what is handed over to a fresh board, which checks it before it stores. */
  handOver: 180_000,
  /** Without a word of the other board. */
  silent: 8_000,
  /** How long the end is told to a board that may not have heard it. */
  closing: 1_500
} as const

/** The state in which a pairing begins. `given`: what a board that hands over has for a fresh one, in pieces. */
export const beginPairing = (own: Own, now: number, given: readonly Uint8Array[] = []): PairingState => ({
  own,
  phase: 'searching',
  since: now,
  heardAt: now,
  sentAt: Number.NEGATIVE_INFINITY,
  seen: NO_SESSION,
  peer: null,
  shared: null,
  peerTraits: null,
  given,
  taken: [],
  takenTotal: 0,
  gaveAt: Number.NEGATIVE_INFINITY,
  peerLevel: 0,
  told: [],
  anew: false,
  ending: null
})

/** What every message of ours begins with. */
export const headOf = ({ own, peer, seen }: PairingState): Pick<Message, 'board' | 'session' | 'peerSession'> => ({
  board: own.board,
  session: own.session,
  peerSession: peer?.session ?? seen
})

/** All that the other board may lack now. What it has sent tells what it has. */
export const messagesOf = (state: PairingState): readonly Message[] => {
  const { own, shared, phase, peerLevel, ending, taken } = state
  const head = headOf(state)
  const promise: Message = { ...head, kind: 'promise', commitment: own.commitment }
  const reveal: Message = { ...head, kind: 'reveal', publicKey: own.publicKey, nonce: own.nonce, traits: own.traits }
  const proved = (kind: Level): Message => ({ ...head, kind, proof: shared?.proofOf(own.board, kind) ?? NO_PROOF })
  switch (phase) {
    case 'searching':
      return [promise]
    case 'revealing':
      return [promise, reveal]
    case 'comparing':
      return [reveal]
    case 'agreed':
      return peerLevel > 0 ? [proved('agree')] : [reveal, proved('agree')]
    case 'taking':
      return [proved('agree'), { ...head, kind: 'want', next: taken.length }]
    case 'storing':
      return [proved('agree')]
    case 'stored':
    case 'using':
      return [proved('stored')]
    case 'done':
      return [proved('done')]
    case 'closing':
      return ending?.messages ?? []
    case 'ended':
      return []
  }
}

/** Say all of it now. */
export const speak = (state: PairingState, now: number): Stepped => ({
  state: { ...state, sentAt: now },
  effects: messagesOf(state).map(message => ({ kind: 'send', message }))
})

/** Begin a phase: first what is to be done, then what is to be said. */
export const enter = (
  state: PairingState,
  phase: Phase,
  now: number,
  ...effects: readonly PairingEffect[]
): Stepped => {
  const spoken = speak({ ...state, phase, since: now }, now)
  return { state: spoken.state, effects: [...effects, ...spoken.effects] }
}

/** Each progress is told once. */
export const tell = (state: PairingState, kind: Progress['kind']): Stepped =>
  state.told.includes(kind)
    ? { state, effects: [] }
    : { state: { ...state, told: [...state.told, kind] }, effects: [{ kind: 'tell', progress: { kind } }] }

/** The configuration goes from here to the other board; comes from there to here. */
export const isGiven = (own: Own, peer: Traits | null): boolean => peer !== null && gives(own.traits, peer)
export const isTaken = (own: Own, peer: Traits | null): boolean => peer !== null && gives(peer, own.traits)

/** How it ends, with what is known of both boards. */
export const outcomeOf = (
  { own, peerTraits, told }: PairingState,
  result: Outcome['result'],
  why: Why,
  detail = ''
): Outcome => {
  const bothFresh = own.traits.fresh && peerTraits?.fresh === true
  const replacing = own.traits.handsOver ? 'there' : peerTraits?.handsOver ? 'here' : null
  const handed = isGiven(own, peerTraits) ? 'over' : isTaken(own, peerTraits) ? 'here' : 'nothing'
  return { result, why, detail, told, bothFresh, handed, replacing }
}

/** End with this outcome, once `messages` were said for a while. */
export const close = (state: PairingState, outcome: Outcome, messages: readonly Message[], now: number): Stepped =>
  enter({ ...state, ending: { outcome, messages, until: now + TIMES.closing } }, 'closing', now)

/** What is certain when it ends now, without the other board's last word. */
export const certainty = (phase: Phase): Outcome['result'] =>
  phase === 'done' ? 'peer-may-lack' : phase === 'stored' || phase === 'using' ? 'peer-may-have' : 'unchanged'

/** End it for our own reason, and tell the other board unless it has the key in use. */
export const giveUp = (state: PairingState, why: Why, reason: StopReason, now: number, detail = ''): Stepped => {
  const { own, phase, shared } = state
  const outcome = outcomeOf(state, certainty(phase), why, detail)
  const proof = shared?.proofOf(own.board, reason) ?? NO_PROOF
  // A board whose key may come to its place at any moment must not say that it does not.
  const messages: Message[] =
    phase === 'using' || phase === 'done' ? [] : [{ ...headOf(state), kind: 'stop', reason, proof }]
  return close(state, outcome, messages, now)
}
