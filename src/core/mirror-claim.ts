// A claim on a mirrored disk, looked at once more at the instant in which it would go on alone (R7). Called by mirror-holder.
import { type Context, durableGroup, groupOf, order, rememberGroup, report } from './context.js'
import type { MirrorFacts } from './mirror-state.js'
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
