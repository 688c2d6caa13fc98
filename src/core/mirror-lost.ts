// A holder whose own copy cannot be used (R7): it lives on the peer's, and the group moves there in order; where that is gone, too, it ends what
// nobody can serve, so that a person can choose. Called by mirror-holder.
import { type Context, durableGroup, peerOf, reached, rememberGroup, report, selfOf, timingOf } from './context.js'
import { effectiveMode, whyNotGrant } from './fit.js'
import { holdsMirror, isAlone, peerCopySaid } from './mirror.js'
import type { MirrorFacts, MirrorView } from './mirror-state.js'
import { beginRelease } from './release.js'
import type { GroupState } from './state.js'

export const advanceLost = (
  context: Context,
  group: string,
  view: GroupState,
  mirror: MirrorView,
  seen: MirrorFacts
): void => {
  const { state, now } = context
  const lives = seen.connected && seen.peerDisk === 'upToDate'
  // What is written now is on the peer's copy alone.
  if (lives && holdsMirror(state, group) && durableGroup(state, group).mirror?.says === 'alone')
    rememberGroup(context, group, { mirror: null })
  // One that is being filled needs only time.
  if (view.phase !== 'active' || effectiveMode(state) !== 'auto' || (lives && seen.disk !== 'failed')) return
  const what = seen.disk === 'failed' ? `its disk on board ${selfOf(state)} has failed` : 'its copy here is incomplete'
  if (whyNotGrant(state, group, now) === null) {
    view.problem = what
    report(context, 'notice', 'moving', `${group} moves to the peer: ${what}`, group)
    return beginRelease(context, group, 'failed', false)
  }
  // What lives on the peer's copy goes on when the link is back; what went on alone, or beside one that is outdated, has nothing to wait for.
  const alone = !lives && (isAlone(state, group) || peerCopySaid(state, group, now) === 'outdated')
  if (!alone || !reached(context, Math.max(mirror.lostSince, mirror.linkSince) + timingOf(context).answerMs)) return
  report(
    context,
    'alarm',
    'no-copy',
    `${group} is stopped: ${what}, and board ${peerOf(state)} has no current copy`,
    group
  )
  beginRelease(context, group, 'standby', false)
}
