// The lab's clock and its way of waiting: a condition with a deadline, never a bare pause. Used by all of board/virtual.
import { setTimeout as delay } from 'node:timers/promises'

/** Milliseconds of the machine's monotonic clock: the same in every process of the lab. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** Thrown when a condition did not come true in time: says what was awaited and what was seen last. */
export class Overdue extends Error {
  override name = 'Overdue'
}

/**
 * Wait until `look` gives something other than null, undefined or false. Looks every `everyMs` (default 20).
 * Rejects with Overdue after `deadlineMs`; an exception of `look` counts as "not yet" and is told at the end.
 */
export const waitUntil = async <T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  deadlineMs: number,
  everyMs = 20
): Promise<T> => {
  const endAt = nowMs() + deadlineMs
  let seen = ''
  for (;;) {
    try {
      const found = await look()
      if (found !== null && found !== undefined && found !== false) return found
    } catch (error) {
      seen = ` (${error instanceof Error ? error.message : String(error)})`
    }
    if (nowMs() >= endAt) throw new Overdue(`waited ${deadlineMs} ms for ${what}, in vain${seen}`)
    await delay(everyMs)
  }
}
