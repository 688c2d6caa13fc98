// `baton events`: the newest entries of the log, and with -f what follows, until the daemon or the reader ends.
import { ask } from './client.js'
import { eventText } from './event-text.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { runPairEvents } from './pair-events.js'
import type { Terminal } from './terminal.js'

export const runEvents = async (
  socket: string,
  {
    recent,
    follow,
    only
  }: { readonly recent: number; readonly follow: boolean; readonly only: 'alarms' | 'pair' | null },
  terminal: Terminal,
  signal?: AbortSignal
): Promise<ExitCode> => {
  if (only === 'pair') return runPairEvents(socket, recent, terminal)
  let code: ExitCode | null = null
  let shown = 0
  const onEnd = await ask(
    socket,
    { command: 'events', recent, follow, ...(only === 'alarms' ? { alarms: true } : {}) },
    message => {
      if (message.kind === 'event') {
        shown += 1
        terminal.say(eventText(message.entry))
      } else if (message.kind === 'end') code = EXIT.ok
      else if (message.kind === 'error') {
        code = EXIT.refused
        terminal.complain(`baton: ${message.text}`)
      }
    },
    signal
  )
  if (code === EXIT.ok && shown === 0 && recent > 0) terminal.say(only === 'alarms' ? 'no alarms' : 'no events')
  if (code !== null) return code
  if (signal?.aborted === true) return EXIT.ok
  terminal.complain(`baton: ${onEnd.kind === 'unreachable' ? onEnd.text : 'the daemon ended; see `baton status`'}`)
  return EXIT.unreachable
}
