// What one command of the console gets for a terminal. Taken away from it when it is left behind (Ctrl-C). Made by the session.
import type { InputLine } from './input-line.js'
import type { SlowOutput } from './slow-output.js'
import type { Terminal } from './terminal.js'

export interface CommandTerminal extends Terminal {
  /** From now on it shows and asks nothing. */
  takeAway(): void
}

export const createCommandTerminal = (
  line: InputLine,
  output: SlowOutput,
  world: Pick<Terminal, 'wallSeconds' | 'env'>
): CommandTerminal => {
  let ours = true
  const print = (text: string): void => {
    if (ours) line.print(text)
  }
  return {
    ...world,
    screen: true,
    askable: true,
    say: print,
    complain: print,
    write: text => {
      if (ours) output.write(text)
    },
    ask: async (question, signal) => {
      if (!ours || signal?.aborted) return null
      // Nobody can have answered what is not on the screen yet.
      await output.drained()
      if (!ours || signal?.aborted) return null
      const reading = line.read(question, 'answer')
      signal?.addEventListener('abort', line.interrupt, { once: true })
      const typed = await reading
      signal?.removeEventListener('abort', line.interrupt)
      return typed.kind === 'line' ? typed.text : null
    },
    drained: () => output.drained(),
    takeAway: () => {
      ours = false
    }
  }
}
