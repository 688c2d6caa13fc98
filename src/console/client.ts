// One request to the daemon over its control socket. Used by every command that needs the daemon. Never throws.
import { connect } from 'node:net'
import type { ControlMessage, ControlRequest } from '../runtime/status.js'
import { cardProblem } from './card-problem.js'

export const SOCKET_DEFAULT = '/run/baton/baton.sock'

/** `done`: the daemon closed after its last message. `text`: why not, and what to try. */
export type AskEnd = { readonly kind: 'done' } | { readonly kind: 'unreachable'; readonly text: string }

const LINE_LENGTH_MAX = 1_048_576
const FIRST_ANSWER_MS = 10_000

const unreachable = (text: string): AskEnd => ({ kind: 'unreachable', text })

const reasonOf = (path: string, error: NodeJS.ErrnoException): string => {
  const where = `cannot reach the daemon at ${path}`
  const start = 'see `systemctl status batond`, its words: `journalctl -u batond`; another socket: --socket PATH'
  switch (error.code) {
    case 'ENOENT':
      return `${where}: no such socket, it is not running here; ${start}${cardProblem()}`
    case 'ECONNREFUSED':
      return `${where}: it has died or was stopped; ${start}${cardProblem()}`
    case 'EACCES':
    case 'EPERM':
      return `${where}: only root and members of the group baton may; try: sudo baton …`
  }
  return `${where}: ${error.message}; ${start}`
}

/**
 * Send one request and hand over each message as it comes, until the daemon ends or `signal` aborts (then `done`).
 * Whoever calls looks at the messages for success: `done` says only that the talk ended in order.
 */
export const ask = (
  path: string,
  request: ControlRequest,
  onMessage: (message: ControlMessage) => void,
  signal?: AbortSignal
): Promise<AskEnd> =>
  new Promise(resolve => {
    let rest = ''
    let heard = false
    const socket = connect(path)
    const finish = (end: AskEnd): void => {
      socket.destroy()
      signal?.removeEventListener('abort', onAbort)
      resolve(end)
    }
    const onAbort = (): void => finish({ kind: 'done' })
    signal?.addEventListener('abort', onAbort)
    const takeLine = (line: string): boolean => {
      try {
        onMessage(JSON.parse(line) as ControlMessage)
        return true
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error
        finish(unreachable(`${path} answers, but not as a baton daemon of this version`))
        return false
      }
    }
    socket.setEncoding('utf8')
    socket.setTimeout(FIRST_ANSWER_MS, () => {
      if (!heard)
        finish(unreachable(`the daemon at ${path} does not answer; it may hang: see \`journalctl -u batond\``))
    })
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`))
    socket.on('data', (chunk: string) => {
      heard = true
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > LINE_LENGTH_MAX) finish(unreachable(`${path} sends no lines: that is no baton daemon`))
      else lines.every(takeLine)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => finish(unreachable(reasonOf(path, error))))
    socket.on('close', () =>
      finish(heard ? { kind: 'done' } : unreachable(`the daemon at ${path} closed the connection without an answer`))
    )
  })
