// One visit at the console: menu, orders, answers, alarms. Every order goes through the parser and the functions of the
// `baton` command. Knows no process and no device: bytes come in by `type`, text goes out by `output`.

import type { Writable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import type { DaemonStatus } from '../runtime/status.js'
import { createAlarmLines } from './alarm-lines.js'
import { parseCommandLine } from './arguments.js'
import { type CommandTerminal, createCommandTerminal } from './command-terminal.js'
import { completeLine } from './complete.js'
import { followDaemon, isWorthSaying } from './feed.js'
import { USAGE } from './help.js'
import type { History } from './history.js'
import { createInputLine } from './input-line.js'
import { MENU, menuText } from './menu.js'
import { run } from './run.js'
import { clip, plain } from './screen.js'
import { createSlowOutput } from './slow-output.js'
import { fetchStatus } from './status.js'
import type { Terminal } from './terminal.js'

export interface SessionOptions {
  readonly socket: string
  readonly stream: Writable
  readonly history: History
  readonly world: Pick<Terminal, 'wallSeconds' | 'env'>
}

export interface Session {
  type(bytes: Uint8Array): void
  /** Resolves when the person logs out; what waits is then with the kernel or thrown away. */
  run(): Promise<void>
  /** The line hung up. */
  close(): void
}

/** A command that does not end by itself after Ctrl-C is left behind. */
const LEAVE_BEHIND_MS = 300
const LAST_WORDS_MS = 2000
const PAGE_LINES = 22
const ENOUGH: ReadonlySet<string> = new Set(['q', 'quit', 'n', 'no'])
/** After an alarm the line is shown once more: `wall`, or a message of the kernel, may have written over it meanwhile. */
const SHOW_AGAIN_MS = 2000
const HELP_OF_CONSOLE = `Here also: a number of the menu, menu, exit. Tab completes, arrows bring back
earlier orders, Ctrl-C ends what runs or clears the line. baton may be left out.
`

export const createSession = ({ socket, stream, history, world }: SessionOptions): Session => {
  const output = createSlowOutput(stream, () => line.show())
  const gone = new AbortController()
  let groups: readonly string[] = []
  let prompt = 'baton> '
  let showAgain: NodeJS.Timeout | undefined
  /** An order that was typed at the pager. */
  let next: string | null = null
  let running: { readonly terminal: CommandTerminal; readonly abort: AbortController; stop(): void } | null = null

  const onInterrupt = (): void => {
    if (running === null) return
    output.drop()
    output.write('\r\n^C\r\n')
    running.abort.abort()
    running.stop()
  }
  const line = createInputLine({
    write: output.write,
    history,
    complete: before => completeLine(before, groups),
    onInterrupt
  })
  const alarms = createAlarmLines(line.print, () => output.write('\u0007'))

  const look = async (): Promise<DaemonStatus | null> => {
    const answer = await fetchStatus(socket)
    if (!answer.ok) return null
    groups = answer.status.core.groups.map(({ name }) => name)
    prompt = `board ${answer.status.core.board}> `
    return answer.status
  }

  /** Run one piece of work that Ctrl-C ends; what does not end is left behind without a terminal. */
  const attend = async (work: (terminal: CommandTerminal, signal: AbortSignal) => Promise<unknown>): Promise<void> => {
    const terminal = createCommandTerminal(line, output, world)
    const abort = new AbortController()
    let stop = (): void => {}
    const stopped = new Promise<void>(resolve => {
      stop = resolve
    })
    running = { terminal, abort, stop: () => stop() }
    const failed = (error: unknown): void =>
      terminal.complain(`baton: this command failed in itself: ${plain(String(error))}`)
    await Promise.race([work(terminal, abort.signal).catch(failed), stopped.then(() => wait(LEAVE_BEHIND_MS))])
    terminal.takeAway()
    running = null
  }

  /** What is typed at the pager and no answer to it is an order. */
  const help = async (terminal: CommandTerminal): Promise<void> => {
    const lines = `${HELP_OF_CONSOLE}${USAGE}`.split('\n')
    for (let at = 0; at < lines.length; at += PAGE_LINES) {
      terminal.say(lines.slice(at, at + PAGE_LINES).join('\n'))
      if (at + PAGE_LINES >= lines.length) return
      const answer = (await terminal.ask('Enter: more, q: enough '))?.trim() ?? 'q'
      if (answer === '') continue
      if (!ENOUGH.has(answer.toLowerCase())) next = answer
      return
    }
  }

  const order = async (words: readonly string[]): Promise<void> => {
    const parsed = parseCommandLine(words)
    if (!parsed.ok) {
      line.print(clip(`baton: ${plain(parsed.text)}`, 300))
      return line.print('`help` lists the commands, Enter alone shows the menu')
    }
    const { command } = parsed
    if (command.name === 'console') return line.print('this is the console already; `menu` shows its menu')
    const whole = command.name === 'status' && command.watch
    alarms.hold(whole)
    await attend((terminal, signal) =>
      command.name === 'help' ? help(terminal) : run(command, parsed.socket ?? socket, terminal, signal)
    )
    alarms.hold(false)
  }

  const fromMenu = async (number: string): Promise<readonly string[] | null> => {
    let words: readonly string[] | null = null
    await attend(async terminal => {
      words = (await MENU[number]?.words({ ...terminal, status: look })) ?? null
    })
    return words
  }

  /** False = the person logs out. */
  const take = async (text: string): Promise<boolean> => {
    const typed = text.trim().split(/\s+/)
    const own = typed[0] === 'baton' && typed.length > 1 ? typed.slice(1) : typed
    const [first = ''] = own
    const words = own.length === 1 && Object.hasOwn(MENU, first) ? await fromMenu(first) : own
    if (words === null) return true
    const [name = '', more] = words
    if (name === 'exit' || name === 'logout' || name === 'quit') {
      if (more === undefined) return false
      line.print(clip(`baton: "${plain(more)}" is one word too many for ${name}; \`${name}\` alone logs out`, 300))
      return true
    }
    if (words !== own) line.print(`(in words: ${words.join(' ')})`)
    if (name === '' || name === 'menu') line.print(menuText(await look()))
    else await order(words)
    return true
  }

  const greet = async (): Promise<void> => {
    line.print(menuText(await look()))
    void followDaemon({
      socket,
      signal: gone.signal,
      onEntry: entry => {
        if (!isWorthSaying(entry)) return
        alarms.take(entry)
        clearTimeout(showAgain)
        showAgain = setTimeout(() => output.write(line.show()), SHOW_AGAIN_MS)
      },
      onLink: (_, text) => line.print(`*  ${text}`)
    })
  }

  return {
    type: line.type,
    run: async () => {
      await greet()
      while (!gone.signal.aborted) {
        const typed = next === null ? await line.read(prompt, 'order') : ({ kind: 'line', text: next } as const)
        next = null
        if (typed.kind === 'line' && !(await take(typed.text))) break
      }
      line.print('logged out')
      await Promise.race([output.drained(), wait(LAST_WORDS_MS, undefined, { ref: false })])
    },
    close: () => {
      gone.abort()
      alarms.close()
      clearTimeout(showAgain)
      running?.abort.abort()
      output.drop()
    }
  }
}
