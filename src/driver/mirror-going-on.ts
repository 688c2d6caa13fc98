// I/O that the kernel holds back goes on (R7): by the kernel itself where its helper said yes, else by our order. Never by both: each makes a new
// generation of the data, and of two in a row the first is forgotten, so that the other copy looks like one that went its own way. Used by mirror.ts.

export interface GoingOn {
  /** After each change: the kernel holds I/O back, or not. */
  see(frozen: boolean): void
  /** The kernel's fencing handler was called (null), or ended with this wait status. */
  helper(status: number | null): void
  /** Order it, if the core allows it and the kernel will not do it by itself. */
  letGoOn(): Promise<void>
}

export interface GoingOnContext {
  /** The core's yes to what is asked now. */
  readonly allowed: () => boolean
  /** null = done; else why not. */
  readonly resume: () => Promise<string | null>
  readonly log: (text: string) => void
  /** Monotonic milliseconds; absent: the machine's. */
  readonly now?: () => number
}

/** A handler ends within 2 s; one of which nothing was seen may have been called in an earlier life of the daemon. */
const UNSEEN_MS = 5000
/** After its yes the kernel writes its notes, however slow the disk is, and goes on. */
const AFTER_YES_MS = 10_000
/** Outdated, not reachable and so fenced, powerless: `enum drbd_fencing_policy`'s yes, as a wait status. */
const YES: ReadonlySet<number> = new Set([4 << 8, 5 << 8, 7 << 8])

export const createGoingOn = ({ allowed, resume, log, now = () => performance.now() }: GoingOnContext): GoingOn => {
  let frozen = false
  let answer: 'none' | 'yes' | 'no' = 'none'
  let since = 0
  let ordering = false

  const mayOrder = (): boolean => {
    if (!frozen || !allowed()) return false
    if (answer === 'no') return true
    return now() >= since + (answer === 'yes' ? AFTER_YES_MS : UNSEEN_MS)
  }
  const note = (what: typeof answer): void => {
    answer = what
    since = now()
  }
  return {
    see: isFrozen => {
      if (isFrozen && !frozen) note('none')
      frozen = isFrozen
    },
    helper: status => note(status === null ? 'none' : YES.has(status) ? 'yes' : 'no'),
    letGoOn: async () => {
      if (ordering || !mayOrder()) return
      ordering = true
      const failed = await resume()
      ordering = false
      if (failed !== null) log(`its I/O could not be let go on: ${failed}`)
    }
  }
}
