// Connects the two copies of a mirror again and again, as far as the own address is there and both boards will. Used by mirror-upkeep.ts.
// Must not part copies while one of them is written.
import { networkInterfaces } from 'node:os'
import type { MirrorConfig } from '../config/types.js'
import type { Drbd } from './drbd.js'
import { type DrbdState, isAttached } from './drbd-events.js'
import { type Ends, endsOf, plainAddress } from './drbd-words.js'

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
  /** In what it differs from the configuration, connected or not, and why; null = in nothing that is known. */
  readonly unlike: string | null
}

export interface LinkContext {
  readonly drbd: Drbd
  readonly config: Pick<MirrorConfig, 'address' | 'addressFrom' | 'peerAddress' | 'port'>
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

/** What could not be asked or set may be so the next time. */
const ADOPT_AGAIN_MS = 10_000
/** So long it must be so: no switchover is under way, and a link that broke has had time to come back. */
const QUIET_MS = 30_000

const systemAddresses = (): readonly string[] | null => {
  try {
    return Object.values(networkInterfaces()).flatMap(all => (all ?? []).map(({ address }) => address))
  } catch {
    return null
  }
}

/**
 * A link of an earlier life between other ends may be cut where nobody's writes depend on it. One that is written over stays: the boards' configurations may
 * differ for as long as only one of them was started anew, and a holder that loses its peer then stands still (R7). Nor is it cut where I/O stands
 * still already: that is the core's matter alone.
 */
const mayCut = ({ connection, peerRole, role, suspended }: DrbdState): boolean =>
  role === 'Secondary'
    ? connection !== 'Connected' || peerRole === 'Secondary'
    : role === 'Primary' && connection === 'Connecting' && suspended === 'no'

export const createMirrorLink = ({ config, drbd, now, splitBrain, ...context }: LinkContext): MirrorLink => {
  const { addresses = systemAddresses } = context
  const { address, addressFrom, port } = config
  let refused: string | null = null
  let wanted = true
  let discard = false
  /** The link's ends and settings are those of this life. */
  let ours = false
  let oursAt = 0
  /** Others than those of the configuration, between which an earlier life has connected it. */
  let former: Ends | null = null
  /** Since then it may be cut. */
  let quietSince: number | null = null
  let unlike: string | null = null
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
    if (there === null || there.some(each => plainAddress(each) === plainAddress(address))) return null
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
    if (failed === null) {
      ours = true
      former = null
      unlike = null
    }
    orderedAt = failed === null ? now() : null
    const hindered = useless >= USELESS_TRIES
    refused =
      failed ??
      (hindered
        ? `the kernel gives the link up at once: the address ${address} or the port ${port} cannot be used, or the other board’s key differs; its log says which`
        : null)
    connectAt = now() + (split ? SPLIT_AGAIN_MS : hindered ? USELESS_AGAIN_MS : CONNECT_AGAIN_MS)
  }
  const cutFormer = async (state: DrbdState, found: Ends): Promise<void> => {
    former = found
    unlike = `the link still runs between ${found.join(' and ')}, not as the configuration has it: it is made anew when nobody writes over it, or when the board that does not serve was booted`
    quietSince = mayCut(state) ? (quietSince ?? now()) : null
    if (quietSince === null || now() < quietSince + QUIET_MS) return
    quietSince = null
    forget()
    const failed = await drbd.disconnect()
    unlike = failed === null ? null : `the link between ${found.join(' and ')} could not be parted: ${failed}`
    if (failed === null) former = null
    connectAt = 0
  }
  /** Of a link that an earlier life has made: between which ends, and with which settings? */
  const adopt = async (state: DrbdState): Promise<void> => {
    if (former !== null) return cutFormer(state, former)
    oursAt = now() + ADOPT_AGAIN_MS
    const found = await drbd.ends()
    if (typeof found === 'string') unlike = `it is not known between which ends the link runs: ${found}`
    if (typeof found === 'string' || found === null) return
    if (found.join() !== endsOf(config).join()) return cutFormer(state, found)
    const failed = await drbd.tune(isAttached(state.disk))
    ours = failed === null
    unlike = failed === null ? null : `disk and link have the settings of before: ${failed}`
  }
  return {
    tend: async state => {
      const { connection } = state
      const apart = connection === '' || connection === 'StandAlone'
      if (!wanted) return
      if (!apart && !ours && (former !== null || now() >= oursAt)) await adopt(state)
      if (apart && now() >= connectAt) await connect()
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
    },
    get unlike() {
      return unlike
    }
  }
}
