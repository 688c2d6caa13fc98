// How a report follows fence and groups from phase to phase. Called by report-builder.ts in the step in which a phase has changed.
// Reads the core's state, writes the report's draft; decides nothing.
import type { Effect } from '../core/effect.js'
import type { CoreEvent } from '../core/event.js'
import type { CoreState, GroupPhase, GroupState } from '../core/state.js'
import type { BoardId } from '../core/types.js'
import {
  beginStep,
  type Draft,
  endStep,
  finished,
  type GroupDraft,
  newGroupDraft,
  type Unnumbered
} from './report-draft.js'
import {
  claimDecision,
  detectionSteps,
  fenceDecision,
  fenceSteps,
  RULE_OF_RIGHT,
  releaseDecision,
  seenOf
} from './report-facts.js'

export interface GroupMemory {
  phase: GroupPhase
  /** The last fresh token that said that the peer serves it, and our own last moment. */
  peerActiveAt: number | null
  ownActiveAt: number | null
}

/** What the builder remembers from step to step. */
export interface Watch {
  readonly life: string
  readonly board: BoardId
  readonly wallSeconds: () => number
  readonly tell: (report: Unnumbered, number: number) => void
  readonly groups: ReadonlyMap<string, GroupMemory>
  drafts: Draft[]
  fencePhase: CoreState['fence']['phase']
  /** When the latest fencing began that is known here. */
  begunAt: number
  count: number
}

/** One step of the core: the fact, its instant, the orders. */
export interface Moment {
  readonly state: CoreState
  readonly event: CoreEvent
  readonly now: number
  readonly effects: readonly Effect[]
}

export const close = (watch: Watch, draft: Draft, now: number): void => {
  watch.drafts = watch.drafts.filter(one => one !== draft)
  watch.tell(finished(draft, watch.board, watch.life, now, null), draft.number)
}

/** Something else began before it came to its end. */
const closeEarly = (watch: Watch, draft: Draft, now: number, reason: string): void => {
  for (const group of draft.groups) {
    if (group.outcome !== 'under-way') continue
    group.outcome = 'failed'
    group.reason ??= reason
  }
  close(watch, draft, now)
}

/** The open report in which this group is on its way. */
export const draftOf = (watch: Watch, group: string): Draft | undefined =>
  watch.drafts.find(draft => groupIn(draft, group) !== undefined)

export const groupIn = (draft: Draft, name: string): GroupDraft | undefined =>
  draft.groups.find(group => group.name === name && group.outcome === 'under-way')

const viewOf = (state: CoreState, name: string): GroupState => {
  const view = state.groups[name]
  if (view === undefined) throw new Error(`runtime: no group ${name} in the core`)
  return view
}

const servedUntil = ({ ownActiveAt, peerActiveAt }: GroupMemory): number | null =>
  ownActiveAt === null || peerActiveAt === null ? (ownActiveAt ?? peerActiveAt) : Math.max(ownActiveAt, peerActiveAt)

const open = (watch: Watch, zero: number, now: number, kind: Draft['kind'], decision: Draft['decision']): Draft => {
  watch.count += 1
  const draft: Draft = {
    number: watch.count,
    zero,
    beganAt: now,
    wallSeconds: Math.round(watch.wallSeconds() - (now - zero) / 1000),
    fencing: kind !== 'switchover' && kind !== 'start',
    kind,
    decision,
    seen: null,
    confirmedBy: null,
    detection: [],
    fence: [],
    steps: [],
    groups: [],
    notes: [],
    fenceProblem: null,
    toldInterim: false
  }
  watch.drafts.push(draft)
  return draft
}

const openFencing = (watch: Watch, { state, now }: Moment): void => {
  for (const draft of watch.drafts.filter(({ fencing }) => fencing))
    closeEarly(watch, draft, now, 'another fencing began')
  const zero = state.peer.lastFreshAt ?? now
  const draft = open(watch, zero, now, state.fence.purpose === 'proof' ? 'drill' : 'fencing', fenceDecision(state))
  draft.seen = seenOf(state, zero)
  draft.detection = detectionSteps(state, zero)
}

const whyGivenUp = ({ state, event, effects }: Moment): string => {
  if (effects.some(one => one.kind === 'report' && one.report.code === 'stalled'))
    return 'this board had stood still itself: it judges anew'
  if (event.kind === 'tokenReceived') return 'the peer was heard again before the relay moved'
  if (state.input.sense === true) return "the peer's power came back before the relay moved"
  return 'it was ended by an order'
}

