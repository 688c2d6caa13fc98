// Claims on mirrored disks that are looked at once more, and those that end because the copy is not the same any more (R7). Called by mirror-holder.
import { type Context, durableGroup, groupOf, order, rememberGroup, report, selfOf, storageOk } from './context.js'
import { peerCopySaid, speaksOfAnother } from './mirror.js'
import type { MirrorFacts } from './mirror-state.js'
import type { GroupPhase } from './state.js'
import { compareEpochs } from './types.js'

/** The record was made by this very claim, before the copy was looked at in the knowledge that the peer is gone. */
export const isFreshClaim = (context: Context, group: string): boolean => {
  const view = groupOf(context.state, group)
  const { epoch, mirror } = durableGroup(context.state, group)
  const claimed = view.phase === 'taking' && view.disk === 'none'
  return claimed && mirror?.says === 'alone' && compareEpochs(mirror.epoch, epoch) === 0
}

/** The copy failed, or came back from a failure, at the instant of the claim: what it was told of it does not count any more. */
export const withdrawClaim = (context: Context, group: string, question: number, seen: MirrorFacts): void => {
  const words = `${group}: the copy on this board is ${seen.disk}: it may have missed what the peer wrote last`
  order(context, { kind: 'answerMirror', group, question, ok: false })
  rememberGroup(context, group, { mirror: null })
  report(context, 'alarm', 'claim-withdrawn', words, group)
}

/**
 * "I alone" spoke of a copy that is gone: a new disk is filled from the other one, which lacks what only the old disk had. Were the record kept,
 * or cleared when both are equal, that would be served as if nothing were missing. It says "outdated" now, and as the last holder's word that
 * leaves it to a person. So it does where the other board was told to store that it is outdated, and this one came to no record of its own.
 */
export const noteReplaced = (context: Context, group: string, phase: GroupPhase, seen: MirrorFacts): void => {
  const { state, now } = context
  const { epoch, mirror } = durableGroup(state, group)
  const another = speaksOfAnother(state, group)
  const gone = another || seen.disk === 'inconsistent' || seen.resync?.to === 'here'
  if (!gone || (phase !== 'standby' && phase !== 'failed') || !storageOk(state)) return
  const alone = mirror?.says === 'alone'
  const unrecorded = mirror == null && epoch.board === selfOf(state) && peerCopySaid(state, group, now) === 'outdated'
  if (!alone && !unrecorded) return
  rememberGroup(context, group, { mirror: { says: 'outdated', epoch: mirror?.epoch ?? epoch } })
  const words = `${group}: the copy on board ${selfOf(state)}, which may alone have been current, is not there any more (${another ? 'another disk is' : `it is ${seen.disk}`})`
  report(context, 'alarm', 'copy-lost', `${words}: what only it had is lost, unless the old disk is put back`, group)
}
