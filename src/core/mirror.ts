// What is known of the two copies of a mirrored disk, and who may say so (R7). Asked by fit, token, takeover and describe; changes nothing.
import { durableGroup, groupOf, selfOf, storedGroup } from './context.js'
import { isHeard, peerGroup, sameConfiguration } from './silence.js'
import type { CoreState, GroupPhase } from './state.js'
import { type Copy, type DurableMirror, type Epoch, isHolding } from './types.js'

/** Our board may be writing: its words about the peer's copy are those of the holder. */
const HOLDS: ReadonlySet<GroupPhase> = new Set(['taking', 'active', 'releasing', 'stuck'])

export const holdsMirror = (state: CoreState, group: string): boolean => HOLDS.has(groupOf(state, group).phase)

/**
 * What the record says: `stored` = on the card, and nothing else is on its way there; `moving` = wanted, on its way, or not yet gone.
 * A word that was taken back and is wanted again may lie on the card, and the taking back still be under way.
 */
const says = (state: CoreState, group: string, which: DurableMirror['says']): 'no' | 'moving' | 'stored' => {
  const count = (says: DurableMirror['says'] | undefined): number => (says === which ? 1 : 0)
  let found = count(storedGroup(state, group).mirror?.says) + count(durableGroup(state, group).mirror?.says)
  for (const { durable } of state.pending) found += count(durable.groups[group]?.mirror?.says)
  if (found === 0) return 'no'
  return found === state.pending.length + 2 ? 'stored' : 'moving'
}

/** On the card, and not about to be cleared: I alone am current. */
export const isAlone = (state: CoreState, group: string): boolean => says(state, group, 'alone') === 'stored'

/** "I alone am current", said of the copy that is here now. */
export const aloneNow = (state: CoreState, group: string, epoch: Epoch): DurableMirror => {
  const copy = groupOf(state, group).mirror?.seen?.copy ?? null
  return copy === null ? { says: 'alone', epoch } : { says: 'alone', epoch, copy }
}

/** Our record says "I alone", and speaks of a copy on another disk than the one that is here. */
export const speaksOfAnother = (state: CoreState, group: string): boolean => {
  const record = durableGroup(state, group).mirror
  const copy = groupOf(state, group).mirror?.seen?.copy ?? null
  return record?.says === 'alone' && record.copy !== undefined && copy !== null && record.copy !== copy
}

/** "I alone" counts for the very copy that it spoke of. */
const whyNotThisOne = (state: CoreState, group: string): string | null => {
  if (speaksOfAnother(state, group))
    return 'the disk on this board is not the one whose copy alone was current: put that one back'
  const unknown = (groupOf(state, group).mirror?.seen?.copy ?? null) === null
  return unknown && durableGroup(state, group).mirror?.copy !== undefined
    ? 'it is not known yet whether the disk on this board is the one whose copy alone was current'
    : null
}

/** On the card for certain: the holder may go on without this copy. */
export const isOutdated = (state: CoreState, group: string): boolean => says(state, group, 'outdated') === 'stored'

/** The record says so, or is about to, or has just been told not to: whoever hears of it must not count on being equal. */
const isAloneAtAll = (state: CoreState, group: string): boolean => says(state, group, 'alone') !== 'no'

/** Our own copy cannot be used, or not without the other one. */
export const lostCopy = (state: CoreState, group: string): boolean => {
  const disk = groupOf(state, group).mirror?.seen?.disk
  return disk === 'failed' || disk === 'inconsistent'
}

/** The driver waits for our word, and I/O with it. */
export const mirrorWaits = (state: CoreState, group: string): boolean =>
  (groupOf(state, group).mirror?.question ?? 0) > 0 && holdsMirror(state, group)

/** Held here, and not yet going on alone: without the peer they would stand still. */
export const boundMirrors = (state: CoreState): readonly string[] =>
  state.settings.groups
    .map(({ name }) => name)
    .filter(name => groupOf(state, name).mirror !== null && holdsMirror(state, name) && !isAlone(state, name))

/**
 * Served here without the other copy, and nobody asked: the mirror itself has it for outdated or incomplete (parted in order, or lost in
 * the middle of its resync). What is written now is here alone, and no record says so yet.
 */
export const goesOnUnasked = (state: CoreState, group: string): boolean => {
  const { mirror, phase } = groupOf(state, group)
  if (mirror === null || mirror.seen === null || mirror.question > 0 || phase !== 'active') return false
  const { connected, disk, splitBrain } = mirror.seen
  return !connected && disk === 'upToDate' && !splitBrain && !isAlone(state, group)
}

/** They need the end of the peer's copy: their I/O waits for it, or goes on already without a record of it. */
export const waitingMirrors = (state: CoreState): readonly string[] =>
  state.settings.groups
    .map(({ name }) => name)
    .filter(name => (mirrorWaits(state, name) && !lostCopy(state, name)) || goesOnUnasked(state, name))

/**
 * R7: why this board does not know that its copy is current; null = it knows, or there is no mirror. Either a durable record says "I alone am current",
 * or in this boot the holder said so (or both copies were seen equal) and nothing withdrew it since.
 */
