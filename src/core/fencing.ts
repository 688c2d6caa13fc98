// The relay from order to confirmation, release and return (R3, R8). Begun by takeover and by the operator; asks evidence at every step.
import { answer, type Context, isStored, order, reached, remember, report, storageOk, timingOf } from './context.js'
import { validProof, weighEvidence } from './evidence.js'
import { endProof, failProof } from './proof.js'
import { isHeard } from './silence.js'
import type { FenceState } from './state.js'
import type { FencePurpose } from './types.js'

/** After a stall the peer gets this many intervals to be heard again, or the dead time. */
const AGAIN_INTERVALS = 10

/** The tokens of a peer that is being cut on purpose may go on for this long after the order. */
export const lastWordsMs = (context: Context): number => {
  const { relayActMs, holdUpMs, tokenIntervalMs } = timingOf(context)
  return relayActMs + holdUpMs + tokenIntervalMs
}

/** Order of events: what is durable, then the relay (R8, R13: "state just written"). `counted`: begun in start-up silence. */
export const beginFencing = (
  context: Context,
  purpose: FencePurpose,
  request: number | null,
  counted = false
): void => {
  const { state, now } = context
  const { fence } = state
  fence.phase = 'storing'
  fence.purpose = purpose
  fence.startedAt = now
  fence.agentConfirmed = false
  fence.confirmedAt = 0
  fence.operatorUntil = 0
  fence.heardBy = 0
  fence.problem = null
  fence.request = request
  fence.nonceBefore = state.peer.nonce
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
  drive(context, false)
  fence.phase = phase
  fence.relayOn = false
  fence.releasedAt = now
  fence.operatorUntil = 0
  fence.agentConfirmed = false
  fence.heardBy = 0
  if (state.durable.relay !== null) remember(context, { relay: null })
}

/** Fencing was not confirmed: relay released, alarm, nothing taken (R3). */
export const failFencing = (context: Context, reason: string): void => {
  const { fence } = context.state
  report(context, 'alarm', 'fencing-failed', `the peer's power could not be proved off: ${reason}; nothing was taken`)
  answer(context, fence.request, false, `not confirmed: ${reason}`)
  fence.request = null
  fence.problem = reason
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
  if (fence.operatorUntil === 0 || context.now > fence.operatorUntil || !fence.relayOn) return false
  return input.sense !== true && (peer.lastAnyAt === null || peer.lastAnyAt < fence.startedAt)
}

const advanceWaiting = (context: Context, fence: FenceState): void => {
  const { now } = context
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
    failFencing(context, evidence.reason)
  }
}

/** The peer's power is on again (or should be): it must be heard within its boot time, else it is left off (R8). */
const advanceRestoring = (context: Context, fence: FenceState): void => {
  const { state, now } = context
  const { input, peer } = state
  const { bootMs } = timingOf(context)
  if (peer.lastFreshAt !== null && peer.lastFreshAt > fence.releasedAt && isHeard(state, now)) {
    if (fence.purpose === 'proof') endProof(context, fence)
    fence.phase = 'idle'
    fence.purpose = null
    fence.heardBy = 0
    report(context, 'notice', 'peer-returned', 'the peer is heard again')
    return
  }
  // Where sense is fitted, its boot begins when its power is seen; a peer without supply cannot be late.
  if (fence.heardBy === 0 && (input.sense === null || input.sense || input.senseDistrusted))
    fence.heardBy = now + bootMs
  if (fence.heardBy > 0 && input.sense === false && !input.senseDistrusted) fence.heardBy = 0
  if (fence.heardBy === 0 || !reached(context, fence.heardBy)) return
  if (fence.purpose === 'proof') {
    failProof(context, fence, `the peer was not heard within ${bootMs} ms of its power's return`)
    return
  }
  const { purpose } = fence
  if (!storageOk(state) || validProof(state) === null || purpose === 'operator') {
    fence.phase = 'idle'
    report(context, 'alarm', 'peer-missing', 'the peer has power but is not heard; look at its console and cables')
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

const advanceConfirmed = (context: Context, fence: FenceState): void => {
  const { state, now } = context
  if (fence.purpose === 'proof') {
    const { settleMs } = timingOf(context)
    if (reached(context, fence.confirmedAt + settleMs)) releaseRelay(context, 'restoring')
    return
  }
  if (state.input.sense === true) {
    fence.phase = 'waiting'
    fence.orderedAt = now
    report(context, 'alarm', 'fencing-undone', 'the peer has power although the relay is driven: nothing more is taken')
    return
  }
  const { restoreAfterMs } = timingOf(context)
  const byOperatorOnly = restoreAfterMs === 0 || fence.purpose === 'operator' || fence.confirmedBy === 'operator'
  if (byOperatorOnly) return
  const settled = Object.values(state.groups).every(group => group.phase !== 'claiming' && group.phase !== 'taking')
  const failed = Object.values(state.groups).some(group => group.phase === 'failed')
  if (settled && (failed || reached(context, fence.confirmedAt + restoreAfterMs))) {
    report(context, 'notice', 'peer-restored', 'the peer gets its power back')
    releaseRelay(context, 'restoring')
  }
}

/** Called in every step after the facts were noted. Takes no group: that is takeover's. */
export const advanceFencing = (context: Context): void => {
  const { state, now } = context
  const { fence } = state
  switch (fence.phase) {
    case 'storing':
      if (!storageOk(state)) failFencing(context, `the durable state cannot be written: ${state.storageProblem}`)
      else if (isStored(state, fence.store)) {
        fence.phase = 'driving'
        fence.orderedAt = now
        fence.senseOnAtOrder = state.input.sense === true && state.input.senseAgreed && !state.input.senseDistrusted
        drive(context, true)
      }
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

/** This board stood still: what it was about to do to the peer is judged anew, the peer may have been talking all the while (R9). */
export const doubtFencing = (context: Context): void => {
  const { state, now } = context
  const { fence } = state
  const { deadMs, tokenIntervalMs } = timingOf(context)
  const heardBy = now + Math.max(deadMs, AGAIN_INTERVALS * tokenIntervalMs)
  if (fence.heardBy > 0) fence.heardBy = Math.max(fence.heardBy, heardBy)
  if (fence.phase !== 'storing' || fence.purpose === 'operator' || fence.purpose === 'proof') return
  const leftOff = fence.purpose === 'left-off'
  fence.phase = leftOff ? 'restoring' : 'idle'
  fence.purpose = leftOff ? 'takeover' : null
  fence.heardBy = leftOff ? heardBy : 0
  fence.operatorUntil = 0
  remember(context, { relay: null })
}

export const relayDriven = (context: Context, on: boolean, orderNumber: number): void => {
  const { fence } = context.state
  if (orderNumber !== fence.order) return
  fence.relayOn = on
  if (!on || fence.phase !== 'driving') return
  fence.drivenAt = context.now
  fence.phase = fence.purpose === 'left-off' ? 'left-off' : 'waiting'
}

export const relayFailed = (context: Context, on: boolean, orderNumber: number, reason: string): void => {
  const { fence } = context.state
  if (orderNumber !== fence.order) return
  if (on && fence.phase === 'driving') failFencing(context, reason)
  else if (!on) report(context, 'alarm', 'relay-failed', `the relay could not be released: ${reason}`)
}
