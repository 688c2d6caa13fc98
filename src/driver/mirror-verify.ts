// Compares both copies of a mirror block by block: by order, or by itself when it is time. What came of it is an event, and stays beside the board's state.
// Used by mirror.ts. "When it is time" counts hours in which this board saw both copies equal, by the monotonic clock, kept on the card now and then: a wall
// clock that jumps, or a board that was off, makes no comparison early. The wall clock only prefers the night (R11).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from '../core/effect.js'
import { sizeText } from './block-device.js'
import type { Drbd } from './drbd.js'
import type { DrbdState } from './drbd-events.js'
import { readOutOfSync } from './drbd-progress.js'
import { writeDurably } from './state-write.js'

export interface MirrorVerify {
  /** By order. What is wrong is told as an event. */
  start(): Promise<void>
  /** Each change that the kernel tells. */
  changed(before: DrbdState, now: DrbdState): void
  /** Every second or so. */
  tick(state: DrbdState): void
  /** `compared 2026-11-20, equal`; null = never. */
  describe(): string | null
}

export interface VerifyContext {
  readonly drbd: Pick<Drbd, 'verify' | 'proc'>
  readonly group: string
  readonly minor: number
  readonly stateDir: string
  /** 0 = only by order. */
  readonly everyDays: number
  readonly report: (report: Report) => void
  /** Part the copies for a moment: when they meet again what differs is copied anew. */
  readonly part: () => void
  /** Size of the mirror in bytes; 0 = not known. */
  readonly bytes: () => number
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** A label. */
  readonly wall: () => Date
}

interface Saved {
  /** Since the last comparison that came to its end. */
  readonly hours: number
  readonly last: { readonly wallSeconds: number; readonly words: string } | null
}

const HOUR_MS = 3_600_000
const DAY_HOURS = 24
/** Kept on the card so often: what a power cut forgets only makes the comparison later. */
const SAVE_HOURS = 6
const NIGHT = { from: 2, to: 5 }
/** A clock that never shows a night must not put it off for ever. */
const LATEST_HOURS = 48
const TRY_AGAIN_MS = HOUR_MS
/** A tick that comes later than this was no time in which anything was seen. */
const TICK_MS_MAX = 30_000
const NONE: Saved = { hours: 0, last: null }

const isComparing = ({ replication }: DrbdState): boolean => replication === 'VerifyS' || replication === 'VerifyT'
const isEqual = ({ connection, disk, peerDisk, replication }: DrbdState): boolean =>
  connection === 'Connected' && replication === 'Established' && disk === 'UpToDate' && peerDisk === 'UpToDate'

const isDate = (date: Date): boolean => date.getFullYear() >= 2024

const dayText = (wallSeconds: number): string => {
  const at = new Date(wallSeconds * 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  return isDate(at) ? `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}` : 'once'
}

const tookText = (ms: number): string =>
  ms < 120_000 ? `${Math.max(1, Math.round(ms / 1000))} s` : `${Math.round(ms / 60_000)} minutes`

const load = (file: string): Saved => {
  try {
    const { hours, last } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Saved>
    const { wallSeconds, words } = last ?? {}
    const known = typeof wallSeconds === 'number' && typeof words === 'string'
    return { hours: typeof hours === 'number' && hours > 0 ? hours : 0, last: known ? { wallSeconds, words } : null }
  } catch {
    return NONE
  }
}

export const createMirrorVerify = (context: VerifyContext): MirrorVerify => {
  const { drbd, everyDays, group, minor, now, report, stateDir, wall } = context
  const name = `verify-${group}.json`
  let saved = load(join(stateDir, name))
  let countedMs = 0
  let tickAt = now()
  let tryAt = 0
  let saving: Promise<void> = Promise.resolve()
  /** null = this life has not seen it begin. */
  let beganAt: number | null = null

  const hours = (): number => saved.hours + countedMs / HOUR_MS
  const save = (last: Saved['last'], done: boolean): void => {
    saved = { hours: done ? 0 : hours(), last }
    countedMs = 0
    // Lost with the card's last room: then it is compared a little later.
    const text = JSON.stringify(saved)
    saving = saving.then(() => writeDurably(stateDir, name, text)).catch(() => undefined)
  }
  const start = async (): Promise<void> => {
    tryAt = now() + TRY_AGAIN_MS
    const failed = await drbd.verify()
    if (failed === null) return
    const text = `both copies of ${group} were not compared: ${failed}`
    report({ level: 'warning', code: 'verify-failed', text, group })
  }
  const finished = (source: boolean): void => {
    const differing = readOutOfSync(drbd.proc(), minor)
    const size = context.bytes()
    const compared = `${size > 0 ? `${sizeText(size)} compared` : 'compared'}${beganAt === null ? '' : ` in ${tookText(now() - beganAt)}`}`
    const first = saved.last === null
    const equal = differing === 0
    const words = equal ? 'equal' : `${differing ?? 'some'} KiB differed`
    save({ wallSeconds: Math.floor(wall().getTime() / 1000), words }, true)
    beganAt = null
    // The other board sees the same end; one of them tells.
    if (!source) return
    if (equal) {
      const text = `both copies of ${group} are equal: ${compared}`
      return report({ level: 'notice', code: 'copies-compared', text, group })
    }
    const harmless = first
      ? ' This was the first comparison: places that nothing was ever written to may differ, which harms nobody.'
      : ''
    const text = `${differing ?? 'some'} KiB of ${group} differed between the two copies (${compared}): the copy of the board that serves counts, and is copied there anew.${harmless}`
    report({ level: first ? 'warning' : 'alarm', code: 'copies-differ', text, group })
    context.part()
  }
  return {
    start,
    changed: (before, after) => {
      if (!isComparing(before) && isComparing(after)) beganAt = now()
      if (!isComparing(before) || isComparing(after)) return
      const source = before.replication === 'VerifyS'
      if (after.connection === 'Connected' && after.replication === 'Established') return finished(source)
      beganAt = null
      if (!source) return
      const text = `the comparison of both copies of ${group} was cut off: it begins anew when both are equal again`
      report({ level: 'notice', code: 'verify-failed', text, group })
    },
    tick: state => {
      const at = now()
      const passed = at - tickAt
      tickAt = at
      if (isEqual(state) && passed <= TICK_MS_MAX) countedMs += passed
      if (countedMs >= SAVE_HOURS * HOUR_MS) save(saved.last, false)
      const overdue = everyDays === 0 ? -1 : hours() - everyDays * DAY_HOURS
      if (overdue < 0 || at < tryAt || !isEqual(state) || state.role !== 'Primary') return
      const date = wall()
      const night = isDate(date) && date.getHours() >= NIGHT.from && date.getHours() < NIGHT.to
      if (night || overdue >= LATEST_HOURS) void start()
    },
    describe: () => (saved.last === null ? null : `compared ${dayText(saved.last.wallSeconds)}, ${saved.last.words}`)
  }
}
