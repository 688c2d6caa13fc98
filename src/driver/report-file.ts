// The reports of takeovers, switchovers and fencings that this board keeps: one JSON line each, written whole and atomically.
// Called by the runtime when a report has ended. A full or broken disk costs reports, never an exception or a wait.
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ReportStore, TakeoverReport } from '../port/takeover-report.js'
import { keepStateRoom, writeDurably } from './state-write.js'

export const REPORT_FILE = 'reports.jsonl'
/** Kept of each sort, so that a loop of orders does not push out what happened at night: 20 in all. */
export const KEPT = { takeovers: 8, fencings: 6, planned: 6 } as const
/** A report is a few kilobytes; one that were longer than this loses its notes. With 20 of them: the file's bound. */
export const REPORT_BYTES_MAX = 16_384

const sortOf = ({ kind, outcome }: TakeoverReport): keyof typeof KEPT =>
  kind === 'takeover' && outcome !== 'given-up'
    ? 'takeovers'
    : kind === 'takeover' || kind === 'fencing'
      ? 'fencings'
      : 'planned'

/** After a failed write it is tried again. */
const AGAIN_MS = 60_000

const KINDS = ['takeover', 'switchover', 'start', 'fencing', 'drill']
const OUTCOMES = ['under-way', 'done', 'failed', 'given-up', 'cut-short']

/** Whether a parsed line has the shape of a report, as far as whoever shows it depends on it. */
export const isReport = (value: unknown): value is TakeoverReport => {
  if (typeof value !== 'object' || value === null) return false
  const { id, board, kind, outcome, wallSeconds, zeroAtMs, steps, groups, notes, decision } = value as TakeoverReport
  return (
    Number.isSafeInteger(id) &&
    (board === 'a' || board === 'b') &&
    KINDS.includes(kind) &&
    OUTCOMES.includes(outcome) &&
    typeof wallSeconds === 'number' &&
    typeof zeroAtMs === 'number' &&
    Array.isArray(steps) &&
    Array.isArray(groups) &&
    Array.isArray(notes) &&
    typeof decision?.text === 'string' &&
    Array.isArray(decision.rules)
  )
}

const parseLine = (line: string): readonly TakeoverReport[] => {
  try {
    const value: unknown = JSON.parse(line)
    return isReport(value) ? [value] : []
  } catch {
    return []
  }
}

const load = (file: string): readonly TakeoverReport[] => {
  try {
    if (statSync(file).size > 2 * 20 * REPORT_BYTES_MAX) return []
    return readFileSync(file, 'utf8').split('\n').flatMap(parseLine)
  } catch {
    return []
  }
}

/** The newest of each sort, in order. */
const kept = (reports: readonly TakeoverReport[]): readonly TakeoverReport[] => {
  const left: Record<keyof typeof KEPT, number> = { ...KEPT }
  const stays = (report: TakeoverReport): boolean => {
    const sort = sortOf(report)
    left[sort] -= 1
    return left[sort] >= 0
  }
  return [...reports].reverse().filter(stays).reverse()
}

const lineOf = (report: TakeoverReport): string => {
  const line = JSON.stringify(report)
  if (line.length <= REPORT_BYTES_MAX) return line
  return JSON.stringify({ ...report, notes: [], steps: report.steps.slice(0, 16) })
}

/** What was under way when the board lost its power was cut short by that. */
const closed = (report: TakeoverReport): TakeoverReport =>
  report.outcome === 'under-way' ? { ...report, outcome: 'cut-short' } : report

export const createReportFile = (folder: string): ReportStore => {
  let reports = kept(load(join(folder, REPORT_FILE)).map(closed))
  let last = reports.reduce((highest, { id }) => Math.max(highest, id), 0)
  let problem: string | null = null
  let dirty = false
  let writing: Promise<void> | null = null

  const writeAll = async (): Promise<void> => {
    while (dirty) {
      dirty = false
      try {
        await keepStateRoom(folder)
        await writeDurably(folder, REPORT_FILE, reports.map(report => `${lineOf(report)}\n`).join(''))
        problem = null
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error)
        setTimeout(write, AGAIN_MS).unref()
      }
    }
    writing = null
  }

  function write(): void {
    dirty = true
    writing ??= writeAll()
  }

  return {
    put: (report, instead) => {
      const id = instead ?? last + 1
      last = Math.max(last, id)
      reports = kept([...reports.filter(one => one.id !== id), { id, ...report }])
      write()
      return id
    },
    list: () => reports,
    get problem() {
      return problem
    },
    flush: async () => {
      await writing
    }
  }
}
