// Keeps the process that sends the notices running beside the daemon: at low priority, started again with growing pauses.
// The daemon gives it nothing and waits for nothing of it; what it says becomes entries of the event log. Used by daemon.ts.
import { fileURLToPath } from 'node:url'
import type { Config } from '../config/types.js'
import type { Level, Report } from '../core/effect.js'
import { keepLineProcess } from './line-process.js'

const PROGRAM = fileURLToPath(new URL('../notice/notify.js', import.meta.url))
/** A heap beyond this is a fault of it, and ends it alone. */
const HEAP_MIB = 64
const BACKOFF_MS = { least: 1000, most: 60_000 }
const TEXT_MAX = 1000
/** After a start of the daemon: it may learn at once that it is needed. */
const SETTLED_MS = 3000
const WAIT_MS_MAX = 60_000
/** Entries of the log that it may cause at once, and one more each minute: a process gone mad must not push out the others. */
const LINES_MAX = 20
const LINE_EVERY_MS = 60_000

/** Program and arguments that send the notices of this configuration. `caFile` is read by Node at its start. */
export const notifierCommand = (config: Config): readonly [file: string, ...args: string[]] => {
  const { caFile } = config.notices
  const trust = caFile === null ? [] : [`NODE_EXTRA_CA_CERTS=${caFile}`]
  const node = [process.execPath, `--max-old-space-size=${HEAP_MIB}`, PROGRAM]
  return ['nice', '-n', '10', 'env', ...trust, ...node, '--config', config.file, '--board', config.board]
}

/** One line of its output; anything but a report of the notices' own is left out (R12). Exported for its test. */
export const readNotifierLine = (line: string): Report | null => {
  try {
    const { level, code, text } = JSON.parse(line) as Record<string, unknown>
    const known = (['info', 'notice', 'warning'] as const).find(word => word === level) as Level | undefined
    if (known === undefined || typeof code !== 'string' || !/^notices-[a-z-]{1,32}$/.test(code)) return null
    return typeof text === 'string' ? { level: known, code, text: text.slice(0, TEXT_MAX) } : null
  } catch {
    return null
  }
}

/** Its lines to the event log, so many and no more. The same words again, as of a process that cannot start, are one entry. Exported for its test. */
export const reportLines = (report: (report: Report) => void, now: () => number): ((line: string) => void) => {
  let left = LINES_MAX
  let leftAt = now()
  let last = ''
  return line => {
    const said = readNotifierLine(line)
    if (said === null || said.text === last) return
    left = Math.min(LINES_MAX, left + (now() - leftAt) / LINE_EVERY_MS)
    leftAt = now()
    if (left < 1) return
    left -= 1
    last = said.text
    report(said)
  }
}

/**
 * Keep it running; without a channel nothing is started. A start costs half a second of a core, which would be felt in the
 * middle of a takeover: while `busy` it waits, a minute at most (trouble must be told).
 */
export const keepNotifier = (
  config: Config,
  report: (report: Report) => void,
  busy: () => boolean,
  now: () => number
): { close(): void } => {
  if (config.notices.channels.length === 0) return { close: () => {} }
  const [file, ...args] = notifierCommand(config)
  const firstAt = now() + SETTLED_MS
  let waitsSince: number | null = null
  const mayStart = (): boolean => {
    waitsSince ??= now()
    if (now() < firstAt || (busy() && now() - waitsSince < WAIT_MS_MAX)) return false
    waitsSince = null
    return true
  }
  return keepLineProcess(file, args, {
    onLine: reportLines(report, now),
    onStart: () => {},
    backoffMs: BACKOFF_MS,
    mayStart
  })
}
