// The part of the configuration that the core decides from: timings, groups, wiring. Made by src/config; both boards hold the same.
import type { BoardId } from './types.js'

/** All in milliseconds. Ranges and relations: src/config/timing rules (`timingErrors` below). */
export interface Timing {
  /** One token per link in this time. 20..10 000. Source: DESIGN 5. */
  readonly tokenIntervalMs: number
  /** Silence on every link before the peer counts as dead. At least three token intervals. Source: R9. */
  readonly deadMs: number
  /** A loop later than this has stalled: it drains its links and counts anew. Source: R9. */
  readonly stallMs: number
  /** Head start of the senior. Longer than relayActMs + holdUpMs + (settleMs or holdMs) + latenessMs. Source: R9. */
  readonly headStartMs: number
  /** Worst lateness of this daemon's loop that the head start allows for. */
  readonly latenessMs: number
  /** The relay's contact has moved for certain. */
  readonly relayActMs: number
  /** The peer's supply stays up at most this long after the contact opened. */
  readonly holdUpMs: number
  /** Sense must read off this long without a break. Source: R3. */
  readonly settleMs: number
  /** Relay held this long counts as confirmed where there is no sense line. Source: R3. */
  readonly holdMs: number
  /** Fencing not confirmed by then releases the relay and alarms. Source: R3. */
  readonly fenceDeadlineMs: number
  /** After a takeover the peer's power comes back; 0 = by the operator only. Source: R8. */
  readonly restoreAfterMs: number
  /** A peer's boot, power to first token, at most. Source: R8. */
  readonly bootMs: number
  /** A board that starts into silence listens this long before it may fence. Longer than bootMs. Source: R8. */
  readonly listenMs: number
  /** An operator's confirmation is good for this long. Source: R2c. */
  readonly confirmMs: number
  /** A switchover or mode change that the peer did not answer by then is refused. */
  readonly answerMs: number
  /** A group that cannot be released by then makes the board reset itself. Source: R6. */
  readonly releaseMs: number
  /** The holder's service LAN may be down this long before the group moves to a better one. */
  readonly lanGraceMs: number
  /** The watchdog is fed this often. */
  readonly watchdogMs: number
}

export interface GroupSettings {
  /** Lower case, 1..32 of [a-z0-9-]. */
  readonly name: string
  readonly home: BoardId
  /** Go home by itself, or by the operator. Source: DESIGN 1 (XLink). */
  readonly failback: 'manual' | 'auto'
  /** The peer must have been fit this long before an automatic failback. */
  readonly failbackAfterMs: number
  /** Restarts of a failed service within `restartWindowMs` before the group moves. */
  readonly restartsMax: number
  readonly restartWindowMs: number
  /** `shared`: one disk that moves between the boards. `mirrored`: one disk on each board, kept equal over the network (R7). null = none. */
  readonly disk: 'shared' | 'mirrored' | null
  /** Users may log in on the board where it is active only. Holds nothing: R1 and R6 do not ask for it. */
  readonly loginGate: boolean
}

/** How this pair can cut power and know it. Source: DESIGN 3, R3. */
export interface Wiring {
  /** `relay`: GPIO relay; `agent`: a fence agent answers for power; `none`: nobody can cut the peer. */
  readonly fence: 'relay' | 'agent' | 'none'
  readonly sense: boolean
  readonly loop: boolean
  /** Fingerprint of key, board kinds and pins; the proof is void when it changes (R4). */
  readonly fingerprint: string
}

export interface Settings {
  readonly board: BoardId
  readonly digest: string
  readonly timing: Timing
  readonly wiring: Wiring
  /** Most important first; 1..4. */
  readonly groups: readonly GroupSettings[]
}

/** One broken relation between timings: the option (dotted path), what is wrong, what to do. */
export interface TimingError {
  readonly option: string
  readonly problem: string
  readonly remedy: string
}
