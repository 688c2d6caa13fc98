// What a board would remember after a power cut, read from its files by the daemon's own readers. Called by the crash-point proof
// on copies of those files.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatConfigError } from '../../../src/config/issue.js'
import { readKeyFile } from '../../../src/config/key-file.js'
import { loadConfig } from '../../../src/config/load.js'
import { whichBoard } from '../../../src/config/which-board.js'
import type { BoardId, Durable } from '../../../src/core/types.js'
import { ALARM_FILE, createEventLog, isEntry, LOG_FILE } from '../../../src/driver/event-log.js'
import { readTail } from '../../../src/driver/log-file.js'
import { createReportFile, isReport, REPORT_FILE } from '../../../src/driver/report-file.js'
import { createStateFile, STATE_FILE } from '../../../src/driver/state-file.js'
import { loadMemory, FILE as NOTICE_FILE } from '../../../src/notice/store.js'
import type { LogEntry } from '../../../src/port/log.js'
import type { Clock } from '../../../src/port/ports.js'

/** null = that file is not there. */
export interface Records {
  readonly durable: Durable | null
  /** Sequence of the newest event before which none is missing, and of the newest alarm. */
  readonly event: number | null
  readonly alarm: number | null
  /** Number of the newest report. */
  readonly report: number | null
  /** Of the files that are only ever replaced whole, those that are there. */
  readonly files: readonly string[]
}

export interface RecordsFound {
  readonly records: Records
  readonly problems: readonly string[]
}

/** Whose records they are, where the card itself does not say so. */
export interface Owner {
  readonly board: BoardId
  readonly groups: readonly string[]
}

const WHOLE_FILES = [STATE_FILE, REPORT_FILE, NOTICE_FILE]
/** More than a log ever has: it is looked at whole. */
const LOG_BYTES_LOOKED_AT = 8 * 1024 * 1024

/** What the daemon shows at most. */
const RECENT = 500

const CLOCK: Clock = { now: () => performance.now(), wallSeconds: () => 0 }

const isJson = (line: string, check: (value: unknown) => boolean): boolean => {
  try {
    return check(JSON.parse(line))
  } catch {
    return false
  }
}

const ENTRY_BEGINS = '{"sequence":'
/**
 * What a power cut leaves of lines that were not synced: the beginning of an entry, or zeros where a block was not written yet
 * although the file had grown. The readers leave both out, and the next life begins a new line.
 */
const isTorn = (line: string): boolean =>
  line.includes('\0') || line.startsWith(ENTRY_BEGINS) || ENTRY_BEGINS.startsWith(line)

/** Lines of a log that a reader would leave out and no power cut explains. */
const foreignLines = (folder: string, name: string): string[] => {
  const { lines } = readTail(join(folder, name), LOG_BYTES_LOOKED_AT)
  const bad = lines.filter(line => line !== '' && !isJson(line, isEntry) && !isTorn(line))
  return bad.slice(0, 3).map(line => `${name} holds what is no entry: ${JSON.stringify(line.slice(0, 60))}`)
}

/** A file that is replaced whole has no torn line, and no other. */
const badReports = (folder: string): string[] => {
  const file = join(folder, REPORT_FILE)
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8')
  const lines = text.split('\n')
  const bad = lines.slice(0, -1).filter(line => !isJson(line, isReport))
  return lines.at(-1) === '' && bad.length === 0 ? [] : [`${REPORT_FILE} is torn: ${bad.length} lines are no reports`]
}

const loadState = async (
  folder: string,
  { board, groups }: Owner
): Promise<Pick<RecordsFound, 'problems'> & { durable: Durable | null }> => {
  const loaded = await createStateFile(folder, board, groups, () => undefined, CLOCK).load()
  if (loaded.kind === 'ok') return { durable: loaded.durable, problems: [] }
  return { durable: null, problems: loaded.kind === 'bad' ? [loaded.reason] : [] }
}

/** The last of the entries that follow each other without a gap, from the oldest that the daemon would show. */
const gapless = (entries: readonly LogEntry[]): number | null => {
  const until = entries.findIndex(({ sequence }, at) => (entries[at + 1]?.sequence ?? 0) !== sequence + 1)
  return entries[until]?.sequence ?? null
}

const newest = (folder: string): { event: number | null; alarm: number | null } => {
  const log = createEventLog(folder, CLOCK, { life: 'crash', isBusy: () => false })
  return { event: gapless(log.recent(RECENT)), alarm: log.alarms(1).at(-1)?.sequence ?? null }
}

/** The board's daemon files in `folder` (/var/lib/baton of a board). */
export const readRecords = async (folder: string, owner: Owner): Promise<RecordsFound> => {
  const state = await loadState(folder, owner)
  const notices = await loadMemory(folder)
  const problems = [
    ...state.problems,
    ...[LOG_FILE, `${LOG_FILE}.1`, ALARM_FILE, `${ALARM_FILE}.1`].flatMap(name => foreignLines(folder, name)),
    ...badReports(folder),
    ...(notices.problem === null ? [] : [notices.problem])
  ]
  const reports = createReportFile(folder).list()
  const report = reports.length === 0 ? null : Math.max(...reports.map(({ id }) => id))
  const files = WHOLE_FILES.filter(name => existsSync(join(folder, name)))
  return { records: { durable: state.durable, ...newest(folder), report, files }, problems }
}

export interface Setup {
  /** What the card itself says; null = it does not. */
  readonly owner: Owner | null
  readonly files: readonly string[]
  readonly problems: readonly string[]
}

/** The board's own setup in `folder` (/etc/baton of a board): each file that is there must be readable. */
export const readSetup = (folder: string, fallback: Owner): Setup => {
  const [config, key, board] = ['baton.yaml', 'key', 'board'].map(name => join(folder, name)) as [
    string,
    string,
    string
  ]
  const files = ['baton.yaml', 'key', 'board'].filter(name => existsSync(join(folder, name)))
  const which = files.includes('board') ? whichBoard(board, {}) : { ok: true as const, board: fallback.board }
  const letter = which.ok ? which.board : fallback.board
  const loaded = files.includes('baton.yaml') ? loadConfig(config, { board: letter }) : null
  const keyRead = files.includes('key') ? readKeyFile(key) : null
  const problems = [
    ...(which.ok ? [] : [formatConfigError(which.error)]),
    ...(loaded === null || loaded.ok ? [] : loaded.errors.map(formatConfigError)),
    ...(keyRead === null || keyRead.ok ? [] : [formatConfigError(keyRead.error)])
  ]
  const groups = loaded?.ok === true ? loaded.config.groups.map(({ name }) => name) : null
  return { owner: groups === null ? null : { board: letter, groups }, files, problems }
}
