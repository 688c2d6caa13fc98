// Listens on both token links while the daemon is down: is the peer alive, what does it say, do our own bytes come back?
// Must not send a token, and what it hears gives no right: only words and refusals are made from it.
import { randomBytes } from 'node:crypto'
import type { Config } from '../config/types.js'
import type { BoardId, LinkId, Token } from '../core/types.js'
import { openSerialDevice, type SerialDevice } from '../driver/serial-device.js'
import { openUdpLink } from '../driver/udp-link.js'
import { createCodec } from '../link/codec.js'
import { createProbeReader, type Probe, probeLine } from './probe.js'

export interface Heard {
  /** Why the device cannot be used; null = it is open. */
  problem: string | null
  bytes: number
  /** Frames with a right checksum that the key does not fit. */
  foreign: number
  /** Tokens of the peer, and tokens that say they are of this very board. */
  tokens: number
  ownTokens: number
  /** Probes: our own that came back, those of the peer's test, and those that say we are heard. */
  echoes: number
  peerProbes: number
  answers: number
  /** Probes of another test that says it is the same board. */
  ownProbes: number
}

export interface Ears {
  readonly heard: Readonly<Record<LinkId, Heard | null>>
  /** The newest token of the peer that our key signed, and when it came. */
  readonly last: { readonly token: Token; readonly at: number } | null
  /** Why the Ethernet link is not open, in its driver's words; null = it is, or it is not configured. */
  ethernetProblem(): string | null
  /** One line over the serial cable. */
  probe(): void
  close(): Promise<void>
}

const KEY_BYTES = 32
const CLOSE_MS = 1000
/** Of a port where nothing came, but for what `over` says. */
export const heardNothing = (over: Partial<Heard> = {}): Heard => ({
  problem: null,
  bytes: 0,
  foreign: 0,
  tokens: 0,
  ownTokens: 0,
  echoes: 0,
  peerProbes: 0,
  answers: 0,
  ownProbes: 0,
  ...over
})
const within = (promise: Promise<unknown>, ms: number): Promise<unknown> =>
  Promise.race([promise, new Promise(resolve => setTimeout(resolve, ms).unref())])

/** `key`: null = this board has none yet; then every frame is one of a foreign key. Never throws. */
export const openEars = async (
  config: Config,
  peer: BoardId,
  key: Uint8Array | null,
  now: () => number
): Promise<Ears> => {
  const heard = {
    serial: config.serial === null ? null : heardNothing(),
    ethernet: config.ethernet === null ? null : heardNothing()
  }
  let last: Ears['last'] = null
  let device: SerialDevice | null = null
  const nonce = randomBytes(8).toString('hex')
  let peerNonce = '-'

  const listener = (to: Heard): ((bytes: Uint8Array) => void) => {
    const codec = createCodec({ key: key ?? randomBytes(KEY_BYTES), groups: config.groups.length })
    return bytes => {
      to.bytes += bytes.length
      for (const decoded of codec.decode(bytes)) {
        if (decoded.kind === 'foreign') to.foreign += 1
        else if (decoded.token.board === peer) {
          to.tokens += 1
          last = { token: decoded.token, at: now() }
        } else to.ownTokens += 1
      }
      // A datagram holds whole frames only.
      if (to === heard.ethernet) codec.reset()
    }
  }
  const takeProbe = (to: Heard, probe: Probe): void => {
    if (probe.nonce === nonce) to.echoes += 1
    else if (probe.board !== peer) to.ownProbes += 1
    else {
      to.peerProbes += 1
      peerNonce = probe.nonce
      if (probe.heard === nonce) to.answers += 1
    }
  }
  const { serial } = heard
  if (config.serial !== null && serial !== null) {
    const onBytes = listener(serial)
    const readProbes = createProbeReader()
    const lose = (reason: string): void => {
      serial.problem = reason
      void device?.close()
      device = null
    }
    const listen = (): void =>
      device?.onReadable(reason => {
        if (device === null) return
        const bytes = reason ?? device.read()
        if (typeof bytes === 'string') return lose(bytes)
        if (bytes !== null) {
          onBytes(bytes)
          for (const probe of readProbes(bytes)) takeProbe(serial, probe)
        }
        listen()
      })
    try {
      device = await openSerialDevice(config.serial)
      await device.flush()
      listen()
    } catch (error) {
      serial.problem = (error instanceof Error ? error.message : String(error)).replace(/^Error: /, '')
    }
  }
  const { ethernet } = heard
  const udp =
    config.ethernet === null || ethernet === null
      ? null
      : openUdpLink(config.ethernet, { onBytes: listener(ethernet), now })

  return {
    heard,
    get last() {
      return last
    },
    ethernetProblem: () => {
      const status = udp?.describe()
      return status === undefined || status.state === 'open' ? null : status.detail
    },
    probe: () => {
      const done = device?.write(probeLine({ board: config.board, nonce, heard: peerNonce }))
      if (typeof done === 'string' && serial !== null) serial.problem = done
    },
    close: async () => {
      const open = device
      device = null
      await within(Promise.all([open?.close(), udp?.close()]), CLOSE_MS)
    }
  }
}
