// Words of one run: which pair it is and which faults it will meet, as plain data. Drawn by draw.ts, obeyed by faults.ts, printed by report.ts.
import type { GroupAction, OperatorRequest } from '../../src/core/event.js'
import type { Settings } from '../../src/core/settings.js'
import type { BoardId, LinkId } from '../../src/core/types.js'

/** `daemon`: the process stands still, its children and services go on; `board`: everything on the board stands still. */
export type HangScope = 'daemon' | 'board'

export type Trouble =
  /** The wall plug of a board; `atOnce` = the supply has no hold-up this time. */
  | { readonly kind: 'powerCut'; readonly board: BoardId; readonly atOnce: boolean }
  | { readonly kind: 'bothPowerCut' }
  | { readonly kind: 'daemonCrash'; readonly board: BoardId }
  | { readonly kind: 'hang'; readonly board: BoardId; readonly scope: HangScope }
  /** The kernel panics and boots again; the rail stays. */
  | { readonly kind: 'panic'; readonly board: BoardId }
  /** Tokens that this board sends on this link are lost. */
  | { readonly kind: 'linkCut'; readonly link: LinkId; readonly from: readonly BoardId[] }
  | {
      readonly kind: 'linkBad'
      readonly link: LinkId
      readonly from: BoardId
      readonly loss: number
      readonly dup: number
      readonly delayMs: number
    }
  /** Bytes wait somewhere and come all at once when it ends. */
  | { readonly kind: 'linkHeld'; readonly link: LinkId; readonly from: BoardId }
  | { readonly kind: 'allLinksCut'; readonly from: readonly BoardId[] }
  | { readonly kind: 'foreignFrames'; readonly board: BoardId; readonly link: LinkId }
  /** The harness that carries this board's relay, sense and loop to the peer. */
  | { readonly kind: 'harnessPulled'; readonly board: BoardId }
  | { readonly kind: 'loopCut'; readonly board: BoardId }
  | { readonly kind: 'senseStuck'; readonly board: BoardId; readonly level: boolean }
  | { readonly kind: 'senseBounce'; readonly board: BoardId }
  /** The contact that this board's relay moves stays where it is, or falls to a side. `null`: where it is. */
  | { readonly kind: 'relayStuck'; readonly board: BoardId; readonly open: boolean | null }
  | { readonly kind: 'storeFails'; readonly board: BoardId }
  | { readonly kind: 'storeSlow'; readonly board: BoardId }
  /** Storage that lies: at the next start of the daemon the record is gone or an older one (a swapped card). Assumed away by R5. */
  | { readonly kind: 'storeLost'; readonly board: BoardId; readonly rollBack: boolean }
  | { readonly kind: 'actionFails'; readonly board: BoardId; readonly action: GroupAction }
  | { readonly kind: 'actionHangs'; readonly board: BoardId; readonly action: GroupAction }
  | { readonly kind: 'actionSlow'; readonly board: BoardId }
  | { readonly kind: 'diskGone'; readonly board: BoardId; readonly group: string }
  /** The same, and a new disk stands there in the end. */
  | { readonly kind: 'diskReplaced'; readonly board: BoardId; readonly group: string }
  /** Somebody parts the copies of a mirrored disk by hand, and connects them again. */
  | { readonly kind: 'copiesParted'; readonly board: BoardId; readonly group: string }
  /** The copies of mirrored disks cannot reach each other. */
  | { readonly kind: 'replicationCut' }
  | { readonly kind: 'serviceDies'; readonly board: BoardId; readonly group: string }
  | { readonly kind: 'lanDown'; readonly board: BoardId }
  /** From its next start on the daemon reads another configuration. */
  | { readonly kind: 'otherConfiguration'; readonly board: BoardId }
  /** Somebody, or something, holds the panel's button of this board down for as long as the fault lasts. */
  | { readonly kind: 'button'; readonly board: BoardId }
  | { readonly kind: 'operator'; readonly board: BoardId; readonly what: OperatorRequest }

export type TroubleKind = Trouble['kind']

/** One fault: at an instant, or at the first moment after it at which a board gives an order (`moment`), between two effects. */
export interface Fault {
  /** Virtual milliseconds. */
  readonly at: number
  /** How long it lasts; faults that are over at once ignore it. */
  readonly forMs: number
  readonly moment: { readonly board: BoardId; readonly order: string; readonly delayMs: number } | null
  readonly trouble: Trouble
}

export interface Plan {
  readonly seed: string
  readonly settings: Readonly<Record<BoardId, Settings>>
  /** Does the pair begin with a durable proof of fencing (R4)? */
  readonly proved: boolean
  /** Tokens go through the real codec; absent = one run in a hundred, by its seed. */
  readonly codec?: boolean
  /** A world without chance: everything takes its middle time. For stories that people read. */
  readonly calm?: boolean
  /** Nobody judges: for stories that begin where the assumptions end. */
  readonly unjudged?: boolean
  /** The replication link is a cable of its own; else it shares the Ethernet link's fate. */
  readonly ownCable?: boolean
  readonly faults: readonly Fault[]
  /** No fault lasts beyond this; then the liveness phase begins. */
  readonly faultsEndAt: number
  /** The liveness phase is over: every group is served by then, or status says why not. */
  readonly endAt: number
}
