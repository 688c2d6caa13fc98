// What sense, loop and relay prove about the peer's power (R3). Asked by fencing at every step; the only place that says "confirmed".
import type { Context } from './context.js'
import { reached, remember, report, timingOf } from './context.js'
import { QUIET_INTERVALS } from './silence.js'
import type { CoreState } from './state.js'

const COINCIDENT_INTERVALS = 3
/** So many changes of the sense line within this time are a loose wire, not a supply. */
const FLICKER_CHANGES = 5
const FLICKER_MS = 1000

/** `wait`: may still come; `never`: cannot be confirmed as things stand, and why. */
export type Evidence =
  | { readonly kind: 'confirmed'; readonly by: 'sense and loop' | 'sense' | 'time' | 'agent' }
  | { readonly kind: 'wait'; readonly reason: string }
  | { readonly kind: 'never'; readonly reason: string }

const wait = (reason: string): Evidence => ({ kind: 'wait', reason })
const never = (reason: string): Evidence => ({ kind: 'never', reason })

/** The proof of R4 that counts for today's wiring, or null. It counts once it is on the card, and no longer as soon as it is void. */
export const validProof = ({ durable, stored, settings }: CoreState): CoreState['durable']['proof'] => {
  const { fingerprint } = settings.wiring
  return durable.proof?.wiring === fingerprint && stored.proof?.wiring === fingerprint ? durable.proof : null
}

/** The power sense line reads off, and nothing has shown that it lies. A hint: what it proves is weighed below. */
export const readsPowerless = ({ input }: CoreState): boolean => input.sense === false && !input.senseDistrusted

/** How a fencing would be confirmed now, for status. */
export const confirmationOf = (state: CoreState): 'sense and loop' | 'sense' | 'time' | 'agent' | 'nothing' => {
  const { wiring } = state.settings
  const { input } = state
  if (wiring.fence === 'none') return 'nothing'
  if (wiring.sense && !input.senseDistrusted) {
    if (!wiring.loop) return 'sense'
    if (input.loop === true) return 'sense and loop'
  }
  if (wiring.fence === 'agent') return 'agent'
  return wiring.sense ? 'nothing' : 'time'
}

/** Sense, known to agree with tokens, fell together with the last fresh token on all links (R3 coincident). */
export const fellWithTokens = (state: CoreState): boolean => {
  const { input, peer } = state
  const window = COINCIDENT_INTERVALS * state.settings.timing.tokenIntervalMs
  return input.senseAgreed && peer.lastFreshAt !== null && Math.abs(input.senseSince - peer.lastFreshAt) <= window
}

/** Sense fell by what we did, or together with the last token on all links (R3, pairs without a loop). */
const fellForAReason = (state: CoreState): boolean => {
  const { fence, input } = state
  const caused = fence.senseOnAtOrder && input.senseSince >= fence.orderedAt
  const coincident = fellWithTokens(state)
  return caused || coincident
}

/**
 * The peer echoed a number that was sent after sense fell: last words, or the line lies. Where the relay works the supply has run down by the
 * end of this wait; where it does not, another token comes and tells (R3).
 */
const heardAfterFall = (context: Context): boolean => {
  const { fence, input, peer, settings } = context.state
  const { relayActMs, holdUpMs, tokenIntervalMs } = settings.timing
  const quietMs = QUIET_INTERVALS * tokenIntervalMs
  const { echoedSentAt, lastFreshAt, lastWordAt } = peer
  // A word that is not fresh may have waited in a buffer: then there is silence behind it.
  if (lastWordAt !== null && lastWordAt > input.senseSince && !reached(context, lastWordAt + quietMs)) return true
  if (echoedSentAt === null || lastFreshAt === null || echoedSentAt < input.senseSince) return false
  return !reached(context, Math.max(fence.drivenAt + relayActMs + holdUpMs, lastFreshAt) + quietMs)
}

const senseEvidence = (context: Context): Evidence => {
  const { state } = context
  const { fence, input, settings } = state
  const { settleMs } = settings.timing
  if (input.sense !== false) return wait('the power sense line still reads on')
  // The drill shows whether the line was mended: it must fall by our cut.
  const drilled = fence.purpose === 'proof' && input.senseSince >= fence.orderedAt
  if (input.senseDistrusted && !drilled) return never('the power sense line is distrusted')
  if (heardAfterFall(context)) return wait('the peer was heard after its power sense line fell')
  if (settings.wiring.loop) {
    if (input.loop !== true) return never('the harness loop is open: sense proves nothing')
    if (!reached(context, Math.max(input.senseSince, input.loopSince, state.countFrom) + settleMs))
      return wait('sense settles')
    return { kind: 'confirmed', by: 'sense and loop' }
  }
  if (!fellForAReason(state)) return never('sense read off before, and no harness loop shows that its wire is whole')
  if (!reached(context, Math.max(input.senseSince, state.countFrom) + settleMs)) return wait('sense settles')
  return { kind: 'confirmed', by: 'sense' }
}