export const whyNoClaim = (state: CoreState, group: string): string | null => {
  const { mirror } = groupOf(state, group)
  if (mirror === null) return null
  const { seen } = mirror
  if (seen === null) return 'its mirror has not been looked at yet'
  if (seen.splitBrain) return 'both copies of its disk were written (split brain)'
  if (seen.disk === 'failed') return 'its disk on this board has failed'
  if (seen.resync?.to === 'here')
    return `the copy on this board is being brought up to date (${seen.resync.percent} %): wait for the end of the resync`
  if (seen.disk === 'inconsistent') return 'the copy on this board is incomplete: its resync did not end'
  if (isAlone(state, group)) return whyNotThisOne(state, group)
  if (says(state, group, 'outdated') !== 'no')
    return 'the copy on this board is outdated: the other one went on without it'
  if (!mirror.current) return 'nobody has said since the boot of this board that its copy is current'
  return seen.disk === 'upToDate' ? null : `the copy on this board is ${seen.disk}`
}

/** For the token: what our own copy is. "Outdated" is said only when it is durable, "alone" as long as it may be. */
export const copyOf = (state: CoreState, group: string): Copy => {
  const { mirror } = groupOf(state, group)
  if (mirror === null) return 'unknown'
  // A disk that does not answer keeps nobody from taking the other copy: only a person does that.
  if (isAloneAtAll(state, group)) return mirror.seen?.disk === 'failed' ? 'unknown' : 'alone'
  if (isOutdated(state, group)) return 'outdated'
  return whyNoClaim(state, group) === null ? 'current' : 'unknown'
}

/** On the card: our copy, which alone may have been current, is gone. What the other one lacks it has lost for good. */
const lostTheOnly = (state: CoreState, group: string): boolean => {
  const record = durableGroup(state, group).mirror
  return (record?.says === 'outdated' && record.epoch.board === selfOf(state)) || speaksOfAnother(state, group)
}

/**
 * For the token: what the holder says of the peer's copy. "Current" only when no record of ours says "alone" any more (R7). Of a board that holds
 * nothing only the one whose own, newer copy is gone says a word: "outdated", whoever the epochs call the last holder.
 */
export const peerCopyOf = (state: CoreState, group: string): Copy => {
  const { mirror } = groupOf(state, group)
  const seen = mirror?.seen ?? null
  if (mirror === null || seen === null) return 'unknown'
  if (!holdsMirror(state, group)) return lostTheOnly(state, group) ? 'outdated' : 'unknown'
  if (isAloneAtAll(state, group) || goesOnUnasked(state, group)) return 'outdated'
  // Without a copy of our own the peer's is the only one, whatever is wrong with it: it is not to give it up.
  const behind = lostCopy(state, group) ? 'unknown' : 'outdated'
  if (mirror.question > 0) return behind
  if (!seen.connected || seen.peerDisk === 'unknown') return 'unknown'
  // One that ours is brought up to date from has everything.
  return seen.peerDisk === 'upToDate' && seen.resync?.to !== 'peer' ? 'current' : behind
}

/** The replication link shows both copies equal, and nothing is being copied. */
export const areEqual = (state: CoreState, group: string): boolean => {
  const seen = groupOf(state, group).mirror?.seen ?? null
  if (seen === null || seen.splitBrain || !seen.connected || seen.resync !== null) return false
  return seen.disk === 'upToDate' && seen.peerDisk === 'upToDate'
}

/** The peer's words about its copy, if they count now. */
export const peerCopySaid = (state: CoreState, group: string, now: number): Copy => {
  const heard = isHeard(state, now) && sameConfiguration(state)
  return heard ? (peerGroup(state, group)?.copy ?? 'unknown') : 'unknown'
}

/** The peer, which holds nothing, has on its card that its copy is outdated, and said so after our question and after our last word to the contrary. */
export const peerIsOutdated = (state: CoreState, group: string): boolean => {
  const { mirror } = groupOf(state, group)
  const theirs = peerGroup(state, group)
  if (mirror === null || theirs === null || !sameConfiguration(state)) return false
  const since = Math.max(mirror.askedAt, mirror.saidAt)
  return theirs.copy === 'outdated' && !isHolding(theirs.role) && state.peer.tokenEchoSentAt > since
}

/** Our owner's copy cannot serve and will not by itself: whoever has a current one gets the group. */
export const shouldHandOver = (state: CoreState, group: string, now: number): boolean => {
  const { mirror } = groupOf(state, group)
  if (mirror === null || mirror.seen === null || whyNoClaim(state, group) === null) return false
  // Neither of two copies that went their own way is handed over: a person chooses.
  if (mirror.seen.splitBrain || state.durable.evidence[group] !== undefined) return false
  const theirs = peerCopySaid(state, group, now)
  if (theirs === 'alone') return true
  const { connected, disk } = mirror.seen
  const apart = !connected && now >= mirror.linkSince + state.settings.timing.answerMs
  return theirs === 'current' && (disk === 'failed' || says(state, group, 'outdated') !== 'no' || apart)
}

/** Both went their own way, and neither has been given up: only an operator's override, or a lie, can bring that about. */
export const areSplit = (state: CoreState, group: string, now: number): boolean => {
  const { mirror } = groupOf(state, group)
  if (mirror === null) return false
  if (durableGroup(state, group).mirror?.says === 'outdated') return false
  const theirs = peerCopySaid(state, group, now)
  if (mirror.seen?.splitBrain === true) return theirs !== 'outdated'
  return isAlone(state, group) && !speaksOfAnother(state, group) && theirs === 'alone'
}
