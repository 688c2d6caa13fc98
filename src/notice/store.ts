// Keeps queues and the place in the daemon's log on disk, in one file, so that both fit. Used by notify.ts.
// Quick writes outlive a kill of this process and touch the card lazily; the one with fsync comes when the board is calm: a
// takeover's own fsyncs must not wait behind ours. A disk that is full costs nothing but that: all goes on in memory.
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keepStateRoom, remedyFor, writeDurably } from '../driver/state-write.js'
import { type Queue, readQueue } from './queue.js'

/** What one channel remembers. `sentAgoMs`: ages of the last hour's messages when it was written; the time off counts as none. */
export interface ChannelMemory {
  readonly queue: Queue
  readonly sentAgoMs: readonly number[]
}

export interface Memory {
  /** Life of the daemon to the highest sequence that was looked at; oldest first. null = nothing is known. */
  readonly handled: Readonly<Record<string, number>> | null
  readonly channels: Readonly<Record<string, ChannelMemory>>
}

export interface Store {
  /** Something changed: written with fsync once nothing more changes for a while. */
  changed(): void
  /** Resolves when the present state would outlive a kill; at the latest after two seconds, written or not. */
  keep(): Promise<void>
  close(): Promise<void>
}

export const FILE = 'notices.json'
const CALM_MS = 3000
const CALM_MS_MAX = 15_000
const KEEP_MS = 2000
const AGAIN_MS = 30_000
const SENT_MAX = 7200

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const numbers = (value: unknown): number[] =>
  Array.isArray(value)
    ? value.filter((each): each is number => typeof each === 'number' && each >= 0).slice(-SENT_MAX)
    : []

/** What the file held; `problem` where it was there and could not be read (then as if nothing were known). */
export const loadMemory = async (
  folder: string
): Promise<{ readonly memory: Memory; readonly problem: string | null }> => {
  const none: Memory = { handled: null, channels: {} }
  const file = join(folder, FILE)
  await Promise.all(['.tmp', '.quick'].map(end => rm(file + end, { force: true }).catch(() => undefined)))
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return { memory: none, problem: code === 'ENOENT' ? null : `the queue ${file} cannot be read: ${message}` }
  }
  try {
    const value: unknown = JSON.parse(text)
    if (!isMap(value) || !isMap(value.handled) || !isMap(value.channels)) throw new Error('it has no such parts')
    const handled = Object.entries(value.handled).filter((pair): pair is [string, number] =>
      Number.isSafeInteger(pair[1])
    )
    const channels = Object.entries(value.channels).flatMap(([name, each]) =>
      isMap(each) ? [[name, { queue: readQueue(each.queue), sentAgoMs: numbers(each.sentAgoMs) }] as const] : []
    )
    return { memory: { handled: Object.fromEntries(handled), channels: Object.fromEntries(channels) }, problem: null }
  } catch {
    return { memory: none, problem: `the queue ${file} was damaged: what waited in it is lost, see \`baton events\`` }
  }
}

/** `snapshot`: the present state; `onProblem`: once when writing fails, and null once when it works again. */
export const createStore = (
  folder: string,
  snapshot: () => Memory,
  onProblem: (words: string | null) => void
): Store => {
  const file = join(folder, FILE)
  let failing = false
  let timer: NodeJS.Timeout | undefined
  let dirtySince: number | null = null
  let last: Promise<void> = Promise.resolve()

  // One write at a time; each takes the state as it is when its turn comes.
  const write = (how: (text: string) => Promise<void>): Promise<void> => {
    last = last.then(async () => {
      try {
        await keepStateRoom(folder)
        await how(`${JSON.stringify(snapshot())}\n`)
        if (failing) onProblem(null)
        failing = false
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error)
        if (!failing) onProblem(`the queue of the notices cannot be kept in ${file}: ${words}; ${remedyFor(error)}`)
        failing = true
        timer ??= setTimeout(calm, AGAIN_MS)
      }
    })
    return last
  }
  const quickly = async (text: string): Promise<void> => {
    try {
      await writeFile(`${file}.quick`, text, { mode: 0o600 })
      await rename(`${file}.quick`, file)
    } catch (error) {
      await rm(`${file}.quick`, { force: true }).catch(() => undefined)
      throw error
    }
  }
  const calm = (): void => {
    timer = undefined
    dirtySince = null
    void write(text => writeDurably(folder, FILE, text))
  }
  return {
    changed() {
      const now = performance.now()
      dirtySince ??= now
      clearTimeout(timer)
      timer = setTimeout(calm, Math.max(0, Math.min(CALM_MS, dirtySince + CALM_MS_MAX - now)))
    },
    async keep() {
      let late: NodeJS.Timeout | undefined
      await Promise.race([
        write(quickly),
        new Promise<void>(resolve => {
          late = setTimeout(resolve, KEEP_MS)
        })
      ])
      clearTimeout(late)
    },
    async close() {
      clearTimeout(timer)
      await write(quickly)
    }
  }
}
