// Orders to the daemon: say what will happen, ask where it hurts, then print every answer until the last.
import type { ControlMessage, OperatorRequest } from '../runtime/status.js'
import { ask } from './client.js'
import { dangerOf } from './danger.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { fetchStatus } from './status.js'
import type { Terminal } from './terminal.js'

/** Say what will happen and ask. null = go on. */
export const agree = async (danger: string | null, yes: boolean, terminal: Terminal): Promise<ExitCode | null> => {
  if (danger === null || yes) return null
  terminal.complain(danger)
  if (!terminal.askable) {
    terminal.complain('baton: refused: there is no terminal to ask; add --yes if you mean it')
    return EXIT.refused
  }
  const answer = await terminal.ask('Type yes to do it: ')
  if (answer.trim().toLowerCase() === 'yes') return null
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
  const ended = (): boolean => signal?.aborted === true
  if (!yes && dangerOf(what) !== null) {
    const answer = await fetchStatus(socket)
    const refused = await agree(dangerOf(what, answer.ok ? answer.status : null), yes, terminal)
    if (refused !== null) return refused
  }
  // Ctrl-C at the console may have come while the status was fetched.
  if (ended()) return EXIT.refused
  let code: ExitCode | null = null
  const onMessage = (message: ControlMessage): void => {
    if (message.kind === 'answer' && message.final) {
      code = message.ok ? EXIT.ok : EXIT.refused
      if (message.ok) terminal.say(message.text)
      else terminal.complain(`baton: refused: ${message.text}`)
    } else if (message.kind === 'answer') terminal.say(`... ${message.text}`)
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