/**
 * Is the peer's power off, now, for certain? Weighed anew at every call. Source: R3.
 * "On" vetoes everything. Time alone counts only where no sense line is fitted and the pair was proved so,
 * or is being proved or confirmed by the operator right now.
 */
export const weighEvidence = (context: Context): Evidence => {
  const { state } = context
  const { fence, input, settings } = state
  const { timing, wiring } = settings
  if (!fence.relayOn) return wait('the relay is not driven')
  if (state.draining) return wait('this board stood still: the wires are looked at anew')
  if (wiring.sense && input.sense === true && fence.purpose !== null && fence.agentConfirmed) {
    return wait('the fence agent says off, but the power sense line reads on')
  }
  if (fence.agentConfirmed && input.sense !== true) {
    // The outlet is off; the supply behind it may hold up a while longer.
    if (!reached(context, fence.agentConfirmedAt + timing.holdUpMs)) return wait("the peer's supply runs down")
    return { kind: 'confirmed', by: 'agent' }
  }
  if (wiring.fence === 'agent' && !wiring.sense) return wait('the fence agent has not confirmed')
  if (!reached(context, fence.drivenAt + timing.relayActMs)) return wait('the contact moves')
  if (wiring.sense) {
    const evidence = senseEvidence(context)
    return evidence.kind === 'never' && wiring.fence === 'agent' ? wait(evidence.reason) : evidence
  }
  const byTime = fence.purpose === 'proof' || fence.operatorUntil > 0 || validProof(state)?.bySense === false
  if (!byTime) return never('no power sense line is fitted, and the pair was not proved without one')
  if (!reached(context, fence.drivenAt + timing.holdMs)) return wait('the relay holds')
  // What came while this board stood still, or while its links were drained, was not read: it listens anew.
  if (state.countFrom > fence.drivenAt && !reached(context, state.countFrom + timing.deadMs))
    return wait('this board stood still: it listens anew')
  return { kind: 'confirmed', by: 'time' }
}

/** The line says nothing about the peer's power any more, nor does the proof that was made with it (R3, R4). */
const distrust = (context: Context, why: string): void => {
  const { input, durable } = context.state
  if (input.senseDistrusted) return
  input.senseDistrusted = true
  input.senseAgreed = false
  report(context, 'alarm', 'sense-distrusted', `${why}: check its wire, then \`baton fence prove\``)
  if (durable.proof !== null) remember(context, { proof: null })
}

/** Changes of the line since that instant; at most five are remembered. */
export const senseChangesSince = (state: CoreState, at: number): number =>
  state.input.senseChanges.filter(changedAt => changedAt >= at).length

/** The sense input changed. */
export const senseChanged = (context: Context, on: boolean): void => {
  const { input } = context.state
  if (input.sense === null || input.sense === on) return
  input.sense = on
  input.senseSince = context.now
  input.senseChanges = [context.now, ...input.senseChanges].slice(0, FLICKER_CHANGES)
  const first = input.senseChanges[FLICKER_CHANGES - 1]
  if (first !== undefined && context.now - first <= FLICKER_MS) distrust(context, 'the power sense line flickers')
}

export const loopChanged = (context: Context, whole: boolean): void => {
  const { input } = context.state
  if (input.loop === null || input.loop === whole) return
  input.loop = whole
  input.loopSince = context.now
  if (whole) report(context, 'notice', 'harness-whole', 'the harness loop is closed again')
  else
    report(
      context,
      'alarm',
      'harness-open',
      'the harness to the peer is pulled or cut: its power cannot be proved off; push it in'
    )
}

/**
 * A fresh token came: does sense agree? The peer lives if the number that it echoes was sent after sense fell
 * (plus the time for which its supply may hold up). Then the line lies: distrusted, alarm, proof void (R3).
 */
export const compareSenseWithToken = (context: Context, echoSentAt: number): void => {
  const { state } = context
  const { input } = state
  if (input.sense === null || input.senseDistrusted) return
  if (input.sense) {
    input.senseAgreed = true
    return
  }
  if (echoSentAt <= input.senseSince + timingOf(context).holdUpMs) return
  distrust(context, 'the power sense line reads off while the peer is heard')
}
