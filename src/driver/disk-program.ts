// Runs `baton disk answer` beside the daemon: it looks at a disk of a mirrored group, or makes it ready to carry a copy. Used by daemon.ts.
// A program of its own: a disk that hangs must hold neither the daemon's loop nor its threads.
import { fileURLToPath } from 'node:url'
import type { Config } from '../config/types.js'
import type { DiskWish } from '../port/disk-answer.js'
import { failureOf, runCommand } from './command.js'

const PROGRAM = fileURLToPath(new URL('../console/baton.js', import.meta.url))
const LOOK_MS = 120_000
/** The notes of the largest disk are written in a few minutes. */
const MAKE_MS = 900_000
/** A thousand names of files. */
const OUTPUT_BYTES_MAX = 2 * 1_048_576

/** Its last line, a JSON object; null = there is none. Exported for its test. */
export const lastObject = (text: string): Readonly<Record<string, unknown>> | null => {
  const line = text.trim().split('\n').at(-1) ?? ''
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null
  } catch {
    return null
  }
}

/** What it said at its end, unchecked; a text = it said nothing, and why. Never rejects. */
export const runDiskProgram = async (
  { board, file }: Pick<Config, 'board' | 'file'>,
  { doing, group, serial, since }: Omit<DiskWish, 'work'>
): Promise<Readonly<Record<string, unknown>> | string> => {
  const what = doing === 'make' ? ['--make'] : doing === 'files' ? ['--files'] : []
  const named = serial === null ? [] : ['--serial', serial]
  const at = since === null ? [] : ['--since', `@${since}`]
  const words = ['disk', 'answer', group, ...what, ...named, ...at, '--config', file, '--board', board]
  const result = await runCommand('nice', ['-n', '10', process.execPath, PROGRAM, ...words], {
    deadlineMs: doing === 'look' ? LOOK_MS : MAKE_MS,
    outputBytesMax: OUTPUT_BYTES_MAX,
    marked: false
  })
  return lastObject(result.stdout) ?? failureOf({ ...result, command: `baton ${words.slice(0, 3).join(' ')}` })
}
