// The operator's orders: refused with the reason and the way out, or begun. Answers reach the same request, at the end with `final`.
import { answer, type Context, report, storageOk, timingOf, wakeAt } from './context.js'
import { mayBeCutMs, whyNotProve } from './drill.js'
import type { OperatorRequest } from './event.js'
import { beginFencing, isConfirmedNow, releaseRelay } from './fencing.js'
import { effectiveMode, hasLooked, takeable } from './fit.js'
import { waitingMirrors } from './mirror.js'
import { orderDiscardCopy, orderTakeStale, orderVerify } from './mirror-orders.js'
import { askMode } from './mode.js'
import { orderRecover } from './recovery.js'
import { isRecentlyHeard } from './silence.js'
import type { CoreState } from './state.js'
import { orderSwitchover } from './switchover.js'
import { otherBoard } from './types.js'

const orderProve = (context: Context, request: number): void => {
  const refused = whyNotProve(context.state, context.now)
  if (refused !== null) return answer(context, request, false, `the fence is not proved: ${refused}`)
  answer(
    context,
    request,
    true,
    `cutting the power of board ${otherBoard(context.state.settings.board)} to prove the fence`,
    false
  )
  beginFencing(context, 'proof', request)
}

/** Why `fence off` is refused now; null = it begins at once. For the console and the button alike. */
export const whyNotFenceOff = (state: CoreState, now: number): string | null => {
  const { fence, settings } = state
  if (settings.wiring.fence === 'none') return 'no relay and no fence agent is configured'
  const busy = fence.phase !== 'idle' && fence.phase !== 'failed'
  if (fence.purpose === 'proof' && busy) return 'the fence is being proved; try again in a moment'
  if (busy && fence.phase !== 'restoring') return `a fencing is under way (${fence.phase})`
  if (!storageOk(state)) return `the durable state is not in order: ${state.storageProblem}`
  const waitMs = mayBeCutMs(state, now)
  if (waitMs === 0) return null
  return `the peer switches this board's power at this moment, and both would be off: one after the other; try again in ${Math.ceil(waitMs / 1000)} s`
}

const orderFenceOff = (context: Context, request: number): void => {
  const { state, now } = context
  const { fence } = state
  if (fence.purpose !== 'proof' && isConfirmedNow(context)) {
    fence.purpose = 'operator'
    return answer(context, request, true, `the peer has no power already (proved by ${fence.confirmedBy})`)
  }
  const refused = whyNotFenceOff(state, now)
  if (refused !== null) return answer(context, request, false, refused)
  answer(context, request, true, "cutting the peer's power", false)
  beginFencing(context, 'operator', request)
}

const orderFenceOn = (context: Context, request: number): void => {
  const { fence } = context.state
  if (fence.phase === 'storing' || fence.phase === 'driving')
    return answer(context, request, false, 'a fencing is under way; try again in a moment')
  const driven = fence.relayOn
  // Ends a drill, and the peer is not cut again by itself: the operator wants it on.
  fence.purpose = 'operator'
  releaseRelay(context, 'restoring')
  answer(
    context,
    request,
    true,
    driven ? 'the relay is released: the peer gets its power back' : 'the relay was released already'
  )
}

/** R2c: refused while sense reads on or the peer was heard within the dead time. For the console and the button alike. */
export const whyNotConfirm = (state: CoreState, now: number): string | null => {
  const { fence, input } = state
  if (state.settings.wiring.fence === 'none') return 'no relay and no fence agent could hold it off'
  if (input.sense === true)
    return 'the power sense line reads on: the peer has power; `baton fence off` cuts it, or pull its plug'
  if (
    isRecentlyHeard(state, now) ||
    (state.peer.lastAnyAt !== null && now - state.peer.lastAnyAt <= state.settings.timing.deadMs)
  ) {
    return 'the peer is heard: it is not off'
  }
  if (!storageOk(state)) return `the durable state is not in order: ${state.storageProblem}`
  if (effectiveMode(state) === 'maintenance')
    return 'the mode is maintenance: nothing is taken; `baton fence off`, then `baton mode auto`'
  if (!hasLooked(state)) return 'this board has not looked yet what it holds; try again in a moment'
  if (takeable(state).length === 0 && waitingMirrors(state).length === 0)
    return 'there is nothing to take here; see `baton status`'
  if (fence.purpose === 'proof' && fence.relayOn) return 'the fence is being proved; try again in a moment'
  if (fence.phase === 'storing' || fence.phase === 'driving') return 'a fencing is under way; try again in a moment'
  return null
}

/** Good for one takeover (R2c). */
const orderConfirm = (context: Context, request: number): void => {
  const { state, now } = context
  const { fence } = state
  const refused = whyNotConfirm(state, now)
  if (refused !== null) return answer(context, request, false, `not confirmed: ${refused}`)
  report(context, 'warning', 'operator-confirmed', 'the operator confirms that the peer is off')
  if (fence.relayOn) {
    answer(context, fence.request, false, 'another order followed')
    fence.purpose = 'confirm'
    fence.operatorUsed = false
    fence.startedAt = now
    if (fence.phase === 'left-off' || fence.phase === 'confirmed') fence.phase = 'waiting'
  } else beginFencing(context, 'confirm', null)
  fence.request = request
  fence.operatorUntil = now + timingOf(context).confirmMs
  wakeAt(context, fence.operatorUntil)
  answer(
    context,
    request,
    true,
    `taking ${[...takeable(state), ...waitingMirrors(state)].join(', ')} with the peer's power held off`,
    false
  )
}

const orderEnd = (context: Context, request: number, which: 'restart' | 'leave'): void => {
  const { state, now } = context
  if (state.leaving !== null) return answer(context, request, false, 'this board ends already')
  state.leaving = { order: which, request, at: now, doneAt: 0, ended: false, released: false }
  state.sendSoon = true
}

export const operatorAsked = (context: Context, request: number, what: OperatorRequest): void => {
  switch (what.order) {
    case 'switchover':
      return orderSwitchover(context, request, what.group)
    case 'mode':
      return askMode(context, request, what.mode, what.forMs)
    case 'fenceProve':
      return orderProve(context, request)
    case 'fenceOff':
      return orderFenceOff(context, request)
    case 'fenceOn':
      return orderFenceOn(context, request)
    case 'confirm':
      return orderConfirm(context, request)
    case 'recover':
      return orderRecover(context, request, what.home === true)
    case 'takeStale':
      return orderTakeStale(context, request, what.group)
    case 'discardCopy':
      return orderDiscardCopy(context, request, what.group)
    case 'verify':
      return orderVerify(context, request, what.group)
    case 'restart':
    case 'leave':
      return orderEnd(context, request, what.order)
  }
}
