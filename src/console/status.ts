// `baton status`: once, or again every second.
import { setTimeout as wait } from 'node:timers/promises'
import type { DaemonStatus } from '../runtime/status.js'
import { cardSummary } from './card-problem.js'
import { ask } from './client.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { COLUMNS, LINES, wrap } from './screen.js'
import { statusText } from './status-text.js'
import type { Terminal } from './terminal.js'

const WATCH_EVERY_MS = 1000
const HOME_AND_CLEAR = '\u001b[H\u001b[2J'

type Answer = { readonly ok: true; readonly status: DaemonStatus } | { readonly ok: false; readonly text: string }

/** One look. The text of a failure says what to try. */
export const fetchStatus = async (socket: string): Promise<Answer> => {
  let answer: Answer = { ok: false, text: 'the daemon gave no status; are command and daemon of one version?' }
  const end = await ask(socket, { command: 'status' }, message => {
    if (message.kind === 'status') answer = { ok: true, status: message.status }
    else if (message.kind === 'error') answer = { ok: false, text: message.text }
  })
  return end.kind === 'unreachable' ? { ok: false, text: end.text } : answer
}

const textOf = (answer: Answer, json: boolean, terminal: Terminal): string => {
  if (!answer.ok) return `baton: ${answer.text}`
  return json ? JSON.stringify(answer.status) : statusText(answer.status, terminal.wallSeconds())
}

const show = (answer: Answer, json: boolean, terminal: Terminal): ExitCode => {
  const text = textOf(answer, json, terminal)
  if (answer.ok) terminal.say(text)
  else terminal.complain(text)
  const summary = answer.ok && !json ? cardSummary() : ''
  if (summary !== '') terminal.say(summary)
  return answer.ok ? EXIT.ok : EXIT.unreachable
}

/** Screen by screen, only the lines that changed: a serial line carries 960 bytes in a second. */
const createPainter = (terminal: Terminal): ((text: string) => void) => {
  let before: readonly string[] | null = null
  return text => {
    const lines = text
      .split('\n')
      .flatMap(line => wrap(line, COLUMNS, LINES))
      .slice(0, LINES - 1)
    const height = Math.max(lines.length, before?.length ?? 0)
    let out = before === null ? HOME_AND_CLEAR : ''
    for (let at = 0; at < height; at += 1) {
      if (before !== null && before[at] === lines[at]) continue
      out += `\u001b[${at + 1};1H${lines[at] ?? ''}\u001b[K`
    }
    before = lines
    terminal.write(`${out}\u001b[${lines.length + 1};1H`)
  }
}

/** `signal` ends a watch; its exit code is that of the last look. */
export const runStatus = async (
  socket: string,
  { json, watch }: { readonly json: boolean; readonly watch: boolean },
  terminal: Terminal,
  signal?: AbortSignal
): Promise<ExitCode> => {
  const ended = (): boolean => signal?.aborted === true
  const first = await fetchStatus(socket)
  if (!watch) return show(first, json, terminal)
  const paint = terminal.screen && !json ? createPainter(terminal) : null
  let code: ExitCode = EXIT.ok
  const tell = (answer: Answer): void => {
    code = answer.ok ? EXIT.ok : EXIT.unreachable
    if (paint === null) show(answer, json, terminal)
    else paint(textOf(answer, json, terminal))
  }
  tell(first)
  while (!ended()) {
    await wait(WATCH_EVERY_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {})
    await terminal.drained?.()
    if (ended()) break
    if (paint === null && !json) terminal.say('')
    tell(await fetchStatus(socket))
  }
  return code
}
