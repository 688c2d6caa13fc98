// The board's diary: what was reported, bounded, kept across power cuts but for the last seconds (log-file.ts says how many: the
// card must not cost takeover time). Called by the runtime. A full or broken disk costs entries, never an exception or a wait.
import { join } from 'node:path'
import type { Report } from '../core/effect.js'
import type { LogEntry } from '../port/log.js'
import type { Clock } from '../port/ports.js'
import { createLogFile, readTail } from './log-file.js'
import { remedyFor } from './state-write.js'

export interface EventLog {
  append(report: Report): LogEntry
  /** The newest `count` entries, oldest first; at most 500. */
  recent(count: number): readonly LogEntry[]
  /** The newest `count` alarms, oldest first, at most 100: kept apart, so that no loop of orders pushes them out. */
  alarms(count: number): readonly LogEntry[]
  /** Called with each new entry; returns how to end that. */
  subscribe(listener: (entry: LogEntry) => void): () => void
  /** Entries that are not in the file because it could not be written, and the last reason. */
  readonly lost: { readonly count: number; readonly reason: string | null }
  /** Everything that was appended is on the card, or lost. */
  readonly settled: boolean
  /** Resolves when all that was appended so far is on the card, or lost. */
  flush(): Promise<void>
}

export interface EventLogOptions {
  /** Name of this life of the daemon: entries of one life share a monotonic clock. */
  readonly life: string
  /** A takeover is under way: the card is left alone. */
  readonly isBusy: () => boolean
  /** The log's own trouble with its disk, told once, and its end: nobody would miss entries before a power cut makes them missing. */
  readonly onTrouble?: (report: Report) => void
}

export const LOG_FILE = 'events.log'
/** At this size the file becomes `events.log.1`, and the former `.1` is gone. The same for the alarms. */
export const LOG_BYTES_MAX = 256 * 1024
export const ALARM_FILE = 'alarms.log'
export const ALARM_BYTES_MAX = 64 * 1024
const MEMORY_MAX = 500
const ALARMS_MAX = 100
/** An alarm that is raised again within this time is counted, not written again. */
const REPEAT_MS = 600_000
const REPEAT_KEYS_MAX = 64
const TEXT_MAX = 2000

/** Whether a parsed line has the shape of an entry. */
export const isEntry = (value: unknown): value is LogEntry => {
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

/** The newest `max` entries of a file and of the one before; torn lines and anything foreign are left out. */
const load = (folder: string, name: string, bytesMax: number, max: number) => {
  const newest = readTail(join(folder, name), bytesMax)
  const entries = newest.lines.flatMap(parseLine)
  const before = entries.length < max ? readTail(join(folder, `${name}.1`), bytesMax).lines.flatMap(parseLine) : []
  return { entries: [...before, ...entries].slice(-max), torn: newest.torn }
}

const lineOf = (entry: LogEntry): string => `${JSON.stringify(entry)}\n`

interface Repeat {
  since: number
  count: number
  latest: LogEntry
}

/** The alarms of a board: the first of a kind at once, its repeats within ten minutes as one entry with a count. */
const createAlarms = (loaded: readonly LogEntry[], now: () => number, write: (entry: LogEntry) => void) => {
  let kept = [...loaded]
  const repeats = new Map<string, Repeat>()
  const counted = ({ count, latest }: Repeat): LogEntry => (count > 1 ? { ...latest, times: count } : latest)
  const keep = (entry: LogEntry): void => {
    kept.push(entry)
    if (kept.length > 2 * ALARMS_MAX) kept = kept.slice(-ALARMS_MAX)
    write(entry)
  }
  const end = (key: string, repeat: Repeat): void => {
    repeats.delete(key)
    if (repeat.count > 0) keep(counted(repeat))
  }
  const endOld = (all: boolean): void => {
    for (const [key, repeat] of repeats)
      if (all || now() - repeat.since >= REPEAT_MS || repeats.size > REPEAT_KEYS_MAX) end(key, repeat)
  }
  return {
    add: (entry: LogEntry): void => {
      endOld(false)
      const key = `${entry.code} ${entry.group ?? ''}`
      const repeat = repeats.get(key)
      if (repeat === undefined) {
        repeats.set(key, { since: now(), count: 0, latest: entry })
        keep(entry)
      } else {
        repeat.count += 1
        repeat.latest = entry
      }
    },
    list: (count: number): readonly LogEntry[] => {
      const open = [...repeats.values()].filter(repeat => repeat.count > 0).map(counted)
      return [...kept, ...open].sort((x, y) => x.sequence - y.sequence).slice(-Math.max(1, Math.min(count, ALARMS_MAX)))
    },
    end: () => endOld(true)
  }
}

const troubleOf = (folder: string, words: string | null): Report =>
  words === null
    ? { level: 'notice', code: 'log-stored', text: `the event log in ${folder} can be written again` }
    : {
        level: 'warning',
        code: 'log-not-stored',
        text: `the event log in ${folder} cannot be written: ${words}; ${remedyFor({ code: words.split(':')[0] })}. What happens from now on is lost at the next start`
      }

export const createEventLog = (
  folder: string,
  clock: Clock,
  { life, isBusy, onTrouble }: EventLogOptions
): EventLog => {
  const { now } = clock
  const loaded = load(folder, LOG_FILE, LOG_BYTES_MAX, MEMORY_MAX)
  const loadedAlarms = load(folder, ALARM_FILE, ALARM_BYTES_MAX, ALARMS_MAX)
  const onProblem = (words: string | null): void => onTrouble?.(troubleOf(folder, words))
  const file = createLogFile({ folder, name: LOG_FILE, bytesMax: LOG_BYTES_MAX, now, isBusy, onProblem }, loaded.torn)
  const alarmFile = createLogFile(
    { folder, name: ALARM_FILE, bytesMax: ALARM_BYTES_MAX, now, isBusy },
    loadedAlarms.torn
  )
  const alarms = createAlarms(loadedAlarms.entries, now, entry => alarmFile.append(lineOf(entry)))
  let memory: LogEntry[] = [...loaded.entries]
  let sequence = Math.max(memory.at(-1)?.sequence ?? 0, loadedAlarms.entries.at(-1)?.sequence ?? 0)
  const listeners = new Set<(entry: LogEntry) => void>()

  const append = (report: Report): LogEntry => {
    sequence += 1
    const { level, code, group } = report
    const entry: LogEntry = {
      sequence,
      wallSeconds: clock.wallSeconds(),
      atMs: Math.round(now() * 10) / 10,
      life,
      level,
      code,
      text: report.text.slice(0, TEXT_MAX),
      ...(group === undefined ? {} : { group })
    }
    memory.push(entry)
    if (memory.length > 2 * MEMORY_MAX) memory = memory.slice(-MEMORY_MAX)
    file.append(lineOf(entry))
    if (level === 'alarm') alarms.add(entry)
    for (const listener of listeners) listener(entry)
    return entry
  }

  return {
    append,
    recent: count => memory.slice(-Math.max(1, Math.min(count, MEMORY_MAX))),
    alarms: alarms.list,
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    get lost() {
      return file.lost
    },
    get settled() {
      return file.settled && alarmFile.settled
    },
    flush: async () => {
      alarms.end()
      await Promise.all([file.flush(), alarmFile.flush()])
    }
  }
}
