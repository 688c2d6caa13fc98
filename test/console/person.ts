// Somebody at a terminal who types given answers, then nothing more. Used by the tests of the console.
import type { Terminal } from '../../src/console/terminal.js'

export interface Person extends Terminal {
  /** What was said and complained, in its order. */
  readonly said: string[]
  readonly asked: string[]
}

/** null is Ctrl-C. */
export const person = (answers: readonly (string | null)[], askable = true): Person => {
  const left = [...answers]
  const said: string[] = []
  const asked: string[] = []
  return {
    said,
    asked,
    say: text => said.push(text),
    complain: text => said.push(text),
    write: () => {},
    screen: true,
    askable,
    ask: async question => {
      asked.push(question)
      return left.shift() ?? null
    },
    wallSeconds: () => 1_780_000_000,
    env: {}
  }
}
