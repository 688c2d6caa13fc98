// One line for one entry of the event log. Pure.
import type { LogEntry } from '../runtime/status.js'
import { wallText } from './duration.js'
import { plain } from './screen.js'

const LEVEL_COLUMNS = 8

/** `2026-11-20 19:14:03 ALARM   files: text [code]`; one line whatever the text holds. */
export const eventText = (entry: LogEntry): string => {
  const level = (entry.level === 'alarm' ? 'ALARM' : entry.level).padEnd(LEVEL_COLUMNS)
  const group = entry.group === undefined ? '' : `${entry.group}: `
  const times = entry.times === undefined ? '' : ` (${entry.times} times)`
  return plain(`${wallText(entry.wallSeconds)} ${level}${group}${entry.text} [${entry.code}]${times}`)
}
