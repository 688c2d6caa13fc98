// What people read about mirrored disks: one sentence each, from what the core knows. Used by describe, unserved and the panel. Reads only.
import { durableGroup, groupOf, isMirrored, peerOf, selfOf } from './context.js'
import { whyNotCycle } from './cycle.js'
import { effectiveMode, whyNotFence } from './fit.js'
import { areEqual, isAlone, lostCopy, mirrorWaits, peerCopySaid, whyNoClaim } from './mirror.js'
import { isRecentlyHeard, peerGroup } from './silence.js'
import type { CoreState } from './state.js'

/** What a person does about two copies that went their own way. */
const chooseWords = (group: string): string =>
  `compare the data; then \`baton discard-copy ${group}\` where it may be lost, and \`baton recover\` on the other board`

/** One sentence about the copies where something is not as it should be; null = they are equal, or there is no mirror. */
export const mirrorProblem = (state: CoreState, group: string, now: number): string | null => {
  if (!isMirrored(state, group)) return null
  const seen = groupOf(state, group).mirror?.seen ?? null
  if (seen === null) return 'its mirror has not been looked at yet'
  if (mirrorWaits(state, group)) {
    const lost = `its copy on board ${selfOf(state)} is ${seen.disk}, and the one on board ${peerOf(state)} cannot be reached`
    return `its I/O STANDS STILL: ${lostCopy(state, group) ? lost : whyWaits(state, now)}`
  }
  if (seen.splitBrain)
    return `both copies of its disk were written (split brain): they are not connected; ${chooseWords(group)}`
  if (seen.disk === 'failed') return `its disk on board ${selfOf(state)} has failed`
  if (seen.resync !== null) {
    const where = seen.resync.to === 'here' ? selfOf(state) : peerOf(state)
    return `resync under way: the copy on board ${where} is ${seen.resync.percent} % up to date; until its end it can be served on the other board only`
  }
  if (!seen.connected && isAlone(state, group))
    return 'its replication link is down, it runs WITHOUT A MIRROR: what is written goes to the copy on this board alone'
  if (!seen.connected) return 'its replication link is down: the copies are not kept equal'
  if (areEqual(state, group)) return null
  return `its copies are connected, and not equal (here ${seen.disk}, there ${seen.peerDisk})`
}

/** What a holder whose I/O stands still waits for, and what helps. */
const whyWaits = (state: CoreState, now: number): string => {
  const peer = peerOf(state)
  if (isRecentlyHeard(state, now)) return `board ${peer} is asked to store that its copy is outdated`
  // Nobody could prove it off: `confirm` and `fence off` are refused, too.
  if (state.settings.wiring.fence === 'none')
    return `board ${peer} is not heard, and may take its copy for current; this pair has no fence that could prove it off: bring board ${peer}, or its cable, back`
  const refused = whyNotFence(state, now)
  if (refused === null && state.fence.phase !== 'failed')
    return `board ${peer} is not heard, and its power must be proved off first`
  const why = refused ?? state.fence.problem ?? 'its power could not be proved off'
  // In maintenance nothing is confirmed (R14).
  const confirm = effectiveMode(state) === 'maintenance' ? '' : '`baton confirm` if it is off for certain, else '
  return `board ${peer} is not heard, and may take its copy for current: ${why}; ${confirm}\`baton fence off\``
}

/** Nobody is known to serve it, and this board may not: its copy may lack something. null = its copy is no reason. */
export const staleWords = (state: CoreState, group: string): string | null => {
  const why = whyNoClaim(state, group)
  if (why === null) return null
  const peer = peerOf(state)
  const { input, settings } = state
  const silent = settings.wiring.sense && input.sense === true && !input.senseDistrusted
  const cut = state.durable.startFences > 0 ? ', also after its power was cut once and given back' : ''
  const help = silent
    ? `board ${peer} has power and is silent${cut}: look at its console; it`
    : `switch on board ${peer}, which`
  return `${why}; ${help} has the newer copy; only if its disk is lost: \`baton take-stale ${group}\` on board ${selfOf(state)}, and what only board ${peer} wrote is lost with it`
}

/** Both boards are heard, and neither knows that its copy is current, nor will it by itself. null = it is not so, or not for long yet. */
export const apartWords = (state: CoreState, group: string, now: number): string | null => {
  const { mirror } = groupOf(state, group)
  const why = whyNoClaim(state, group)
  if (mirror?.seen == null || why === null) return null
  if (now - mirror.linkSince <= state.settings.timing.answerMs) return null
  const theirs = peerCopySaid(state, group, now)
  const { disk, peerDisk, splitBrain } = mirror.seen
  if (splitBrain) return `${why}; ${chooseWords(group)}`
  if (disk === 'inconsistent' && peerDisk === 'inconsistent')
    return `${why}, and so is the other one: no whole copy is left, and the data has to come from a backup`
  const comes = mirror.seen.resync !== null || theirs === 'current' || theirs === 'alone'
  const outdated = durableGroup(state, group).mirror?.says === 'outdated'
  if (theirs === 'outdated' || (outdated && !comes && mirror.seen.connected))
    return `${why}, and that of the other board is not known to be current: was a card swapped, or a disk replaced? \`baton take-stale ${group}\` on the board with the newer copy`
  if (mirror.seen.connected || theirs === 'current' || theirs === 'alone') return null
  return `${why}, and the copies cannot be compared: mend the replication link; only if that cannot be done: \`baton take-stale ${group}\` on the board with the newer copy`
}

/** What would become of groups that are served here if the peer died now. */
export const keptWords = (state: CoreState, held: readonly string[], now: number): readonly string[] => {
  const bound = held.filter(name => isMirrored(state, name) && !isAlone(state, name))
  const free = held.filter(name => !bound.includes(name))
  const refused = bound.length === 0 ? null : whyNotFence(state, now)
  const still = `${bound.join(', ')} would STAND STILL here until a person acts: ${refused}`
  const on = `${bound.join(', ')} would stand still until its power is proved off, then go on here`
  const lost = bound.filter(name => groupOf(state, name).mirror?.seen?.disk === 'failed')
  return [
    ...(free.length > 0 ? [`${free.join(', ')} would go on here`] : []),
    ...(lost.length > 0
      ? [`${lost.join(', ')} would STOP: its disk here has failed`]
      : bound.length > 0
        ? [refused === null ? on : still]
        : [])
  ]
}

/** Groups of the peer that would not be taken because of their copies. */
export const notTakenWords = (state: CoreState, now: number): readonly string[] => {
  const restarts = whyNotCycle(state, now) === null
  return state.settings.groups.flatMap(({ name }) => {
    const why = groupOf(state, name).phase === 'standby' ? whyNoClaim(state, name) : null
    if (why === null || peerGroup(state, name)?.role !== 'active') return []
    const then = restarts ? `; if board ${peerOf(state)} only hung, its power would be cut once and given back` : ''
    return [`${name} would NOT be taken: ${why}${then}`]
  })
}
