// The last orders that were typed, for the arrow keys; kept in a file of the person who types. A file that cannot be used is none.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { LINE_MAX } from './line-editor.js'

export interface History {
  add(text: string): void
  /** The next older or newer line; null = there is none. `now` is what is typed, to come back to. */
  move(where: 'up' | 'down', now: string): string | null
  /** Begin again at the newest. */
  rewind(): void
}

export const HISTORY_MAX = 100

const readLines = (file: string): string[] => {
  try {
    const lines = readFileSync(file, 'latin1').split('\n')
    return lines.filter(line => /^[\x20-\x7e]+$/.test(line) && line.length <= LINE_MAX).slice(-HISTORY_MAX)
  } catch {
    return []
  }
}

/** `file`: null = not kept. Never throws. */
export const createHistory = (file: string | null): History => {
  let lines = file === null ? [] : readLines(file)
  let added = HISTORY_MAX
  let at = lines.length
  let typed = ''
  const keep = (text: string): void => {
    if (file === null) return
    try {
      added += 1
      // Now and then the file is cut to its bound; else a line is added.
      if (added > HISTORY_MAX) writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
      else appendFileSync(file, `${text}\n`, { mode: 0o600 })
      if (added > HISTORY_MAX) added = 0
    } catch {}
  }
  return {
    add: line => {
      const text = line.trim()
      // Numbers of the menu are no orders that somebody looks for.
      if (text === '' || /^\d$/.test(text) || text === lines.at(-1)) return
      lines = [...lines, text].slice(-HISTORY_MAX)
      keep(text)
    },
    move: (where, now) => {
      if (at === lines.length) typed = now
      const next = at + (where === 'up' ? -1 : 1)
      if (next < 0 || next > lines.length) return null
      at = next
      return at === lines.length ? typed : (lines[at] ?? null)
    },
    rewind: () => {
      at = lines.length
      typed = ''
    }
  }
}
