// Where the other board may ask this one: TCP at the address and port number of the Ethernet link. Made by the runtime.
// Bytes are hostile (R12): only the peer's address, few connections at once, a deadline each, and a flood shuts the door for a while.
import { createServer, isIPv6, type Server, type Socket, SocketAddress } from 'node:net'
import type { EthernetConfig } from '../config/types.js'
import { createReopener } from './reopener.js'

export interface PairDoorStatus {
  readonly state: 'open' | 'closed'
  readonly detail: string
  readonly accepted: number
  /** Not from the peer's address; more than may be open at once; cut at their deadline. */
  readonly foreign: number
  readonly crowded: number
  readonly late: number
  /** How often a flood of connections shut the door. */
  readonly floods: number
}

export interface PairDoor {
  describe(): PairDoorStatus
  close(): Promise<void>
}

export const OPEN_MAX = 2
/** From the first byte to the last of one conversation. */
export const TALK_MS = 3000
/** More connections than this within a second are a flood: nobody listens for a while, the kernel refuses. */
export const FLOOD_PER_SECOND = 20
export const FLOOD_PAUSE_MS = 10_000
const BACKLOG = 4

/** Address without its scope and without an IPv4 address's IPv6 dress, in the one spelling that the system uses too. */
const canonical = (address: string): string => {
  const bare = (address.split('%')[0] ?? '').replace(/^::ffff:(?=\d+\.)/, '')
  return new SocketAddress({ address: bare, family: isIPv6(bare) ? 'ipv6' : 'ipv4' }).address
}

/** `onPeer` gets each accepted connection; it is cut at its deadline. Never throws; what goes wrong is in `describe()`. */
export const openPairDoor = (
  { address, peerAddress, port }: EthernetConfig,
  now: () => number,
  onPeer: (socket: Socket) => void
): PairDoor => {
  const peer = canonical(peerAddress)
  const counters = { accepted: 0, foreign: 0, crowded: 0, late: 0, floods: 0 }
  const open = new Set<Socket>()
  let server: Server | null = null
  let pause: NodeJS.Timeout | undefined
  let stopped = false
  let second = Number.NEGATIVE_INFINITY
  let inSecond = 0

  const isFlood = (): boolean => {
    if (now() - second >= 1000) {
      second = now()
      inSecond = 0
    }
    inSecond += 1
    return inSecond > FLOOD_PER_SECOND
  }
  const shut = (): void => {
    if (server === null) return
    counters.floods += 1
    server.close()
    server = null
    pause = setTimeout(listen, FLOOD_PAUSE_MS)
    pause.unref()
  }
  const accept = (socket: Socket): void => {
    socket.on('error', () => {})
    const flood = isFlood()
    if (canonical(socket.remoteAddress ?? '::') !== peer) counters.foreign += 1
    else if (open.size >= OPEN_MAX) counters.crowded += 1
    else if (!flood && !stopped) {
      counters.accepted += 1
      open.add(socket)
      const deadline = setTimeout(() => {
        counters.late += 1
        socket.destroy()
      }, TALK_MS)
      socket.on('close', () => {
        clearTimeout(deadline)
        open.delete(socket)
      })
      return onPeer(socket)
    }
    // Reset, not closed in order: no state of it is left here.
    socket.resetAndDestroy()
    if (flood) shut()
  }
  const listen = (): void => {
    if (stopped) return
    const opened = createServer({ noDelay: true }, accept)
    server = opened
    opened.on('error', error => {
      if (server !== opened) return
      server = null
      opened.close()
      reopener.lost(`closed: ${address} port ${port}: ${error.message}`)
    })
    opened.listen({ host: address, port, backlog: BACKLOG, exclusive: true }, () =>
      reopener.opened(`${address} port ${port} for ${peerAddress}`)
    )
  }
  const reopener = createReopener(now, listen)

  return {
    describe: () => {
      const { detail, state } = reopener.describe()
      const paused = server === null && state === 'open'
      const words = paused ? `closed for ${FLOOD_PAUSE_MS / 1000} s after a flood of connections` : detail
      return { state: paused ? 'closed' : state, detail: words, ...counters }
    },
    close: async () => {
      stopped = true
      reopener.stop()
      clearTimeout(pause)
      for (const socket of open) socket.destroy()
      const old = server
      server = null
      if (old !== null) await new Promise<void>(resolve => old.close(() => resolve()))
    }
  }
}
