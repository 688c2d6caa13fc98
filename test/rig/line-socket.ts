// A unix socket that carries lines: connects within a deadline, hands over whole lines, bounded. Under qtest.ts and qmp.ts.
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { nowMs } from '../../board/virtual/time.js'

const LINE_BYTES_MAX = 256 * 1024
const RETRY_MS = 50

/** Cuts a stream into lines, at whatever places it arrives. Throws where a line never ends. */
export const lineSplitter = (onLine: (line: string) => void): ((chunk: string) => void) => {
  let rest = ''
  return chunk => {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    if (rest.length > LINE_BYTES_MAX) throw new Error(`a line of more than ${LINE_BYTES_MAX} bytes`)
    for (const part of parts) onLine(part.replace(/\r$/, ''))
  }
}

const connectOnce = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      // Whoever is at the other end may lose its power at any time: that is told by `close`.
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })

/** Connect to a socket that somebody is about to open. `alive`: false = nobody will open it any more. */
export const connectWithin = async (path: string, deadlineMs: number, alive: () => boolean): Promise<Socket> => {
  const endAt = nowMs() + deadlineMs
  for (;;) {
    try {
      return await connectOnce(path)
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      if (!alive()) throw new Error(`${path} will not be opened any more: its program has ended`)
      if (nowMs() > endAt) throw new Error(`${path} could not be opened within ${deadlineMs} ms: ${words}`)
    }
    await delay(RETRY_MS)
  }
}
