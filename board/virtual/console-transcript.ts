// What was seen at the console, for the operator's guide: the guide's transcript is a real one, and stays true. Used by scenarios/console.ts.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot, type WorldNames } from './names.js'

const GUIDE = join(repositoryRoot, 'board/OPERATING.md')
const BEGIN = '<!-- transcript: written by `UPDATE_GOLDEN=1 npm run lab -- console-recovery` -->\n\n```text\n'
const END = '```\n\n<!-- end of the transcript -->\n'

/** The lines of the terminal; the lab's own folder is left out of paths, blank lines at both ends, too. */
export const transcriptOf = (lines: readonly string[], names: WorldNames): string =>
  `${lines.join('\n').split(names.here()).join('').trim()}\n`

/** What must not change from run to run: what was typed, the question, the state of the pair. */
const steps = (text: string): string =>
  text
    .split('\n')
    .filter(line => /^board [ab]> \S|^\(in words|^Type yes|^pair |^ {2}\d {2}/.test(line))
    .map(line => line.trim())
    .join('\n')

const parts = (guide: string): readonly [string, string, string] | null => {
  const from = guide.indexOf(BEGIN)
  const to = guide.indexOf(END, from)
  if (from < 0 || to < 0) return null
  const start = from + BEGIN.length
  return [guide.slice(0, start), guide.slice(start, to), guide.slice(to)]
}

/**
 * Compare with the guide, or with UPDATE_GOLDEN=1 write it anew (times and alarms may differ from run to run).
 * Returns why it is not the same; null = it is.
 */
export const checkTranscript = (text: string): string | null => {
  const guide = existsSync(GUIDE) ? readFileSync(GUIDE, 'utf8') : ''
  const found = parts(guide)
  if (found === null) return `${GUIDE} has no place for the transcript`
  const [before, old, after] = found
  if (process.env.UPDATE_GOLDEN === '1') {
    writeFileSync(GUIDE, `${before}${text}${after}`)
    return null
  }
  if (steps(old) === steps(text)) return null
  return `the guide's transcript shows other steps; look at it, then UPDATE_GOLDEN=1. Now:\n${steps(text)}\nThere:\n${steps(old)}`
}
