// Taking one group, step by step, from the durable epoch to active services. Entered by claims and by adoption.

import {
  type Context,
  durableGroup,
  enter,
  groupOf,
  groupSettings,
  hasDisk,
  isBusy,
  isStored,
  order,
  peerOf,
  reached,
  rememberGroup,
  report,
  runAction,
  selfOf,
  storageOk
} from './context.js'
import type { ActionOutcome, GroupAction } from './event.js'
import { gateOutcome } from './login-gate.js'
import { whyNoClaim } from './mirror.js'
import { failMove } from './move.js'
import { beginRelease, releaseActionFinished } from './release.js'
import { advanceRestart, restartFinished } from './restart.js'
import { isComplete } from './startup.js'
import type { GroupState } from './state.js'
import { rightStands } from './takeover.js'
import { abandonFinished } from './two-holders.js'
import type { Epoch } from './types.js'

const LOOK_AGAIN_MS = 60_000
const LOOK_SOON_MS = 2000

/** A claim that came to nothing; nothing was touched. */
export const loseClaim = (context: Context, group: string, view: GroupState, reason: string): void => {
  view.problem = reason
  report(context, 'alarm', 'right-lost', `${group} is not taken: ${reason}`, group)
  failMove(view, `${group} is not taken: ${reason}`)
  enter(context, view, 'standby')
}

/** The epoch is durable: if the right still stands the tenure begins, else nothing was touched. */
const advanceClaiming = (context: Context, group: string, view: GroupState): void => {
  const { state } = context
  if (!isStored(state, view.store)) {
    if (!storageOk(state)) {
      loseClaim(context, group, view, `the new epoch could not be stored: ${state.storageProblem}`)
    }
    return
  }
  if (!rightStands(context, view.rightBy)) {
    return loseClaim(context, group, view, 'the right was lost before the first act')
  }
  const stale = state.durable.evidence[group] ?? whyNoClaim(state, group)
  if (stale !== null) return loseClaim(context, group, view, stale)
  beginTaking(context, group, view)
  const { epoch } = durableGroup(state, group)
  const words = {
    grant: 'granted by the peer',
    resume: 'agreed by the peer',
    fencing: 'the peer has no power',
    confirm: 'confirmed by the operator'
  }
  const why = view.rightBy === null ? '' : ` (${words[view.rightBy]})`
  report(context, 'notice', 'taking', `taking ${group}, epoch ${epoch.number}${epoch.board}${why}`, group)
}

export const beginTaking = (context: Context, group: string, view: GroupState): void => {
  enter(context, view, 'taking')
  view.tenureAt = context.now
  view.disk = hasDisk(context.state, group) ? 'none' : 'mounted'
  view.addresses = false
  view.services = false
  view.logins = !groupSettings(context.state, group).loginGate
  view.stamped = !hasDisk(context.state, group)
  view.restamp = false
  view.jobs = {}
  view.restarts = []
  advanceTaking(context, group, view)
}

/** Disk and addresses at the same time, services when both are there. */
const advanceTaking = (context: Context, group: string, view: GroupState): void => {
  if (view.disk === 'none') runAction(context, group, 'attach')
  else if (view.disk === 'attached') runAction(context, group, 'check')
  else if (view.disk === 'checked') runAction(context, group, 'mount')
  // Right after fencing nobody else can have the address; after a grant or a cold start we look first (DESIGN 5).
  const sure = view.rightBy === 'fencing' || view.rightBy === 'confirm' || view.rightBy === null
  if (!view.addresses) runAction(context, group, sure ? 'setAddresses' : 'checkAndSetAddresses')
  if (view.disk !== 'mounted' || view.restamp) return
  if (!view.stamped) runAction(context, group, 'stamp')
  // No client may be answered before the disk remembers the epoch (R5).
  if (view.stamped && view.addresses && !view.services) runAction(context, group, 'startServices')
  if (view.stamped && view.addresses && view.services && !view.logins) runAction(context, group, 'openLogins')
}

/** The disk remembers a later tenure than anybody told us: ours goes above it, durable before a service starts (R5). */
const raiseAbove = (context: Context, group: string, view: GroupState, stamp: Epoch): void => {
  const { state } = context
  const words = `the disk of ${group} remembers epoch ${stamp.number}${stamp.board}, later than any known here`
  report(context, 'notice', 'epoch-raised', words, group)
  view.restamp = true
  view.store = rememberGroup(context, group, { epoch: { number: stamp.number + 1, board: selfOf(state) }, grant: 0 })
}

