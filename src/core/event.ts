// Facts that reach the core. Drivers and operators make them; `step` is their only reader.
import type { MirrorFacts } from './mirror-state.js'
import type { Epoch, LinkId, Mode, Token } from './types.js'

/** Parts of taking and releasing a group. Each runs in a driver, with its own deadline, and always ends in `actionFinished`. */
export type GroupAction =
  | 'inspect' // look at everything of this group on this board, change nothing (R6)
  | 'attach' // bring the disk's device to this board (USB switch, command); a mirror becomes primary: it may ask first (`mirrorAsks`)
  | 'check' // e2fsck -p
  | 'mount' // and mark the disk with the epoch, as `stamp` does (R5)
  | 'stamp' // read the epoch that the disk remembers and write ours over an older one (R5)
  | 'setAddresses' // at once, announce without waiting (right after fencing)
  | 'checkAndSetAddresses' // duplicate detection first (after a grant, at start-up)
  | 'startServices'
  | 'openLogins' // people may log in on this board: the last step of a taking (pam_nologin)
  | 'closeLogins' // and no more: the first step of a release
  | 'stopServices'
  | 'restartServices'
  | 'clearAddresses'
  | 'unmount'
  | 'detach' // let go of it; a mirror becomes secondary
  | 'abandon' // R15: stop without sync, keep the evidence

/** What an inspection found on this board. `leftovers`: children of any life of the daemon, stray mounts, openers: words for people. */
export interface Findings {
  readonly mounted: boolean
  readonly addresses: boolean
  readonly services: 'none' | 'some' | 'all'
  /** Mirrored disks only: this board may write its copy. */
  readonly primary?: boolean
  readonly leftovers: readonly string[]
}

export type ActionOutcome =
  /** `stamp`: the disk remembers this later epoch; nothing was written. */
  | { readonly ok: true; readonly findings?: Findings; readonly stamp?: Epoch }
  /** `reason`: words for people (what was tried, on what, why it failed). `hung`: a process could not be killed (it counts as holding). */
  | { readonly ok: false; readonly reason: string; readonly hung?: boolean; readonly findings?: Findings }

/** Why a well-formed frame is no token of ours (R12). */
export type Foreign = 'key' | 'version' | 'identity'

export type OperatorRequest =
  | { readonly order: 'switchover'; readonly group: string }
  | { readonly order: 'mode'; readonly mode: Mode; readonly forMs: number }
  | { readonly order: 'fenceProve' }
  | { readonly order: 'fenceOff' }
  | { readonly order: 'fenceOn' }
  | { readonly order: 'confirm' }
  /** Back to normal. `home`: groups that are away from home are moved there, too (an interruption). */
  | { readonly order: 'recover'; readonly home?: boolean }
  /** R7's override: this board's copy is declared current, whatever the other one has; what is lost is named in the answer. */
  | { readonly order: 'takeStale'; readonly group: string }
  /** After a split brain: this board's copy is given up; it is brought up to date from the other. */
  | { readonly order: 'discardCopy'; readonly group: string }
  /** Compare both copies of a mirrored disk. */
  | { readonly order: 'verify'; readonly group: string }
  /** A planned restart of the daemon (SIGTERM): say "holding", then leave without releasing. */
  | { readonly order: 'restart' }
  /** A planned halt of the board: release or grant everything, then leave. */
  | { readonly order: 'leave' }

export type CoreEvent =
  | { readonly kind: 'tick' }
  /** A frame whose checksum and signature are right. Nonce, echo and sequence are the core's to judge (R12). */
  | { readonly kind: 'tokenReceived'; readonly link: LinkId; readonly token: Token }
  | { readonly kind: 'foreignFrameReceived'; readonly link: LinkId; readonly foreign: Foreign }
  | { readonly kind: 'linksDrained' }
  | { readonly kind: 'stateStored'; readonly store: number; readonly wallSeconds: number }
  | { readonly kind: 'stateStoreFailed'; readonly store: number; readonly reason: string }
  /** The relay output (or the fence agent's plug) was read back in this position. */
  | { readonly kind: 'relayDriven'; readonly on: boolean; readonly order: number }
  | { readonly kind: 'relayFailed'; readonly on: boolean; readonly order: number; readonly reason: string }
  /** A fence agent's `off` followed by a `status` that says off: confirmation of its own kind. */
  | { readonly kind: 'agentConfirmed'; readonly order: number }
  | { readonly kind: 'senseChanged'; readonly on: boolean }
  | { readonly kind: 'loopChanged'; readonly whole: boolean }
  | { readonly kind: 'lanChanged'; readonly up: boolean }
  | {
      readonly kind: 'actionFinished'
      readonly group: string
      readonly action: GroupAction
      readonly job: number
      readonly outcome: ActionOutcome
    }
  /** The replication link, the copies or a resync changed; also at the driver's start. */
  | { readonly kind: 'mirrorChanged'; readonly group: string; readonly mirror: MirrorFacts }
  /** R7: the replication link is lost and I/O waits: may this board go on alone? Asked again of each new life; ends in `answerMirror`, or when the link is back. */
  | { readonly kind: 'mirrorAsks'; readonly group: string; readonly question: number }
  | { readonly kind: 'diskSeenChanged'; readonly group: string; readonly seen: boolean }
  /** Probe of a service of an active group failed. */
  | { readonly kind: 'serviceFailed'; readonly group: string; readonly service: string; readonly reason: string }
  /** Timed I/O probe of a mounted disk failed or hung. */
  | { readonly kind: 'diskFailed'; readonly group: string; readonly reason: string }
  | { readonly kind: 'operatorAsked'; readonly request: number; readonly what: OperatorRequest }
  /** The panel's button, debounced. `found`: it was pressed already when the driver first looked. */
  | { readonly kind: 'buttonDown'; readonly found: boolean }
  /** It was let go after so long by the driver's clock; null = the line could not be read, and the press proves nothing. */
  | { readonly kind: 'buttonUp'; readonly heldMs: number | null }

export type EventKind = CoreEvent['kind']
