// What status says of a mirror, from what the kernel told last. Pure. Used by mirror.ts.
import type { MirrorConfig } from '../config/types.js'
import { type DrbdState, mirrorFacts } from './drbd-events.js'
import { type DrbdProgress, leftWords } from './drbd-progress.js'

/** In the words of a disk that is `absent` because several could be meant: a person can choose one. */
export const NAME_ONE = 'name one by its serial number'

export interface MirrorSight {
  readonly state: DrbdState
  readonly splitBrain: boolean
  /** Of a resync or of a comparison; null = none is under way. */
  readonly progress: DrbdProgress | null
  /** Why the last try to connect was refused; null = it was not. */
  readonly refused: string | null
  /** In what the link differs from the configuration; null = in nothing. */
  readonly unlike: string | null
  /** Why the kernel cannot ask; null = it can. */
  readonly door: string | null
  /** The last comparison of the copies; null = none yet. */
  readonly compared: string | null
}

/** For a moment after the start; longer only where the program is missing, or ends again and again. */
export const NOTHING_TOLD =
  'the kernel has told nothing of the mirror yet (`drbdsetup events2`): if that stays so, install drbd-utils'

/** `mirror primary, copy here UpToDate, resync to the other board 34.5 %, about 12 minutes left`. */
export const mirrorWords = ({ state, splitBrain, progress, refused, unlike, door, compared }: MirrorSight): string => {
  if (!state.there) return NOTHING_TOLD
  const { connected, disk, peerDisk, resync } = mirrorFacts(state, splitBrain, 0, null)
  const far = progress === null ? '' : ` ${progress.percent} %, ${leftWords(progress)}`
  const equal = `the other copy ${state.peerDisk}${progress === null ? '' : `, being compared:${far}`}`
  const moving = resync === null ? equal : `resync to ${resync.to === 'here' ? 'this' : 'the other'} board${far}`
  const link = connected ? moving : `replication link down${refused === null ? '' : ` (${refused})`}`
  const own = disk === 'failed' && peerDisk === 'upToDate' ? 'no disk of its own' : `copy here ${state.disk}`
  const split = splitBrain ? ['both copies were written'] : []
  return [
    `mirror ${state.role.toLowerCase()}`,
    own,
    link,
    ...split,
    ...[unlike, compared, door].filter(words => words !== null)
  ].join(', ')
}

/**
 * Why nothing may be done with it: commands go to a minor, and the kernel has another one under this name than the configuration, whose own may be
 * another group's. null = both are the same, or the kernel has none.
 */
export const whyMisplaced = (
  { minor: found }: Pick<DrbdState, 'minor'>,
  { resource, minor }: Pick<MirrorConfig, 'minor' | 'resource'>
): string | null =>
  found === '' || found === String(minor)
    ? null
    : `the kernel still has the mirror ${resource} as /dev/drbd${found}, and by its place among the groups of the configuration it is /dev/drbd${minor} now: nothing is done with it; put the groups into their former order and start the daemon again, or boot this board anew in order (\`reboot\`)`

/** The minor of the configuration is primary, and it is not this mirror: the kernel has none of its name. */
export const strangerWords = ({ resource, minor }: Pick<MirrorConfig, 'minor' | 'resource'>): string =>
  `the kernel has /dev/drbd${minor} under another name than ${resource}: boot this board anew in order (\`reboot\`)`
