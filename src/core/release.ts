// Giving up one group, step by step, until an inspection says that nothing is held (R6); then the grant, or the reset of a board that cannot.

import {
  assert,
  type Context,
  durableGroup,
  enter,
  groupOf,
  groupSettings,
  hasDisk,
  isBusy,
  isStored,
  order,
  reached,
  remember,
  rememberGroup,
  report,
  runAction,
  selfOf,
  storageOk,
  timingOf
} from './context.js'
import type { ActionOutcome, GroupAction } from './event.js'
import { highestNumber, whyNotGrant } from './fit.js'
import { beginTaking } from './group.js'
import { lostCopy, mirrorWaits, whyNoClaim } from './mirror.js'
import { failMove } from './move.js'
import type { AfterRelease, GroupState } from './state.js'

const RETRY_MS = 1000
/** A move that was undone is not tried again by itself before. */
const AGAIN_MS = 60_000
/** A group that could not be served here is not tried here again before, so that it does not wander to and fro (R8). */
const CANNOT_SERVE_MS = 600_000
/** Steps of a release; those of one row run at the same time. */
const STEPS: readonly (readonly GroupAction[])[] = [
  ['closeLogins'],
  ['stopServices'],
  ['clearAddresses', 'unmount'],
  ['detach'],
  ['inspect']
]

/**
 * Begin to release. `planned`: a step that fails undoes the release and the group goes on here (its tenure has not ended:
 * no grant is stored yet). Not planned: it must be released, at the latest by a reset (R6).
 */
export const beginRelease = (context: Context, group: string, afterRelease: AfterRelease, planned: boolean): void => {
  const view = groupOf(context.state, group)
  if (view.phase === 'releasing' || view.phase === 'stuck') return
  order(context, { kind: 'watchGroup', group, on: false })
  enter(context, view, 'releasing')
  view.afterRelease = afterRelease
  view.planned = planned
  view.releaseStep = 0
  view.releaseBy = context.now + timingOf(context).releaseMs
  view.releaseRun = false
  view.retryAt = 0
  view.restartAt = 0
  view.restarting = false
  advanceRelease(context, group)
}

const stepActions = (context: Context, group: string, view: GroupState): readonly GroupAction[] => {
  const { loginGate } = groupSettings(context.state, group)
  const disk = hasDisk(context.state, group)
  const actions = STEPS[view.releaseStep] ?? []
  return actions.filter(
    action => (disk || (action !== 'unmount' && action !== 'detach')) && (loginGate || action !== 'closeLogins')
  )
}

const undoRelease = (context: Context, group: string, view: GroupState, reason: string): void => {
  view.moveNotBefore = Math.max(view.moveNotBefore, context.now + Math.max(timingOf(context).releaseMs, AGAIN_MS))
  if (durableGroup(context.state, group).epoch.board !== selfOf(context.state)) {
    view.planned = false
    view.afterRelease = 'standby'
    return
  }
  report(context, 'alarm', 'switchover-undone', `${group} stays here: it could not be released: ${reason}`, group)
  failMove(view, reason)
  view.rightBy = null
  beginTaking(context, group, view)
}

/** What was released may be told, and granted; the number rises with the grant (R2a). */
const released = (context: Context, group: string, view: GroupState): void => {
  const { state, now } = context
  view.releaseBy = 0
  report(context, 'notice', 'released', `${group} is released: nothing of it is held here`, group)
  const ours = durableGroup(state, group).epoch.board === selfOf(state)
  if (view.afterRelease === 'failed') {
    view.cannotServe = view.problem ?? 'unknown reason'
    view.cannotServeUntil = now + CANNOT_SERVE_MS
  }
  if (view.afterRelease === 'standby' || !ours) {
    view.problem = null
    failMove(view, `the peer has the right to ${group} now`)
    return enter(context, view, 'standby')
  }
  if (view.afterRelease === 'failed') return enter(context, view, 'failed')
  const refused = whyNotGrant(state, group, now)
  if (refused !== null)
    return view.planned ? undoRelease(context, group, view, refused) : enter(context, view, 'standby')
  grantGroup(context, group)
}

/** Durable first, then told: tokens speak from the stored record only (R2a). */
export const grantGroup = (context: Context, group: string): void => {
  const view = groupOf(context.state, group)
  const { epoch } = durableGroup(context.state, group)
  assert(epoch.board === context.state.settings.board, 'only the owner grants')
  view.store = rememberGroup(context, group, { grant: highestNumber(context.state, group) + 1 })
  view.wantedUntil = 0
  enter(context, view, 'granting')
}

const advanceGranting = (context: Context, group: string, view: GroupState): void => {
  const { state } = context
  if (!isStored(state, view.store)) {
    // There is no undo: the record may be half way. It is written again until it is durable.
    if (!storageOk(state)) view.problem = `the grant could not be stored yet: ${state.storageProblem}`
    return
  }
  view.problem = null
  report(
    context,
    'notice',
    'granted',
    `${group} is granted to the peer, epoch ${durableGroup(state, group).grant}`,
    group
  )
  enter(context, view, 'standby')
}

