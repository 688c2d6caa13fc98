// The board's diary: what was reported, bounded, kept across restarts as far as the last moments allow (no fsync: this must
// not cost takeover time). Called by the runtime. A full or broken disk costs entries, never an exception or a wait.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { appendFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Report } from '../core/effect.js'
import type { LogEntry } from '../port/log.js'
import type { Clock } from '../port/ports.js'

export interface EventLog {
  append(report: Report): LogEntry
  /** The newest `count` entries, oldest first; at most 500. */
  recent(count: number): readonly LogEntry[]
  /** Called with each new entry; returns how to end that. */
  subscribe(listener: (entry: LogEntry) => void): () => void
  /** Entries that are not in the file because it could not be written, and the last reason. */
  readonly lost: { readonly count: number; readonly reason: string | null }
  /** Resolves when all that was appended so far is written or lost. */
  flush(): Promise<void>
}

export const LOG_FILE = 'events.log'
/** At this size the file becomes `events.log.1`, and the former `.1` is gone. */
export const LOG_BYTES_MAX = 256 * 1024
const MEMORY_MAX = 500
/** Entries that wait for a slow disk; beyond it the newest are lost to the file (not to memory). */
const WAITING_MAX = 1000
const TEXT_MAX = 2000

const isEntry = (value: unknown): value is LogEntry => {
  const entry = value as Partial<LogEntry> | null
  return (
    typeof entry === 'object' &&
    entry !== null &&
    Number.isSafeInteger(entry.sequence) &&
    typeof entry.wallSeconds === 'number' &&
    typeof entry.atMs === 'number' &&
    ['info', 'notice', 'warning', 'alarm'].includes(entry.level ?? '') &&
    typeof entry.code === 'string' &&
    typeof entry.text === 'string'
  )
}

const parseLine = (line: string): readonly LogEntry[] => {
  try {
    const value: unknown = JSON.parse(line)
    return isEntry(value) ? [value] : []
  } catch {
    return []
  }
}

/** The end of a log file; a torn last line (power cut) and anything foreign are left out. */
const readTail = (file: string): { readonly entries: readonly LogEntry[]; readonly torn: boolean } => {
  try {
    const descriptor = openSync(file, 'r')
    try {
      const { size } = fstatSync(descriptor)
      const length = Math.min(size, LOG_BYTES_MAX)
      const bytes = Buffer.alloc(length)
      const text = bytes.subarray(0, readSync(descriptor, bytes, 0, length, size - length)).toString('utf8')
      return { entries: text.split('\n').flatMap(parseLine), torn: text !== '' && !text.endsWith('\n') }
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return { entries: [], torn: false }
  }
}

export const createEventLog = (folder: string, clock: Clock): EventLog => {
  const file = join(folder, LOG_FILE)
  const newest = readTail(file)
  const before = newest.entries.length < MEMORY_MAX ? readTail(`${file}.1`).entries : []
  let memory: LogEntry[] = [...before, ...newest.entries].slice(-MEMORY_MAX)
  let sequence = memory.at(-1)?.sequence ?? 0
  let waiting: string[] = []
  let torn = newest.torn
  let lost: { count: number; reason: string | null } = { count: 0, reason: null }
  let writing: Promise<void> | null = null
  const listeners = new Set<(entry: LogEntry) => void>()

  const rotate = async (): Promise<void> => {
    const size = await stat(file).then(
      found => found.size,
      () => 0
    )
    if (size >= LOG_BYTES_MAX) await rename(file, `${file}.1`)
  }

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const lines = torn ? ['\n', ...waiting] : waiting
      waiting = []
      torn = false
      try {
        await rotate()
        await appendFile(file, lines.join(''), { mode: 0o640 })
      } catch (error) {
        lost = { count: lost.count + lines.length, reason: error instanceof Error ? error.message : String(error) }
        // A part of a line may be in the file: the next entry begins a line of its own.
        torn = true
      }
    }
    writing = null
  }

  const append = (report: Report): LogEntry => {
    sequence += 1
    const { level, code, group } = report
    const entry: LogEntry = {
      sequence,
      wallSeconds: clock.wallSeconds(),
      atMs: Math.round(clock.now() * 10) / 10,
      level,
      code,
      text: report.text.slice(0, TEXT_MAX),
      ...(group === undefined ? {} : { group })
    }
    memory.push(entry)
    if (memory.length > 2 * MEMORY_MAX) memory = memory.slice(-MEMORY_MAX)
    if (waiting.length < WAITING_MAX) waiting.push(`${JSON.stringify(entry)}\n`)
    else lost = { count: lost.count + 1, reason: 'the disk is too slow' }
    writing ??= writeAll()
    for (const listener of listeners) listener(entry)
    return entry
  }

  return {
    append,
    recent: count => memory.slice(-Math.max(1, Math.min(count, MEMORY_MAX))),
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    get lost() {
      return lost
    },
    flush: async () => {
      await writing
    }
  }
}
