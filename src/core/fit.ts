// May and can this board act for its groups (R4, R5, R12, R13, R14)? One sentence each, the same for decisions and for people.
import { durableGroup, groupOf, peerOf, storageOk, storedGroup } from './context.js'
import { validProof } from './evidence.js'
import { lostCopy, waitingMirrors, whyNoClaim } from './mirror.js'
import { isHeard, peerGroup, sameConfiguration } from './silence.js'
import type { CoreState } from './state.js'
import { type BoardId, isHolding, type Mode } from './types.js'

/** Foreign frames forbid automatic fencing for this long, or three dead times. */
const FOREIGN_MS = 10_000

const STRICTNESS: Readonly<Record<Mode, number>> = { auto: 0, manual: 1, maintenance: 2 }

export const stricter = (x: Mode, y: Mode): Mode => (STRICTNESS[x] >= STRICTNESS[y] ? x : y)

/** While a change of mode is under way, the stricter of both counts (R14). */
export const effectiveMode = (state: CoreState): Mode => {
  const { modeAsk, durable } = state
  const own = modeAsk === null ? durable.mode : stricter(modeAsk.previous, modeAsk.mode)
  const theirs = state.peer.token
  return theirs !== null && theirs.modeNumber > durable.modeNumber ? stricter(own, theirs.mode) : own
}

/** Who has the right to a group by the highest durable epoch and grant that this board knows. */
export const ownerOf = (state: CoreState, group: string): BoardId => {
  const { epoch, grant } = storedGroup(state, group)
  return grant > 0 ? peerOf(state) : epoch.board
}

export const holdsHere = (state: CoreState, group: string): boolean => {
  const { phase } = groupOf(state, group)
  return phase !== 'standby' && phase !== 'failed' && phase !== 'granting' && phase !== 'claiming'
}

export const hasLooked = (state: CoreState): boolean =>
  Object.values(state.groups).every(group => group.phase !== 'unknown')

/** Why this board would not take the group even with a right; null = it would. */
export const whyNotTake = (state: CoreState, group: string): string | null => {
  const view = groupOf(state, group)
  if (state.leaving !== null) return 'this board is being shut down'
  if (state.durable.evidence[group] !== undefined)
    return 'it was stopped with evidence of two holders; `baton recover` clears it'
  if (view.phase === 'unknown') return 'this board has not looked yet what it holds'
  if (view.phase === 'failed') return `it could not be served here: ${view.problem ?? 'unknown reason'}`
  if (view.phase !== 'standby') return 'it is held here'
  if (view.cannotServe !== null) return `it could not be served here: ${view.cannotServe}`
  if (!view.diskSeen) return 'its disk cannot be reached from here'
  return whyNoClaim(state, group)
}

/** This board could serve the group now, as told to the peer. */
export const isFit = (state: CoreState, group: string): boolean => {
  const { phase } = groupOf(state, group)
  const able = phase === 'active' || whyNotTake(state, group) === null
  return able && storageOk(state) && state.input.lanUp && state.leaving === null
}

/** Why the peer could not take the group by a grant now; null = it could. */
export const whyNotGrant = (state: CoreState, group: string, now: number): string | null => {
  const token = state.peer.token
  const theirs = peerGroup(state, group)
  if (!isHeard(state, now) || token === null || theirs === null) return 'the peer is not heard'
  if (!sameConfiguration(state)) return 'the two boards have different configurations'
  if (token.stateBad) return "the peer's durable state is not in order"
  if (token.restarting) return "the peer's daemon restarts"
  if (theirs.role === 'unknown') return 'the peer has not looked yet what it holds'
  if (theirs.role === 'failed') return 'the peer could not serve it either; see its status'
  if (theirs.role !== 'standby') return 'the peer holds it'
  if (!theirs.diskSeen) return 'the peer cannot reach its disk'
  if (groupOf(state, group).mirror !== null && theirs.copy !== 'current' && theirs.copy !== 'alone')
    return "the peer's copy of the disk is not current"
  if (!theirs.fit) return 'the peer is not fit (see its status)'
  if (!storageOk(state)) return `the durable state here is not in order: ${state.storageProblem}`
  if (state.fence.phase !== 'idle' && state.fence.phase !== 'failed')
    return "the peer's power is being switched from here"
  return null
}

