// The operator's orders about a mirrored disk: take a copy that may lack something, and give one up (R7), which both name what is lost; and compare the
// two. Called by operator.
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
import { aloneNow, areEqual, peerCopySaid, whyNoClaim } from './mirror.js'
import { isHeard, peerGroup } from './silence.js'
import type { CoreState } from './state.js'
import { isHolding } from './types.js'

/** What forbids both. */
const whyNeither = (state: CoreState, group: string): string | null => {
  const view = Object.hasOwn(state.groups, group) ? groupOf(state, group) : null
  if (view === null) return `there is no group ${group}`
  if (view.mirror === null) return `the disk of ${group} is not mirrored`
  if (view.mirror.seen === null) return 'its mirror has not been looked at yet'
  if (view.phase !== 'standby' && view.phase !== 'failed') return `${group} is held here, or on its way`
  return storageOk(state) ? null : `the durable state is not in order: ${state.storageProblem}`
}

/** Why this board's copy may not be declared current by a person; null = it may. For status, too. */
export const whyNotTakeStale = (state: CoreState, group: string, now: number): string | null => {
  const refused = whyNeither(state, group)
  if (refused !== null) return refused
  const view = groupOf(state, group)
  if (whyNoClaim(state, group) === null)
    return 'its copy on this board is known to be current: nothing is to be overridden'
  if (state.durable.evidence[group] !== undefined)
    return 'both copies were written: give one up first, on the board whose data is to be lost'
  const disk = view.mirror?.seen?.disk
  if (disk === 'failed' || disk === 'inconsistent') return `its copy on this board cannot be used: it is ${disk}`
  const theirs = isHeard(state, now) ? peerGroup(state, group) : null
  if (theirs !== null && isHolding(theirs.role)) return `board ${peerOf(state)} holds it`
  const said = peerCopySaid(state, group, now)
  return said === 'current' || said === 'alone' ? `board ${peerOf(state)} is heard and has a current copy` : null
}

/** What the override gives up, for the answer and the log. */
const lossOf = (state: CoreState, group: string): string => {
  const { epoch, mirror } = durableGroup(state, group)
  const since =
    mirror?.says === 'outdated'
      ? `since epoch ${mirror.epoch.number}${mirror.epoch.board}`
      : `in or after epoch ${epoch.number}${epoch.board}`
  return `whatever was written ${since} and is not in it IS LOST, and the copy on board ${peerOf(state)} must be given up if it differs`
}

export const orderTakeStale = (context: Context, request: number, group: string): void => {
  const { state, now } = context
  const refused = whyNotTakeStale(state, group, now)
  if (refused !== null)
    return answer(context, request, false, `the copy of ${group} is not declared current: ${refused}`)
  const words = `the copy of ${group} on board ${selfOf(state)} is declared current by the operator: ${lossOf(state, group)}`
  rememberGroup(context, group, { mirror: aloneNow(state, group, durableGroup(state, group).epoch) })
  state.sendSoon = true
  report(context, 'alarm', 'copy-forced', words, group)
  answer(context, request, true, words)
}

export const orderDiscardCopy = (context: Context, request: number, group: string): void => {
  const { state, now } = context
  const said = whyNeither(state, group) === null ? peerCopySaid(state, group, now) : 'unknown'
  const other = `board ${peerOf(state)} is not heard, or has no current copy: nothing would be left`
  const refused = whyNeither(state, group) ?? (said === 'alone' || said === 'current' ? null : other)
  if (refused !== null) return answer(context, request, false, `the copy of ${group} is not given up: ${refused}`)
  const { mirror } = groupOf(state, group)
  if (mirror !== null) mirror.current = false
  const { [group]: _gone, ...evidence } = state.durable.evidence
  remember(context, { evidence })
  // Behind the other board's copy, by a person's word: nothing newer is lost with it.
  const epoch = { number: durableGroup(state, group).epoch.number, board: peerOf(state) }
  rememberGroup(context, group, { mirror: { says: 'outdated', epoch } })
  order(context, { kind: 'connectMirror', group, on: true, discard: true })
  const words = `the copy of ${group} on board ${selfOf(state)} is given up: what only it has IS LOST; it is brought up to date from board ${peerOf(state)}`
  report(context, 'alarm', 'copy-discarded', words, group)
  answer(context, request, true, words)
}

/** Changes nothing of what is served, and no word about a copy. */
export const orderVerify = (context: Context, request: number, group: string): void => {
  const { state } = context
  const view = Object.hasOwn(state.groups, group) ? groupOf(state, group) : null
  const refused =
    view === null
      ? `there is no group ${group}`
      : view.mirror === null
        ? `the disk of ${group} is not mirrored`
        : view.phase !== 'active'
          ? `${group} is not served here: order it on the board that serves it`
          : areEqual(state, group)
            ? null
            : 'its copies are not connected, or one of them is being brought up to date'
  if (refused !== null) return answer(context, request, false, `the copies are not compared: ${refused}`)
  order(context, { kind: 'verifyMirror', group })
  const words = `both copies of ${group} are being compared block by block while it is served`
  answer(context, request, true, `${words}: \`baton status\` shows how far it is, \`baton events\` how it ended`)
}
