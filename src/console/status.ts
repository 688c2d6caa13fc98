// `baton status`: once, or again every second.
import { setTimeout as wait } from 'node:timers/promises'
import type { DaemonStatus } from '../runtime/status.js'
import { ask } from './client.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { statusText } from './status-text.js'
import type { Terminal } from './terminal.js'

const WATCH_EVERY_MS = 1000
const HOME_AND_CLEAR = '\u001b[H\u001b[2J'

type Answer = { readonly ok: true; readonly status: DaemonStatus } | { readonly ok: false; readonly text: string }

const fetchStatus = async (socket: string): Promise<Answer> => {
  let answer: Answer = { ok: false, text: 'the daemon gave no status; are command and daemon of one version?' }
  const end = await ask(socket, { command: 'status' }, message => {
    if (message.kind === 'status') answer = { ok: true, status: message.status }
    else if (message.kind === 'error') answer = { ok: false, text: message.text }
  })
  return end.kind === 'unreachable' ? { ok: false, text: end.text } : answer
}

const show = (answer: Answer, json: boolean, terminal: Terminal): ExitCode => {
  if (!answer.ok) {
    terminal.complain(`baton: ${answer.text}`)
    return EXIT.unreachable
  }
  terminal.say(json ? JSON.stringify(answer.status) : statusText(answer.status, terminal.wallSeconds()))
  return EXIT.ok
}

/** `signal` ends a watch; its exit code is that of the last look. */
export const runStatus = async (
  socket: string,
  { json, watch }: { readonly json: boolean; readonly watch: boolean },
  terminal: Terminal,
  signal?: AbortSignal
): Promise<ExitCode> => {
  const ended = (): boolean => signal?.aborted === true
  let code = show(await fetchStatus(socket), json, terminal)
  while (watch && !ended()) {
    await wait(WATCH_EVERY_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {})
    if (ended()) break
    const answer = await fetchStatus(socket)
    if (terminal.screen) terminal.write(HOME_AND_CLEAR)
    else if (!json) terminal.say('')
    code = show(answer, json, terminal)
  }
  return code
}
