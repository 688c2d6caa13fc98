// The relay from order to confirmation, release and return (R3, R8). Begun by takeover and by the operator; asks evidence at every step.
import { answer, type Context, order, reached, remember, report, storageOk, timingOf } from './context.js'
import { advanceCycle } from './cycle.js'
import { weighEvidence } from './evidence.js'
import { takeable, whyNotFence } from './fit.js'
import { giveUpFencing, judgeIntent } from './intent.js'
import { boundMirrors, waitingMirrors } from './mirror.js'
import { advanceProof } from './proof.js'
import { advanceRestoring } from './restoring.js'
import type { FenceState } from './state.js'
import type { FencePurpose } from './types.js'

const RELEASE_AGAIN_MS = 1000
/** In a drill a mirror gets this long to notice that its peer is gone. */
const MIRROR_NOTICES_MS = 3000

/** The tokens of a peer that is being cut on purpose may go on for this long after the order. */
export const lastWordsMs = (context: Context): number => {
  const { relayActMs, holdUpMs, tokenIntervalMs } = timingOf(context)
  return relayActMs + holdUpMs + tokenIntervalMs
}

/** Whoever waits for the end of a fencing that does not end as it was ordered is told so. */
const dismissRequest = (context: Context, words: string): void => {
  const { fence } = context.state
  answer(context, fence.request, false, words)
  fence.request = null
}

/** Order of events: what is durable, then the relay (R8, R13: "state just written"). `counted`: once until the peer is heard (R8). */
export const beginFencing = (
  context: Context,
  purpose: FencePurpose,
  request: number | null,
  counted = false
): void => {
  const { state, now } = context
  const { fence } = state
  dismissRequest(context, 'another order followed')
  fence.phase = 'storing'
  fence.purpose = purpose
  fence.startedAt = now
  fence.agentConfirmed = false
  fence.confirmedAt = 0
  fence.operatorUntil = 0
  fence.operatorUsed = false
  fence.counted = counted
  fence.releaseAgainAt = 0
  fence.heardBy = 0
  fence.problem = null
  fence.request = request
  fence.store = remember(context, {
    relay: { purpose, bootId: state.boot.bootId },
    startFences: state.durable.startFences + (counted ? 1 : 0)
  })
  report(context, 'warning', 'fencing-requested', `cutting the peer's power (${purpose})`)
}

/** Put the relay where we want it; the driver answers with `relayDriven` or `relayFailed`. */
const drive = (context: Context, on: boolean): void => {
  const { fence } = context.state
  fence.order += 1
  order(context, { kind: 'driveRelay', on, order: fence.order })
}

/** Let go of the relay. `phase`: what we are then. */
export const releaseRelay = (context: Context, phase: 'idle' | 'restoring' | 'failed'): void => {
  const { state, now } = context
  const { fence } = state
  if (fence.purpose !== 'proof' || phase !== 'restoring') dismissRequest(context, 'the relay was released')
  // What it was for has ended; the level counts as driven until it is read back (R3).
  drive(context, false)
  fence.phase = phase
  fence.releaseAgainAt = 0
  fence.releasedAt = now
  fence.operatorUntil = 0
  fence.agentConfirmed = false
  fence.heardBy = 0
  if (state.durable.relay !== null) remember(context, { relay: null })
}

/** Fencing was not confirmed: relay released, alarm, nothing taken (R3). */
export const failFencing = (context: Context, reason: string): void => {
  const { fence } = context.state
  report(
    context,
    'alarm',
    'fencing-failed',
    `the peer's power could not be proved off: ${reason}; nothing is taken for it`
  )
  answer(context, fence.request, false, `not confirmed: ${reason}`)
  fence.request = null
  fence.problem = reason
  // The one fencing out of start-up silence is used up only when the relay moved (R8).
  const { durable } = context.state
  if (fence.phase === 'storing' && fence.counted)
    remember(context, { startFences: Math.max(0, durable.startFences - 1) })
  releaseRelay(context, 'failed')
}

/** Confirmed at this very instant: relay driven, evidence right, peer not heard since (R2b, "checked again"). */
export const isConfirmedNow = (context: Context): boolean => {
  const { fence, peer } = context.state
  if (fence.phase !== 'confirmed' && fence.phase !== 'left-off') return false
  if (peer.lastFreshAt !== null && peer.tokenEchoSentAt > fence.orderedAt + lastWordsMs(context)) return false
  return weighEvidence(context).kind === 'confirmed'
}

/** The operator's confirmation stands: not older than its time, no token of the peer since, sense not on (R2c). */
export const isOperatorConfirmed = (context: Context): boolean => {
  const { fence, input, peer } = context.state
  const { holdUpMs, relayActMs } = timingOf(context)
  if (fence.operatorUntil === 0 || context.now > fence.operatorUntil || !fence.relayOn) return false
  // A mistaken operator is put right by the relay before anything is touched.
  if (!reached(context, fence.drivenAt + relayActMs + holdUpMs)) return false
  return input.sense !== true && (peer.lastAnyAt === null || peer.lastAnyAt < fence.startedAt)
}

