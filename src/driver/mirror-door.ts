// Where the kernel's fencing handler (`mirror-helper`) asks whether a primary may go on without the other copy. One for all mirrors of a board.
// Root only. A question that nobody can answer in time is answered with no: then the kernel goes on holding I/O back (R7).
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { dirname } from 'node:path'

/** The kernel knows one helper, and that knows one place: a machine has one DRBD. */
export const MIRROR_SOCKET = '/run/baton/mirror.sock'
/** The kernel's helper gives up a little later, within its own 2 s. */
export const ANSWER_MS = 1500
const ASKERS_MAX = 16
const LINE_CHARS_MAX = 200

export interface MirrorDoor {
  /** `asked` gets each question about this mirror; its promise may never end. Called once for each mirror. */
  serve(resource: string, asked: () => Promise<boolean>): void
  /** For status; null = open. */
  problem(): string | null
  close(): void
}

/** `fence-peer RESOURCE` on one line is answered by `yes` or `no`. Never throws. */
export const openMirrorDoor = (path = MIRROR_SOCKET): MirrorDoor => {
  const mirrors = new Map<string, () => Promise<boolean>>()
  const askers = new Set<Socket>()
  let problem: string | null = `the place where the kernel asks (${path}) is not open yet`

  const answer = async (socket: Socket, line: string): Promise<void> => {
    const [what, resource = ''] = line.trim().split(' ')
    const asked = what === 'fence-peer' ? mirrors.get(resource) : undefined
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>(resolve => {
      timer = setTimeout(() => resolve(false), ANSWER_MS)
    })
    const yes = asked === undefined ? false : await Promise.race([asked(), late])
    clearTimeout(timer)
    socket.end(yes ? 'yes\n' : 'no\n')
  }

  const server = createServer(socket => {
    if (askers.size >= ASKERS_MAX) return socket.destroy()
    let held = ''
    let answered = false
    askers.add(socket)
    socket.setEncoding('utf8')
    socket.setTimeout(2 * ANSWER_MS, () => socket.destroy())
    socket.on('error', () => {})
    socket.on('close', () => askers.delete(socket))
    socket.on('data', text => {
      held = (held + String(text)).slice(0, LINE_CHARS_MAX)
      if (answered || !held.includes('\n')) return
      answered = true
      void answer(socket, held)
    })
    return undefined
  })
  server.on('error', error => {
    problem = `the place where the kernel asks (${path}) cannot be opened: ${error.message}`
  })
  const umask = process.umask(0o177)
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    // The board's lock is held: whoever made it is gone.
    rmSync(path, { force: true })
    server.listen(path, () => {
      chmodSync(path, 0o600)
      problem = null
    })
  } catch (error) {
    problem = `the place where the kernel asks (${path}) cannot be opened: ${error instanceof Error ? error.message : error}`
  } finally {
    process.umask(umask)
  }
  server.unref()

  return {
    serve: (resource, asked) => {
      mirrors.set(resource, asked)
    },
    problem: () => problem,
    close: () => {
      for (const socket of askers) socket.destroy()
      server.close()
    }
  }
}
