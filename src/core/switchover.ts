// Orderly moves: asked by the operator, by the peer, by a better LAN, a failed service or disk, by failback; and the owner's resumption.
import {
  answer,
  type Context,
  durableGroup,
  groupOf,
  groupSettings,
  peerOf,
  reached,
  report,
  runAction,
  selfOf,
  storageOk,
  storedGroup,
  timingOf
} from './context.js'
import { effectiveMode, highestNumber, ownerOf, whyNotGrant, whyNotTake } from './fit.js'
import { shouldHandOver } from './mirror.js'
import { failMove, followMove } from './move.js'
import { beginRelease, grantGroup } from './release.js'
import { isHeard, peerGroup, sameConfiguration } from './silence.js'
import type { CoreState, GroupState } from './state.js'
import { claimGroup } from './takeover.js'
import { compareEpochs } from './types.js'

/** Operator: move the group to the board where it is not. Works from both boards. */
export const orderSwitchover = (context: Context, request: number, group: string): void => {
  const { state } = context
  if (!Object.hasOwn(state.groups, group)) {
    const names = state.settings.groups.map(one => one.name).join(', ')
    return answer(context, request, false, `there is no group ${group}; the groups are: ${names}`)
  }
  const refused = beginMove(context, group, request, false)
  if (refused !== null) answer(context, request, false, refused)
}

/** Begin to move the group to the board where it is not, and follow it (move.ts). Returns why not; null = it is on its way. */
export const beginMove = (
  context: Context,
  group: string,
  request: number | null,
  inRecovery: boolean
): string | null => {
  const { state, now } = context
  const view = groupOf(state, group)
  if (effectiveMode(state) === 'maintenance') return 'the mode is maintenance: nothing moves; `baton mode auto` first'
  if (view.phase === 'active') {
    const refused = whyNotGrant(state, group, now)
    if (refused !== null) return `${group} stays here: ${refused}`
    followMove(context, group, peerOf(state), request, inRecovery)
    beginRelease(context, group, 'grant', true)
    return null
  }
  // The owner that does not serve it (its disk is out of reach, it failed) may hand over its right at once.
  if ((view.phase === 'standby' || view.phase === 'failed') && ownsHere(state, group)) {
    const kept = whyNotGrant(state, group, now)
    if (kept !== null) return `${group} stays with this board: ${kept}`
    followMove(context, group, peerOf(state), request, inRecovery)
    grantGroup(context, group)
    return null
  }
  const refused = whyNotTake(state, group)
  if (refused !== null) return `${group} is not taken: ${refused}`
  if (!isHeard(state, now))
    return 'the peer is not heard, so it cannot hand over; `baton fence off` cuts its power, or `baton confirm` if you know that it is off'
  if (peerGroup(state, group)?.role !== 'active') return `${group} is not active on the peer; see \`baton status\``
  if (!sameConfiguration(state)) return 'the two boards have different configurations'
  followMove(context, group, selfOf(state), request, inRecovery)
  view.wantedMoved = false
  view.wantedUntil = now + timingOf(context).answerMs + timingOf(context).releaseMs
  state.sendSoon = true
  answer(context, request, true, `${group}: asking board ${peerOf(state)} for it`, false)
  return null
}

/** The peer's operator asked for a group that is active here. */
export const peerWants = (context: Context, group: string): void => {
  const { state, now } = context
  const view = groupOf(state, group)
  if (view.phase !== 'active' || effectiveMode(state) === 'maintenance') return
  if (view.moveNotBefore > now || whyNotGrant(state, group, now) !== null) return
  // One try per wish: an undone release is not tried again at once.
  view.moveNotBefore = now + timingOf(context).answerMs + timingOf(context).releaseMs
  report(context, 'notice', 'switchover-asked', `the peer asks for ${group}`, group)
  beginRelease(context, group, 'grant', true)
}

const advanceWish = (context: Context, view: GroupState, group: string): void => {
  if (view.wantedUntil === 0) return
  const role = peerGroup(context.state, group)?.role
  if (role === 'releasing') view.wantedMoved = true
  const stays = view.wantedMoved && role === 'active'
  if (!stays && !reached(context, view.wantedUntil)) return
  view.wantedUntil = 0
  failMove(view, `the peer did not grant ${group}; see its status`)
}

/**
 * Why the owner does not take its own group again now; null = it does (R2a). The peer, heard now, must know no higher epoch,
 * hold nothing and drive no relay. That is the cold start of a pair, and the return of a released group. Home never beats this order.
 */