export const fenceMoved = (watch: Watch, moment: Moment): void => {
  const { state, now, effects } = moment
  const { fence } = state
  watch.fencePhase = fence.phase
  if (fence.phase === 'storing' && fence.startedAt !== watch.begunAt) {
    watch.begunAt = fence.startedAt
    openFencing(watch, moment)
  }
  const draft = watch.drafts.find(one => one.fencing)
  if (draft === undefined) return
  draft.fence = fenceSteps(state, draft.zero, now)
  if (fence.phase === 'confirmed') draft.confirmedBy = fence.confirmedBy
  const proved = effects.some(one => one.kind === 'report' && one.report.code === 'fence-proved')
  if (fence.phase === 'failed') draft.fenceProblem = { outcome: 'failed', reason: fence.problem ?? 'not confirmed' }
  else if (draft.kind === 'drill' && fence.phase === 'idle' && !proved)
    draft.fenceProblem = { outcome: 'failed', reason: fence.problem ?? 'it was ended by an order' }
  else if (fence.phase === 'idle' && draft.confirmedBy === null)
    draft.fenceProblem = { outcome: 'given-up', reason: fence.problem ?? whyGivenUp(moment) }
  if (draft.kind === 'drill' && proved) {
    const fromMs = fence.releasedAt - draft.zero
    draft.fence = [...draft.fence, { step: 'return', fromMs, tookMs: now - fence.releasedAt, ok: true }]
  }
}

const claimed = (watch: Watch, name: string, seen: GroupMemory, { state, now }: Moment): void => {
  const { rightBy } = viewOf(state, name)
  const until = servedUntil(seen)
  const old = draftOf(watch, name)
  if (old !== undefined) closeEarly(watch, old, now, 'it came back before the peer said that it serves it')
  let draft = watch.drafts.find(one => one.fencing)
  if (rightBy === 'grant' || rightBy === 'resume') {
    draft = open(watch, until ?? now, now, rightBy === 'grant' ? 'switchover' : 'start', claimDecision(rightBy))
  } else if (draft === undefined) {
    draft = open(watch, state.peer.lastFreshAt ?? now, now, 'takeover', claimDecision(rightBy))
    draft.seen = seenOf(state, draft.zero)
    draft.confirmedBy = state.fence.confirmedBy
  }
  if (draft.kind === 'fencing') draft.kind = 'takeover'
  const group = newGroupDraft(name, false, until)
  group.right = rightBy
  group.rule = rightBy === null ? null : RULE_OF_RIGHT[rightBy]
  group.epoch = state.durable.groups[name]?.epoch ?? null
  draft.groups.push(group)
  beginStep(draft, 'epoch', name, now)
}

const released = (watch: Watch, name: string, seen: GroupMemory, { state, event, now, effects }: Moment): void => {
  const draft = open(watch, now, now, 'switchover', releaseDecision(state, event, effects))
  draft.groups.push(newGroupDraft(name, true, seen.phase === 'active' ? now : servedUntil(seen)))
}

/** Nothing of it is held here any more: did somebody else get the right? */
const stoodDown = (state: CoreState, group: GroupDraft): void => {
  const durable = state.durable.groups[group.name]
  const kept = durable?.epoch.board === state.settings.board && durable.grant === 0
  group.outcome = group.away && !kept ? 'handed-over' : 'failed'
  if (group.outcome === 'failed') group.reason ??= 'it was released, and the peer could not take it'
}

/** The group came to `phase`: what that means for its report. */
const follow = (draft: Draft, group: GroupDraft, before: GroupPhase, { state, now }: Moment): void => {
  const { phase, problem } = viewOf(state, group.name)
  if (problem !== null) group.reason = problem
  if (before === 'claiming') endStep(draft, 'epoch', group.name, now, phase === 'taking')
  if (phase === 'granting') beginStep(draft, 'grant', group.name, now)
  else if (phase === 'active') {
    group.servedFrom = now
    group.servedBy = state.settings.board
    group.outcome = group.away ? 'stays' : 'served'
    if (group.away) group.reason ??= 'the move was undone'
    else group.reason = null
  } else if (phase === 'abandoned' || (phase === 'failed' && !group.away)) group.outcome = 'failed'
  else if (phase === 'standby' && before === 'claiming') group.outcome = 'not-taken'
  else if (phase === 'standby' && before === 'granting') {
    group.grantedAt = now
    endStep(draft, 'grant', group.name, now, true)
    beginStep(draft, 'peer', group.name, now)
  } else if (phase === 'standby') stoodDown(state, group)
}

export const groupMoved = (watch: Watch, name: string, seen: GroupMemory, moment: Moment): void => {
  const { phase } = viewOf(moment.state, name)
  if (phase === 'claiming') claimed(watch, name, seen, moment)
  else if ((phase === 'releasing' || phase === 'granting') && draftOf(watch, name) === undefined)
    released(watch, name, seen, moment)
  const draft = draftOf(watch, name)
  const group = draft === undefined ? undefined : groupIn(draft, name)
  if (draft !== undefined && group !== undefined) follow(draft, group, seen.phase, moment)
  if (seen.phase === 'active') seen.ownActiveAt = moment.now
  seen.phase = phase
}
