// The whole memory of one life of the core: plain data, changed only by `step`. JSON-serialisable, so that a trace can hold it.
import type { Boot } from './boot.js'
import type { Foreign, GroupAction } from './event.js'
import type { Leaving } from './leaving-state.js'
import type { MirrorView } from './mirror-state.js'
import type { ModeAsk } from './mode-state.js'
import type { PanelState } from './panel-state.js'
import type { Move, RecoveryState } from './recovery-state.js'
import type { Settings } from './settings.js'
import type { ToldState } from './told-state.js'
import type { BoardId, Durable, FencePurpose, LinkId, Token } from './types.js'

/** Sent numbers are remembered this far back; an older echo is not recent (R12). */
export const SENT_MAX = 512
/** Nonces of former lives of the peer that are refused (R12). */
export const RETIRED_MAX = 8

export interface LinkView {
  nextTokenAt: number
  lastSentAt: number
  /** Highest sequence of the peer's present life received on this link. */
  highest: number
  lastFreshAt: number | null
  /** Any token of the peer with a right signature, fresh or not. */
  lastAnyAt: number | null
  roundTripMs: number | null
  /** A life of the peer that does not know us yet: it gets an echo, and no other right (R12's counted exception). */
  candidate: { nonce: string; sequence: number; at: number } | null
  /** Loss, in tokens: received and expected since `firstSequence`, halved now and then. */
  received: number
  expected: number
}

export interface PeerView {
  nonce: string | null
  retired: string[]
  /** Highest sequence over both links; rights come from `token` only, which has this number (R12). */
  highest: number
  token: Token | null
  /** When `token` arrived, and when the number that it echoes was sent. */
  lastFreshAt: number | null
  tokenEchoSentAt: number
  /** Since when this life of the peer is heard; and whether it has answered a number that was sent after that: both have heard both (R8, R9). */
  lifeAt: number
  mutual: boolean
  /** Sending time of our latest token known to be received (R9). */
  echoedSentAt: number | null
  /** When that last moved on: the peer still hears us, however old its echo (R9). */
  echoAdvancedAt: number
  /** The fresh token that ended a gap: a peer that stood still gets time to answer anew (R9). */
  resumedAt: number
  lastAnyAt: number | null
  /** A signed word of the life that is heard, newer than all before it; not fresh perhaps, yet somebody talks (R9). */
  lastWordAt: number | null
  /** Since when such words say that it drives its relay; null = the last one did not. Told by our echo, too (R4). */
  drivesSince: number | null
  foreignAt: number | null
  foreign: Foreign | null
  /** When each kind was last reported; one alarm a minute. */
  foreignReportedAt: Partial<Record<Foreign, number>>
  /** The peer has been fit without a break since then. */
  fitSince: number | null
  /** The newest token said so: a recovery was ordered there. */
  recovering: boolean
}

export type FencePhase = 'idle' | 'storing' | 'driving' | 'waiting' | 'confirmed' | 'restoring' | 'failed' | 'left-off'

export interface FenceState {
  phase: FencePhase
  purpose: FencePurpose | null
  /** Number of the latest order to the relay. */
  order: number
  /** The relay's level as last read back. */
  relayOn: boolean
  /** Store that must be durable before the relay moves (R8, R13). */
  store: number
  startedAt: number
  /** When the relay was ordered on (tokens must not be fresh after it) and when it was read back as driven. */
  orderedAt: number
  drivenAt: number
  /** Sense read on, trusted and in agreement with tokens, when the relay was ordered (R3 caused). */
  senseOnAtOrder: boolean
  agentConfirmed: boolean
  agentConfirmedAt: number
  confirmedAt: number
  confirmedBy: string
  /** R2c: the operator confirmed; good until then. 0 = not. */
  operatorUntil: number
  releasedAt: number
  /** The peer must be heard by then, else it is cut again and left off (R8). 0 = not counting. */
  heardBy: number
  /** The confirmation has been used for its one takeover (R2c). */
  operatorUsed: boolean
  /** This fencing is counted in `startFences` (R8). */
  counted: boolean
  /** The relay did not let go: try again then; 0 = not. */
  releaseAgainAt: number
  /** Words why the last fencing was not confirmed. */
  problem: string | null
  /** Operator's request to answer at the end. */
  request: number | null
  /** The peer's life when the proof began. */
  nonceBefore: string | null
  /** The store that holds the proof, awaited since then: proved is said when it is on the card (R4). */
  proof: { store: number; at: number } | null
  /** One new try is allowed when sense falls with a whole loop after a failure. */
  retried: boolean
}

