// One takeover, switchover or fencing as one report: what was seen, what was decided by which rule, how long each step took. Types only.
// Every `…Ms` counts from the report's zero on this board's monotonic clock; the wall clock is a label (R11).
import type { Level } from '../core/effect.js'
import type { GroupAction } from '../core/event.js'
import type { BoardId, Epoch, LinkId } from '../core/types.js'

/** `fencing`: the peer's power was cut, or should have been, and no group moved. `start`: the owner took its own group again (R2a). */
export type ReportKind = 'takeover' | 'switchover' | 'start' | 'fencing' | 'drill'

/** `given-up`: nothing was touched. `cut-short`: daemon or board ended before the end. */
export type ReportOutcome = 'under-way' | 'done' | 'failed' | 'given-up' | 'cut-short'

/** `detection`: silence until it counts. `wait`: until this board's turn. `peer`: from our grant until the peer says that it serves. */
export type StepName =
  | 'detection'
  | 'wait'
  | 'store'
  | 'relay'
  | 'confirmation'
  | 'return'
  | 'epoch'
  | 'grant'
  | 'peer'
  | GroupAction

export interface ReportStep {
  readonly step: StepName
  readonly group?: string
  readonly fromMs: number
  /** null = it did not end. */
  readonly tookMs: number | null
  readonly ok: boolean
}

/** What this board saw when it began to act. */
export interface ReportSeen {
  /** The last fresh token of each link; null = none in this life of the daemon. */
  readonly lastTokenMs: Readonly<Record<LinkId, number | null>>
  /** When the peer's power sense fell, before or after we acted; null = it did not. */
  readonly senseFellMs: number | null
  /** Levels when we began; null = not fitted. */
  readonly sense: boolean | null
  readonly senseTrusted: boolean
  readonly loop: boolean | null
  readonly lanUp: boolean
}

export interface ReportDecision {
  /** Kebab-case; never changes its meaning. */
  readonly code: string
  /** As `R9`, the deciding one first. */
  readonly rules: readonly string[]
  readonly text: string
}

export interface ReportGroup {
  readonly name: string
  /** By which right it was taken; null = it was given away. */
  readonly right: 'grant' | 'resume' | 'fencing' | 'confirm' | null
  readonly rule: 'R2a' | 'R2b' | 'R2c' | null
  readonly epoch: Epoch | null
  /** The last moment at which it was known to be served: the last fresh token that said active, or our own last. null = not known here. */
  readonly servedUntilMs: number | null
  /** Services and addresses answer again. null = not seen. */
  readonly servedFromMs: number | null
  readonly servedBy: BoardId | null
  /** The time between both: this board's view of how long clients had no service. null = not known, or not over. */
  readonly interruptionMs: number | null
  readonly outcome: 'served' | 'handed-over' | 'stays' | 'failed' | 'not-taken' | 'under-way'
  readonly reason: string | null
}

export interface ReportNote {
  readonly atMs: number
  readonly level: Level
  readonly code: string
  readonly text: string
}

export interface TakeoverReport {
  /** Grows by one with each report of this board. */
  readonly id: number
  readonly board: BoardId
  readonly kind: ReportKind
  readonly outcome: ReportOutcome
  /** Why it did not end well; null = it did. */
  readonly reason: string | null
  /** Unix time of zero: the last token of the peer, or the order. A label (R11). */
  readonly wallSeconds: number
  /** Instant of zero and the life of the daemon whose monotonic clock that is. */
  readonly zeroAtMs: number
  readonly life: string
  readonly beganMs: number
  readonly endedMs: number | null
  readonly decision: ReportDecision
  /** null = a planned move. */
  readonly seen: ReportSeen | null
  /** How the peer's power was proved off (R3); null = it was not, or did not have to be. */
  readonly confirmedBy: string | null
  readonly steps: readonly ReportStep[]
  readonly groups: readonly ReportGroup[]
  /** Warnings and alarms on the way, bounded. */
  readonly notes: readonly ReportNote[]
}

/** Where a board keeps its reports. */
export interface ReportStore {
  /** Keep a report; with the number of an earlier one it takes that one's place. Returns its number. */
  put(report: Omit<TakeoverReport, 'id'>, instead: number | null): number
  /** Oldest first, at most 20. */
  list(): readonly TakeoverReport[]
  /** Why the newest reports are not in the file; null = they are. */
  readonly problem: string | null
  /** Resolves when what was put so far is durable, or could not be written. */
  flush(): Promise<void>
}
