// Commands that only root may run: other users are lent root's hand by `sudo` (pipe-terminal.ts), for the board's own place and with all
// questions asked. With options the root of the command line would, say, write a key to any file.
import { EXIT, type ExitCode } from './exit-code.js'
import { runAsRoot } from './pipe-terminal.js'
import type { Terminal } from './terminal.js'

export interface RootWish {
  /** Of the command, without its options. */
  readonly words: readonly string[]
  /** undefined and false = not given. */
  readonly options: readonly (string | boolean | undefined)[]
  /** The name of a group that was typed behind them. It is no word of theirs, for sudo knows each of them: root asks for it, and gets it. */
  readonly group?: string | undefined
}

/** What root asks at once for the name that was typed at the other end; nothing = none was. No person sees this question. */
export const GROUP_ASKED = 'Group, as it was typed: '

/** null = we are root, and go on ourselves; else it ran with root's hand, or why it did not was said. `isRoot` and `lend`: for tests. */
export const asRoot = async (
  { words, options, group }: RootWish,
  terminal: Terminal,
  signal: AbortSignal,
  isRoot = process.getuid?.() === 0,
  lend = runAsRoot
): Promise<ExitCode | null> => {
  if (isRoot) return null
  const name = words.join(' ')
  const ask: Terminal['ask'] = async (question, over) =>
    question === GROUP_ASKED ? (group ?? '') : terminal.ask(question, over)
  if (options.every(value => value === undefined || value === false)) return lend(words, { ...terminal, ask }, signal)
  terminal.complain(
    `baton: refused: only root may give options to ${name}; \`baton ${name}\` alone asks for what it needs`
  )
  return EXIT.refused
}
