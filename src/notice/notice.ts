// Words of this room: one event that somebody should know, and a message that carries some. Pure; made from entries of the event log.
import type { ChannelConfig, QuietHours } from '../config/types-notices.js'
import type { Level } from '../core/effect.js'
import type { LogEntry } from '../port/log.js'

/** An entry of the event log with its life; `life.sequence` is its name on this board, for ever. */
export interface Notice extends LogEntry {
  readonly life: string
}

/** What one channel says at once. Its identity is that of its newest notice: each notice is in one message of a channel. */
export interface Message {
  /** Oldest first, 1..100. */
  readonly notices: readonly Notice[]
  /** Notices before these that had to be thrown away: the queue was full. */
  readonly dropped: number
}

/** Where a message comes from; the same in all messages of one process. */
export interface Sender {
  readonly pair: string
  readonly board: 'a' | 'b'
}

/** How one try ended. `words`: the server's own, or why not, for people; never holds a secret. */
export interface Outcome {
  readonly ok: boolean
  readonly words: string
  /** The other side refused this very message: the next try makes a new one. */
  readonly permanent?: boolean
}

const RANK: Readonly<Record<Level, number>> = { info: 0, notice: 1, warning: 2, alarm: 3 }
export const rankOf = (level: Level): number => RANK[level]

export const worstOf = (notices: readonly Notice[]): Level =>
  notices.reduce<Level>((worst, { level }) => (RANK[level] > RANK[worst] ? level : worst), 'info')

const TEXT_MAX = 600
const NO_LIFE = '0'

/** From the daemon's log; control characters, and those that turn or hide text, are taken out and the text is bounded (R12). */
export const noticeOf = (entry: LogEntry): Notice => ({
  ...entry,
  life: entry.life !== undefined && /^[0-9a-f]{1,16}$/.test(entry.life) ? entry.life : NO_LIFE,
  text: entry.text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, TEXT_MAX)
})

const matches = (pattern: string, code: string): boolean => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(code)

/** Does this channel want to know it? */
export const isWanted = (channel: ChannelConfig, notice: Notice): boolean =>
  RANK[notice.level] >= RANK[channel.level] &&
  (channel.codes.length === 0 || channel.codes.some(code => matches(code, notice.code))) &&
  !channel.exceptCodes.some(code => matches(code, notice.code))

/** 1 January 2024: a clock that is earlier was never set (a Pi has none at boot). Source: R11. */
const CLOCK_SET_SECONDS = 1_704_067_200
export const isClockSet = (wallSeconds: number): boolean => wallSeconds >= CLOCK_SET_SECONDS

/** Is it quiet now? Never while the clock is not set: a wrong clock must not silence a board. */
export const isQuiet = (hours: QuietHours | null, wallSeconds: number, minuteOfDay: number): boolean => {
  if (hours === null || !isClockSet(wallSeconds)) return false
  const { fromMinute, toMinute } = hours
  return fromMinute < toMinute
    ? minuteOfDay >= fromMinute && minuteOfDay < toMinute
    : minuteOfDay >= fromMinute || minuteOfDay < toMinute
}
