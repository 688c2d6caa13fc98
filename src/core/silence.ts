// How long the peer has been silent, who fires first, and what a stall of our own means (R9). Asked by takeover, fencing and describe.
import type { Context } from './context.js'
import { order, peerOf, report, selfOf, timingOf } from './context.js'
import type { CoreState } from './state.js'
import { type BoardId, isHolding, type TokenGroup } from './types.js'

/** Fresh token within this many intervals: the peer is heard. */
const HEARD_INTERVALS = 3
/** Silence on all links before anything may be done about it, also where sense fell (R9). */
export const QUIET_INTERVALS = 1.5
/** A planned restart of the peer's daemon is waited for this long at least. */
const RESTART_GRACE_MS = 5000

export const peerGroup = (state: CoreState, group: string): TokenGroup | null => {
  const index = state.settings.groups.findIndex(one => one.name === group)
  return state.peer.token?.groups[index] ?? null
}

/** The last fresh token is younger than three intervals (or the dead time, if that is shorter). */
export const isHeard = (state: CoreState, now: number): boolean => {
  const { tokenIntervalMs, deadMs } = state.settings.timing
  const { lastFreshAt } = state.peer
  return lastFreshAt !== null && now - lastFreshAt <= Math.min(HEARD_INTERVALS * tokenIntervalMs, deadMs)
}

/** The peer was heard in this life and not yet long enough ago to be dead. */
export const isRecentlyHeard = (state: CoreState, now: number): boolean => {
  const { lastFreshAt } = state.peer
  return lastFreshAt !== null && now - lastFreshAt <= state.settings.timing.deadMs
}

/** Turns are agreed only between two that have heard each other: until then the peer may know nothing of this life (R8). */
export const inStartSilence = ({ peer }: CoreState): boolean => peer.lastFreshAt === null || !peer.mutual

/** Both boards have the same configuration, by the newest token. Unknown counts as different. */
export const sameConfiguration = (state: CoreState): boolean => state.peer.token?.digest === state.settings.digest

/** Our own view of who is senior: the holder of the most important group that is held, then board a (R9). */
export const seniorOf = (state: CoreState): BoardId => {
  for (const { name } of state.settings.groups) {
    const phase = state.groups[name]?.phase
    if (phase === 'claiming' || phase === 'taking' || phase === 'active' || phase === 'releasing') return selfOf(state)
    const theirs = peerGroup(state, name)
    if (theirs !== null && theirs.role !== 'unknown' && isHolding(theirs.role)) return peerOf(state)
  }
  return 'a'
}

/** Keeps `senior` and since when; called once per step. */
export const noteSenior = (context: Context): void => {
  const { state, now } = context
  const senior = seniorOf(state)
  if (senior === state.senior) return
  state.senior = senior
  state.seniorSince = now
}

/** A board whose LAN failed, or that just stalled, has no head start; a junior that stalled has none to lose. */
const isDemoted = (state: CoreState): boolean => !state.input.lanUp || (state.stalled && state.senior === selfOf(state))

/**
 * Which head starts this board waits after the dead time. No two boards can have the same one:
 * agreed senior (or a, where nothing was heard yet) 0, agreed junior 1, demoted 2 and 3;
 * where the tokens did not agree: a 4, b 5, demoted 6 and 7.
 */
export const firingSlot = (state: CoreState): number => {
  const self = selfOf(state)
  const mine = state.senior
  // Agreed is only what the peer said after it heard our present view.
  const { token, tokenEchoSentAt } = state.peer
  const agreed = token === null || (token.senior === mine && tokenEchoSentAt >= state.seniorSince)
  const late = isDemoted(state) ? 2 : 0
  if (!agreed) return (self === 'a' ? 4 : 5) + late
  return (mine === self ? 0 : 1) + late
}

/** Keeps which turn is ours and since when; called in each step before anybody is judged. */
export const noteSlot = (context: Context): void => {
  const { state, now } = context
  const slot = firingSlot(state)
  if (slot === state.slot) return
  state.slot = slot
  state.slotSince = now
}

/** Silence is counted from here: the senior from the sending of its last token known to be received (R9). */
const silenceFrom = (state: CoreState, slot: number): number => {
  const { echoedSentAt, lastFreshAt } = state.peer
  const senior = slot === 0
  return (senior ? echoedSentAt : lastFreshAt) ?? state.startedAt
}

