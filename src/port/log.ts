// One entry of the event log, as the daemon keeps it and the console shows it. Types only.
import type { Level } from '../core/effect.js'

/** What happened, once: a sentence for people and a code for machines, with where it stands in time. */
export interface LogEntry {
  /** Grows by one with each entry of this board's log, also across restarts where the log is kept. */
  readonly sequence: number
  /** Unix time in seconds; a label only, a Pi has none at boot (R11). */
  readonly wallSeconds: number
  /** Monotonic milliseconds of the life of the daemon that wrote it. */
  readonly atMs: number
  readonly level: Level
  /** kebab-case, never changes its meaning. */
  readonly code: string
  readonly text: string
  readonly group?: string
}
