// R13, its second half: a silent peer that alone has a current copy is cut once and given its power back, so that it serves again. Nothing is
// taken for it. Asked by takeover, intent, fencing and the words for people; the relay itself is fencing's.
import { type Context, groupOf, isMirrored, peerOf, reached, report, timingOf } from './context.js'
import { readsPowerless } from './evidence.js'
import { releaseRelay } from './fencing.js'
import { ownerOf, takeable, whyNotCut } from './fit.js'
import { isOutdated, whyNoClaim } from './mirror.js'
import { peerGroup, roundMsOf } from './silence.js'
import type { CoreState, FenceState } from './state.js'

/** By its own words, by the right to the group, or by what our card says, the peer has the newer copy. */
const peerHasIt = (state: CoreState, group: string): boolean => {
  const copy = peerGroup(state, group)?.copy ?? 'unknown'
  const seen = groupOf(state, group).mirror?.seen
  // What the replication link shows now says more than what was said before.
  const behind = seen?.connected === true && (seen.peerDisk !== 'upToDate' || seen.resync?.to === 'peer')
  if (copy === 'outdated' || behind) return false
  return copy === 'alone' || copy === 'current' || isOutdated(state, group) || ownerOf(state, group) === peerOf(state)
}

/** Mirrored, not held here, without a claim here (R7), and the peer has the copy that could be served. */
const isStranded = (state: CoreState, group: string): boolean => {
  const { mirror, phase } = groupOf(state, group)
  if (mirror === null || mirror.seen === null || mirror.seen.splitBrain) return false
  if (phase !== 'standby' && phase !== 'failed') return false
  if (state.durable.evidence[group] !== undefined) return false
  return whyNoClaim(state, group) !== null && peerHasIt(state, group)
}

export const strandedGroups = (state: CoreState): readonly string[] =>
  state.settings.groups.map(({ name }) => name).filter(name => isMirrored(state, name) && isStranded(state, name))

/** Cuts since the peer was heard, without the one whose record is under way (R8). */
const cutBefore = ({ durable, fence }: CoreState): boolean =>
  durable.startFences > (fence.phase === 'storing' && fence.counted ? 1 : 0)

/**
 * It talks, and does not hear us. Its turn counts from the word that it knows we heard, ours from the one that heard us: nothing keeps them apart (R9).
 * What hangs does not talk, so nothing is lost by a whole round of patience.
 */
const talksStill = (state: CoreState, now: number): boolean => {
  const { lastFreshAt, lastWordAt } = state.peer
  if (lastWordAt === null || (lastFreshAt !== null && lastWordAt <= lastFreshAt)) return false
  return now < lastWordAt + state.settings.timing.deadMs + roundMsOf(state)
}

/** Why the silent peer is not restarted for its copy; null = it may be, once (R8, R13). */
export const whyNotCycle = (state: CoreState, now: number): string | null => {
  const refused = whyNotCut(state, now)
  if (refused !== null) return refused
  if (takeable(state).length > 0) return 'something is to be taken instead'
  if (strandedGroups(state).length === 0) return 'the peer is not known to have a copy that this board lacks'
  if (state.peer.token?.leaving === true) return 'it was shut down in order'
  if (readsPowerless(state)) return 'it has no power'
  if (talksStill(state, now)) return 'it talked a moment ago'
  return cutBefore(state) ? 'it was cut once already, and was not heard since' : null
}

/** Proved off: it gets its power back as soon as that has settled, whatever `fence.restoreAfterMs` says: its return is what it was cut for. */
export const advanceCycle = (context: Context, fence: FenceState): void => {
  const { state } = context
  const busy = Object.values(state.groups).some(({ phase }) => phase === 'claiming' || phase === 'taking')
  if (busy || !reached(context, fence.confirmedAt + timingOf(context).settleMs)) return
  const peer = peerOf(state)
  const names = strandedGroups(state).join(', ')
  report(
    context,
    'alarm',
    'peer-cycled',
    `board ${peer} did not answer, and it alone has a current copy of ${names === '' ? 'a group' : names}: its power was cut once and is given back; nothing is taken`
  )
  releaseRelay(context, 'restoring')
}

/** For people: what is done about a group that only the silent peer can serve; null = nothing, or nothing any more. */
export const cycleWords = (state: CoreState, group: string, now: number): string | null => {
  const peer = peerOf(state)
  const { phase, purpose } = state.fence
  const why = `board ${peer} is not heard, and it alone has a current copy`
  if (purpose === 'cycle' && phase === 'restoring')
    return `${why}: its power was cut once, and its boot is waited for; if it does not come, look at board ${peer}`
  if (purpose === 'cycle' && phase !== 'failed') return `${why}: its power is cut once and given back`
  if (phase !== 'idle' || !isStranded(state, group) || whyNotCycle(state, now) !== null) return null
  return `${why}: switch it on; if it stays silent its power is cut once and given back`
}
