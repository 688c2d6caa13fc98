// Every sabotage there is, and its one page in words (the golden file). Used by command.ts and the tests.
import type { Sabotage } from './entry.js'
import { DOUBT } from './list-doubt.js'
import { MIRROR } from './list-mirror.js'
import { ORDER } from './list-order.js'
import { PANEL } from './list-panel.js'
import { PEOPLE } from './list-people.js'
import { RIGHTS } from './list-rights.js'

export const SABOTAGES: readonly Sabotage[] = [...RIGHTS, ...ORDER, ...DOUBT, ...PANEL, ...PEOPLE, ...MIRROR]

/** Those that a word of the command line means: `all`, a name, or a rule with all its parts. */
export const sabotagesOf = (word: string): readonly Sabotage[] =>
  SABOTAGES.filter(({ name }) => word === 'all' || name === word || name.startsWith(`${word}.`))

const shownWords = ({ shown }: Sabotage): string =>
  shown.by === 'runs'
    ? `within ${shown.runsMax} runs of ${shown.levels.join(', ')}`
    : `by the test "${shown.title}" (test/${shown.file}.ts)`

/** One sabotage a line: name, what is gone, how that must show. */
export const listWords = (): string =>
  SABOTAGES.map(one => `${one.name}: ${one.gone}; shown ${shownWords(one)}\n`).join('')
