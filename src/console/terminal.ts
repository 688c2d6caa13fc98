// What a command needs of the world around it: streams, a question, a clock label. Tests hand in their own.
import { createInterface } from 'node:readline/promises'
import { plain } from './screen.js'

/** The configuration where no --config names one. */
export const configFile = ({ env }: Pick<Terminal, 'env'>): string => env.BATON_CONFIG || '/etc/baton/baton.yaml'

export interface Terminal {
  /** Lines to standard output; control characters are taken out. */
  say(text: string): void
  /** Lines to standard error. */
  complain(text: string): void
  /** As it is, without a line end. */
  write(text: string): void
  /** A person reads standard output. */
  readonly screen: boolean
  /** A person can be asked. */
  readonly askable: boolean
  /** null = Ctrl-C or Ctrl-D: the person wants none of it; or `signal`: the question is over. */
  ask(question: string, signal?: AbortSignal): Promise<string | null>
  /** Resolves when a slow terminal has taken what was said; without it everything is taken at once. */
  drained?(): Promise<void>
  /** Unix seconds, a label (R11). */
  wallSeconds(): number
  readonly env: Readonly<Record<string, string | undefined>>
}

const clean = (text: string): string => text.split('\n').map(plain).join('\n')

/** The real one. A reader that went away (`baton events | head`) ends the command quietly. */
export const processTerminal = (): Terminal => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  return {
    say: text => process.stdout.write(`${clean(text)}\n`),
    complain: text => process.stderr.write(`${clean(text)}\n`),
    write: text => process.stdout.write(text),
    screen: process.stdout.isTTY === true,
    askable: process.stdin.isTTY === true && process.stderr.isTTY === true,
    ask: async (question, signal) => {
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      // Ctrl-C closes it, and the question itself would never end.
      const left = new Promise<null>(resolve => lines.once('close', () => resolve(null)))
      try {
        return await Promise.race([lines.question(question, signal === undefined ? {} : { signal }), left])
      } catch {
        return null
      } finally {
        lines.close()
      }
    },
    wallSeconds: () => Math.floor(Date.now() / 1000),
    env: process.env
  }
}
