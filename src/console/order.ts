// Orders to the daemon: say what will happen, ask where it hurts, then print every answer until the last.
import type { ControlMessage, OperatorRequest } from '../runtime/status.js'
import { ask } from './client.js'
import { dangerOf, whyNot } from './danger.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { COLUMNS, wrap } from './screen.js'
import { fetchStatus } from './status.js'
import type { Terminal } from './terminal.js'

const TIME_COLUMNS = 10
const PROGRESS_LINES_MAX = 4

/** What was typed at a question that wants a whole word, in small letters; `y` is none, and is asked once more. */
export const askWord = async (question: string, terminal: Terminal): Promise<string> => {
  const answer = ((await terminal.ask(question)) ?? '').trim().toLowerCase()
  if (answer !== 'y') return answer
  terminal.complain('type yes, the whole word; Enter alone: do nothing')
  return ((await terminal.ask(question)) ?? '').trim().toLowerCase()
}

/** Say what will happen and ask. null = go on. */
export const agree = async (danger: string | null, yes: boolean, terminal: Terminal): Promise<ExitCode | null> => {
  if (danger === null || yes) return null
  terminal.complain(danger)
  if (!terminal.askable) {
    terminal.complain('baton: refused: there is no terminal to ask; add --yes if you mean it')
    return EXIT.refused
  }
  if ((await askWord('Type yes to do it: ', terminal)) === 'yes') return null
  terminal.complain('baton: nothing was done')
  return EXIT.refused
}

/** `signal`: nobody listens any more; the order itself goes on. */
export const runOrder = async (
  socket: string,
  what: OperatorRequest,
  yes: boolean,
  terminal: Terminal,
  signal?: AbortSignal
): Promise<ExitCode> => {
  if (!yes && dangerOf(what) !== null) {
    const answer = await fetchStatus(socket)
    const status = answer.ok ? answer.status : null
    const hopeless = status === null ? null : whyNot(what, status)
    if (hopeless !== null) {
      terminal.complain(`baton: refused: ${hopeless}`)
      return EXIT.refused
    }
    const refused = await agree(dangerOf(what, status), yes, terminal)
    if (refused !== null) return refused
  }
  return sendOrder(socket, what, terminal, signal)
}

/** `   0.4 s  files: unmount on board b`: the time since the order, and what happens now. */
const progressText = (sinceMs: number, text: string): string => {
  const [first = '', ...rest] = wrap(text, COLUMNS - TIME_COLUMNS, PROGRESS_LINES_MAX)
  const indent = ' '.repeat(TIME_COLUMNS)
  return [`${(sinceMs / 1000).toFixed(1).padStart(6)} s  ${first}`, ...rest.map(line => indent + line)].join('\n')
}

/** Send it without asking; print each answer as it comes, the last one without the time. */
export const sendOrder = async (
  socket: string,
  what: OperatorRequest,
  terminal: Terminal,
  signal?: AbortSignal
): Promise<ExitCode> => {
  const ended = (): boolean => signal?.aborted === true
  // Ctrl-C at the console may have come while the status was fetched.
  if (ended()) return EXIT.refused
  const beganAt = performance.now()
  let code: ExitCode | null = null
  const onMessage = (message: ControlMessage): void => {
    if (message.kind === 'answer' && message.final) {
      code = message.ok ? EXIT.ok : EXIT.refused
      if (message.ok) terminal.say(message.text)
      else terminal.complain(`baton: refused: ${message.text}`)
    } else if (message.kind === 'answer') terminal.say(progressText(performance.now() - beganAt, message.text))
    else if (message.kind === 'error') {
      code = EXIT.refused
      terminal.complain(`baton: ${message.text}`)
    }
  }
  const end = await ask(socket, { command: 'order', what }, onMessage, signal)
  if (code !== null) return code
  if (ended()) {
    terminal.complain('baton: you see no more of this order; it goes on: see `baton status` and `baton events`')
    return EXIT.refused
  }
  if (end.kind === 'unreachable') terminal.complain(`baton: ${end.text}`)
  else
    terminal.complain('baton: the daemon ended before it gave its last answer; see `baton status` and `baton events`')
  return EXIT.unreachable
}
