// The serial link: raw bytes over one RS-232 port, opened again by its own liveness timer. Made by the runtime.
// Must not wait on the device: reads and writes are non-blocking calls on its descriptor, never jobs of the thread pool
// (a hung disk can hold that pool), and never touch modem lines (`set` with some of them asserts the others).
import { readSync, writeSync } from 'node:fs'
import { SerialPort } from 'serialport'
import type { SerialConfig } from '../config/types.js'
import type { LinkPort, LinkPortOptions } from '../port/ports.js'
import { createReopener } from './reopener.js'

export interface SerialLinkOptions extends LinkPortOptions {
  /** An open device without a byte for this long is opened anew: an unplugged adapter may go unnoticed. Default 10 000 ms. */
  readonly reopenSilentMs?: number
}

/** A frame that the device did not take by then is thrown away, with what waits in the device. */
const WRITE_MS = 500
const WRITE_RETRY_MS = 5
const LIVENESS_MS = 250
const REOPEN_SILENT_MS = 10_000
/** Bytes that arrive this soon after a drain began were under way before it. */
const DRAIN_MS = 5
const READ_BYTES = 4096
const DRAIN_READS_MAX = 64

/** What we use of serialport's open port; the names are those of its Linux binding. */
interface OpenPort {
  readonly fd: number | null
  readonly poller: { once(event: 'readable', callback: (error: Error | null) => void): unknown }
  flush(): Promise<void>
  close(): Promise<void>
}

const openDevice = async (config: SerialConfig): Promise<OpenPort> => {
  const port: unknown = await SerialPort.binding.open({
    path: config.device,
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
  return port as OpenPort
}

const closeDevice = async (port: OpenPort): Promise<void> => {
  // Unsent bytes would hold the close for as long as the driver's closing wait.
  await port.flush().catch(() => {})
  await port.close().catch(() => {})
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const isBusy = (error: unknown): boolean => ['EAGAIN', 'EWOULDBLOCK', 'EINTR'].includes(codeOf(error))

/** Bytes written, 0 where the device cannot take any now; or why it failed. */
const writeNow = (fd: number, bytes: Uint8Array): number | string => {
  try {
    return writeSync(fd, bytes)
  } catch (error) {
    return isBusy(error) ? 0 : wordsOf(error)
  }
}

/** What waits in the device, at most one buffer; `null` = nothing; a text = why the device is gone. */
const readNow = (fd: number, buffer: Buffer): Uint8Array | string | null => {
  try {
    const count = readSync(fd, buffer)
    // A device in raw mode with nothing to say answers EAGAIN; 0 bytes mean a hang-up, for ever.
    return count === 0 ? 'the device hung up' : Uint8Array.prototype.slice.call(buffer, 0, count)
  } catch (error) {
    return isBusy(error) ? null : wordsOf(error)
  }
}

/**
 * Open the serial link of `config.device`; it need not be there yet. Never throws; what goes wrong is in `describe()`.
 * `onBytes` gets any split of the stream. Source: R10, R12.
 */
export const openSerialLink = (config: SerialConfig, options: SerialLinkOptions): LinkPort => {
  const { now, onBytes } = options
  const silentMs = options.reopenSilentMs ?? REOPEN_SILENT_MS
  const buffer = Buffer.alloc(READ_BYTES)
  let port: OpenPort | null = null
  let closed = false
  let drains = 0
  let heardAt = 0
  let unsent: { bytes: Uint8Array; readonly until: number } | null = null
  let writeTimer: NodeJS.Timeout | undefined
  let closing: Promise<void> = Promise.resolve()
  const counters = { bytesIn: 0, bytesOut: 0, framesDropped: 0 }

  const lose = (reason: string): void => {
    if (port === null) return
    const old = port
    port = null
    if (unsent !== null) counters.framesDropped += 1
    unsent = null
    clearTimeout(writeTimer)
    closing = closeDevice(old)
    reopener.lost(`closed: ${config.device}: ${reason}`)
  }

  /** Read once; false = the device is gone or had nothing. */
  const take = (from: OpenPort): boolean => {
    if (from.fd === null) return false
    const bytes = readNow(from.fd, buffer)
    if (bytes === null) return false
    if (typeof bytes === 'string') {
      lose(bytes)
      return false
    }
    heardAt = now()
    counters.bytesIn += bytes.length
    if (drains === 0) onBytes(bytes, heardAt)
    return true
  }

  const listen = (from: OpenPort): void => {
    from.poller.once('readable', error => {
      if (from !== port) return
      if (error === null) take(from)
      else lose(error.message)
      if (from === port) listen(from)
    })
  }

  const reopener = createReopener(now, () => {
    openDevice(config).then(
      opened => {
        if (closed) {
          closing = closeDevice(opened)
          return
        }
        port = opened
        heardAt = now()
        reopener.opened(`${config.device} at ${config.baud} baud`)
        listen(opened)
      },
      (error: unknown) => reopener.lost(`closed: ${wordsOf(error)}`)
    )
  })

  const push = (): void => {
    if (port === null || port.fd === null || unsent === null) return
    const count = writeNow(port.fd, unsent.bytes)
    if (typeof count === 'string') {
      lose(count)
      return
    }
    counters.bytesOut += count
    unsent.bytes = unsent.bytes.subarray(count)
    if (unsent.bytes.length === 0) {
      unsent = null
    } else if (now() >= unsent.until) {
      unsent = null
      counters.framesDropped += 1
      port.flush().catch(() => {})
    } else {
      writeTimer = setTimeout(push, WRITE_RETRY_MS)
    }
  }

  const liveness = setInterval(() => {
    const silence = now() - heardAt
    if (port !== null && silence >= silentMs) lose(`nothing received for ${Math.round(silence)} ms, opening it anew`)
  }, LIVENESS_MS)

  const discard = (): void => {
    for (let reads = 0; reads < DRAIN_READS_MAX && port !== null; reads += 1) if (!take(port)) return
  }

  return {
    link: 'serial',
    send(frame) {
      if (port === null || unsent !== null) {
        counters.framesDropped += 1
        return
      }
      unsent = { bytes: frame, until: now() + WRITE_MS }
      push()
    },
    async drain() {
      drains += 1
      discard()
      await new Promise(resolve => setTimeout(resolve, DRAIN_MS))
      discard()
      drains -= 1
    },
    describe: () => ({ ...reopener.describe(), ...counters }),
    async close() {
      closed = true
      reopener.stop()
      clearInterval(liveness)
      lose('closed by us')
      await closing
    }
  }
}