export interface InputState {
  /** null = not fitted. */
  sense: boolean | null
  senseSince: number
  /** In this life sense read on while fresh tokens came. */
  senseAgreed: boolean
  senseDistrusted: boolean
  /** Its last changes; too many of them in a second are no word about the peer (R3). */
  senseChanges: number[]
  loop: boolean | null
  loopSince: number
  lanUp: boolean
  lanSince: number
}

export type GroupPhase =
  | 'unknown'
  | 'standby'
  | 'claiming'
  | 'taking'
  | 'active'
  | 'releasing'
  | 'granting'
  | 'failed'
  | 'stuck'
  | 'abandoned'

export type RightBy = 'grant' | 'resume' | 'fencing' | 'confirm'
export type AfterRelease = 'grant' | 'standby' | 'failed'

export interface GroupState {
  phase: GroupPhase
  /** Highest number of an epoch or grant in any signed word of the peer, also a stale one: it gives no right, it only raises ours (R5). */
  seenNumber: number
  since: number
  /** Store awaited in `claiming` and `granting`. */
  store: number
  rightBy: RightBy | null
  /** Running actions with their job numbers. */
  jobs: Partial<Record<GroupAction, number>>
  /** How far taking has come, or how much is left while releasing. */
  disk: 'none' | 'attached' | 'checked' | 'mounted'
  addresses: boolean
  services: boolean
  /** The login gate was opened in this tenure (or tried: it keeps no group from serving). */
  logins: boolean
  /** The disk carries the epoch of this tenure (R5). `restamp`: a higher one is being stored first. */
  stamped: boolean
  restamp: boolean
  /** Look again, or try the next step of a release again, at this instant; 0 = not waiting. */
  retryAt: number
  afterRelease: AfterRelease
  /** A planned move may be undone before the grant is stored. */
  planned: boolean
  /** No move by itself or by the peer's wish before this instant. */
  moveNotBefore: number
  /** Our tenure began then: only what the peer said after it can make two holders (R15). */
  tenureAt: number
  /** It could not be served here, and until when that counts: over a grant, too (R8). */
  cannotServe: string | null
  cannotServeUntil: number
  /** The actions of this step of the release were ordered. */
  releaseRun: boolean
  /** Look again while active at this instant; sooner where a child could not be killed. */
  lookAt: number
  lateChild: boolean
  /** Released steps: stop, clear/unmount, detach, inspect. */
  releaseStep: number
  releaseBy: number
  problem: string | null
  diskSeen: boolean
  /** Mirrored disks only. */
  mirror: MirrorView | null
  /** We ask the peer for this group until then (0 = not), for this operator's request. */
  wantedUntil: number
  /** The peer began to release what we want: `active` again means that it stays there. */
  wantedMoved: boolean
  /** A move that is being followed, whichever way it goes. */
  move: Move | null
  /** Instants of recent service restarts. */
  restarts: number[]
  restarting: boolean
  /** A restart that waits for its turn; 0 = none. */
  restartAt: number
}

export interface CoreState {
  readonly settings: Settings
  readonly boot: Boot
  begun: boolean
  startedAt: number
  lastStepAt: number
  wakeAt: number
  sequence: number
  /** Ring: sending time of sequence s at s % SENT_MAX. */
  sentAt: number[]
  sendSoon: boolean
  links: Record<LinkId, LinkView>
  peer: PeerView
  input: InputState
  fence: FenceState
  groups: Record<string, GroupState>
  /** The record as we want it, and as it is known to be durable; tokens speak from `stored` only. */
  durable: Durable
  stored: Durable
  pending: { store: number; durable: Durable }[]
  storeCount: number
  storedCount: number
  storeWanted: boolean
  storageProblem: string | null
  /** Missing, bad or older than the peer remembers: no write mends it, only a person (R5). */
  storageStale: boolean
  storeRetryAt: number
  wallSeconds: number
  jobCount: number
  /** After a stall: judging starts anew from here; `draining` = links are being emptied (R9). */
  draining: boolean
  countFrom: number
  /** The last step that came later than `latenessMs` (R9). */
  hiccupAt: number
  /** This board may and can fence without a break since then; a turn that it missed is gone (R9). */
  fitSince: number | null
  stalled: boolean
  /** Our view of who is senior, and since when (R9). */
  senior: BoardId
  seniorSince: number
  /** Which turn to fire is ours, and since when (R9). */
  slot: number
  slotSince: number
  told: ToldState
  recovery: RecoveryState | null
  modeAsk: ModeAsk | null
  modeUntil: number
  watchdogAt: number
  /** Planned end: which order, and since when. */
  leaving: Leaving | null
  resetOrdered: boolean
  resetBy: number
  panel: PanelState
}
