// The table of the lights in board/START.md: the same states as the drawing, in words.
import { START_STATES, type StartState } from './start-states.js'

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const wordsOf = ({ a, b }: StartState): readonly [string, string] => [a.words, b.words]
const CODE_WORDS = 'all four flicker for 2 s, then six steps of 2 s each, then again'

/** Everything between the marks. */
export const startTable = (): string =>
  [
    row('step', 'what is so', 'lights of a', 'lights of b'),
    row('---', '---', '---', '---'),
    ...START_STATES.map((state, i) =>
      state === null
        ? row(String(i + 1), 'The code', CODE_WORDS, 'the same, at the same time')
        : row(String(i + 1), state.title, ...wordsOf(state))
    ),
    ''
  ].join('\n')
