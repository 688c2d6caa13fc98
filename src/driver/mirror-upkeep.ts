// Keeps a mirror defined, attached to its disk and connected to the other board, as far as it can be. Used by mirror.ts, which runs it every second.
import { seeDevice } from './disk-device.js'
import type { Drbd } from './drbd.js'
import type { DrbdState } from './drbd-events.js'

export interface MirrorUpkeep {
  /** One round; bounded by the deadlines of its commands. */
  round(): Promise<void>
  /** The copies are to be connected, or not; `discard`: with the other one's content. */
  want(on: boolean, discard: boolean): void
  /** It is connected now. */
  connected(): void
  /** Try again now what was refused or is waited for. */
  again(): void
  /** Leave the other copy alone for a moment. */
  pause(): void
  /** What could be done was tried at least once. */
  readonly looked: boolean
  /** What keeps it from being up, in words; null = nothing. */
  readonly problem: string | null
  /** Why the last try to connect failed; null = it did not. */
  readonly refused: string | null
}

export interface UpkeepContext {
  readonly drbd: Drbd
  readonly backing: string
  /** null = the kernel has not yet told all that is there. */
  state(): DrbdState | null
  readonly splitBrain: () => boolean
}

const CONNECT_AGAIN_MS = 3000
/** Each try of two split copies is refused and told again. */
const SPLIT_AGAIN_MS = 30_000

export const createMirrorUpkeep = ({ drbd, backing, splitBrain, ...context }: UpkeepContext): MirrorUpkeep => {
  let problem: string | null = 'not looked at yet'
  let looked = false
  let attachRefused: string | null = null
  let refused: string | null = null
  let wanted = true
  let discard = false
  /** The link's settings are those of this life. */
  let tuned = false
  let connectAt = 0

  const attachDisk = async (): Promise<string | null> => {
    if (seeDevice(backing) === null) {
      attachRefused = null
      return `${backing} is not there: plug the disk in`
    }
    // A disk that failed is not taken back by itself: not before it was away, or somebody asks for a new look.
    attachRefused ??= await drbd.attach()
    return attachRefused
  }
  const link = async ({ connection }: DrbdState): Promise<void> => {
    const apart = connection === '' || connection === 'StandAlone'
    if (!wanted) return
    if (!apart && !tuned) {
      tuned = true
      await drbd.tune()
    }
    if (!apart || performance.now() < connectAt) return
    tuned = true
    connectAt = performance.now() + (splitBrain() && !discard ? SPLIT_AGAIN_MS : CONNECT_AGAIN_MS)
    refused = await drbd.connect(discard)
  }
  return {
    round: async () => {
      problem = drbd.module()
      const state = context.state()
      if (problem !== null || state === null) return
      if (!state.there) {
        problem = await drbd.define()
        return
      }
      if (state.disk === 'Diskless') problem = await attachDisk()
      if (state.role !== '') await link(state)
      looked = true
    },
    want: (on, mayDiscard) => {
      wanted = on
      discard = mayDiscard
      connectAt = 0
    },
    connected: () => {
      discard = false
      refused = null
    },
    again: () => {
      attachRefused = null
      connectAt = 0
    },
    pause: () => {
      connectAt = performance.now() + CONNECT_AGAIN_MS
    },
    get looked() {
      return looked
    },
    get problem() {
      return problem
    },
    get refused() {
      return refused
    }
  }
}
