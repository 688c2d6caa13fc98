// Which of the two boards this is: command line, then environment, then the board file.
import { readFileSync } from 'node:fs'
import type { BoardId } from '../core/types.js'
import { systemWords } from './document.js'
import type { ConfigError } from './issue.js'

export interface BoardSources {
  readonly board?: BoardId | undefined
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

export type WhichBoard =
  | { readonly ok: true; readonly board: BoardId }
  | { readonly ok: false; readonly error: ConfigError }

export const isBoard = (text: unknown): text is BoardId => text === 'a' || text === 'b'

const refuse = (file: string, value: string | null, problem: string): WhichBoard => ({
  ok: false,
  error: {
    file,
    line: null,
    option: '',
    value,
    problem,
    remedy:
      'say which board this is: --board a or --board b, or BATON_BOARD=a, or put the one letter into the board file'
  }
})

/** The board, from the first source that says something. A wrong word anywhere is refused, not skipped. */
export const whichBoard = (boardFile: string, sources: BoardSources): WhichBoard => {
  if (sources.board !== undefined) return { ok: true, board: sources.board }
  const word = sources.env?.BATON_BOARD
  if (word !== undefined && word !== '') {
    return isBoard(word) ? { ok: true, board: word } : refuse('BATON_BOARD', word.slice(0, 80), 'is neither a nor b')
  }
  try {
    const letter = readFileSync(boardFile, 'utf8').slice(0, 80).trim()
    return isBoard(letter) ? { ok: true, board: letter } : refuse(boardFile, letter, 'holds neither a nor b')
  } catch (error) {
    return refuse(boardFile, null, systemWords(error))
  }
}
