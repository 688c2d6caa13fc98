// What one channel still has to say. Pure functions on plain data, so that it can be written to disk as it is.
// Bounded: the least important and oldest is thrown away first, counted, and said so in the next message (R10).
import { type Message, type Notice, rankOf, worstOf } from './notice.js'

/** A channel's memory, kept across restarts. */
export interface Queue {
  /** Not yet tried, oldest first. */
  readonly waiting: readonly Notice[]
  /** A message that was begun: it keeps its identity until it has arrived, also over a restart. */
  readonly sending: Message | null
  /** Thrown away since the last message was begun. */
  readonly dropped: number
}

export const EMPTY: Queue = { waiting: [], sending: null, dropped: 0 }
export const WAITING_MAX = 100

/** The one to throw away: lowest level, then oldest. */
const leastOf = (notices: readonly Notice[]): number => {
  const ranks = notices.map(({ level }) => rankOf(level))
  return ranks.indexOf(Math.min(...ranks))
}

const bound = (queue: Queue): Queue => {
  const waiting = [...queue.waiting]
  let { dropped } = queue
  while (waiting.length > WAITING_MAX) {
    waiting.splice(leastOf(waiting), 1)
    dropped += 1
  }
  return { ...queue, waiting, dropped }
}

export const add = (queue: Queue, notice: Notice): Queue => bound({ ...queue, waiting: [...queue.waiting, notice] })

/** Everything that waits becomes one message. Asserts by type: call it only while something waits and nothing is sent. */
export const begin = (queue: Queue): Queue =>
  queue.sending !== null || queue.waiting.length === 0
    ? queue
    : { waiting: [], sending: { notices: queue.waiting, dropped: queue.dropped }, dropped: 0 }

/** It has arrived. */
export const arrived = (queue: Queue): Queue => ({ ...queue, sending: null })

/** It was refused for good: what it said waits again, for a message of another identity. */
export const takeBack = (queue: Queue): Queue =>
  queue.sending === null
    ? queue
    : bound({
        waiting: [...queue.sending.notices, ...queue.waiting],
        sending: null,
        dropped: queue.dropped + queue.sending.dropped
      })

/** Does an alarm wait that was not tried yet? */
export const holdsAlarm = (queue: Queue): boolean => worstOf(queue.waiting) === 'alarm'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isNotice = (value: unknown): value is Notice =>
  isRecord(value) &&
  typeof value.life === 'string' &&
  Number.isSafeInteger(value.sequence) &&
  typeof value.wallSeconds === 'number' &&
  typeof value.atMs === 'number' &&
  ['info', 'notice', 'warning', 'alarm'].includes(String(value.level)) &&
  typeof value.code === 'string' &&
  typeof value.text === 'string' &&
  (value.group === undefined || typeof value.group === 'string')

const notices = (value: unknown): readonly Notice[] => (Array.isArray(value) ? value.filter(isNotice) : [])
const count = (value: unknown): number => (Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : 0)

/** From what a file held; what is no notice is left out. */
export const readQueue = (value: unknown): Queue => {
  if (!isRecord(value)) return EMPTY
  const { sending } = value
  const begun = isRecord(sending) ? notices(sending.notices) : []
  return bound({
    waiting: notices(value.waiting),
    sending: begun.length === 0 ? null : { notices: begun, dropped: isRecord(sending) ? count(sending.dropped) : 0 },
    dropped: count(value.dropped)
  })
}
