// One open serial port as non-blocking reads and writes on its descriptor. Used by serial-link.ts.
// Must not use serialport's own read loop (it recurses for ever on a pty that hung up) nor jobs of the thread pool for bytes
// (a hung disk can hold that pool), and must not touch modem lines (`set` with some of them asserts the others).
import { readSync, writeSync } from 'node:fs'
import { SerialPort } from 'serialport'
import type { SerialConfig } from '../config/types.js'
import { AUTO, onlyAdapter } from './serial-adapter.js'

export interface SerialDevice {
  /** Calls back once when there is something to read, or with the reason why there never will be. */
  onReadable(callback: (reason: string | null) => void): void
  /** What waits, at most one buffer; `null` = nothing; a text = why the device is gone. */
  read(): Uint8Array | string | null
  /** Bytes taken, 0 where the device cannot take any now; a text = why it is gone. */
  write(bytes: Uint8Array): number | string
  /** Throw away what waits in both directions. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** What we use of serialport's open port; the names are those of its Linux binding. */
interface OpenPort {
  readonly fd: number | null
  readonly poller: { once(event: 'readable', callback: (error: Error | null) => void): unknown }
  flush(): Promise<void>
  close(): Promise<void>
}

const READ_BYTES = 4096
const NOT_OPEN = 'it is not open any more'
const isBusy = (error: unknown): boolean =>
  ['EAGAIN', 'EWOULDBLOCK', 'EINTR'].includes((error as NodeJS.ErrnoException).code ?? '')
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Looked for at each opening: the adapter may have come or been changed meanwhile. */
const pathOf = (device: string): string => {
  if (device !== AUTO) return device
  const found = onlyAdapter()
  if (found.ok) return found.value
  throw new Error(`${found.reason}; with several name the one to the other board: boards.X.serial`)
}

/**
 * Open `config.device` raw, 8N1, without flow control, locked against a second opener, DTR kept at close.
 * Rejects with the system's words.
 */
export const openSerialDevice = async (config: SerialConfig): Promise<SerialDevice> => {
  const opened: unknown = await SerialPort.binding.open({
    path: pathOf(config.device),
    baudRate: config.baud,
    dataBits: 8,
    stopBits: 1,
    parity: 'none',
    rtscts: false,
    xon: false,
    xoff: false,
    xany: false,
    hupcl: false,
    lock: true
  })
  const port = opened as OpenPort
  const buffer = Buffer.alloc(READ_BYTES)
  const flush = (): Promise<void> => port.flush().catch(() => {})
  return {
    onReadable(callback) {
      port.poller.once('readable', error => callback(error === null ? null : error.message))
    },
    read() {
      if (port.fd === null) return NOT_OPEN
      try {
        const count = readSync(port.fd, buffer)
        // A device in raw mode with nothing to say answers EAGAIN; 0 bytes mean a hang-up, for ever.
        return count === 0 ? 'it hung up' : Uint8Array.prototype.slice.call(buffer, 0, count)
      } catch (error) {
        return isBusy(error) ? null : wordsOf(error)
      }
    },
    write(bytes) {
      if (port.fd === null) return NOT_OPEN
      try {
        return writeSync(port.fd, bytes)
      } catch (error) {
        return isBusy(error) ? 0 : wordsOf(error)
      }
    },
    flush,
    async close() {
      // Unsent bytes would hold the close for as long as the driver's closing wait.
      await flush()
      await port.close().catch(() => {})
    }
  }
}
