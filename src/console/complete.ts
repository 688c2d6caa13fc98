// What the Tab key adds: commands, their second words, their options. Pure.
import { COMMANDS, optionsOf } from './arguments.js'

export interface Completion {
  /** To be put in at the cursor; empty = nothing is certain. */
  readonly insert: string
  /** What it could become. */
  readonly choices: readonly string[]
}

const SECOND: Readonly<Record<string, readonly string[]>> = {
  mode: ['auto', 'manual', 'maintenance'],
  fence: ['prove', 'off', 'on'],
  board: ['test', 'letter'],
  disk: ['list', 'prepare', 'create', 'compare', 'verify']
}
const GROUP_ORDERS: ReadonlySet<string> = new Set(['switchover', 'take-stale', 'discard-copy'])
/** Words of the console alone. */
const OWN = ['menu', 'exit']

const common = (words: readonly string[]): string => {
  const [first = '', ...rest] = words
  let length = first.length
  for (const word of rest) while (!word.startsWith(first.slice(0, length))) length -= 1
  return first.slice(0, length)
}

const wordsFor = (done: readonly string[], begun: string, groups: readonly string[]): readonly string[] => {
  const [name] = done
  if (name === undefined) return [...COMMANDS, ...OWN]
  if (begun.startsWith('-')) return optionsOf(name)
  if (done.length > 1) return []
  return GROUP_ORDERS.has(name) ? groups : Object.hasOwn(SECOND, name) ? (SECOND[name] ?? []) : []
}

/** `before`: the line up to the cursor. `groups`: their names, as far as known. */
export const completeLine = (before: string, groups: readonly string[]): Completion => {
  const all = before.trimStart().split(/\s+/)
  const words = all[0] === 'baton' && all.length > 1 ? all.slice(1) : all
  const begun = words.at(-1) ?? ''
  const choices = wordsFor(words.slice(0, -1), begun, groups).filter(word => word.startsWith(begun))
  const [only] = choices
  if (choices.length === 1 && only !== undefined) return { insert: `${only.slice(begun.length)} `, choices }
  return { insert: common(choices).slice(begun.length), choices }
}
