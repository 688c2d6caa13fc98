// Why a group that should be served is served by nobody known: for status, panel and what the button offers. Reads only.
import { groupOf, selfOf } from './context.js'
import { cycleWords } from './cycle.js'
import { ownerOf, whyNotFence, whyNotTake } from './fit.js'
import { apartWords, staleWords } from './mirror-words.js'
import { isHeard, isRecentlyHeard, peerGroup } from './silence.js'
import type { CoreState } from './state.js'
import { whyNotResume } from './switchover.js'

/** Why a group that nobody is known to serve is not served; null = somebody serves it or is about to (fault table: "says why"). */
export const whyNotServed = (state: CoreState, name: string, now: number): string | null => {
  const view = groupOf(state, name)
  const theirs = isRecentlyHeard(state, now) ? peerGroup(state, name) : null
  if (
    view.phase !== 'standby' ||
    theirs?.role === 'active' ||
    theirs?.role === 'taking' ||
    theirs?.role === 'releasing'
  )
    return null
  if (ownerOf(state, name) === selfOf(state) && isHeard(state, now)) {
    const apart = apartWords(state, name, now)
    return apart === null ? whyNotResume(state, name, now) : `NOT SERVED: ${apart}`
  }
  if (theirs !== null) return `the peer has the right to it and does not serve it: see its status`
  const stale = staleWords(state, name)
  if (stale !== null)
    return cycleWords(state, name, now) ?? `NOT SERVED: the peer is not heard, and it is not taken: ${stale}`
  const byHand =
    state.settings.wiring.fence === 'none'
      ? 'bring the other board, or its cable, back'
      : state.durable.mode === 'maintenance'
        ? '`baton fence off`, then `baton mode auto`'
        : '`baton confirm` if it is off for certain, else `baton fence off`'
  const failed = state.fence.phase === 'failed' ? state.fence.problem : null
  if (failed !== null)
    return `NOT SERVED: the peer is not heard, and its power could not be proved off: ${failed}; ${byHand}`
  const refused = whyNotTake(state, name) ?? whyNotFence(state, now)
  if (refused !== null) return `NOT SERVED: the peer is not heard, and it is not taken: ${refused}; ${byHand}`
  const cutting = state.fence.phase === 'storing' || state.fence.phase === 'driving' || state.fence.phase === 'waiting'
  if (cutting) return 'the peer is not heard; its power is being cut'

  if (state.durable.startFences > 0)
    return `NOT SERVED: the peer is not heard since the start, and was cut once already; ${byHand}`
  return 'the peer is not heard; this board listens, then decides'
}

/** Nobody serves it and nothing will change that by itself. */
export const needsSomebody = (state: CoreState, name: string, now: number): boolean =>
  whyNotServed(state, name, now)?.startsWith('NOT SERVED') === true
