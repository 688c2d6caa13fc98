// When silence becomes a takeover: who fires, from what evidence, and which groups are claimed with which right (R2, R8, R9, R13).
import {
  answer,
  type Context,
  durableGroup,
  enter,
  groupOf,
  isMirrored,
  reached,
  rememberGroup,
  report,
  selfOf,
  timingOf
} from './context.js'
import { whyNotCycle } from './cycle.js'
import { fellWithTokens, readsPowerless } from './evidence.js'
import { advanceFencing, beginFencing, isConfirmedNow, isOperatorConfirmed } from './fencing.js'
import { effectiveMode, highestNumber, takeable, whyNotFence } from './fit.js'
import { aloneNow, waitingMirrors } from './mirror.js'
import { firesAt, inStartSilence, noteSlot, senseCountsAt } from './silence.js'
import type { RightBy } from './state.js'

/**
 * Begin a tenure: the number rises now that the right is there, and is durable before the first act (R5).
 * `number`: the granted number, or above everything seen.
 */
export const claimGroup = (context: Context, group: string, rightBy: RightBy, number: number): void => {
  const { state } = context
  const view = groupOf(state, group)
  enter(context, view, 'claiming')
  view.rightBy = rightBy
  view.problem = null
  view.wantedUntil = 0
  const epoch = { number, board: selfOf(state) }
  // The peer has no power, so its copy is out: that ours alone is current becomes durable in the same write (R7).
  const out = isMirrored(state, group) && (rightBy === 'fencing' || rightBy === 'confirm')
  if (out && view.mirror !== null) view.mirror.aloneAt = context.now
  // One that stands there already speaks of an earlier tenure, and goes on doing so.
  const stands = durableGroup(state, group).mirror?.says === 'alone'
  const alone = out && !stands ? { mirror: aloneNow(state, group, epoch) } : {}
  view.store = rememberGroup(context, group, { epoch, grant: 0, ...alone })
}

/** The right is looked at again in the step that starts the tenure (R2b, R2c). */
export const rightStands = (context: Context, rightBy: RightBy | null): boolean => {
  if (rightBy === 'fencing') return isConfirmedNow(context)
  if (rightBy === 'confirm') return isOperatorConfirmed(context)
  return true
}

/** The relay is driven and the proof is there: everything that we may and can take is claimed. */
const takeByFencing = (context: Context): void => {
  const { state } = context
  const { fence } = state
  const drill = fence.purpose === 'proof'
  const wanted = [...takeable(state), ...waitingMirrors(state)]
  if (drill || wanted.length === 0) return
  const byOperator = fence.purpose === 'confirm' && (fence.phase === 'waiting' || fence.phase === 'confirmed')
  if (byOperator && !fence.operatorUsed && isOperatorConfirmed(context)) {
    fence.operatorUsed = true
    answer(context, fence.request, true, `confirmed: taking ${wanted.join(', ')}`)
    fence.request = null
    for (const name of takeable(state)) claimGroup(context, name, 'confirm', highestNumber(state, name) + 1)
    if (fence.phase === 'waiting') {
      fence.phase = 'confirmed'
      fence.confirmedAt = context.now
      fence.confirmedBy = 'operator'
    }
    return
  }
  if (effectiveMode(state) !== 'auto' || !isConfirmedNow(context)) return
  if (whyNotFence(state, context.now) !== null) return
  if (fence.purpose === 'confirm') {
    // The wires prove what the operator said.
    fence.operatorUsed = true
    answer(context, fence.request, true, `confirmed: taking ${wanted.join(', ')}`)
    fence.request = null
  }
  for (const name of takeable(state)) claimGroup(context, name, 'fencing', highestNumber(state, name) + 1)
}

/** After a failure one new try, and only when sense fell since (R3). */
const mayRetry = (context: Context): boolean => {
  const { fence, input } = context.state
  if (fence.retried || input.senseSince < fence.releasedAt) return false
  fence.retried = true
  return true
}

