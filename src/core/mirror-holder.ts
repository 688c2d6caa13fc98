// The two sides of a mirror (R7): the holder that may or may not go on alone, and the standby that is told what its copy is. Called by step and peer.
import {
  answer,
  type Context,
  durableGroup,
  groupOf,
  order,
  peerOf,
  remember,
  rememberGroup,
  report,
  selfOf,
  storageOk
} from './context.js'
import { isConfirmedNow, isOperatorConfirmed } from './fencing.js'
import { takeable } from './fit.js'
import { loseClaim } from './group.js'
import {
  aloneNow,
  areEqual,
  areSplit,
  goesOnUnasked,
  holdsMirror,
  isAlone,
  isOutdated,
  lostCopy,
  peerCopySaid,
  peerIsOutdated,
  speaksOfAnother
} from './mirror.js'
import { isFreshClaim, noteReplaced, withdrawClaim } from './mirror-claim.js'
import { advanceLost } from './mirror-lost.js'
import type { MirrorFacts, MirrorView } from './mirror-state.js'
import { failMove } from './move.js'
import { beginRelease } from './release.js'
import { isHeard, peerGroup, sameConfiguration } from './silence.js'
import type { GroupState } from './state.js'
import type { TokenGroup } from './types.js'

const tellLink = (context: Context, group: string, up: boolean): void => {
  const words = up
    ? `the copies of ${group} are connected again`
    : `the replication link of ${group} is down: the copies are not kept equal any more`
  report(context, up ? 'notice' : 'warning', up ? 'mirror-connected' : 'mirror-lost', words, group)
}

const tellResync = (context: Context, group: string, before: MirrorFacts | null, seen: MirrorFacts): void => {
  const { resync } = seen
  if (resync !== null && before?.resync?.to !== resync.to) {
    const where = resync.to === 'here' ? selfOf(context.state) : peerOf(context.state)
    report(context, 'notice', 'resync', `${group}: the copy on board ${where} is being brought up to date`, group)
  }
  if (resync === null && before?.resync != null && seen.connected)
    report(context, 'notice', 'resync-done', `${group}: the resync has ended`, group)
}

/** What the driver says of a mirror. Where the link is back I/O goes on by itself, and no question is left. */
export const mirrorChanged = (context: Context, group: string, seen: MirrorFacts): void => {
  const { mirror } = groupOf(context.state, group)
  if (mirror === null) return
  const before = mirror.seen
  mirror.seen = seen
  mirror.seenAt = context.now
  if (before?.connected !== seen.connected) {
    mirror.linkSince = context.now
    if (before !== null || seen.connected) tellLink(context, group, seen.connected)
  }
  tellResync(context, group, before, seen)
  if (seen.connected) mirror.question = 0
  if (seen.disk !== 'upToDate') {
    mirror.goodSince = 0
    mirror.current = false
  } else if (mirror.goodSince === 0) mirror.goodSince = context.now
  if (!lostCopy(context.state, group)) mirror.lostSince = 0
  else if (mirror.lostSince === 0) mirror.lostSince = context.now
  if (seen.disk === 'failed' && before?.disk !== 'failed')
    report(context, 'alarm', 'disk-failed', `the disk of ${group} on board ${selfOf(context.state)} has failed`, group)
  context.state.sendSoon = true
}

/** The driver's fencing handler asks whether it may go on alone; until then its I/O waits. */
export const mirrorAsks = (context: Context, group: string, question: number): void => {
  const { mirror } = groupOf(context.state, group)
  if (mirror === null) return
  mirror.question = question
  mirror.askedAt = context.now
  context.state.sendSoon = true
  report(context, 'warning', 'mirror-waits', `${group}: I/O waits until the copy on the other board is outdated`, group)
}

