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
  /** Name of that life: entries with the same one are on one monotonic clock. */
  readonly life?: string
  readonly level: Level
  /** kebab-case, never changes its meaning. */
  readonly code: string
  readonly text: string
  readonly group?: string
  /** This and as many like it before, since the first was told; absent = 1. */
  readonly times?: number
}
