// What the core remembers of a planned move and of a recovery while it follows them: for people only, no rule asks for it.
import type { BoardId } from './types.js'

/** A planned move that somebody follows: an operator's order, or one step of a recovery. */
export interface Move {
  readonly to: BoardId
  /** Whom its steps are told; null = nobody listens. */
  request: number | null
  /** Its end is told to the recovery, not as the last word on the request. */
  readonly inRecovery: boolean
  /** Steps told so far, and whether it is on its way back. */
  told: number
  back: boolean
  /** The group was seen not active where it came from. */
  left: boolean
  /** What went wrong first. */
  problem: string | null
  /** Nobody has it and nobody moves it: given up then; 0 = not so. */
  restBy: number
  /** Not followed beyond this, unless it is being taken; in any case not beyond `latestBy`. */
  moveBy: number
  readonly latestBy: number
}

/** `baton recover` under way: first the peer, then group after group. Nothing of it is durable: it is planned anew from what is. */
export interface RecoveryState {
  readonly request: number
  /** Groups away from home go home (the operator asked for it). */
  readonly home: boolean
  /** Where it is: waits for the peer, or for `group`. */
  group: string | null
  readonly tried: string[]
  /** `group` was set in motion by this recovery. */
  moving: boolean
  /** What could not be done, for the last word. */
  readonly problems: { readonly group: string; readonly text: string }[]
  stepBy: number
  /** When the peer was first heard by it; 0 = not yet. */
  heardAt: number
}
