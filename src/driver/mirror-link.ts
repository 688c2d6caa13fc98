// Connects the two copies of a mirror again and again, as far as the own address is there and both boards will. Used by mirror-upkeep.ts.
// Must not part copies that are connected.
import { SocketAddress } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { MirrorConfig } from '../config/types.js'
import type { Drbd } from './drbd.js'
import type { DrbdState } from './drbd-events.js'

export interface MirrorLink {
  tend(state: DrbdState): Promise<void>
  /** The copies are to be connected, or not; `discard`: with the other one's content. */
  want(on: boolean, discard: boolean): void
  /** It is connected now. */
  connected(): void
  /** Try again now. */
  again(): void
  /** It is parted by us: leave the other copy alone for a moment. */
  pause(): void
  /** Why it is not connected; null = nothing is known against it. */
  readonly refused: string | null
}

export interface LinkContext {
  readonly drbd: Drbd
  readonly config: Pick<MirrorConfig, 'address' | 'addressFrom' | 'port'>
  readonly splitBrain: () => boolean
  readonly now: () => number
  /** The addresses of this board's interfaces that are up; null = they cannot be seen. Absent: the machine's. */
  readonly addresses?: () => readonly string[] | null
}

const CONNECT_AGAIN_MS = 3000
/** Each try of two split copies is refused and told again. */
const SPLIT_AGAIN_MS = 30_000
/** The kernel gave up at once: what hinders it needs a person. */
const USELESS_AGAIN_MS = 30_000
/** A link that the kernel gave up sooner was of no use. Longer than a pause: where the keys differ it waits for the other board's next try first. */
const USELESS_MS = 60_000
const USELESS_TRIES = 3

const systemAddresses = (): readonly string[] | null => {
  try {
    return Object.values(networkInterfaces()).flatMap(all => (all ?? []).map(({ address }) => address))
  } catch {
    return null
  }
}

/** One way to write it. */
const plain = (address: string): string => {
  try {
    return new SocketAddress({ address, family: address.includes(':') ? 'ipv6' : 'ipv4' }).address
  } catch {
    return address
  }
}

export const createMirrorLink = ({ config, drbd, now, splitBrain, ...context }: LinkContext): MirrorLink => {
  const { addresses = systemAddresses } = context
  const { address, addressFrom, port } = config
  let refused: string | null = null
  let wanted = true
  let discard = false
  /** The link's settings are those of this life. */
  let tuned = false
  let connectAt = 0
  /** When the kernel took the last order to connect; null = it did not, or it has been connected or parted since. */
  let orderedAt: number | null = null
  let useless = 0

  const forget = (): void => {
    orderedAt = null
    useless = 0
  }
  /** An interface without a link (its cable pulled) counts as down, and is not seen. */
  const whyNoAddress = (): string | null => {
    const there = addresses()
    if (there === null || there.some(each => plain(each) === plain(address))) return null
    return `${address} is on no interface of this board that is up: ${addressFrom}`
  }
  const connect = async (): Promise<void> => {
    connectAt = now() + CONNECT_AGAIN_MS
    const missing = whyNoAddress()
    if (missing !== null) {
      forget()
      refused = missing
      return
    }
    const split = splitBrain() && !discard
    const soon = orderedAt !== null && now() < orderedAt + USELESS_MS
    useless = soon && !split ? useless + 1 : 0
    const failed = await drbd.connect(discard)
    orderedAt = failed === null ? now() : null
    const hindered = useless >= USELESS_TRIES
    refused =
      failed ??
      (hindered
        ? `the kernel gives the link up at once: the address ${address} or the port ${port} cannot be used, or the other board’s key differs; its log says which`
        : null)
    connectAt = now() + (split ? SPLIT_AGAIN_MS : hindered ? USELESS_AGAIN_MS : CONNECT_AGAIN_MS)
  }
  return {
    tend: async ({ connection }) => {
      const apart = connection === '' || connection === 'StandAlone'
      if (!wanted) return
      if (!apart && !tuned) {
        tuned = true
        await drbd.tune()
      }
      if (apart && now() >= connectAt) {
        tuned = true
        await connect()
      }
      // It waits for the other board by now: what hindered it is over.
      if (!apart && orderedAt !== null && now() >= orderedAt + USELESS_MS) refused = null
    },
    want: (on, mayDiscard) => {
      wanted = on
      discard = mayDiscard
      connectAt = 0
      forget()
    },
    connected: () => {
      discard = false
      refused = null
      connectAt = Math.min(connectAt, now() + CONNECT_AGAIN_MS)
      forget()
    },
    again: () => {
      connectAt = 0
      forget()
    },
    pause: () => {
      connectAt = now() + CONNECT_AGAIN_MS
      forget()
    },
    get refused() {
      return refused
    }
  }
}
