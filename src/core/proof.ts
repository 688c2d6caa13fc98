// The end of `fence prove` (R4): power seen on, off and on again, tokens stopping with it, and all that on the card. Called by fencing.
import { answer, type Context, isStored, reached, remember, report, storageOk, timingOf } from './context.js'
import { senseChangesSince, validProof } from './evidence.js'
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

/** The peer is heard again after the cut: a new life of it is the proof (R4), which goes to the card now. */
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
  const store = remember(context, {
    proof: {
      wiring: state.settings.wiring.fingerprint,
      wallSeconds: state.wallSeconds,
      bySense: state.input.sense !== null
    }
  })
  fence.proof = { store, at: context.now }
  fence.problem = null
}

/** A drill waits for the card with its last word: the peer is back, nothing else is left to do. */
export const awaitsCard = ({ purpose, proof }: FenceState): boolean => purpose === 'proof' && proof !== null

/** The last word of a drill; the request of another fencing is not ours. */
const endDrill = (context: Context, fence: FenceState, ok: boolean, words: string): void => {
  if (!awaitsCard(fence)) return
  answer(context, fence.request, ok, words)
  fence.request = null
  fence.phase = 'idle'
  fence.purpose = null
  report(context, 'notice', 'peer-returned', 'the peer is heard again')
}

/** Called in every step: proved is said when the proof is on the card, so that a power cut right after it takes nothing back. */
export const advanceProof = (context: Context): void => {
  const { state } = context
  const { fence } = state
  if (fence.proof === null) return
  if (isStored(state, fence.proof.store)) {
    const proved = validProof(state) !== null
    if (proved) {
      const words = `the fence is proved: power seen off and on again (by ${fence.confirmedBy})`
      report(context, 'notice', 'fence-proved', words)
    }
    const words = proved
      ? `proved by ${fence.confirmedBy}: the peer lost power, its tokens stopped, and it came back`
      : 'not proved: the proof became void at once; see `baton events`'
    endDrill(context, fence, proved, words)
    fence.proof = null
    return
  }
  const { deadMs, fenceDeadlineMs } = timingOf(context)
  if (storageOk(state) && !reached(context, fence.proof.at + fenceDeadlineMs + deadMs)) return
  const why = state.storageProblem ?? 'the card takes too long'
  const words = `power was seen off and on again, but that is not on the card: ${why}; it counts as soon as it is`
  endDrill(context, fence, false, words)
}
