// One connection of the control socket, from its first byte to its end. Used by control.ts only.
// Bounded: one request of at most 64 KiB, a deadline for it, and a cut for a client that does not read.
import type { Socket } from 'node:net'
import { parseRequest } from './control-request.js'
import type {
  ControlMessage,
  ControlRequest,
  DaemonStatus,
  LogEntry,
  OperatorRequest,
  TakeoverReport
} from './status.js'

/** The runtime's side of the socket. None may block; `order` and `follow` return what ends them. */
export interface ControlHandlers {
  status(): DaemonStatus
  /** Calls `onAnswer` until one answer is final. The returned function says that nobody listens any more; also called after the end. */
  order(
    what: OperatorRequest,
    onAnswer: (answer: { readonly ok: boolean; readonly final: boolean; readonly text: string }) => void
  ): () => void
  /** The newest entries, oldest first; or only alarms, which are kept longer. */
  events(recent: number, alarms: boolean): readonly LogEntry[]
  /** Calls `onEntry` for each new entry until the returned function is called. */
  follow(onEntry: (entry: LogEntry) => void): () => void
  /** The lines of a trace, as they are now. */
  trace(): readonly string[]
  /** Ask the other board; the last message is `end` or `error`. */
  peer(
    what: 'events' | 'reports' | 'setup' | 'disk',
    recent: number,
    onMessage: (message: ControlMessage, last: boolean) => void
  ): void
  /** The reports that are kept, oldest first. */
  reports(): readonly TakeoverReport[]
}

export const LINE_BYTES_MAX = 65_536
/** A client that lets this much wait unread is cut: it must not cost the daemon memory (R10). */
export const UNREAD_BYTES_MAX = 262_144
const REQUEST_DEADLINE_MS = 10_000
const CLOSE_DEADLINE_MS = 5000
const NEWLINE = 0x0a

/** May be far more than may wait unread: the next line goes when the one before was taken. */
const sendEach = <T>(
  items: readonly T[],
  messageOf: (item: T) => ControlMessage,
  send: (message: ControlMessage, last: boolean) => void,
  whenRead: (then: () => void) => void
): (() => void) => {
  const rest = [...items].reverse()
  const sendNext = (): void => {
    const item = rest.pop()
    if (item === undefined) return send({ kind: 'end' }, true)
    send(messageOf(item), false)
    whenRead(sendNext)
  }
  sendNext()
  return () => {
    rest.length = 0
  }
}

/** The peer's answer comes faster than a client reads: all of it first (two mebibytes at most), then as it is read. */
const sendGathered = (
  handlers: ControlHandlers,
  { what, recent }: Extract<ControlRequest, { command: 'peer' }>,
  send: (message: ControlMessage, last: boolean) => void,
  whenRead: (then: () => void) => void
): (() => void) => {
  const gathered: ControlMessage[] = []
  let stop = (): void => {
    gathered.length = 0
  }
  handlers.peer(what, recent, (message, last) => {
    if (!last) gathered.push(message)
    else
      stop = sendEach(
        gathered,
        each => each,
        (each, end) => send(end ? message : each, end),
        whenRead
      )
  })
  return () => stop()
}

const serveRequest = (
  request: ControlRequest,
  handlers: ControlHandlers,
  send: (message: ControlMessage, last: boolean) => void,
  whenRead: (then: () => void) => void
): (() => void) => {
  switch (request.command) {
    case 'status':
      send({ kind: 'status', status: handlers.status() }, true)
      return () => {}
    case 'order':
      return handlers.order(request.what, ({ ok, final, text }) => {
        send({ kind: 'answer', ok, final, text }, final)
      })
    case 'trace':
      return sendEach(handlers.trace(), line => ({ kind: 'trace', line }), send, whenRead)
    case 'peer':
      return sendGathered(handlers, request, send, whenRead)
    case 'reports':
      return sendEach(handlers.reports(), report => ({ kind: 'report', report }), send, whenRead)
    case 'events': {
      for (const entry of handlers.events(request.recent, request.alarms === true))
        send({ kind: 'event', entry }, false)
      if (request.follow) return handlers.follow(entry => send({ kind: 'event', entry }, false))
      send({ kind: 'end' }, true)
      return () => {}
    }
  }
}

/** Serve one client until it or we close. `onClosed` is called once. */
export const serveClient = (socket: Socket, handlers: ControlHandlers, onClosed: () => void): void => {
  const chunks: Buffer[] = []
  let bytes = 0
  let asked = false
  let ended = false
  let stop = (): void => {}
  const deadline = setTimeout(() => end({ kind: 'error', text: 'no request came in time' }), REQUEST_DEADLINE_MS)

  const send = (message: ControlMessage, last: boolean): void => {
    if (ended) return
    socket.write(`${JSON.stringify(message)}\n`)
    if (socket.writableLength > UNREAD_BYTES_MAX) {
      ended = true
      socket.destroy()
    } else if (last) {
      ended = true
      socket.end()
      // Whoever does not read the last line is cut after a while.
      socket.setTimeout(CLOSE_DEADLINE_MS, () => socket.destroy())
    }
  }
  const end = (message: ControlMessage): void => send(message, true)
  const whenRead = (then: () => void): void => {
    if (!socket.writableNeedDrain) {
      setImmediate(then)
      return
    }
    socket.setTimeout(CLOSE_DEADLINE_MS, () => socket.destroy())
    socket.once('drain', then)
  }

  const takeLine = (line: string): void => {
    asked = true
    clearTimeout(deadline)
    const request = parseRequest(line)
    if (request.ok) stop = serveRequest(request.value, handlers, send, whenRead)
    else end({ kind: 'error', text: `${request.reason}; is this command of another version than the daemon?` })
  }

  socket.on('data', chunk => {
    if (asked) return
    const at = chunk.indexOf(NEWLINE)
    const part = at < 0 ? chunk : chunk.subarray(0, at)
    bytes += part.length
    if (bytes > LINE_BYTES_MAX) {
      asked = true
      end({ kind: 'error', text: `the request is longer than ${LINE_BYTES_MAX} bytes` })
      return
    }
    chunks.push(part)
    if (at >= 0) takeLine(Buffer.concat(chunks).toString('utf8'))
  })
  // A client that went away in the middle is no fault of ours; 'close' follows.
  socket.on('error', () => {})
  socket.on('close', () => {
    ended = true
    clearTimeout(deadline)
    stop()
    onClosed()
  })
}