/** Groups that a right to everything of the peer would bring here. */
export const takeable = (state: CoreState): readonly string[] =>
  state.settings.groups.map(group => group.name).filter(name => whyNotTake(state, name) === null)

/** What is served from the peer's copy is not protected by cutting the peer. */
const servesOwn = (state: CoreState, group: string): boolean => {
  const { phase } = groupOf(state, group)
  return (phase === 'active' || phase === 'taking') && !lostCopy(state, group)
}

/**
 * This board serves a group, or is about to, that a silent, living peer might take from it: it may cut first, to protect it (R9, R13).
 * One that it gives up is none: whoever waits for it is not cut for that.
 */
export const servesHere = (state: CoreState): boolean =>
  state.settings.groups.some(({ name }) => servesOwn(state, name)) || waitingMirrors(state).length > 0

const foreignRecently = (state: CoreState, now: number): boolean =>
  state.peer.foreignAt !== null && now - state.peer.foreignAt < Math.max(FOREIGN_MS, 3 * state.settings.timing.deadMs)

/**
 * Why this board may not cut the peer's power by itself now, whatever for; null = it may (R4, R5, R6, R12, R14).
 * `mode`: another one than counts, to ask what only the mode forbids.
 */
export const whyNotCut = (state: CoreState, now: number, mode: Mode = effectiveMode(state)): string | null => {
  const { wiring } = state.settings
  const token = state.peer.token
  if (mode !== 'auto') return `the mode is ${mode}`
  if (!hasLooked(state)) return 'this board has not looked yet what it holds'
  if (!storageOk(state)) return `the durable state is not in order: ${state.storageProblem}`
  if (wiring.fence === 'none') return 'no relay and no fence agent is configured'
  if (validProof(state) === null) return 'the fence is not proved: run `baton fence prove`'
  if (token !== null && !sameConfiguration(state)) return 'the two boards have different configurations'
  if (foreignRecently(state, now)) return 'frames of a foreign key, version or board arrive'
  if (wiring.fence === 'relay' && wiring.loop && state.input.loop !== true) return 'the harness to the peer is open'
  if (wiring.fence === 'relay' && wiring.sense && state.input.senseDistrusted)
    return 'the power sense line is distrusted'
  if (wiring.sense && state.input.sense === null) return 'the power sense line cannot be read'
  return state.modeAsk === null ? null : 'a change of mode is under way'
}

/** Why this board would not fence the silent peer for a group now; null = it would (R13). */
export const whyNotFence = (state: CoreState, now: number): string | null => {
  const refused = whyNotCut(state, now)
  if (refused !== null) return refused
  if (takeable(state).length > 0 || servesHere(state)) return null
  const reasons = state.settings.groups.map(({ name }) => `${name}: ${whyNotTake(state, name)}`)
  return `there is nothing to take (${reasons.join('; ')})`
}

/** The peer says that it holds something of the group; `unknown` counts (R6). */
export const peerHolds = (state: CoreState, group: string): boolean => {
  const theirs = peerGroup(state, group)
  return theirs !== null && isHolding(theirs.role)
}

/** Highest epoch number that anybody was seen to use or grant; the next tenure is above it (R5). */
export const highestNumber = (state: CoreState, group: string): number => {
  const { epoch, grant } = durableGroup(state, group)
  const theirs = peerGroup(state, group)
  const { seenNumber } = groupOf(state, group)
  return Math.max(epoch.number, grant, seenNumber, theirs?.epoch.number ?? 0, theirs?.grant ?? 0)
}
