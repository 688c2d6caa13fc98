// Orders to the daemon: say what will happen, ask where it hurts, then print every answer until the last.
import type { OperatorRequest } from '../runtime/status.js'
import { ask } from './client.js'
import { dangerOf } from './danger.js'
import { EXIT, type ExitCode } from './exit-code.js'
import type { Terminal } from './terminal.js'

// null = go on.
const agree = async (what: OperatorRequest, yes: boolean, terminal: Terminal): Promise<ExitCode | null> => {
  const danger = dangerOf(what)
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

export const runOrder = async (
  socket: string,
  what: OperatorRequest,
  yes: boolean,
  terminal: Terminal
): Promise<ExitCode> => {
  const refused = await agree(what, yes, terminal)
  if (refused !== null) return refused
  let code: ExitCode | null = null
  const end = await ask(socket, { command: 'order', what }, message => {
    if (message.kind === 'answer' && message.final) {
      code = message.ok ? EXIT.ok : EXIT.refused
      if (message.ok) terminal.say(message.text)
      else terminal.complain(`baton: refused: ${message.text}`)
    } else if (message.kind === 'answer') terminal.say(`... ${message.text}`)
    else if (message.kind === 'error') {
      code = EXIT.refused
      terminal.complain(`baton: ${message.text}`)
    }
  })
  if (code !== null) return code
  if (end.kind === 'unreachable') terminal.complain(`baton: ${end.text}`)
  else
    terminal.complain('baton: the daemon ended before it gave its last answer; see `baton status` and `baton events`')
  return EXIT.unreachable
}
