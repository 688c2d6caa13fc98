// The serial console of one board: everything it says goes to a transcript with the time, and the rig can type and read there.
// Lives as long as the rig; machine.ts puts the line in at each boot.
import { appendFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { waitUntil } from '../../board/virtual/time.js'

export interface ConsoleLine {
  plug(end: Socket): void
  /** What was said since `mark`, without colours and cursor movements. */
  said(): string
  /** From here on counts what is said. */
  mark(): void
  type(text: string): void
  /** Wait until what was said since the mark matches; gives the match. */
  expect(what: string, pattern: RegExp, deadlineMs: number): Promise<RegExpExecArray>
  /** A line of the rig's own in the transcript. */
  note(text: string): void
}

const KEPT_CHARACTERS_MAX = 256 * 1024

const ESCAPE = String.fromCharCode(27)
const BELL = String.fromCharCode(7)
const SEQUENCE = new RegExp(`${ESCAPE}(\\[[0-9;:?]*[ -/]*[@-~]|\\][^${BELL}]*${BELL}?|[()][A-Z0-9]|[=>78cDEHM])`, 'g')
const isShown = (character: string): boolean => character >= ' ' || '\n\r\t'.includes(character)

/** Text without the sequences that move a cursor or colour a letter. */
export const withoutControls = (text: string): string =>
  [...text.replace(SEQUENCE, '')].filter(isShown).join('').replace(/\r+\n/g, '\n')

/** `file`: the transcript. `at`: the rig's time, as it is written before each line. */
export const makeConsoleLine = (file: string, at: () => string): ConsoleLine => {
  let line: Socket | null = null
  let heard = ''
  let open = ''
  const write = (text: string): void => appendFileSync(file, `${at()}  ${text}\n`)
  const record = (text: string): void => {
    const parts = (open + text).split(/\r*\n/)
    open = parts.pop() ?? ''
    for (const part of parts) write(withoutControls(part.replace(/\r/g, '')))
    if (open.length > 2000) open = open.slice(-2000)
  }
  const flush = (): void => {
    if (open !== '') record('\n')
  }
  return {
    plug: end => {
      line = end
      flush()
      write('-- power on --')
      end.on('data', bytes => {
        const text = bytes.toString('utf8')
        heard = (heard + text).slice(-KEPT_CHARACTERS_MAX)
        record(text)
      })
      end.on('close', () => {
        if (line !== end) return
        line = null
        flush()
        write('-- power off --')
      })
    },
    said: () => withoutControls(heard),
    mark: () => {
      heard = ''
    },
    type: text => void line?.write(text),
    expect: (what, pattern, deadlineMs) => waitUntil(what, () => pattern.exec(withoutControls(heard)), deadlineMs, 200),
    note: text => {
      flush()
      write(`-- ${text} --`)
    }
  }
}
