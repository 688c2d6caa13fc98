// The Ethernet link: one datagram per frame between two fixed addresses. Made by the runtime.
// Must not resolve names, and must not share its port with a second process (no reuseAddr: the later one would steal the tokens;
// UDP has no waiting state that a restart would need it for).
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIPv6, SocketAddress } from 'node:net'
import type { EthernetConfig } from '../config/types.js'
import type { LinkPort, LinkPortOptions, LinkPortStatus } from '../port/ports.js'
import { createReopener } from './reopener.js'

export interface UdpLinkStatus extends LinkPortStatus {
  /** Datagrams thrown away unread: not from the peer's address, or longer than a frame can be. */
  readonly foreignDropped: number
  readonly oversizeDropped: number
}

/** A link that also tells what it threw away unread. */
export interface UdpLink extends LinkPort {
  describe(): UdpLinkStatus
}

/** No frame of ours comes near it. */
const DATAGRAM_BYTES_MAX = 256
/** Small on purpose: what waits here is old news. The kernel doubles it; some forty frames. */
const SOCKET_BYTES = 16_384
const DRAIN_QUIET_TURNS = 2
const DRAIN_MS_MAX = 50

/** Address without its scope, in the one spelling that the system uses too. */
const canonical = (address: string): string => {
  const [bare = ''] = address.split('%')
  return new SocketAddress({ address: bare, family: isIPv6(bare) ? 'ipv6' : 'ipv4' }).address
}

const makeSocket = (config: EthernetConfig): Socket => {
  const six = isIPv6(config.address.split('%')[0] ?? '')
  return createSocket({
    type: six ? 'udp6' : 'udp4',
    ipv6Only: six,
    recvBufferSize: SOCKET_BYTES,
    sendBufferSize: SOCKET_BYTES
  })
}

/** Let the loop read until nothing new came in two of its turns; the socket's buffer is small, so that is soon. */
const untilQuiet = async (arrived: () => number, now: () => number): Promise<void> => {
  const until = now() + DRAIN_MS_MAX
  for (let quiet = 0; quiet < DRAIN_QUIET_TURNS && now() < until; ) {
    const before = arrived()
    await new Promise(resolve => setImmediate(resolve))
    quiet = arrived() === before ? quiet + 1 : 0
  }
}

/**
 * Open the Ethernet link; the own address need not be there yet. Never throws; what goes wrong is in `describe()`.
 * Source: R10, R12; addresses and port are checked by src/config.
 */
export const openUdpLink = (config: EthernetConfig, options: LinkPortOptions): UdpLink => {
  const { now, onBytes } = options
  const peer = canonical(config.peerAddress)
  const counters = { bytesIn: 0, bytesOut: 0, framesDropped: 0, foreignDropped: 0, oversizeDropped: 0 }
  let socket: Socket | null = null
  let bound = false
  let sending = false
  let drains = 0
  /** Datagrams of anybody: tells a quiet turn of the loop. */
  let arrived = 0
  let sendProblem = ''

  const receive = (bytes: Buffer, from: RemoteInfo): void => {
    arrived += 1
    if (from.address.split('%')[0] !== peer) {
      counters.foreignDropped += 1
    } else if (bytes.length > DATAGRAM_BYTES_MAX) {
      counters.oversizeDropped += 1
    } else {
      counters.bytesIn += bytes.length
      if (drains === 0) onBytes(bytes, now())
    }
  }

  const lose = (from: Socket, reason: string): void => {
    if (from !== socket) return
    socket = null
    bound = false
    sending = false
    from.close()
    reopener.lost(`closed: ${config.address} port ${config.port}: ${reason}`)
  }

  const reopener = createReopener(now, () => {
    const opened = makeSocket(config)
    socket = opened
    opened.on('error', error => lose(opened, error.message))
    opened.on('message', receive)
    opened.on('listening', () => {
      bound = true
      reopener.opened(`${config.address} port ${config.port} to ${config.peerAddress}`)
    })
    opened.bind({ address: config.address, port: config.port, exclusive: true })
  })

  return {
    link: 'ethernet',
    send(frame) {
      if (socket === null || sending || !bound) {
        counters.framesDropped += 1
        return
      }
      const through = socket
      sending = true
      through.send(frame, config.port, config.peerAddress, error => {
        if (through !== socket) return
        sending = false
        sendProblem = error === null ? '' : `, last send failed: ${error.message}`
        if (error === null) counters.bytesOut += frame.length
        else counters.framesDropped += 1
      })
    },
    async drain() {
      drains += 1
      await untilQuiet(() => arrived, now)
      drains -= 1
    },
    describe() {
      const { state, detail } = reopener.describe()
      return { state, detail: state === 'open' ? `${detail}${sendProblem}` : detail, ...counters }
    },
    async close() {
      reopener.stop()
      const old = socket
      socket = null
      if (old !== null) await new Promise<void>(resolve => old.close(resolve))
    }
  }
}