/** What forbids to fire before this instant although the turn has come: a late loop, a stall, words that still move on, a boot. */
const hinderedUntil = (state: CoreState, notBefore: number): number => {
  const { deadMs, tokenIntervalMs, latenessMs } = state.settings.timing
  const { echoAdvancedAt, resumedAt } = state.peer
  const quietMs = QUIET_INTERVALS * tokenIntervalMs
  return Math.max(
    notBefore,
    state.slotSince,
    // After a stall silence is counted anew.
    state.countFrom + deadMs,
    // Late loops on both sides can make an echo as old as a short dead time while all is well: then it still moves on.
    Math.max(echoAdvancedAt, resumedAt) + quietMs + latenessMs,
    state.hiccupAt + quietMs
  )
}

/** Both boards' turns come again after it. */
export const roundMsOf = ({ settings }: CoreState): number => 2 * (settings.timing.deadMs + settings.timing.headStartMs)

/**
 * How much later than its turn a board may fire and still not meet the other's: the later turns keep a dead time for two directions
 * that fall silent one after the other; what of it these two did not use is left. The first turn has nothing to spare.
 */
const spareMs = (state: CoreState, slot: number): number => {
  const { echoedSentAt, lastFreshAt } = state.peer
  if (slot === 0 || echoedSentAt === null || lastFreshAt === null) return 0
  return Math.max(0, state.settings.timing.deadMs - (lastFreshAt - echoedSentAt))
}

/**
 * Instant at which silence on all links makes this board fire, if nothing is heard until then. For a peer that was heard in this life.
 * Both boards count their turns from the last token between them: one that is gone comes again after one of the other's, never in it (R9).
 * `notBefore`: this board is not fit to fire before it.
 */
export const firesAt = (state: CoreState, notBefore: number): number => {
  const { timing } = state.settings
  const { headStartMs } = timing
  const deadMs = state.peer.token?.restarting ? Math.max(timing.deadMs, RESTART_GRACE_MS) : timing.deadMs
  const slot = firingSlot(state)
  // The two directions of a half-pulled plug may fall silent up to a dead time apart: every later slot waits for that, too.
  const turnAt = silenceFrom(state, slot) + deadMs * Math.max(1, slot) + slot * headStartMs
  const roundMs = roundMsOf(state)
  const freeAt = hinderedUntil(state, notBefore)
  const rounds = Math.max(0, Math.ceil((freeAt - turnAt - spareMs(state, slot)) / roundMs))
  return Math.max(freeAt, turnAt + rounds * roundMs)
}

/** How late the relay may move after the turn came: beyond it the other's turn is near (R9). */
export const graceMs = (state: CoreState): number =>
  state.settings.timing.latenessMs + spareMs(state, firingSlot(state))

/** Instant at which all links have been silent for 1.5 intervals: before it a fallen sense line moves nothing (R9). */
export const senseCountsAt = (state: CoreState): number =>
  Math.max(state.peer.lastFreshAt ?? state.startedAt, state.peer.lastWordAt ?? 0, state.countFrom) +
  QUIET_INTERVALS * state.settings.timing.tokenIntervalMs

/** Later than the head start allows for: what came meanwhile is read first, before anybody is judged (R9). */
const noticeLateness = (state: CoreState, now: number, latenessMs: number): void => {
  if (now - state.wakeAt <= latenessMs) return
  state.hiccupAt = now
}

/** A late loop is a stall of our own: drain the links and count anew before anybody is judged (R9). Called first in each step. */
export const noticeStall = (context: Context): boolean => {
  const { state, now } = context
  const { latenessMs, stallMs } = timingOf(context)
  if (!state.begun) return false
  noticeLateness(state, now, latenessMs)
  if (now - state.lastStepAt <= stallMs) return false
  const lateMs = Math.round(now - state.lastStepAt)
  state.stalled = true
  state.countFrom = now
  if (!state.draining) {
    state.draining = true
    order(context, { kind: 'drainLinks' })
  }
  report(context, 'warning', 'stalled', `this board stood still for ${lateMs} ms: silence is counted anew`)
  return true
}

export const linksDrained = (context: Context): void => {
  context.state.draining = false
  context.state.countFrom = context.now
}
