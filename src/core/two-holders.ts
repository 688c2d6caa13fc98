// Two boards held one group (R15): the lower epoch resets at once, the other stops without sync and keeps the evidence.
// Called by peer for fresh tokens, and by startup. Nothing here may sync, unmount or wait.
import {
  answer,
  type Context,
  durableGroup,
  enter,
  groupOf,
  order,
  reached,
  remember,
  report,
  selfOf,
  timingOf
} from './context.js'
import type { ActionOutcome } from './event.js'
import { lastWordsMs } from './fencing.js'
import { failMove } from './move.js'
import type { GroupPhase, GroupState } from './state.js'
import { compareEpochs, type Role, type TokenGroup } from './types.js'

const RETRY_MS = 1000

export const actsOnIt = (phase: GroupPhase): boolean =>
  phase === 'taking' || phase === 'active' || phase === 'releasing' || phase === 'stuck'

export const saysItActs = (role: Role): boolean => role === 'taking' || role === 'active' || role === 'releasing'

/** The peer said so after our tenure began, and not as the last words of a board that was being cut (R12, "fresh after"). */
const saidSince = (context: Context, view: GroupState): boolean => {
  const { fence, peer } = context.state
  const cutAt = fence.relayOn ? fence.orderedAt + lastWordsMs(context) : 0
  return peer.tokenEchoSentAt > Math.max(view.tenureAt, cutAt)
}

/** This board is the lower one: reset at once, without sync. */
export const resetAsLower = (context: Context, group: string): void => {
  const { epoch } = durableGroup(context.state, group)
  const words = `two boards held ${group} at the same time (known here: epoch ${epoch.number}${epoch.board})`
  report(context, 'alarm', 'two-holders', `${words}: this board resets itself`, group)
  context.state.resetOrdered = true
  order(context, { kind: 'resetBoard', reason: words })
}

const runAbandon = (context: Context, group: string, view: GroupState): void => {
  const { state } = context
  state.jobCount += 1
  view.jobs = { abandon: state.jobCount }
  order(context, {
    kind: 'runAction',
    group,
    action: 'abandon',
    job: state.jobCount,
    epoch: durableGroup(state, group).epoch
  })
}

const stopWithEvidence = (context: Context, group: string, view: GroupState): void => {
  const { state, now } = context
  const { epoch } = durableGroup(state, group)
  const words = `two boards held ${group} at the same time (here epoch ${epoch.number}${epoch.board})`
  report(
    context,
    'alarm',
    'two-holders',
    `${words}: stopped without sync, the evidence is kept; a person must compare the data, then \`baton recover\``,
    group
  )
  enter(context, view, 'abandoned')
  view.problem = words
  view.retryAt = 0
  view.releaseBy = now + timingOf(context).releaseMs
  failMove(view, words)
  // Durable, and in the mode too, so that neither board takes it by itself until a person has looked.
  if (state.modeAsk !== null) answer(context, state.modeAsk.request, false, words)
  state.modeAsk = null
  state.modeUntil = 0
  const modeNumber = Math.max(state.durable.modeNumber, state.peer.token?.modeNumber ?? 0) + 1
  const evidence = { ...state.durable.evidence, [group]: words }
  remember(context, { evidence, mode: 'maintenance', modeNumber, modeForMs: 0 })
  order(context, { kind: 'watchGroup', group, on: false })
  runAbandon(context, group, view)
}

/** True when two holders met: nothing else may be done with this token. */
export const meetTwoHolders = (context: Context, group: string, theirs: TokenGroup): boolean => {
  const { state } = context
  const view = groupOf(state, group)
  if (!actsOnIt(view.phase) || !saysItActs(theirs.role) || !saidSince(context, view)) return false
  const mine = durableGroup(state, group).epoch
  // Whoever has adopted the other's epoch already is the lower one.
  const lower = mine.board !== selfOf(state) || compareEpochs(theirs.epoch, mine) > 0
  if (lower) resetAsLower(context, group)
  else stopWithEvidence(context, group, view)
  return true
}

/** Abandoning that failed is tried again; if it cannot be done the board resets, which ends all writing too. */
export const abandonFinished = (context: Context, group: string, view: GroupState, outcome: ActionOutcome): void => {
  if (outcome.ok) {
    view.releaseBy = 0
    return
  }
  report(context, 'alarm', 'abandon-failed', outcome.reason, group)
  view.retryAt = context.now + RETRY_MS
}

export const advanceAbandoned = (context: Context, group: string): void => {
  const { state } = context
  const view = groupOf(state, group)
  if (view.phase !== 'abandoned' || view.releaseBy === 0) return
  if (reached(context, view.releaseBy)) {
    view.releaseBy = 0
    const reason = `${group} could not be stopped after two boards held it`
    remember(context, { mustReset: { bootId: state.boot.bootId, reason } })
  } else if (view.retryAt > 0 && reached(context, view.retryAt)) {
    view.retryAt = 0
    runAbandon(context, group, view)
  }
}
