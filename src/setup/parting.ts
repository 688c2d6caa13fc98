// When the two copies of a mirrored disk parted, by what one board wrote down. Pure. A label for a list of files: nothing is decided by it (R11).
import type { LogEntry } from '../runtime/status.js'

export interface Parting {
  /** Unix seconds by this board's clock. */
  readonly since: number
  /** Where that comes from. */
  readonly words: string
}

/** A board without a clock begins long before this. */
const CLOCK_SET_SECONDS = 1_704_067_200
const TOGETHER = ['mirror-connected', 'mirror-equal', 'resync-done', 'copy-current']
/** What is written down where a link was lost that nobody saw go. */
const ALONE = ['mirror-alone', 'copy-outdated', 'copy-forced', 'mirror-waits']

/**
 * `entries`: of this board, oldest first. null = none of them tells. Where a board was off when the link went, the last instant at which the copies
 * were together counts: too much is listed then, nothing too little.
 */
export const partingOf = (entries: readonly LogEntry[], group: string): Parting | null => {
  let found: Parting | null = null
  let apart = false
  for (const { code, group: of, wallSeconds } of entries) {
    if (of !== group || wallSeconds < CLOCK_SET_SECONDS) continue
    if (TOGETHER.includes(code)) {
      apart = false
      found = {
        since: wallSeconds,
        words: 'the copies were together then; when they parted after that was not written down'
      }
    } else if (code === 'mirror-lost' && !apart) {
      apart = true
      found = { since: wallSeconds, words: 'the replication link was lost then' }
    } else if (ALONE.includes(code) && found === null) {
      apart = true
      found = { since: wallSeconds, words: 'one board went on alone then' }
    }
  }
  return found
}