const advanceWaiting = (context: Context, fence: FenceState): void => {
  const { now } = context
  const { lastAnyAt } = context.state.peer
  if (fence.operatorUntil > 0 && lastAnyAt !== null && lastAnyAt >= fence.startedAt) {
    return failFencing(context, 'a token of the peer came: it is not off')
  }
  const evidence = weighEvidence(context)
  if (evidence.kind === 'confirmed') {
    fence.phase = 'confirmed'
    fence.confirmedAt = now
    fence.confirmedBy = evidence.by
    const tookMs = Math.round(now - fence.startedAt)
    report(context, 'notice', 'fencing-confirmed', `the peer has no power: proved by ${evidence.by} in ${tookMs} ms`)
    if (fence.purpose === 'operator') {
      answer(context, fence.request, true, `the peer has no power (proved by ${evidence.by})`)
      fence.request = null
    }
    return
  }
  if (fence.operatorUntil > 0) {
    if (reached(context, fence.operatorUntil)) failFencing(context, "the operator's confirmation is too old")
    return
  }
  if (reached(context, Math.max(fence.startedAt, fence.orderedAt) + timingOf(context).fenceDeadlineMs)) {
    // A relay that was seen not to do what was proved is not proved any more (R4); want of evidence alone proves nothing.
    const { input, settings } = context.state
    if (settings.wiring.fence === 'relay' && input.sense === true) remember(context, { proof: null })
    failFencing(context, evidence.reason)
  }
}

const advanceConfirmed = (context: Context, fence: FenceState): void => {
  const { state, now } = context
  if (fence.purpose === 'proof') {
    const { settleMs } = timingOf(context)
    // While the power is proved off a mirror may go on alone (R7); else its I/O would stand still for the peer's whole boot.
    const held = boundMirrors(state).length > 0 && !reached(context, fence.confirmedAt + MIRROR_NOTICES_MS)
    if (!held && reached(context, fence.confirmedAt + settleMs)) releaseRelay(context, 'restoring')
    return
  }
  if (state.input.sense === true) {
    fence.phase = 'waiting'
    fence.orderedAt = now
    report(context, 'alarm', 'fencing-undone', 'the peer has power although the relay is driven: nothing more is taken')
    return
  }
  // What may be taken by this very proof is taken first.
  const wanted = takeable(state).length > 0 || waitingMirrors(state).length > 0
  if (wanted && whyNotFence(state, now) === null) return
  if (fence.purpose === 'cycle') return advanceCycle(context, fence)
  const { restoreAfterMs } = timingOf(context)
  const byOperatorOnly = restoreAfterMs === 0 || fence.purpose === 'operator' || fence.confirmedBy === 'operator'
  if (byOperatorOnly) return
  const settled = Object.values(state.groups).every(group => group.phase !== 'claiming' && group.phase !== 'taking')
  const failed = Object.values(state.groups).some(group => group.phase === 'failed')
  if (settled && (failed || reached(context, fence.confirmedAt + restoreAfterMs))) {
    report(context, 'notice', 'peer-restored', 'the relay is released: this board does not hold the peer off any more')
    releaseRelay(context, 'restoring')
  }
}

/** The relay moves where the intent is durable and what it was for is still so. */
const driveWhatStands = (context: Context, fence: FenceState): void => {
  const { state, now } = context
  const intent = judgeIntent(context)
  if (intent.kind === 'refused') return giveUpFencing(context, intent.reason)
  if (intent.kind === 'wait') return
  fence.phase = 'driving'
  fence.orderedAt = now
  fence.senseOnAtOrder = state.input.sense === true && state.input.senseAgreed && !state.input.senseDistrusted
  fence.nonceBefore = state.peer.nonce
  drive(context, true)
}

/** Called in every step after the facts were noted. Takes no group: that is takeover's. */
export const advanceFencing = (context: Context): void => {
  const { state } = context
  const { fence } = state
  advanceProof(context)
  if (fence.releaseAgainAt > 0 && reached(context, fence.releaseAgainAt)) {
    fence.releaseAgainAt = 0
    drive(context, false)
  }
  switch (fence.phase) {
    case 'storing':
      if (!storageOk(state)) failFencing(context, `the durable state cannot be written: ${state.storageProblem}`)
      else driveWhatStands(context, fence)
      return
    case 'driving':
      if (reached(context, fence.orderedAt + timingOf(context).fenceDeadlineMs))
        failFencing(context, 'the relay does not answer')
      return
    case 'waiting':
      return advanceWaiting(context, fence)
    case 'confirmed':
      return advanceConfirmed(context, fence)
    case 'restoring':
      return advanceRestoring(context, fence)
    case 'idle':
    case 'failed':
    case 'left-off':
      return
  }
}

export const agentConfirmed = (context: Context, orderNumber: number): void => {
  const { fence } = context.state
  if (orderNumber !== fence.order) return
  fence.agentConfirmed = true
  fence.agentConfirmedAt = context.now
}

export const relayDriven = (context: Context, on: boolean, orderNumber: number): void => {
  const { fence } = context.state
  if (orderNumber !== fence.order) return
  fence.relayOn = on
  if (!on) fence.releaseAgainAt = 0
  if (!on || fence.phase !== 'driving') return
  fence.drivenAt = context.now
  fence.phase = fence.purpose === 'left-off' ? 'left-off' : 'waiting'
}

export const relayFailed = (context: Context, on: boolean, orderNumber: number, reason: string): void => {
  const { fence } = context.state
  if (orderNumber !== fence.order) return
  if (on && fence.phase === 'driving') failFencing(context, reason)
  if (on) return
  const words = `the relay could not be released: ${reason}`
  if (fence.problem !== words) report(context, 'alarm', 'relay-failed', words)
  fence.problem = words
  fence.releaseAgainAt = context.now + RELEASE_AGAIN_MS
}