/** Everything of one step is done or has failed. */
export const releaseActionFinished = (
  context: Context,
  group: string,
  action: GroupAction,
  outcome: ActionOutcome
): void => {
  const view = groupOf(context.state, group)
  const findings = outcome.findings
  const held =
    action === 'inspect' &&
    (findings === undefined ||
      findings.mounted ||
      findings.addresses ||
      findings.services !== 'none' ||
      findings.primary === true ||
      findings.leftovers.length > 0)
  if (outcome.ok && !held) {
    // An action from before the release (a restart) may end only now: it is no part of the step.
    if (action === 'stopServices') view.services = false
    if (action === 'unmount') view.disk = 'none'
    if (isBusy(view) || !view.releaseRun) return
    if (view.retryAt > 0) {
      if (view.planned) undoRelease(context, group, view, view.problem ?? 'unknown reason')
      return
    }
    view.releaseStep += 1
    view.releaseRun = false
    return advanceRelease(context, group)
  }
  if (!view.releaseRun) return
  const reason = outcome.ok
    ? `something is still held: ${(findings?.leftovers ?? []).join('; ') || 'see the log'}`
    : outcome.reason
  view.problem = reason
  view.retryAt = context.now + RETRY_MS
  if (view.planned) {
    if (!isBusy(view)) undoRelease(context, group, view, reason)
    return
  }
  report(context, 'warning', `${action}-failed`, `releasing ${group}: ${reason}`, group)
}

/** A board that cannot release hands over its other groups, then resets itself; the order is durable (R6). */
const giveUp = (context: Context, group: string, view: GroupState): void => {
  const { state } = context
  if (view.phase !== 'stuck') {
    enter(context, view, 'stuck')
    report(context, 'alarm', 'release-stuck', `${group} cannot be released: ${view.problem ?? 'unknown reason'}`, group)
  }
  const peerCould = state.settings.groups.some(({ name }) => name === group && peerWouldTake(context, name))
  // I/O that waits without any copy, beside one that went its own way, or without the claim with which it could go on, may wait for ever, and no
  // order reaches what is held (R7).
  const lost = lostCopy(state, group) && view.mirror?.seen?.connected === false
  const unclaimed = state.durable.evidence[group] !== undefined || whyNoClaim(state, group) !== null
  if ((!peerCould && !lost && !(unclaimed && mirrorWaits(state, group))) || state.durable.mustReset !== null) return
  const reason = `${group} could not be released: ${view.problem ?? 'unknown reason'}`
  remember(context, { mustReset: { bootId: state.boot.bootId, reason } })
  state.resetBy = context.now + timingOf(context).releaseMs
  report(context, 'alarm', 'reset-ordered', `this board will reset itself: ${reason}`, group)
  for (const { name } of state.settings.groups) {
    if (groupOf(state, name).phase === 'active') beginRelease(context, name, 'grant', false)
  }
}

const peerWouldTake = (context: Context, group: string): boolean =>
  whyNotGrant(context.state, group, context.now) === null

/** A planned end of this board: what serves is granted to the peer, or only released where the peer is not fit. Once per step. */
export const releaseAll = (context: Context): void => {
  for (const { name } of context.state.settings.groups) {
    if (groupOf(context.state, name).phase === 'active') beginRelease(context, name, 'grant', false)
  }
}

/** Others were handed over, or their time is up: now the reset (R6). A later life in the same boot comes here at once. */
export const advanceReset = (context: Context): void => {
  const { state } = context
  const { mustReset } = state.durable
  if (state.resetOrdered || mustReset === null || mustReset.bootId !== state.boot.bootId) return
  const handingOver = Object.values(state.groups).some(({ phase }) => phase === 'releasing' || phase === 'granting')
  const stored = state.stored.mustReset?.bootId === state.boot.bootId || !storageOk(state)
  if ((handingOver || !stored) && !reached(context, state.resetBy)) return
  state.resetOrdered = true
  order(context, { kind: 'resetBoard', reason: mustReset.reason })
}

export const advanceRelease = (context: Context, group: string): void => {
  const view = groupOf(context.state, group)
  if (view.phase === 'granting') return advanceGranting(context, group, view)
  if (view.phase !== 'releasing' && view.phase !== 'stuck') return
  // A planned release that takes too long is undone when its actions end; only one that must be goes on to a reset (R6).
  const late = reached(context, view.releaseBy)
  if (late && !view.planned) giveUp(context, group, view)
  if (isBusy(view)) return
  if (late && view.planned) return undoRelease(context, group, view, `not done in ${timingOf(context).releaseMs} ms`)
  if (view.retryAt > 0) {
    if (!reached(context, view.retryAt)) return
    view.retryAt = 0
    view.releaseRun = false
    // From the first step again: what stopped once stays stopped, what came back is found.
    view.releaseStep = 0
  }
  const actions = stepActions(context, group, view)
  if (view.releaseStep >= STEPS.length) return released(context, group, view)
  if (actions.length === 0) {
    view.releaseStep += 1
    return advanceRelease(context, group)
  }
  view.releaseRun = true
  for (const action of actions) runAction(context, group, action)
}
