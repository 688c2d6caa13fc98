// When silence becomes a takeover: who fires, from what evidence, and which groups are claimed with which right (R2, R8, R9, R13).
import {
  type Context,
  durableGroup,
  enter,
  groupOf,
  order,
  reached,
  remember,
  rememberGroup,
  report,
  selfOf,
  timingOf
} from './context.js'
import { advanceFencing, beginFencing, isConfirmedNow, isOperatorConfirmed } from './fencing.js'
import { effectiveMode, highestNumber, takeable, whyNotFence } from './fit.js'
import { firesAt, firingSlot, senseCountsAt } from './silence.js'
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
  view.store = rememberGroup(context, group, { epoch: { number, board: selfOf(state) }, grant: 0 })
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
  if (drill || takeable(state).length === 0) return
  const byOperator = fence.purpose === 'confirm' && (fence.phase === 'waiting' || fence.phase === 'confirmed')
  if (byOperator && isOperatorConfirmed(context)) {
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
  for (const name of takeable(state)) claimGroup(context, name, 'fencing', highestNumber(state, name) + 1)
}

/** A board that starts into silence (R8): a peer without power is held off at once; otherwise it listens, then fires once. */
const judgeStartSilence = (context: Context): void => {
  const { state } = context
  const { input, settings } = state
  const { listenMs, settleMs, headStartMs } = timingOf(context)
  if (takeable(state).length === 0) return
  if (input.sense === false && settings.wiring.loop && input.loop === true) {
    const sinceMs = Math.max(input.senseSince, input.loopSince, state.startedAt)
    if (reached(context, sinceMs + Math.max(settleMs, 2 * timingOf(context).tokenIntervalMs)))
      beginFencing(context, 'hold', null)
    return
  }
  if (!reached(context, Math.max(state.startedAt, state.countFrom) + listenMs + firingSlot(state) * headStartMs)) return
  if (state.durable.startFences > 0) return
  beginFencing(context, 'takeover', null, true)
}

/** Silence after the peer was heard (R9), with the shorter way of a sense line that fell together with the tokens (R3). */
const judgeSilence = (context: Context): void => {
  const { state, now } = context
  const { input, fence, peer, settings } = state
  const at = firesAt(state)
  if (at === null) return judgeStartSilence(context)
  const { tokenIntervalMs } = settings.timing
  const protecting = takeable(state).length === 0
  // A peer without power takes nothing from us: there is nothing to protect.
  if (protecting && input.sense === false && !input.senseDistrusted) return
  if (input.sense === false && !input.senseDistrusted && reached(context, senseCountsAt(state))) {
    const coincident = Math.abs(input.senseSince - (peer.lastFreshAt ?? 0)) <= 3 * tokenIntervalMs
    const loopWhole = settings.wiring.loop && input.loop === true
    const again = fence.phase === 'failed'
    if (
      (loopWhole || (coincident && input.senseAgreed)) &&
      !(again && (fence.retried || input.senseSince < fence.releasedAt))
    ) {
      if (again) fence.retried = true
      report(
        context,
        'warning',
        'peer-power-lost',
        `the peer lost its power ${Math.round(now - input.senseSince)} ms ago`
      )
      return beginFencing(context, 'hold', null)
    }
  }
  if (fence.phase === 'failed' || !reached(context, at)) return
  report(
    context,
    'warning',
    'peer-silent',
    `nothing was heard from the peer for ${Math.round(now - (peer.lastFreshAt ?? 0))} ms`
  )
  beginFencing(context, 'takeover', null)
}

/** One look per step, after all facts were noted. */
export const advanceTakeover = (context: Context): void => {
  const { state, now } = context
  advanceFencing(context)
  takeByFencing(context)
  const { fence } = state
  if (fence.phase !== 'idle' && fence.phase !== 'failed') return
  if (state.draining || state.leaving !== null) return
  if (whyNotFence(state, now) !== null) return
  judgeSilence(context)
}

/** Two holders met (R15): the lower epoch resets at once, without sync; the other stops without sync and keeps the evidence. */
export const meetTwoHolders = (context: Context, group: string, higherHere: boolean): void => {
  const { state } = context
  const view = groupOf(state, group)
  const { epoch } = durableGroup(state, group)
  const words = `two boards held ${group} at the same time (here epoch ${epoch.number}${epoch.board})`
  if (!higherHere) {
    report(context, 'alarm', 'two-holders', `${words}: this board resets itself`, group)
    state.resetOrdered = true
    order(context, { kind: 'resetBoard', reason: words })
    return
  }
  report(
    context,
    'alarm',
    'two-holders',
    `${words}: stopped without sync, the evidence is kept; a person must compare the data, then \`baton recover\``,
    group
  )
  enter(context, view, 'abandoned')
  view.problem = words
  // Durable, and in the mode too, so that neither board takes it by itself until a person has looked.
  const modeNumber = Math.max(state.durable.modeNumber, state.peer.token?.modeNumber ?? 0) + 1
  remember(context, { evidence: { ...state.durable.evidence, [group]: words }, mode: 'maintenance', modeNumber })
  view.jobs = {}
  order(context, { kind: 'watchGroup', group, on: false })
  state.jobCount += 1
  view.jobs.abandon = state.jobCount
  order(context, { kind: 'runAction', group, action: 'abandon', job: state.jobCount, epoch })
}
