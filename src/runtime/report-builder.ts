// Makes the reports of takeovers, switchovers and fencings from what the flight recorder sees: state, fact and orders of each step.
// Called by the loop after every step; where nothing moves it only compares a few words. Never waits, changes nothing of the core.
import type { Effect } from '../core/effect.js'
import type { CoreEvent } from '../core/event.js'
import type { Settings } from '../core/settings.js'
import type { CoreState } from '../core/state.js'
import { otherBoard } from '../core/types.js'
import { addNote, beginStep, type Draft, endStep, finished, type Unnumbered } from './report-draft.js'
import {
  close,
  draftOf,
  fenceMoved,
  type GroupMemory,
  groupIn,
  groupMoved,
  type Moment,
  type Watch
} from './report-moves.js'

export interface ReportBuilder {
  after(state: CoreState, event: CoreEvent, now: number, effects: readonly Effect[]): void
  /** Something is being taken, given or fenced right now: whoever could disturb it waits. */
  readonly busy: boolean
  /** The daemon ends: what is open is told as cut short. */
  end(now: number): void
}

/** A report that is still open after this long is told as it is, and again at its end. */
const INTERIM_MS = 10_000
/** How long the peer may take to say that it serves what it was granted, and a group that failed here to be granted. */
const PEER_MS = 60_000

/** The newest token calls these groups active: they are served now, and a handover to the peer has come to its end. */
const noteToken = (watch: Watch, state: CoreState): void => {
  const { lastFreshAt, token } = state.peer
  if (token === null || lastFreshAt === null) return
  for (let at = 0; at < token.groups.length; at += 1) {
    const name = state.settings.groups[at]?.name ?? ''
    const seen = watch.groups.get(name)
    if (token.groups[at]?.role !== 'active' || seen === undefined) continue
    seen.peerActiveAt = lastFreshAt
    const draft = watch.drafts.length === 0 ? undefined : draftOf(watch, name)
    const group = draft === undefined ? undefined : groupIn(draft, name)
    if (draft === undefined || group === undefined || group.grantedAt === 0 || group.grantedAt > lastFreshAt) continue
    group.servedFrom = lastFreshAt
    group.servedBy = otherBoard(watch.board)
    group.outcome = 'handed-over'
    group.reason = null
    endStep(draft, 'peer', name, lastFreshAt, true)
  }
}

const record = (draft: Draft, { event, now, effects }: Moment): void => {
  const has = (name: string): boolean => draft.groups.some(group => group.name === name)
  if (event.kind === 'actionFinished') endStep(draft, event.action, event.group, now, event.outcome.ok)
  if (event.kind === 'senseChanged' && !event.on && draft.seen !== null)
    draft.seen = { ...draft.seen, senseFellMs: draft.seen.senseFellMs ?? now - draft.zero }
  for (const effect of effects) {
    if (effect.kind === 'runAction' && has(effect.group)) beginStep(draft, effect.action, effect.group, now)
    const told = effect.kind === 'report' ? effect.report : null
    if (told !== null && (told.group === undefined || has(told.group))) addNote(draft, told, now)
  }
}

/** Nobody waits for ever for a peer that does not say whether it serves. */
const endLate = (draft: Draft, { state, now }: Moment): void => {
  for (const group of draft.groups) {
    if (group.outcome !== 'under-way') continue
    if (group.grantedAt > 0 && now - group.grantedAt > PEER_MS) {
      group.outcome = 'handed-over'
      group.reason = 'the peer did not say within a minute that it serves it'
    } else if (state.groups[group.name]?.phase === 'failed' && now - draft.beganAt > PEER_MS) group.outcome = 'failed'
  }
}

const atRest = (state: CoreState, draft: Draft): boolean => {
  if (draft.groups.some(({ outcome }) => outcome === 'under-way')) return false
  if (!draft.fencing || draft.fence.length === 0) return true
  const { phase } = state.fence
  if (draft.kind === 'drill') return phase === 'idle' || phase === 'failed'
  return phase !== 'storing' && phase !== 'driving' && phase !== 'waiting'
}

/** Waiting for the peer's word, or for its boot, is not urgent. */
const isUrgent = ({ drafts, fencePhase }: Watch): boolean =>
  fencePhase === 'storing' ||
  fencePhase === 'driving' ||
  fencePhase === 'waiting' ||
  drafts.some(({ groups }) => groups.some(({ grantedAt, outcome }) => outcome === 'under-way' && grantedAt === 0))

const judge = (watch: Watch, draft: Draft, moment: Moment): void => {
  const { state, now } = moment
  endLate(draft, moment)
  if (atRest(state, draft)) return close(watch, draft, now)
  if (draft.toldInterim || now - draft.beganAt <= INTERIM_MS) return
  draft.toldInterim = true
  watch.tell(finished(draft, watch.board, watch.life, now, 'under-way'), draft.number)
}

/**
 * `tell` gets each report when it has ended (and once on the way, where that takes long), with a number that is the same for both.
 * `wallSeconds`: a label (R11). `life`: name of this life of the daemon.
 */
export const createReportBuilder = (
  settings: Settings,
  life: string,
  wallSeconds: () => number,
  tell: (report: Unnumbered, number: number) => void
): ReportBuilder => {
  const fresh = (): GroupMemory => ({ phase: 'unknown', peerActiveAt: null, ownActiveAt: null })
  const watch: Watch = {
    life,
    board: settings.board,
    wallSeconds,
    tell,
    groups: new Map(settings.groups.map(({ name }) => [name, fresh()])),
    drafts: [],
    fencePhase: 'idle',
    begunAt: -1,
    count: 0
  }
  return {
    after: (state, event, now, effects) => {
      if (event.kind === 'tokenReceived') noteToken(watch, state)
      const { phase, startedAt } = state.fence
      const fence = phase !== watch.fencePhase || (phase === 'storing' && startedAt !== watch.begunAt)
      if (fence) fenceMoved(watch, { state, event, now, effects })
      for (const [name, seen] of watch.groups)
        if (state.groups[name]?.phase !== seen.phase) groupMoved(watch, name, seen, { state, event, now, effects })
      if (watch.drafts.length === 0) return
      const moment = { state, event, now, effects }
      for (const draft of watch.drafts) record(draft, moment)
      for (const draft of watch.drafts) judge(watch, draft, moment)
    },
    get busy() {
      return watch.drafts.length > 0 && isUrgent(watch)
    },
    end: now => {
      for (const draft of watch.drafts) tell(finished(draft, watch.board, life, now, 'cut-short'), draft.number)
      watch.drafts = []
    }
  }
}
