// Tells by a program: `wall` on every console of the board, or one of the operator's. Bounded, with a deadline and a kill (R10).
import type { ChannelConfig } from '../config/types-notices.js'
import { failureOf, runCommand } from '../driver/command.js'
import type { Message, Outcome } from './notice.js'
import type { Wire, WireOptions } from './sender.js'
import { dataOf, textOf } from './words.js'

type OfKind<K extends ChannelConfig['kind']> = ChannelConfig & { readonly kind: K }

const KILL_AFTER_MS = 500

const run = async (
  command: readonly string[],
  input: string,
  timeoutMs: number,
  env: Readonly<Record<string, string>>
): Promise<Outcome> => {
  const [file = 'false', ...args] = command
  const options = { deadlineMs: timeoutMs, killAfterMs: KILL_AFTER_MS, input, env, outputBytesMax: 4096, marked: false }
  const result = await runCommand(file, args, options)
  if (!result.ok) return { ok: false, words: failureOf(result) }
  const words = result.stdout.trim().split('\n').at(-1) ?? ''
  return { ok: true, words: words === '' ? `${file} ended with 0` : words }
}

/** `wall` writes to whoever is logged in; with nobody there it has told everybody. */
export const openConsole = ({ channel, sender }: WireOptions<OfKind<'console'>>): Wire => ({
  send: (message: Message) => run(['wall'], textOf(sender, message), channel.timeoutMs, {}),
  close: async () => undefined
})

/** The program gets the JSON on standard input and the essence in its environment. */
export const openCommand = ({ channel, sender }: WireOptions<OfKind<'command'>>): Wire => ({
  send: (message: Message) => {
    const data = dataOf(sender, message)
    const env = {
      BATON_ID: data.id,
      BATON_PAIR: data.pair,
      BATON_BOARD: data.board,
      BATON_LEVEL: data.level,
      BATON_SUBJECT: data.subject,
      BATON_CODES: data.events.map(({ code }) => code).join(' ')
    }
    return run(channel.command, `${JSON.stringify(data)}\n`, channel.timeoutMs, env)
  },
  close: async () => undefined
})
