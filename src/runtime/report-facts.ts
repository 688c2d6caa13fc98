// What a report says about the beginning: what was seen, and which decision by which rule. Read from the core's state; decides nothing.
// Called by report-builder.ts in the step in which something begins. Pure.
import type { Effect } from '../core/effect.js'
import type { CoreEvent } from '../core/event.js'
import { takeable } from '../core/fit.js'
import { firingSlot } from '../core/silence.js'
import type { CoreState, RightBy } from '../core/state.js'
import type { ReportDecision, ReportGroup, ReportSeen, ReportStep } from '../port/takeover-report.js'

const since = (at: number | null, zero: number): number | null => (at === null ? null : at - zero)

export const seenOf = (state: CoreState, zero: number): ReportSeen => {
  const { input, links } = state
  return {
    lastTokenMs: {
      serial: since(links.serial.lastFreshAt, zero),
      ethernet: since(links.ethernet.lastFreshAt, zero)
    },
    senseFellMs: input.sense === false ? input.senseSince - zero : null,
    sense: input.sense,
    senseTrusted: !input.senseDistrusted,
    loop: input.loop,
    lanUp: input.lanUp
  }
}

const decided = (code: string, rules: readonly string[], text: string): ReportDecision => ({ code, rules, text })

/** Silence after the peer was heard: who fires when (R9), and what for (R13). */
const silenceDecision = (state: CoreState): ReportDecision => {
  const { deadMs } = state.settings.timing
  if (takeable(state).length === 0)
    return decided('protect', ['R13', 'R9'], 'the peer is silent: its power is cut to protect what is served here')
  const place = firingSlot(state)
  return place === 0
    ? decided(
        'silence-senior',
        ['R9'],
        `silence for the dead time (${deadMs} ms): this board is senior, it fires first`
      )
    : decided('silence-later', ['R9'], `silence: this board fires after the other's head start (place ${place + 1})`)
}

const holdDecision = (state: CoreState): ReportDecision =>
  state.peer.lastFreshAt === null
    ? decided('peer-without-power', ['R8', 'R3'], 'this board started alone, the peer has no power: it is held off')
    : decided('sense-fell', ['R9', 'R3'], 'power sense fell and all links were silent: the peer is held off')

export const fenceDecision = (state: CoreState): ReportDecision => {
  const { counted, purpose } = state.fence
  switch (purpose) {
    case 'proof':
      return decided('fence-prove', ['R4'], 'ordered: `baton fence prove`')
    case 'operator':
      return decided('fence-off', ['R3'], 'ordered: `baton fence off`')
    case 'confirm':
      return decided('confirm', ['R2c'], 'the operator confirmed that the peer is off')
    case 'left-off':
      return decided('left-off', ['R8'], 'the peer got its power back and was not heard: it is left off')
    case 'hold':
      return holdDecision(state)
    case 'cycle':
      return decided(
        'cycle',
        ['R13', 'R8'],
        'the peer is silent, and it alone has a current copy: cut once and given back'
      )
    case 'takeover':
    case null:
      return counted
        ? decided('start-silence', ['R8'], "this board started into silence and listened longer than a peer's boot")
        : silenceDecision(state)
  }
}

const MOVES: readonly string[] = ['switchover-asked', 'moving', 'disk-failed', 'reset-ordered']

/** Why a group leaves this board: the order, or what was reported in the same step. */
export const releaseDecision = (state: CoreState, event: CoreEvent, effects: readonly Effect[]): ReportDecision => {
  for (const effect of effects) {
    if (effect.kind === 'report' && MOVES.includes(effect.report.code))
      return decided(effect.report.code, ['R2a'], effect.report.text)
  }
  if (state.leaving !== null) return decided('leave', ['R2a'], 'this board is being shut down')
  if (event.kind === 'operatorAsked') return decided('operator', ['R2a'], 'ordered by the operator on this board')
  if (state.recovery !== null) return decided('recover', ['R2a'], 'a step of the recovery to normal')
  return decided('release', ['R2a', 'R6'], "the right to it is the other board's, or was not found here")
}

export const claimDecision = (rightBy: RightBy | null): ReportDecision => {
  switch (rightBy) {
    case 'grant':
      return decided('granted', ['R2a'], 'the peer released it and granted it to this board')
    case 'resume':
      return decided('resume', ['R2a'], 'both boards hold nothing and agree that it is ours: taken again')
    case 'confirm':
      return decided('confirm', ['R2c'], 'the operator confirmed that the peer is off')
    case 'fencing':
    case null:
      return decided('held-off', ['R2b', 'R3'], 'the peer was proved off before, and is still held off')
  }
}

export const RULE_OF_RIGHT: Readonly<Record<RightBy, NonNullable<ReportGroup['rule']>>> = {
  grant: 'R2a',
  resume: 'R2a',
  fencing: 'R2b',
  confirm: 'R2c'
}

const step = (name: ReportStep['step'], from: number, to: number | null, zero: number, ok = true): ReportStep => ({
  step: name,
  fromMs: from - zero,
  tookMs: to === null ? null : to - from,
  ok: ok && to !== null
})

/** From the last token until the relay's intent: the silence that was needed, then the wait for this board's turn (R9). */
export const detectionSteps = (state: CoreState, zero: number): readonly ReportStep[] => {
  const { purpose, startedAt } = state.fence
  const { lastFreshAt } = state.peer
  if (lastFreshAt === null || (purpose !== 'hold' && purpose !== 'takeover' && purpose !== 'cycle')) return []
  const bySense = purpose === 'hold'
  const detectedAt = bySense ? startedAt : Math.min(startedAt, lastFreshAt + state.settings.timing.deadMs)
  const detection = step('detection', lastFreshAt, detectedAt, zero)
  return bySense ? [detection] : [detection, step('wait', detectedAt, startedAt, zero)]
}

/** The relay's steps as far as they have come; asked anew at each change of phase. `now`: the change. */
export const fenceSteps = (state: CoreState, zero: number, now: number): readonly ReportStep[] => {
  const { fence } = state
  const { confirmedAt, drivenAt, orderedAt, phase, startedAt } = fence
  const failed = phase === 'failed' || phase === 'idle'
  const reachedRelay = phase !== 'storing' && orderedAt >= startedAt
  const reachedWaiting = reachedRelay && drivenAt >= orderedAt
  const ended = failed ? now : null
  const steps = [step('store', startedAt, reachedRelay ? orderedAt : ended, zero, reachedRelay)]
  if (!reachedRelay) return steps
  steps.push(step('relay', orderedAt, reachedWaiting ? drivenAt : ended, zero, reachedWaiting))
  if (!reachedWaiting || fence.purpose === 'left-off') return steps
  const confirmed = confirmedAt >= startedAt && confirmedAt > 0
  steps.push(step('confirmation', drivenAt, confirmed ? confirmedAt : ended, zero, confirmed))
  return steps
}
