// One report while it is being written: plain data that report-builder.ts fills in, and what it becomes at the end.
// Bounded: steps, notes and texts (R10).
import type { Report } from '../core/effect.js'
import type { BoardId, Epoch } from '../core/types.js'
import type {
  ReportDecision,
  ReportGroup,
  ReportKind,
  ReportNote,
  ReportOutcome,
  ReportSeen,
  ReportStep,
  TakeoverReport
} from '../port/takeover-report.js'

const STEPS_MAX = 64
const NOTES_MAX = 10
const TEXT_MAX = 300

/** A report without the number that the file gives it. */
export type Unnumbered = Omit<TakeoverReport, 'id'>

export interface GroupDraft {
  readonly name: string
  /** Released here, or taken here. */
  readonly away: boolean
  right: ReportGroup['right']
  rule: ReportGroup['rule']
  epoch: Epoch | null
  servedUntil: number | null
  servedFrom: number | null
  servedBy: BoardId | null
  outcome: ReportGroup['outcome']
  reason: string | null
  /** Granted at this instant; 0 = not. */
  grantedAt: number
}

export interface Draft {
  /** Every report that this life of the daemon begins has another one; the interim and the final word of one share it. */
  readonly number: number
  readonly zero: number
  readonly beganAt: number
  readonly wallSeconds: number
  /** The fencing is a part of it; it ends when relay and groups have come to rest. */
  readonly fencing: boolean
  kind: ReportKind
  decision: ReportDecision
  seen: ReportSeen | null
  confirmedBy: string | null
  detection: readonly ReportStep[]
  fence: readonly ReportStep[]
  steps: ReportStep[]
  groups: GroupDraft[]
  notes: ReportNote[]
  /** How the fencing ended, where that decides about the whole. */
  fenceProblem: { readonly outcome: 'failed' | 'given-up'; readonly reason: string } | null
  toldInterim: boolean
}

/** Tenths of a millisecond are enough, and shorter. */
const tenths = (ms: number): number => Math.round(ms * 10) / 10

const clip = (text: string): string => (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text)

export const newGroupDraft = (name: string, away: boolean, servedUntil: number | null): GroupDraft => ({
  name,
  away,
  right: null,
  rule: null,
  epoch: null,
  servedUntil,
  servedFrom: null,
  servedBy: null,
  outcome: 'under-way',
  reason: null,
  grantedAt: 0
})

export const addNote = (draft: Draft, { level, code, text }: Report, now: number): void => {
  if (level !== 'warning' && level !== 'alarm') return
  if (draft.notes.length < NOTES_MAX)
    draft.notes.push({ atMs: tenths(now - draft.zero), level, code, text: clip(text) })
}

export const beginStep = (draft: Draft, step: ReportStep['step'], group: string, now: number): void => {
  if (draft.steps.length >= STEPS_MAX) return
  draft.steps.push({ step, group, fromMs: now - draft.zero, tookMs: null, ok: false })
}

/** Ends the latest open step of that name. */
export const endStep = (draft: Draft, name: ReportStep['step'], group: string, now: number, ok: boolean): void => {
  const at = draft.steps.findLastIndex(one => one.step === name && one.group === group && one.tookMs === null)
  const found = draft.steps[at]
  if (found !== undefined) draft.steps[at] = { ...found, tookMs: now - draft.zero - found.fromMs, ok }
}

const groupOf = (draft: Draft, group: GroupDraft): ReportGroup => {
  const { name, right, rule, epoch, servedUntil, servedFrom, servedBy, outcome, reason } = group
  return {
    name,
    right,
    rule,
    epoch,
    servedUntilMs: servedUntil === null ? null : tenths(servedUntil - draft.zero),
    servedFromMs: servedFrom === null ? null : tenths(servedFrom - draft.zero),
    servedBy,
    interruptionMs: servedUntil === null || servedFrom === null ? null : tenths(Math.max(0, servedFrom - servedUntil)),
    outcome,
    reason: reason === null ? null : clip(reason)
  }
}

const orNull = (ms: number | null): number | null => (ms === null ? null : tenths(ms))

const seenIn = (seen: ReportSeen): ReportSeen => ({
  ...seen,
  lastTokenMs: { serial: orNull(seen.lastTokenMs.serial), ethernet: orNull(seen.lastTokenMs.ethernet) },
  senseFellMs: orNull(seen.senseFellMs)
})

/** What became of the whole, and why it was not well. */
const verdictOf = (draft: Draft): { readonly outcome: ReportOutcome; readonly reason: string | null } => {
  if (draft.fenceProblem !== null) return draft.fenceProblem
  const bad = draft.groups.find(({ outcome }) => outcome !== 'served' && outcome !== 'handed-over')
  if (bad === undefined) return { outcome: 'done', reason: null }
  return { outcome: bad.outcome === 'not-taken' ? 'given-up' : 'failed', reason: bad.reason }
}

/** `ending`: `null` = it has come to its end; else what else it is. */
export const finished = (
  draft: Draft,
  board: BoardId,
  life: string,
  now: number,
  ending: 'under-way' | 'cut-short' | null
): Unnumbered => {
  const verdict = ending === null ? verdictOf(draft) : { outcome: ending, reason: null }
  return {
    board,
    kind: draft.kind,
    outcome: verdict.outcome,
    reason: verdict.reason === null ? null : clip(verdict.reason),
    wallSeconds: draft.wallSeconds,
    zeroAtMs: tenths(draft.zero),
    life,
    beganMs: tenths(draft.beganAt - draft.zero),
    endedMs: ending === 'under-way' ? null : tenths(now - draft.zero),
    decision: draft.decision,
    seen: draft.seen === null ? null : seenIn(draft.seen),
    confirmedBy: draft.confirmedBy,
    steps: [...draft.detection, ...draft.fence, ...draft.steps].map(step => ({
      ...step,
      fromMs: tenths(step.fromMs),
      tookMs: step.tookMs === null ? null : tenths(step.tookMs)
    })),
    groups: draft.groups.map(group => groupOf(draft, group)),
    notes: draft.notes
  }
}
