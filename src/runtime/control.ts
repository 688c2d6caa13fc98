// The control socket: where the `baton` command and the panel reach the daemon. JSON lines over a unix socket.
// Only root and one group may use it; nobody who uses it can make the daemon wait or grow (R10).
import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import type { Result } from '../port/ports.js'
import { type ControlHandlers, serveClient } from './control-client.js'

export type { ControlHandlers } from './control-client.js'

export interface ControlOptions {
  /** Absolute, at most 107 bytes (the kernel's limit). */
  readonly path: string
  /** Group that may use it beside root; where it does not exist, root only. */
  readonly group: string
  readonly handlers: ControlHandlers
}

export interface ControlServer {
  /** Cut all clients, remove the socket. */
  close(): Promise<void>
}

export const CLIENTS_MAX = 16
const PATH_BYTES_MAX = 107
const PROBE_DEADLINE_MS = 1000

const groupId = (name: string): number | null => {
  try {
    const line = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .find(each => each.startsWith(`${name}:`))
    const id = Number(line?.split(':')[2])
    return line !== undefined && Number.isInteger(id) ? id : null
  } catch {
    return null
  }
}

// Does somebody answer at this socket? A file that nobody listens at was left by a daemon that died.
const isAnswered = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(path)
    const done = (answered: boolean): void => {
      socket.destroy()
      resolve(answered)
    }
    socket.setTimeout(PROBE_DEADLINE_MS, () => done(true))
    socket.once('connect', () => done(true))
    socket.once('error', error => done((error as NodeJS.ErrnoException).code === 'EAGAIN'))
  })

// null = the path is free now; else why it is not.
const clearPath = async (path: string): Promise<string | null> => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  const status = lstatSync(path, { throwIfNoEntry: false })
  if (status === undefined) return null
  if (!status.isSocket())
    return 'a file of that name exists and is no socket: move it away, or set `socket` to another path'
  if (await isAnswered(path)) {
    return 'another daemon answers there: stop it first (`baton status` shows its pid), or set `socket` to another path'
  }
  unlinkSync(path)
  return null
}

// The socket is made 0600 and only then opened to its group: at no moment may strangers connect.
const listen = (server: Server, path: string, group: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    const umask = process.umask(0o177)
    try {
      server.listen(path, () => {
        server.off('error', reject)
        // A client that cannot be accepted (no descriptor left) must not end the daemon.
        server.on('error', () => {})
        const id = groupId(group)
        if (id !== null && process.getuid?.() === 0) chownSync(path, 0, id)
        chmodSync(path, 0o660)
        resolve()
      })
    } finally {
      process.umask(umask)
    }
  })

/**
 * Listen at `path`. A socket that nobody answers is replaced; a live one, another kind of file or a path that cannot be
 * used is refused with a reason for people. Never throws for such.
 */
export const serveControl = async ({ path, group, handlers }: ControlOptions): Promise<Result<ControlServer>> => {
  const fail = (why: string): Result<ControlServer> => ({
    ok: false,
    reason: `cannot open the control socket ${path}: ${why}`
  })
  if (Buffer.byteLength(path) > PATH_BYTES_MAX) return fail(`the path is longer than ${PATH_BYTES_MAX} bytes`)
  const clients = new Set<Socket>()
  const server = createServer(socket => {
    if (clients.size >= CLIENTS_MAX) {
      socket.on('error', () => {})
      socket.end(`${JSON.stringify({ kind: 'error', text: `${CLIENTS_MAX} clients are connected, try again` })}\n`)
      socket.setTimeout(PROBE_DEADLINE_MS, () => socket.destroy())
      return
    }
    clients.add(socket)
    serveClient(socket, handlers, () => clients.delete(socket))
  })
  server.maxConnections = 2 * CLIENTS_MAX
  try {
    const problem = await clearPath(path)
    if (problem !== null) return fail(problem)
    await listen(server, path, group)
  } catch (error) {
    server.close()
    return fail(`${(error as Error).message}; the daemon needs root, and the folder must be writable`)
  }
  const close = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve())
      for (const socket of clients) socket.destroy()
    })
  return { ok: true, value: { close } }
}
