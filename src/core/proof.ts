// The end of `fence prove` (R4): power seen on, off and on again, tokens stopping with it. Called by fencing.
import { answer, type Context, remember, report } from './context.js'
import { senseChangesSince } from './evidence.js'
import { releaseRelay } from './fencing.js'
import type { FenceState } from './state.js'

/** Off and on, and one bounce at each edge. */
const DRILL_CHANGES_MAX = 4

/** The drill failed: the relay is released, nothing is stored. */
export const failProof = (context: Context, fence: FenceState, reason: string): void => {
  report(context, 'alarm', 'proof-failed', `the fence was not proved: ${reason}`)
  answer(context, fence.request, false, `not proved: ${reason}`)
  fence.request = null
  fence.problem = reason
  if (fence.relayOn || fence.phase === 'driving') releaseRelay(context, 'idle')
  fence.phase = 'idle'
  fence.purpose = null
}

/** The peer is heard again after the cut: a new life of it is the proof (R4). */
export const endProof = (context: Context, fence: FenceState): void => {
  const { state } = context
  if (fence.confirmedAt < fence.startedAt || fence.confirmedAt === 0) {
    failProof(context, fence, 'it was ended before the power was seen off')
    return
  }
  if (state.peer.nonce === fence.nonceBefore) {
    failProof(context, fence, 'the peer did not restart: the relay cuts something else')
    return
  }
  if (state.settings.wiring.sense && state.input.sense !== true) {
    failProof(
      context,
      fence,
      'the peer is back, but the power sense line still reads off: check the harness and its wire'
    )
    return
  }
  if (senseChangesSince(state, fence.startedAt) > DRILL_CHANGES_MAX) {
    failProof(context, fence, 'the power sense line flickers: check its wire')
    return
  }
  state.input.senseDistrusted = false
  remember(context, {
    proof: {
      wiring: state.settings.wiring.fingerprint,
      wallSeconds: state.wallSeconds,
      bySense: state.input.sense !== null
    }
  })
  report(
    context,
    'notice',
    'fence-proved',
    `the fence is proved: power seen off and on again (by ${fence.confirmedBy})`
  )
  answer(
    context,
    fence.request,
    true,
    `proved by ${fence.confirmedBy}: the peer lost power, its tokens stopped, and it came back`
  )
  fence.request = null
  fence.problem = null
}
