// The state of the pair in the words that people read first. Pure. Used by the status and by the menu.
// NORMAL alone is said only where a board that fails would be taken over from, and nothing is to be put right.
import type { DaemonStatus } from '../runtime/status.js'
import { durationText } from './duration.js'

/** Why what runs on one of the boards would not be taken over by itself, or nothing of the kind. */
const takenOver = ({ core }: DaemonStatus): 'all' | 'some' | 'none' => {
  const { fence, groups, mode, peer } = core
  if (mode !== 'auto') return 'none'
  const ownReady = fence.proved !== null && fence.loop !== false && fence.confirmedBy !== 'nothing'
  // What the peer would do for what runs here, and this board for the rest.
  const ready = groups.map(({ role }) => (role === 'active' ? peer.proved !== false : ownReady))
  return ready.every(Boolean) ? 'all' : ready.some(Boolean) ? 'some' : 'none'
}

/** For how long the mode stays, as ` for 2 h 0 min`; empty = until somebody changes it. It ends only while the peer is heard. */
export const modeTime = ({ core }: DaemonStatus): string => {
  const { modeLeftMs } = core
  if (modeLeftMs === null || modeLeftMs === undefined) return ''
  return modeLeftMs === 0 ? ', time is up' : ` for ${durationText(modeLeftMs)}`
}

const TAKEN_WORDS = {
  none: 'NORMAL, but NOTHING IS TAKEN OVER BY ITSELF',
  some: 'NORMAL, but NOT ALL IS TAKEN OVER BY ITSELF'
} as const

/** At most 43 characters. */
export const pairState = (status: DaemonStatus): string => {
  const { pair, warnings } = status.core
  if (pair === 'starting') return 'STARTING'
  if (pair === 'fallback') return 'FALLBACK: one alone'
  const taken = takenOver(status)
  if (taken !== 'all') return TAKEN_WORDS[taken]
  return warnings.length === 0 ? 'NORMAL: both boards fit' : 'NORMAL, but put right what stands below'
}
