// One daemon for one board: a lock that dies with its process and has no path that somebody could delete. Taken before anything is read.
import { createHash } from 'node:crypto'
import { createServer } from 'node:net'
import type { Result } from '../port/ports.js'

/** Held until `release`, at the latest until the process ends. */
export interface BoardLock {
  release(): void
}

/** An abstract unix socket, named by the state directory. Fails when another daemon holds it. */
export const lockBoard = (stateDir: string, board: string): Promise<Result<BoardLock>> => {
  const name = createHash('sha256').update(`${stateDir}\n${board}`).digest('hex').slice(0, 32)
  return new Promise(resolve => {
    const server = createServer(socket => socket.destroy())
    server.once('error', error => {
      const reason = `another batond runs for board ${board} with the state in ${stateDir} (${error.message}): end that one, or the \`baton board test\`, first`
      resolve({ ok: false, reason })
    })
    server.listen({ path: `\0batond-${name}` }, () => {
      server.unref()
      resolve({ ok: true, value: { release: () => server.close() } })
    })
  })
}