/** The holder's word about our copy, from its newest token only. */
export const mirrorHeard = (context: Context, group: string, theirs: TokenGroup): void => {
  const { state } = context
  const { mirror, phase } = groupOf(state, group)
  if (mirror === null || (phase !== 'standby' && phase !== 'failed')) return
  if (theirs.role !== 'taking' && theirs.role !== 'active' && theirs.role !== 'releasing') return
  const record = durableGroup(state, group).mirror ?? null
  if (theirs.peerCopy === 'outdated') {
    mirror.current = false
    // Two that both say "alone" are a matter for a person.
    if (record !== null || !storageOk(state)) return
    rememberGroup(context, group, { mirror: { says: 'outdated', epoch: theirs.epoch } })
    report(context, 'warning', 'copy-outdated', `${group}: the peer goes on without the copy on this board`, group)
    return
  }
  const good = mirror.goodSince > 0 && state.peer.tokenEchoSentAt >= mirror.goodSince
  if (theirs.peerCopy !== 'current' || !good || state.leaving !== null) return
  mirror.current = true
  if (record === null) return
  rememberGroup(context, group, { mirror: null })
  report(context, 'notice', 'copy-current', `${group}: the copy on this board is current again`, group)
}

/** Nobody holds it: two copies that are seen equal now are both current, unless one of the records knows better. */
const noteEqual = (context: Context, group: string, view: GroupState, mirror: MirrorView): void => {
  const { state, now } = context
  if (mirror.current || (view.phase !== 'standby' && view.phase !== 'failed') || !areEqual(state, group)) return
  const theirs = peerGroup(state, group)
  if (theirs === null || !isHeard(state, now) || !sameConfiguration(state)) return
  if (theirs.role !== 'standby' && theirs.role !== 'failed') return
  if (theirs.copy === 'alone' || state.peer.tokenEchoSentAt < mirror.linkSince) return
  // It had a newer one, which is gone.
  if (theirs.peerCopy === 'outdated') return
  const { epoch, grant, mirror: record } = durableGroup(state, group)
  if (record?.says === 'outdated') return
  // The last holder itself says that something is missing. Who that was this very token may have told.
  if (theirs.copy === 'outdated' && (grant > 0 || epoch.board === peerOf(state))) return
  mirror.current = true
  state.sendSoon = true
}

/** The peer cannot take its copy for current any more: it has stored that it is outdated, or it has no power. */
const isPeerOut = (context: Context, group: string): boolean =>
  peerIsOutdated(context.state, group) || isConfirmedNow(context) || isOperatorConfirmed(context)

/** Where nothing else was to be taken this is what the operator's confirmation was for (R2c). */
const answerConfirmation = (context: Context, group: string): void => {
  const { fence } = context.state
  if (fence.purpose !== 'confirm' || fence.request === null || takeable(context.state).length > 0) return
  fence.operatorUsed = true
  answer(context, fence.request, true, `confirmed: ${group} goes on here`)
  fence.request = null
}

/** R7, the holder: first the peer is out, then the record "I alone am current" is durable, then I/O goes on. */
const advanceAlone = (context: Context, group: string, mirror: MirrorView, seen: MirrorFacts): void => {
  const { state } = context
  const unequal = seen.connected && seen.peerDisk !== 'upToDate' && seen.peerDisk !== 'unknown'
  // A taking that has come to nothing waits for no answer.
  const view = groupOf(state, group)
  const releasing = view.phase === 'releasing' && view.jobs.attach !== undefined
  const usable = seen.disk !== 'failed' && seen.disk !== 'inconsistent' && seen.disk !== 'unknown'
  if (mirror.question > 0 && releasing) {
    order(context, { kind: 'answerMirror', group, question: mirror.question, ok: false })
    mirror.question = 0
    return
  }
  if ((mirror.question === 0 && !unequal && !goesOnUnasked(state, group)) || !usable) return
  if (mirror.question > 0 && isAlone(state, group)) {
    const another = speaksOfAnother(state, group)
    if (another || (seen.disk !== 'upToDate' && isFreshClaim(context, group))) {
      withdrawClaim(context, group, mirror.question, seen)
      mirror.question = 0
      return
    }
    order(context, { kind: 'answerMirror', group, question: mirror.question, ok: true })
    mirror.question = 0
    report(context, 'warning', 'mirror-alone', `${group} goes on with the copy on this board alone`, group)
    return
  }
  if (durableGroup(state, group).mirror?.says === 'alone' || !storageOk(state)) return
  if (!mirror.current || !isPeerOut(context, group)) return
  rememberGroup(context, group, { mirror: aloneNow(state, group, durableGroup(state, group).epoch) })
  mirror.aloneAt = context.now
  answerConfirmation(context, group)
}