/** A board that starts into silence (R8): a peer without power is held off at once; otherwise it listens, then fires once. */
const judgeStartSilence = (context: Context): void => {
  const { state } = context
  const { fence, input, settings } = state
  const { bootMs, listenMs, settleMs } = timingOf(context)
  const cycle = whyNotCycle(state, context.now) === null
  if (!cycle && takeable(state).length === 0 && waitingMirrors(state).length === 0) return
  const { lastFreshAt, lastWordAt } = state.peer
  const silentSince = Math.max(state.startedAt, state.countFrom, lastFreshAt ?? 0, lastWordAt ?? 0)
  if (input.sense === false && settings.wiring.loop && input.loop === true) {
    const sinceMs = Math.max(input.senseSince, input.loopSince, silentSince)
    if (fence.phase === 'failed' && !mayRetry(context)) return
    if (reached(context, sinceMs + Math.max(settleMs, 2 * timingOf(context).tokenIntervalMs)))
      beginFencing(context, 'hold', null)
    return
  }
  // Boards that boot together would fire together: b lets a come first by a whole boot.
  const behindMs = selfOf(state) === 'b' ? bootMs : 0
  // A peer whose power came back meanwhile boots from then on.
  const poweredSince = input.sense === true ? input.senseSince : 0
  if (!reached(context, Math.max(silentSince, poweredSince) + listenMs + behindMs)) return
  if (state.durable.startFences > 0 || fence.phase === 'failed') return
  beginFencing(context, cycle ? 'cycle' : 'takeover', null, true)
}

/** Silence after the peer was heard (R9), with the shorter way of a sense line that fell together with the tokens (R3). */
const judgeSilence = (context: Context): void => {
  const { state, now } = context
  const { input, fence, peer, settings } = state
  if (inStartSilence(state)) return judgeStartSilence(context)
  // A holder whose I/O waits for the end of the peer's copy needs it proved off, however it fell silent (R7).
  const protecting = takeable(state).length === 0 && waitingMirrors(state).length === 0
  // A peer without power takes nothing from us: there is nothing to protect.
  if (protecting && readsPowerless(state)) return
  // Nor does one that was shut down in order and held nothing: it stays off until somebody wants it.
  if (protecting && peer.token?.leaving === true) return
  // A harness that was just pushed in shows its wires one after the other.
  const wiresSettle = Math.max(
    senseCountsAt(state),
    input.loop === null ? 0 : input.loopSince + settings.timing.settleMs
  )
  if (readsPowerless(state) && reached(context, wiresSettle)) {
    const loopWhole = settings.wiring.loop && input.loop === true
    if ((loopWhole || fellWithTokens(state)) && (fence.phase !== 'failed' || mayRetry(context))) {
      report(
        context,
        'warning',
        'peer-power-lost',
        `the peer lost its power ${Math.round(now - input.senseSince)} ms ago`
      )
      return beginFencing(context, 'hold', null)
    }
  }
  // A peer whose power came back while nothing was heard is booting, not hanging (R8).
  const booting = input.sense === true && input.senseSince > (peer.lastFreshAt ?? 0)
  const bootedAt = booting ? input.senseSince + settings.timing.bootMs : 0
  const dueAt = firesAt(state, Math.max(state.fitSince ?? now, bootedAt))
  if (fence.phase === 'failed' || !reached(context, dueAt)) return
  const unheardMs = Math.round(now - (peer.echoedSentAt ?? now))
  const silentMs = Math.round(now - (peer.lastFreshAt ?? now))
  const words =
    unheardMs > 2 * silentMs
      ? `the peer does not hear us: our last token that it knows of is ${unheardMs} ms old`
      : `nothing was heard from the peer for ${silentMs} ms`
  report(context, 'warning', 'peer-silent', words)
  const cycle = whyNotFence(state, now) !== null
  beginFencing(context, cycle ? 'cycle' : 'takeover', null, cycle)
}

/** The peer got its power back, has none all the same, and something waits to be taken: it is held off again, uncounted (R8). */
const isForgotten = (context: Context): boolean => {
  const { fence, input, settings } = context.state
  if (fence.phase !== 'restoring' || fence.purpose === 'proof') return false
  if (takeable(context.state).length === 0 && waitingMirrors(context.state).length === 0) return false
  if (input.sense !== false || input.senseDistrusted || !settings.wiring.loop || input.loop !== true) return false
  return reached(context, fence.releasedAt + timingOf(context).bootMs)
}

/** One look per step, after all facts were noted. */
export const advanceTakeover = (context: Context): void => {
  const { state, now } = context
  noteSlot(context)
  advanceFencing(context)
  takeByFencing(context)
  const { fence } = state
  if (fence.phase !== 'idle' && fence.phase !== 'failed' && !isForgotten(context)) return
  if (state.draining || state.leaving !== null) return
  const fit = whyNotFence(state, now) === null || whyNotCycle(state, now) === null
  state.fitSince = fit ? (state.fitSince ?? now) : null
  if (state.fitSince !== null) judgeSilence(context)
}
