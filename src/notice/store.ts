// Keeps queues and the place in the daemon's log on disk, in one file, so that both fit. Used by notify.ts.
// Quick writes outlive a kill of this process and touch the card lazily; the one with fsync comes when the board is calm: a
// takeover's own fsyncs must not wait behind ours. They have a file of their own: a power cut leaves a file that was replaced
// without fsync full of zeros, and what was durable before must not go with it. A full disk costs nothing but that.
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keepStateRoom, remedyFor, TEMPORARY, writeDurably } from '../driver/state-write.js'
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
/** The latest quick write, beside the latest durable one: the higher `written` of those that can be read is the present state. */
export const QUICK_FILE = `${FILE}.quick`
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

const NONE: Memory = { handled: null, channels: {} }

interface Found {
  /** null = the file is missing or damaged. */
  readonly memory: Memory | null
  readonly written: number
  /** Why it is not usable though it is there. */
  readonly problem: string | null
}

const readMemory = (text: string): Pick<Found, 'memory' | 'written'> => {
  const value: unknown = JSON.parse(text)
  if (!isMap(value) || !isMap(value.handled) || !isMap(value.channels)) throw new Error('it has no such parts')
  const handled = Object.entries(value.handled).filter((pair): pair is [string, number] =>
    Number.isSafeInteger(pair[1])
  )
  const channels = Object.entries(value.channels).flatMap(([name, each]) =>
    isMap(each) ? [[name, { queue: readQueue(each.queue), sentAgoMs: numbers(each.sentAgoMs) }] as const] : []
  )
  const written = Number.isSafeInteger(value.written) ? Number(value.written) : 0
  return { memory: { handled: Object.fromEntries(handled), channels: Object.fromEntries(channels) }, written }
}

const loadFile = async (file: string): Promise<Found> => {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const problem = code === 'ENOENT' ? null : `the queue ${file} cannot be read: ${message}`
    return { memory: null, written: 0, problem }
  }
  try {
    return { ...readMemory(text), problem: null }
  } catch {
    const problem = `the queue ${file} was damaged: what waited in it is lost, see \`baton events\``
    return { memory: null, written: 0, problem }
  }
}

/**
 * What the files held; `problem` where something was there and none could be read (then as if nothing were known). A quick write
 * that a power cut spoilt is none: what was durable before counts, and what came after is looked at again.
 */
export const loadMemory = async (
  folder: string
): Promise<{ readonly memory: Memory; readonly written: number; readonly problem: string | null }> => {
  const file = join(folder, FILE)
  const leftovers = [`${file}${TEMPORARY}`, `${join(folder, QUICK_FILE)}${TEMPORARY}`]
  await Promise.all(leftovers.map(path => rm(path, { force: true }).catch(() => undefined)))
  const [durable, quick] = await Promise.all([loadFile(file), loadFile(join(folder, QUICK_FILE))])
  const newest = quick.memory !== null && quick.written > durable.written ? quick : durable
  const found = newest.memory === null ? quick : newest
  if (found.memory !== null) return { memory: found.memory, written: found.written, problem: null }
  // Where nothing was ever durable, a power cut in the very first write has spoilt the quick one: this sender is new.
  return { memory: NONE, written: 0, problem: durable.problem }
}

/**
 * `snapshot`: the present state; `onProblem`: once when writing fails, and null once when it works again; `loaded`: the `written`
 * that was loaded, 0 = nothing durable is there yet: then the first write is durable, however busy the board.
 */
export const createStore = (
  folder: string,
  snapshot: () => Memory,
  onProblem: (words: string | null) => void,
  loaded = 0
): Store => {
  const file = join(folder, FILE)
  const quickFile = join(folder, QUICK_FILE)
  let written = loaded
  let failing = false
  let timer: NodeJS.Timeout | undefined
  let dirtySince: number | null = null
  let last: Promise<void> = Promise.resolve()

  // One write at a time; each takes the state as it is when its turn comes.
  const write = (how: (text: string) => Promise<void>): Promise<void> => {
    last = last.then(async () => {
      try {
        await keepStateRoom(folder)
        await how(`${JSON.stringify({ written: written + 1, ...snapshot() })}\n`)
        written += 1
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
  const durably = (text: string): Promise<void> => writeDurably(folder, FILE, text)
  const quickly = async (text: string): Promise<void> => {
    const temporary = `${quickFile}${TEMPORARY}`
    try {
      await writeFile(temporary, text, { mode: 0o600 })
      await rename(temporary, quickFile)
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined)
      throw error
    }
    // Only then: a kill in the middle of a slow fsync finds the quick one in its place.
    if (written === 0) await durably(text)
  }
  const calm = (): void => {
    timer = undefined
    dirtySince = null
    void write(durably)
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
