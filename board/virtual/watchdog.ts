// The virtual watchdog of one board, and its reset by the kernel: two FIFOs that the board writes and the lab reads.
// Made by power.ts. Once fed it must be fed again in time, else the board is reset; `V` disarms it.
import { execFileSync } from 'node:child_process'
import { constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { nowMs } from './time.js'

export interface Watchdog {
  readonly armed: boolean
  /** The board lost power or was reset: a watchdog starts disarmed. */
  disarm(): void
  close(): void
}

const CHECK_EVERY_MS = 50

/** Make a FIFO and read it for ever; held open for writing too, so that it never ends. */
const readFifo = (path: string, onBytes: (bytes: Buffer) => void): Socket => {
  execFileSync('mkfifo', ['-m', '600', path])
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const socket = new Socket({ fd, readable: true, writable: false })
  socket.on('data', onBytes)
  socket.on('error', () => undefined)
  return socket
}

/**
 * `device`, `sysrq`: paths of the FIFOs to make. `expired` is called once per expiry or ordered reset, with the reason.
 */
export const makeWatchdog = (
  device: string,
  sysrq: string,
  timeoutMs: number,
  expired: (reason: string) => void
): Watchdog => {
  let fedAt: number | null = null
  const fire = (reason: string): void => {
    fedAt = null
    expired(reason)
  }
  const feeds = readFifo(device, bytes => {
    fedAt = bytes.includes('V') ? null : nowMs()
  })
  const orders = readFifo(sysrq, bytes => {
    if (bytes.includes('b') || bytes.includes('o')) fire('reset ordered by the board')
  })
  const timer = setInterval(() => {
    if (fedAt !== null && nowMs() - fedAt > timeoutMs) fire(`watchdog not fed for ${timeoutMs} ms`)
  }, CHECK_EVERY_MS)
  return {
    get armed() {
      return fedAt !== null
    },
    disarm: () => {
      fedAt = null
    },
    close: () => {
      clearInterval(timer)
      feeds.destroy()
      orders.destroy()
    }
  }
}