const becomeActive = (context: Context, group: string, view: GroupState): void => {
  enter(context, view, 'active')
  view.problem = null
  const { epoch } = durableGroup(context.state, group)
  view.lookAt = context.now + LOOK_AGAIN_MS
  order(context, { kind: 'watchGroup', group, on: true })
  report(context, 'notice', 'active', `${group} is active on this board, epoch ${epoch.number}${epoch.board}`, group)
  if (view.rightBy !== 'fencing' && view.rightBy !== 'confirm') return
  const peer = peerOf(context.state)
  report(
    context,
    'alarm',
    'taken-over',
    `${group} was taken over from board ${peer}: it failed, or was called off; look at it`,
    group
  )
}

const takingActionFinished = (context: Context, group: string, action: GroupAction, outcome: ActionOutcome): void => {
  const view = groupOf(context.state, group)
  if (!outcome.ok) {
    view.problem = outcome.reason
    report(context, 'alarm', `${action}-failed`, `${group} cannot be served here: ${outcome.reason}`, group)
    failMove(view, outcome.reason)
    return beginRelease(context, group, 'failed', false)
  }
  if (action === 'attach') view.disk = 'attached'
  else if (action === 'check') view.disk = 'checked'
  else if (action === 'mount' || action === 'stamp') {
    view.disk = 'mounted'
    if (outcome.stamp !== undefined) return raiseAbove(context, group, view, outcome.stamp)
    view.stamped = true
  } else if (action === 'setAddresses' || action === 'checkAndSetAddresses') view.addresses = true
  else if (action === 'startServices') view.services = true
  else if (action === 'openLogins') view.logins = true
  if (view.services && view.addresses && view.stamped && view.logins) becomeActive(context, group, view)
  else advanceTaking(context, group, view)
}

/** While it serves, a look now and then: a late child or a person may have taken something away; it is set again. */
const lookedAgain = (context: Context, group: string, view: GroupState, outcome: ActionOutcome): void => {
  const { findings } = outcome
  const unclear = !outcome.ok || findings === undefined || findings.leftovers.length > 0
  if (!unclear) view.lateChild = false
  view.lookAt = context.now + (view.lateChild ? LOOK_SOON_MS : LOOK_AGAIN_MS)
  if (unclear || isComplete(context, group, findings)) return
  if (findings.addresses && (findings.mounted || !hasDisk(context.state, group))) return
  report(
    context,
    'alarm',
    'part-missing',
    `${group}: its disk or an address was taken away from outside; it is set again`,
    group
  )
  view.rightBy = null
  order(context, { kind: 'watchGroup', group, on: false })
  beginTaking(context, group, view)
}

/** Every completion of a group's action comes here, in whatever phase the group is. */
export const actionFinished = (
  context: Context,
  group: string,
  action: GroupAction,
  job: number,
  told: ActionOutcome
): void => {
  const view = groupOf(context.state, group)
  if (view.jobs[action] !== job) return
  delete view.jobs[action]
  const outcome = gateOutcome(context, group, action, told)
  // A child that could not be killed may still act when it wakes.
  if (!outcome.ok && outcome.hung === true) view.lateChild = true
  switch (view.phase) {
    case 'taking':
      return takingActionFinished(context, group, action, outcome)
    case 'releasing':
    case 'stuck':
      return releaseActionFinished(context, group, action, outcome)
    case 'active':
      if (action === 'restartServices') return restartFinished(context, group, view, outcome)
      if (action === 'inspect') return lookedAgain(context, group, view, outcome)
      return
    case 'abandoned':
      return abandonFinished(context, group, view, outcome)
    case 'unknown':
    case 'standby':
    case 'claiming':
    case 'granting':
    case 'failed':
      return
  }
}

/** One look per step at a group that is on its way up. */
export const advanceGroup = (context: Context, group: string): void => {
  const view = groupOf(context.state, group)
  if (view.phase === 'claiming') advanceClaiming(context, group, view)
  if (view.phase === 'taking' && view.restamp) {
    if (!storageOk(context.state)) {
      view.problem = `the new epoch could not be stored: ${context.state.storageProblem}`
      beginRelease(context, group, 'failed', false)
    } else if (isStored(context.state, view.store)) {
      view.restamp = false
      advanceTaking(context, group, view)
    }
  }
  if (view.phase === 'active' && view.lateChild) view.lookAt = Math.min(view.lookAt, context.now + LOOK_SOON_MS)
  if (view.phase === 'active' && !isBusy(view) && reached(context, view.lookAt)) runAction(context, group, 'inspect')
  advanceRestart(context, group, view)
}
