// Keeps a mirror defined, attached to its disk and connected to the other board, as far as it can be. Used by mirror.ts, which runs it every second.
import type { MirrorConfig } from '../config/types.js'
import { seeDevice } from './disk-device.js'
import { type Drbd, NO_NOTES } from './drbd.js'
import { type DrbdState, isAttached } from './drbd-events.js'
import { createMirrorLink, type LinkContext } from './mirror-link.js'

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
  /** In what the link differs from the configuration; null = in nothing that is known. */
  readonly unlike: string | null
}

export interface UpkeepContext {
  readonly drbd: Drbd
  readonly config: Pick<MirrorConfig, 'address' | 'addressFrom' | 'backing' | 'peerAddress' | 'port'>
  /** Why nothing may be done with it; null = it may. */
  readonly misplaced: () => string | null
  /** null = the kernel has not yet told all that is there. */
  state(): DrbdState | null
  readonly splitBrain: () => boolean
  /**
   * A blank disk stands where the copy was, and the other copy is current by the mirror's own account: make it ready. Resolves with why it was not;
   * null = it is. Absent: a person orders it.
   */
  readonly replace?: () => Promise<string | null>
  /** Monotonic milliseconds; absent: the machine's. */
  readonly now?: () => number
  readonly addresses?: LinkContext['addresses']
}

const ATTACH_AGAIN_MS = 3000
/** Not at once: somebody may be plugging disks in and out. */
const REPLACE_AFTER_MS = 30_000
const REPLACE_AGAIN_MS = 300_000

export const createMirrorUpkeep = ({ config, drbd, splitBrain, ...context }: UpkeepContext): MirrorUpkeep => {
  const { now = () => performance.now(), addresses } = context
  const { backing } = config
  let problem: string | null = 'not looked at yet'
  let looked = false
  let attachRefused: string | null = null
  const link = createMirrorLink({ drbd, config, splitBrain, now, ...(addresses ? { addresses } : {}) })
  let attachAt = 0
  /** It was attached since it was last away. */
  let carried = false
  let bareSince: number | null = null
  let replaceAt = 0
  let replacing = false
  let replaceRefused: string | null = null
  /** In this round: what is known of the link is not so any more. */
  let parted = false

  /** Only what the mirror itself calls current fills it, and only while nobody else orders it. */
  const replaceDisk = ({ peerDisk, connection }: DrbdState): void => {
    const at = now()
    if (replacing) return
    if (context.replace === undefined || connection !== 'Connected' || peerDisk !== 'UpToDate') {
      bareSince = null
      return
    }
    bareSince ??= at
    if (at < bareSince + REPLACE_AFTER_MS || at < replaceAt) return
    replacing = true
    // Beside the rounds: they let I/O go on, too.
    void context.replace().then(why => {
      replacing = false
      replaceRefused = why
      replaceAt = now() + REPLACE_AGAIN_MS
      attachAt = 0
    })
  }
  /**
   * A primary that is left without any disk, its own or the other one's, takes whatever copy is attached then for current, however old it is. Only
   * apart, or where two meet anew, does the kernel compare it with what was shown last (R7). Its I/O fails already: nothing is taken from it.
   */
  const partFromDiskless = async ({ connection, peerDisk, peerRole, role }: DrbdState): Promise<void> => {
    if (connection !== 'Connected' || isAttached(peerDisk) || (peerRole !== 'Primary' && role !== 'Primary')) return
    parted = true
    link.pause()
    await drbd.disconnect()
  }
  const attachDisk = async (state: DrbdState): Promise<string | null> => {
    const replaced = replaceRefused === null ? '' : ` (${replaceRefused})`
    if (seeDevice(backing) === null) {
      attachRefused = null
      carried = false
      replaceDisk(state)
      return `${backing} is not there: plug the disk in${replaced}`
    }
    // What failed is not taken back by itself: not before it was away, or somebody asks for a new look.
    if (carried)
      return `${backing} failed, and was let go: replace it, or \`baton recover\` to try it once more (then it is brought up to date)`
    if (attachRefused !== null && NO_NOTES.test(attachRefused)) replaceDisk(state)
    if (now() >= attachAt) {
      await partFromDiskless(state)
      attachRefused = await drbd.attach()
      // Refused for what may be over in a moment: somebody looks at it, or makes it ready.
      attachAt = now() + ATTACH_AGAIN_MS
    }
    if (attachRefused === null) bareSince = null
    return attachRefused === null || !NO_NOTES.test(attachRefused)
      ? attachRefused
      : `${backing} carries no copy yet: \`baton disk create\`${replaced}`
  }
  return {
    round: async () => {
      problem = drbd.module()
      const state = context.state()
      if (problem !== null || state === null) return
      problem = context.misplaced()
      if (problem !== null) {
        looked = true
        return
      }
      // Without a device there is nothing to attach, and nothing that may be connected.
      if (!state.there || state.minor === '') {
        problem = await drbd.define()
        return
      }
      parted = false
      if (state.disk === 'Diskless') problem = await attachDisk(state)
      else if (isAttached(state.disk)) carried = true
      if (state.role !== '' && !parted) await link.tend(state)
      looked = true
    },
    want: link.want,
    connected: link.connected,
    again: () => {
      carried = false
      attachAt = 0
      attachRefused = null
      replaceAt = 0
      link.again()
    },
    pause: link.pause,
    get looked() {
      return looked
    },
    get problem() {
      return problem
    },
    get refused() {
      return link.refused
    },
    get unlike() {
      return link.unlike
    }
  }
}
