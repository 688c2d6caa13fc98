// When a channel may speak next: gathering, the hourly bound, quiet hours, pauses after failures. Pure; instants are monotonic.
import type { ChannelConfig } from '../config/types-notices.js'
import { holdsAlarm, type Queue } from './queue.js'

export interface Pace {
  /** Instants of the messages of the last hour. */
  readonly sentAt: readonly number[]
  /** Since when something waits that was not tried; null = nothing. */
  readonly waitsSince: number | null
  readonly failures: number
  /** Not before this instant, after a failure. */
  readonly retryAt: number
}

export const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Quiet hours are looked at anew at least this often: the wall clock may jump. */
export const LOOK_MS = 60_000

export const START: Pace = { sentAt: [], waitsSince: null, failures: 0, retryAt: 0 }

export type Turn =
  | { readonly kind: 'send' }
  | { readonly kind: 'wait'; readonly untilAt: number }
  | { readonly kind: 'idle' }

/** `quiet`: the channel's quiet hours count now. */
export const turnOf = (channel: ChannelConfig, queue: Queue, pace: Pace, now: number, quiet: boolean): Turn => {
  if (queue.sending === null && queue.waiting.length === 0) return { kind: 'idle' }
  const wait = (untilAt: number): Turn => ({ kind: 'wait', untilAt })
  if (now < pace.retryAt) return wait(pace.retryAt)
  // What was begun has been counted already.
  if (queue.sending !== null) return { kind: 'send' }
  const since = pace.waitsSince ?? now
  if (now < since + channel.gatherMs) return wait(since + channel.gatherMs)
  const alarm = holdsAlarm(queue)
  const most = alarm ? 2 * channel.perHour : channel.perHour
  const lately = pace.sentAt.filter(at => at > now - HOUR_MS)
  const first = lately.at(-most)
  if (first !== undefined) return wait(first + HOUR_MS)
  // A clock that jumps from quiet hours into quiet hours must not silence the board for ever.
  if (quiet && !alarm && now < since + DAY_MS) return wait(Math.min(now + LOOK_MS, since + DAY_MS))
  return { kind: 'send' }
}

/** Growing pauses: doubled with each failure, bounded. */
export const failed = (channel: ChannelConfig, pace: Pace, now: number): Pace => {
  const failures = pace.failures + 1
  const pauseMs = Math.min(channel.retryMs * 2 ** Math.min(failures - 1, 30), channel.retryMsMax)
  return { ...pace, failures, retryAt: now + pauseMs }
}

export const begun = (pace: Pace, now: number): Pace => ({
  ...pace,
  waitsSince: null,
  sentAt: [...pace.sentAt.filter(at => at > now - HOUR_MS), now]
})

export const worked = (pace: Pace): Pace => ({ ...pace, failures: 0, retryAt: 0 })
