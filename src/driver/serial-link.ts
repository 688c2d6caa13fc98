// The serial link: raw bytes over one RS-232 port, opened again by its own liveness timer. Made by the runtime.
// Must not wait on the device (R10), and must not take a silent port for a good one: an unplugged adapter may go unnoticed.
import { setTimeout as delay } from 'node:timers/promises'
import type { SerialConfig } from '../config/types.js'
import type { LinkPort, LinkPortOptions } from '../port/ports.js'
import { createFrameWriter } from './frame-writer.js'
import { createReopener } from './reopener.js'
import { openSerialDevice, type SerialDevice } from './serial-device.js'

export interface SerialLinkOptions extends LinkPortOptions {
  /** An open device without a byte for this long is opened anew. Default 10 000 ms. */
  readonly reopenSilentMs?: number
}

const LIVENESS_MS = 250
const REOPEN_SILENT_MS = 10_000
/** Bytes that arrive this soon after a drain began were under way before it. */
const DRAIN_MS = 5
const DRAIN_READS_MAX = 64
const CLOSE_MS = 1000

/**
 * Open the serial link of `config.device`; it need not be there yet. Never throws; what goes wrong is in `describe()`.
 * `onBytes` gets any split of the stream. Source: R10, R12.
 */
export const openSerialLink = (config: SerialConfig, options: SerialLinkOptions): LinkPort => {
  const { now, onBytes } = options
  const silentMs = options.reopenSilentMs ?? REOPEN_SILENT_MS
  let device: SerialDevice | null = null
  let closed = false
  let drains = 0
  let heardAt = 0
  let bytesIn = 0
  let droppedClosed = 0
  let closing: Promise<void> = Promise.resolve()

  const lose = (reason: string): void => {
    if (device === null) return
    closing = device.close()
    device = null
    writer.reset()
    reopener.lost(`closed: ${config.device}: ${reason}`)
  }
  const writer = createFrameWriter({
    write: bytes => (device === null ? 'closed' : device.write(bytes)),
    flush: () => void device?.flush(),
    onGone: lose,
    now
  })

  /** Read once; false = the device had nothing, or is gone. */
  const take = (): boolean => {
    const bytes = device === null ? null : device.read()
    if (typeof bytes === 'string') lose(bytes)
    if (bytes === null || typeof bytes === 'string') return false
    heardAt = now()
    bytesIn += bytes.length
    if (drains === 0) onBytes(bytes, heardAt)
    return true
  }
  const discard = (): void => {
    for (let reads = 0; reads < DRAIN_READS_MAX; reads += 1) if (!take()) return
  }
  const listen = (to: SerialDevice): void =>
    to.onReadable(reason => {
      if (to !== device) return
      if (reason === null) take()
      else lose(reason)
      if (to === device) listen(to)
    })

  const use = (opened: SerialDevice): void => {
    if (closed) {
      closing = opened.close()
      return
    }
    device = opened
    heardAt = now()
    reopener.opened(`${config.device} at ${config.baud} baud`)
    listen(opened)
  }
  const reopener = createReopener(now, () => {
    openSerialDevice(config).then(use, (error: Error) => reopener.lost(`closed: ${error.message}`))
  })
  const liveness = setInterval(() => {
    const silence = now() - heardAt
    if (silence >= silentMs) lose(`nothing received for ${Math.round(silence)} ms, opening it anew`)
  }, LIVENESS_MS)

  return {
    link: 'serial',
    send(frame) {
      if (device === null) droppedClosed += 1
      else writer.send(frame)
    },
    async drain() {
      drains += 1
      discard()
      await delay(DRAIN_MS)
      discard()
      drains -= 1
    },
    describe() {
      const { bytesOut, framesDropped } = writer.counters
      return { ...reopener.describe(), bytesIn, bytesOut, framesDropped: framesDropped + droppedClosed }
    },
    async close() {
      closed = true
      reopener.stop()
      clearInterval(liveness)
      lose('closed by us')
      // A driver may hold a close for its own while; nobody waits for that (R10).
      await Promise.race([closing, delay(CLOSE_MS, undefined, { ref: false })])
    }
  }
}