export const whyNotResume = (state: CoreState, group: string, now: number): string | null => {
  const token = state.peer.token
  const theirs = peerGroup(state, group)
  const refused = whyNotTake(state, group)
  if (refused !== null) return refused
  if (effectiveMode(state) === 'maintenance') return 'the mode is maintenance'
  if (!storageOk(state)) return `the durable state is not in order: ${state.storageProblem}`
  if (token === null || theirs === null || !isHeard(state, now)) return 'the peer is not heard and cannot agree'
  if (!sameConfiguration(state)) return 'the two boards have different configurations'
  // A record that cannot be written, yet shows the same epoch, is no other claim; one that is missing shows none.
  if (token.stateBad && theirs.epoch.number === 0)
    return "the peer's durable state is not in order: see its status; `baton init` there makes a new record"
  if (token.relayDriven) return 'the peer drives its relay'
  if (theirs.role === 'unknown') return 'the peer has not looked yet what it holds'
  if (theirs.role !== 'standby' && theirs.role !== 'failed') return 'the peer holds it'
  if (theirs.grant > 0 || compareEpochs(theirs.epoch, storedGroup(state, group).epoch) !== 0) {
    return 'the two boards do not agree yet whose it is'
  }
  if (state.fence.phase !== 'idle' && state.fence.phase !== 'failed') return 'a fencing is under way'
  return state.draining ? 'the links are being drained' : null
}

/** The right to it is ours by what is durable *and* by what was heard since (R5). */
const ownsHere = (state: CoreState, group: string): boolean => {
  const { epoch, grant } = durableGroup(state, group)
  return ownerOf(state, group) === selfOf(state) && epoch.board === selfOf(state) && grant === 0
}

const advanceResume = (context: Context, group: string): void => {
  const { state, now } = context
  if (!ownsHere(state, group) || whyNotResume(state, group, now) !== null) return
  claimGroup(context, group, 'resume', highestNumber(state, group) + 1)
}

/** Not served here: whoever can serve it gets it. */
const advanceFailed = (context: Context, group: string): void => {
  const { state, now } = context
  if (effectiveMode(state) === 'maintenance' || !ownsHere(state, group)) return
  if (whyNotGrant(state, group, now) === null) grantGroup(context, group)
}

/** Why an active group should leave this board by itself now; null = it stays. */
const whyMove = (context: Context, group: string): string | null => {
  const { state } = context
  const { input, peer } = state
  const settings = groupSettings(state, group)
  if (!input.lanUp && peer.token?.lanUp === true && reached(context, input.lanSince + timingOf(context).lanGraceMs)) {
    return "this board's LAN is down, the peer's is up"
  }
  const away = settings.failback === 'auto' && settings.home === peerOf(state)
  if (away && peer.fitSince !== null && reached(context, peer.fitSince + settings.failbackAfterMs))
    return 'it goes home (failback: auto)'
  return null
}

const advanceActive = (context: Context, group: string, view: GroupState): void => {
  const { state, now } = context
  if (effectiveMode(state) !== 'auto' || view.moveNotBefore > now) return
  const why = whyMove(context, group)
  if (why === null || whyNotGrant(state, group, now) !== null) return
  report(context, 'notice', 'moving', `${group} moves to the peer: ${why}`, group)
  beginRelease(context, group, 'grant', true)
}

/** It may be tried here again; what the drivers remember of the failure is looked at anew. */
export const forgetFailure = (context: Context, group: string): void => {
  const view = groupOf(context.state, group)
  view.cannotServe = null
  view.problem = null
  if (view.phase === 'failed') view.phase = 'standby'
  if (view.phase === 'standby') runAction(context, group, 'inspect')
}

export const advanceSwitchover = (context: Context, group: string): void => {
  const view = groupOf(context.state, group)
  advanceWish(context, view, group)
  if (view.cannotServe !== null && reached(context, view.cannotServeUntil)) forgetFailure(context, group)
  const useless = view.cannotServe !== null || !view.diskSeen || shouldHandOver(context.state, group, context.now)
  if (view.phase === 'standby' && useless) advanceFailed(context, group)
  else if (view.phase === 'standby') advanceResume(context, group)
  else if (view.phase === 'failed') advanceFailed(context, group)
  else if (view.phase === 'active') advanceActive(context, group, view)
}

/** The mounted disk does not answer: the group moves if the peer can serve it; else it stays, with an alarm. */
export const diskFailed = (context: Context, group: string, reason: string): void => {
  const { state, now } = context
  const view = groupOf(state, group)
  if (view.phase !== 'active') return
  view.problem = reason
  report(context, 'alarm', 'disk-failed', `the disk of ${group} does not answer: ${reason}`, group)
  if (effectiveMode(state) === 'auto' && whyNotGrant(state, group, now) === null)
    beginRelease(context, group, 'failed', false)
}

/** Is the peer fit for everything of ours, without a break? For failback. Called once per step. */
export const notePeerFit = (context: Context): void => {
  const { state, now } = context
  const fit = isHeard(state, now) && state.settings.groups.every(({ name }) => peerGroup(state, name)?.fit === true)
  if (!fit) state.peer.fitSince = null
  else state.peer.fitSince ??= now
}
