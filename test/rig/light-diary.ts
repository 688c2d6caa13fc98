// What each board's lights said, from the first power on: a line whenever it was something else. Beside the transcripts of the consoles.
import { appendFileSync } from 'node:fs'
import { BOARDS } from '../../board/virtual/names.js'
import type { BoardId } from '../../src/core/types.js'
import { type Lights, lightsInWords } from './lights-in-words.js'

const LOOK_MS = 2000
/** Patterns are read over some seconds: while they change, something is read that nobody shows. */
const ALIKE = 2

export interface LightDiary {
  stop(): void
}

/** `read`: the lights of a board now. `at`: the rig's time, as it is written before each line. */
export const startLightDiary = (file: string, read: (board: BoardId) => Lights, at: () => string): LightDiary => {
  const seen: Record<BoardId, { words: string; times: number; written: string }> = {
    a: { words: '', times: 0, written: '' },
    b: { words: '', times: 0, written: '' }
  }
  const look = (board: BoardId): void => {
    const words = lightsInWords(read(board))
    const own = seen[board]
    own.times = own.words === words ? own.times + 1 : 1
    own.words = words
    if (own.times !== ALIKE || own.written === words) return
    own.written = words
    appendFileSync(file, `${at()}  ${board}  ${words}\n`)
  }
  const timer = setInterval(() => BOARDS.forEach(look), LOOK_MS)
  return { stop: () => clearInterval(timer) }
}