/**
 * Both copies are equal again: the record is cleared, and only when that is durable the peer hears that its copy is current (R7).
 * It is cleared whether the peer is heard or not: were our disk to die now, what the peer's copy then takes alone would make it false.
 */
const advanceEqual = (context: Context, group: string, mirror: MirrorView): void => {
  const { state, now } = context
  if (!isAlone(state, group) || !areEqual(state, group) || mirror.question > 0) return
  // What another disk alone had is not here; the record could not be changed yet.
  if (speaksOfAnother(state, group)) return
  if (mirror.seenAt <= mirror.aloneAt || peerCopySaid(state, group, now) === 'alone') return
  rememberGroup(context, group, { mirror: null })
  mirror.current = true
  report(context, 'notice', 'mirror-equal', `${group}: both copies are equal again`, group)
}

/** Only an operator's override, or a lie, makes two copies that both go their own way: nobody serves either until a person has chosen. */
const stopSplit = (context: Context, group: string, view: GroupState): void => {
  const { state } = context
  const words = `both copies of the disk of ${group} were written, each without the other (split brain)`
  if (state.durable.evidence[group] === undefined) {
    remember(context, { evidence: { ...state.durable.evidence, [group]: words } })
    report(
      context,
      'alarm',
      'split-brain',
      `${words}: it is stopped on both boards; compare the data; then \`baton discard-copy ${group}\` where it may be lost, and \`baton recover\` on the other board`,
      group
    )
    failMove(view, words)
  }
  // Whatever was on its way when it was noticed ends as well.
  if (view.phase === 'claiming') loseClaim(context, group, view, words)
  if (view.phase === 'taking' || view.phase === 'active') beginRelease(context, group, 'standby', false)
}

/** One look per step, after the group's own work. */
export const advanceMirror = (context: Context, group: string): void => {
  const { state, now } = context
  const view = groupOf(state, group)
  const { mirror } = view
  const seen = mirror?.seen ?? null
  if (mirror === null || seen === null) return
  if (areSplit(state, group, now)) return stopSplit(context, group, view)
  // Whoever serves from a good copy has what was acknowledged.
  if (view.phase === 'active' && seen.disk === 'upToDate') mirror.current = true
  noteEqual(context, group, view, mirror)
  if (holdsMirror(state, group)) advanceAlone(context, group, mirror, seen)
  else noteReplaced(context, group, view.phase, seen)
  advanceEqual(context, group, mirror)
  if (lostCopy(state, group)) advanceLost(context, group, view, mirror, seen)
}

/** A planned end of a standby: its copy parts from the holder's in order. False = the holder has not had its answer yet. */
export const partMirrors = (context: Context): boolean => {
  const { state, now } = context
  if (!isHeard(state, now) || !storageOk(state)) return true
  const waiting = state.settings.groups.filter(({ name }) => {
    const { mirror, phase } = groupOf(state, name)
    const role = peerGroup(state, name)?.role
    const moves = role === 'taking' || durableGroup(state, name).grant > 0
    if (mirror === null || mirror.seen === null || (phase !== 'standby' && phase !== 'failed')) return false
    if (role !== 'active') return moves
    if (!mirror.parted) order(context, { kind: 'connectMirror', group: name, on: false, discard: false })
    mirror.parted = true
    // Its I/O may have begun to wait after our first word of it: until the holder goes on, it may need another one.
    return !isOutdated(state, name) || peerGroup(state, name)?.copy !== 'alone'
  })
  return waiting.length === 0
}
