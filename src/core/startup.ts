// The first look of a life (R6): what is held here, is it ours by the durable record, and may it go on (adoption) or must it be released.
import {
  type Context,
  durableGroup,
  enter,
  groupOf,
  hasDisk,
  isMirrored,
  order,
  reached,
  remember,
  report,
  runAction,
  selfOf,
  writeState
} from './context.js'
import type { ActionOutcome, Findings } from './event.js'
import { releaseRelay } from './fencing.js'
import { beginTaking } from './group.js'
import { setGate } from './login-gate.js'
import { beginRelease } from './release.js'
import { isRecentlyHeard, peerGroup } from './silence.js'
import { resetAsLower, saysItActs } from './two-holders.js'

const LOOK_AGAIN_MS = 500
const GIVE_UP_LOOKING_MS = 10_000

/** Once, in the first step. */
export const begin = (context: Context): void => {
  const { state } = context
  state.begun = true
  state.lastStepAt = context.now
  report(context, 'info', 'started', `board ${selfOf(state)} starts`)
  if (state.storageProblem !== null) {
    report(
      context,
      'alarm',
      'state-bad',
      `the durable state is not in order: ${state.storageProblem}; this board takes and grants nothing`
    )
  } else writeState(context)
  const { mustReset } = state.durable
  if (mustReset !== null && mustReset.bootId !== state.boot.bootId) {
    report(context, 'notice', 'reset-done', `this board has reset itself: ${mustReset.reason}`)
    remember(context, { mustReset: null })
  }
  if (state.fence.relayOn) {
    report(
      context,
      'notice',
      'relay-found-driven',
      `the relay was found driven (${state.fence.purpose}): it is kept until its reason is weighed`
    )
    // A drill that an earlier life did not end proves nothing (R4).
    if (state.fence.purpose === 'proof') {
      state.fence.purpose = null
      releaseRelay(context, 'idle')
    }
  } else if (state.durable.relay !== null) remember(context, { relay: null })
  for (const { name } of state.settings.groups) {
    if (isMirrored(state, name)) order(context, { kind: 'connectMirror', group: name, on: true, discard: false })
    runAction(context, name, 'inspect')
  }
}

/** Everything of the group is here and runs. */
export const isComplete = (context: Context, group: string, findings: Findings): boolean =>
  findings.addresses && findings.services === 'all' && (findings.mounted || !hasDisk(context.state, group))

const adopt = (context: Context, group: string, findings: Findings): void => {
  const { state } = context
  const view = groupOf(state, group)
  const { epoch } = durableGroup(state, group)
  report(context, 'notice', 'adopted', `${group} goes on here, epoch ${epoch.number}${epoch.board}`, group)
  view.rightBy = null
  // It may be written since before this life, so nobody else has gone on with the other copy: what was acknowledged is here (R7).
  if (findings.primary === true && view.mirror !== null) view.mirror.current = view.mirror.seen?.disk !== 'failed'
  if (!isComplete(context, group, findings)) return beginTaking(context, group, view)
  enter(context, view, 'active')
  view.disk = 'mounted'
  view.addresses = true
  view.services = true
  view.stamped = true
  view.logins = true
  view.lookAt = context.now + 60_000
  setGate(context, group, true)
  order(context, { kind: 'watchGroup', group, on: true })
}

/** The inspection of a starting life has ended. */
export const lookedAtGroup = (context: Context, group: string, outcome: ActionOutcome): void => {
  const { state } = context
  const view = groupOf(state, group)
  const { findings } = outcome
  const { epoch, grant } = durableGroup(state, group)
  const held =
    findings !== undefined &&
    (findings.mounted || findings.addresses || findings.services !== 'none' || findings.primary === true)
  const ours = state.storageProblem === null && epoch.board === selfOf(state) && epoch.number > 0 && grant === 0
  const theirs = peerGroup(state, group)
  const peerActs = isRecentlyHeard(state, context.now) && theirs !== null && saysItActs(theirs.role)
  // A child that is left over changes nothing about two boards that hold it (R15).
  if (held && !ours && peerActs) return resetAsLower(context, group)
  if (!outcome.ok || findings === undefined || findings.leftovers.length > 0) {
    const reason = outcome.ok ? `left over from before: ${(findings?.leftovers ?? []).join('; ')}` : outcome.reason
    if (view.problem !== reason) report(context, 'warning', 'inspection-unclear', `${group}: ${reason}`, group)
    view.problem = reason
    view.retryAt = context.now + LOOK_AGAIN_MS
    // What is ours and does not become clear is stopped in order (strays with it), and taken anew.
    if (held && reached(context, view.since + GIVE_UP_LOOKING_MS)) beginRelease(context, group, 'standby', false)
    return
  }
  view.problem = null
  view.retryAt = 0
  if (state.durable.evidence[group] !== undefined && held) {
    // Two copies that went their own way, noticed before this look: what still runs is stopped in order (R7).
    const runs = findings.services !== 'none' || findings.addresses
    if (view.mirror !== null && runs) return beginRelease(context, group, 'standby', false)
    return enter(context, view, 'abandoned')
  }
  if (!held) {
    enter(context, view, 'standby')
    return setGate(context, group, false)
  }
  if (ours) return adopt(context, group, findings)
  report(
    context,
    'alarm',
    'held-without-right',
    `${group} was found held here without a right to it: it is released`,
    group
  )
  beginRelease(context, group, 'standby', false)
}

export const advanceStartup = (context: Context, group: string): void => {
  const view = groupOf(context.state, group)
  if (view.phase !== 'unknown' || view.retryAt === 0 || !reached(context, view.retryAt)) return
  view.retryAt = 0
  runAction(context, group, 'inspect')
}
