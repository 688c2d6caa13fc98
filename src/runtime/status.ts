// What the daemon tells about itself, and the words of its control socket. Types only: console and panel read them.
import type { OperatorRequest } from '../core/event.js'
import type { CoreStatus } from '../core/status.js'
import type { BoardId, LinkId } from '../core/types.js'
import type { CopyFiles } from '../port/copy-files.js'
import type { DiskAnswer } from '../port/disk-answer.js'
import type { LogEntry } from '../port/log.js'
import type { CodecCounters, GroupPortStatus, LinkPortStatus } from '../port/ports.js'
import type { SetupView } from '../port/setup-view.js'
import type { ReportGroup, ReportStep, TakeoverReport } from '../port/takeover-report.js'

export type { Level } from '../core/effect.js'
export type { FenceStatus, GroupStatus, LinkStatus, RecoveryItem } from '../core/status.js'
export type { BoardId, Durable, Mode, Role } from '../core/types.js'
export type {
  CodecCounters,
  CoreStatus,
  GroupPortStatus,
  LinkId,
  LinkPortStatus,
  LogEntry,
  OperatorRequest,
  ReportGroup,
  ReportStep,
  TakeoverReport
}

/** One look at everything: what the core decided, what the ports see, how the process does. */
export interface DaemonStatus {
  readonly pair: string
  readonly core: CoreStatus
  /** null = this link is not configured. */
  readonly ports: Readonly<Record<LinkId, LinkPortStatus | null>>
  readonly codecs: Readonly<Record<LinkId, CodecCounters | null>>
  /** By group name. */
  readonly groups: Readonly<Record<string, GroupPortStatus>>
  /** By group name: milliseconds that a move to the other board takes where every step uses up its deadline. */
  readonly moveMsMax?: Readonly<Record<string, number>>
  readonly watchdog: string
  /** The front panel: what is fitted, and what of it does not work. */
  readonly panel: string
  readonly exchange: PairExchangeStatus
  /** While this board is set up: what the lead says (src/setup). */
  readonly setup?: SetupView
  readonly lastEvent: LogEntry | null
  /** Since the start of this life of the daemon. */
  readonly uptimeMs: number
  readonly pid: number
  readonly version: string
  /** Resident memory. */
  readonly memoryMiB: number
  /** Worst lateness of the loop in this life. */
  readonly loopLatenessMsMax: number
}

/** A board's clocks at one instant, so that another one can place what it tells. */
export interface SideClock {
  readonly board: BoardId
  /** Its present life: `nowMs` is on that life's monotonic clock. */
  readonly life: string
  readonly nowMs: number
  /** Unix time in milliseconds; a label (R11). */
  readonly wallMs: number
}

/** The TCP door for the other board's questions: answered and refused ones (wrong key, flood, too slow). */
export interface PairExchangeStatus {
  readonly state: 'open' | 'closed'
  readonly detail: string
  readonly answered: number
  readonly refused: number
  readonly floods: number
}

/** One line of JSON from a client; one request for each connection. */
export type ControlRequest =
  | { readonly command: 'status' }
  | { readonly command: 'order'; readonly what: OperatorRequest }
  /** The newest `recent` entries, oldest first; with `follow` new ones as they come; or only alarms. */
  | { readonly command: 'events'; readonly recent: number; readonly follow: boolean; readonly alarms?: true }
  /** The flight recorder: a header and packed parts (trace.ts), a line each. */
  | { readonly command: 'trace' }
  /** The reports that are kept, oldest first. */
  | { readonly command: 'reports' }
  /** The other board's events, reports or set-up, asked over Ethernet: `clocks` first, then as above. `disk`: what root's wish says (DISK_WISH). */
  | { readonly command: 'peer'; readonly what: 'events' | 'reports' | 'setup' | 'disk'; readonly recent: number }

/** One line of JSON to a client. After `status`, `end`, `error` and a final `answer` the daemon closes the connection. */
export type ControlMessage =
  | { readonly kind: 'status'; readonly status: DaemonStatus }
  | { readonly kind: 'answer'; readonly ok: boolean; readonly final: boolean; readonly text: string }
  | { readonly kind: 'event'; readonly entry: LogEntry }
  | { readonly kind: 'report'; readonly report: TakeoverReport }
  /** Both boards' clocks at the same instant, which is known to within `errorMs`. */
  | { readonly kind: 'clocks'; readonly own: SideClock; readonly peer: SideClock; readonly errorMs: number }
  /** The other board's set-up. */
  | { readonly kind: 'setup'; readonly view: SetupView }
  /** What the other board says of its disk. */
  | { readonly kind: 'disk'; readonly answer: DiskAnswer }
  /** And a part of what changed on it, in order. */
  | { readonly kind: 'files'; readonly part: CopyFiles }
  /** One line of a saved trace. */
  | { readonly kind: 'trace'; readonly line: string }
  | { readonly kind: 'end' }
  /** The request was not understood or not taken; nothing was done. */
  | { readonly kind: 'error'; readonly text: string }
