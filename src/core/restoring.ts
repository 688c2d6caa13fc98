// After the relay let go: the peer must be heard within its boot time, else it is left off (R8); and what a stall of our own means for it.
import { type Context, reached, remember, report, timingOf } from './context.js'
import { readsPowerless } from './evidence.js'
import { beginFencing } from './fencing.js'
import { whyNotCut } from './fit.js'
import { awaitsCard, endProof, failProof } from './proof.js'
import { isHeard } from './silence.js'
import type { FenceState } from './state.js'

/** After a stall the peer gets this many intervals to be heard again, or the dead time. */
const AGAIN_INTERVALS = 10

/** The peer's power is on again (or should be): it must be heard within its boot time, else it is left off (R8). */
export const advanceRestoring = (context: Context, fence: FenceState): void => {
  const { state, now } = context
  const { peer } = state
  const { bootMs } = timingOf(context)
  if (awaitsCard(fence)) return
  if (peer.lastFreshAt !== null && peer.lastFreshAt > fence.releasedAt && isHeard(state, now)) {
    fence.heardBy = 0
    if (fence.purpose === 'proof') endProof(context, fence)
    if (awaitsCard(fence)) return
    fence.phase = 'idle'
    fence.purpose = null
    report(context, 'notice', 'peer-returned', 'the peer is heard again')
    return
  }
  if (fence.purpose === 'proof' && reached(context, fence.releasedAt + timingOf(context).fenceDeadlineMs + bootMs)) {
    return failProof(
      context,
      fence,
      "the peer's power did not come back, or it did not boot: look at relay, plug and supply"
    )
  }
  // Where sense is fitted, its boot begins when its power is seen; a peer without supply cannot be late.
  if (fence.heardBy === 0 && !readsPowerless(state)) fence.heardBy = now + bootMs
  if (fence.heardBy > 0 && readsPowerless(state)) fence.heardBy = 0
  if (fence.heardBy === 0 || !reached(context, fence.heardBy)) return
  if (fence.purpose === 'proof') {
    failProof(context, fence, `the peer was not heard within ${bootMs} ms of its power's return`)
    return
  }
  const refused =
    fence.purpose === 'operator'
      ? 'its power was returned by the operator'
      : fence.purpose === 'cycle'
        ? 'it alone has a current copy, and nothing would be won'
        : whyNotCut(state, now)
  if (refused !== null) {
    fence.phase = 'idle'
    fence.purpose = null
    report(
      context,
      'alarm',
      'peer-missing',
      `the peer has power but is not heard; it is not cut again: ${refused}; look at its console and cables`
    )
    return
  }
  beginFencing(context, 'left-off', null)
  report(
    context,
    'alarm',
    'peer-left-off',
    'the peer was not heard after its power came back: it is cut again and left off until `baton fence on`'
  )
}

/** This board stood still: what it was about to do to the peer is judged anew, the peer may have been talking all the while (R9). */
export const doubtFencing = (context: Context): void => {
  const { state, now } = context
  const { fence } = state
  const { deadMs, tokenIntervalMs } = timingOf(context)
  const heardBy = now + Math.max(deadMs, AGAIN_INTERVALS * tokenIntervalMs)
  if (fence.heardBy > 0) fence.heardBy = Math.max(fence.heardBy, heardBy)
  if (fence.phase !== 'storing' || fence.purpose === 'operator' || fence.purpose === 'proof') return
  const leftOff = fence.purpose === 'left-off'
  // Nothing was cut: what was counted for it is taken back (R8).
  const startFences = Math.max(0, state.durable.startFences - (fence.counted ? 1 : 0))
  fence.counted = false
  fence.phase = leftOff ? 'restoring' : 'idle'
  fence.purpose = leftOff ? 'takeover' : null
  fence.heardBy = leftOff ? heardBy : 0
  fence.operatorUntil = 0
  remember(context, { relay: null, startFences })
}
