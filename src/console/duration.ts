// Times for people: durations read and written, instants of the wall clock as labels. Pure but for the time zone.

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const UNITS: Readonly<Record<string, number>> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS }

/** `90s`, `30m`, `2h`, `7d` to milliseconds; null = no duration. */
export const parseDuration = (text: string): number | null => {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const unitMs = UNITS[unit ?? '']
  return count === undefined || unitMs === undefined || Number(count) === 0 ? null : Number(count) * unitMs
}

/** `12 ms`, `3.4 s`, `5 min`, `2 h 5 min`, `3 days`. */
export const durationText = (ms: number): string => {
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`
  if (ms < 10 * SECOND_MS) return `${(ms / SECOND_MS).toFixed(1)} s`
  if (ms < 2 * MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h ${Math.floor((ms % HOUR_MS) / MINUTE_MS)} min`
  return `${Math.floor(ms / DAY_MS)} days`
}

/** A Pi without network starts its clock long before this (2024-01-01): such a label says nothing (R11). */
export const CLOCK_SET_SECONDS = 1_704_067_200

const two = (value: number): string => String(value).padStart(2, '0')

/** `2026-11-20 19:14:03` in local time, or that the clock was not set. */
export const wallText = (wallSeconds: number): string => {
  if (wallSeconds < CLOCK_SET_SECONDS) return '(clock not set yet)'
  const at = new Date(wallSeconds * SECOND_MS)
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** `3 days ago`, or the date alone where one of the clocks was not set. */
export const agoText = (wallSeconds: number, nowSeconds: number): string =>
  wallSeconds < CLOCK_SET_SECONDS || nowSeconds < wallSeconds
    ? wallText(wallSeconds)
    : `${durationText((nowSeconds - wallSeconds) * SECOND_MS)} ago`
