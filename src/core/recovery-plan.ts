// What stands in the way of the normal state, as things are now, and what is done about each: by `baton recover` or by a person.
// Asked by describe and by recovery; reads the state, changes nothing. Nothing to do = an empty list = normal.
import { groupOf, peerOf, selfOf } from './context.js'
import { readsPowerless, validProof } from './evidence.js'
import { effectiveMode, hasLooked } from './fit.js'
import { mirrorProblem } from './mirror-words.js'
import { isHeard, isRecentlyHeard, peerGroup, sameConfiguration } from './silence.js'
import type { CoreState } from './state.js'
import type { RecoveryItem } from './status.js'
import { type BoardId, isHolding } from './types.js'

const INSTEAD = 'look at its console, its cables and its card'

type Add = (item: Omit<RecoveryItem, 'group' | 'asks'> & Partial<Pick<RecoveryItem, 'group' | 'asks'>>) => void

const ownItems = (state: CoreState, now: number, add: Add): void => {
  const { input, settings, storageProblem } = state
  const { wiring } = settings
  if (storageProblem !== null) {
    const acceptable = state.storageStale && state.boot.durable !== null
    add({
      code: 'state-bad',
      what: `the durable state of this board is not in order: ${storageProblem}`,
      by: acceptable && isHeard(state, now) ? 'recover' : 'person',
      remedy: acceptable ? 'accept what the peer remembers' : '`baton init` makes a new record; see the log'
    })
  }
  if (!hasLooked(state))
    add({ code: 'starting', what: 'this board has not looked yet what it holds', by: 'recover', remedy: 'wait for it' })
  if (wiring.fence !== 'none' && validProof(state) === null)
    add({
      code: 'fence-unproved',
      what: 'it is not proved that this board can cut the power of the other',
      by: 'person',
      remedy: `\`baton fence prove\` on board ${selfOf(state)}`
    })
  if (input.senseDistrusted)
    add({
      code: 'sense-distrusted',
      what: 'the power sense line lies',
      by: 'person',
      remedy: 'check its wire, then `baton fence prove`'
    })
  if (wiring.loop && input.loop === false)
    add({
      code: 'harness-open',
      what: 'the harness to the other board is pulled or cut',
      by: 'person',
      remedy: 'push it in on both boards'
    })
  if (!input.lanUp)
    add({
      code: 'lan-down',
      what: `the LAN of board ${selfOf(state)} is down`,
      by: 'person',
      remedy: 'look at its network cable'
    })
}

/** Why the peer is not heard, and what helps. */
export const silentItem = (state: CoreState, now: number): Omit<RecoveryItem, 'group' | 'asks'> => {
  const { fence, input, settings } = state
  const board = peerOf(state)
  if (fence.relayOn || fence.phase === 'driving' || fence.phase === 'storing')
    return {
      code: 'peer-held-off',
      what: `board ${board} has no power: the relay of this board holds it off (${fence.purpose ?? 'found driven'})`,
      by: 'recover',
      remedy: 'give it its power back, and wait until it is heard'
    }
  // The relay has just let go: its contact and the peer's supply take a moment.
  const returning = fence.phase === 'restoring' && now - fence.releasedAt < settings.timing.fenceDeadlineMs
  if (readsPowerless(state) && !returning)
    return {
      code: 'peer-no-power',
      what: `board ${board} has no power, and it is not this board that holds it off`,
      by: 'person',
      remedy: 'plug it in, and look at its supply'
    }
  const booting = input.sense === true && now - input.senseSince < settings.timing.bootMs
  if (fence.phase === 'restoring' || booting)
    return { code: 'peer-boots', what: `board ${board} is not heard yet`, by: 'recover', remedy: 'wait for its boot' }
  if (state.peer.token?.leaving === true)
    return {
      code: 'peer-left',
      what: `board ${board} was shut down in order, and is left alone`,
      by: 'person',
      remedy: 'to start it: pull its plug and put it back, or `baton fence off` and then `baton fence on`'
    }
  const power = input.sense === true ? 'has power but is not heard' : 'is not heard'
  return { code: 'peer-silent', what: `board ${board} ${power}`, by: 'person', remedy: INSTEAD }
}

const peerItems = (state: CoreState, now: number, add: Add): void => {
  const { fence, peer } = state
  const board = peerOf(state)
  if (fence.phase === 'failed' || (fence.problem !== null && fence.phase === 'idle'))
    add({
      code: 'fencing-failed',
      what: `the last fencing was not confirmed: ${fence.problem ?? 'unknown reason'}`,
      by: 'recover',
      remedy: 'forget it'
    })
  if (!isHeard(state, now) || peer.token === null) return add(silentItem(state, now))
  if (fence.relayOn) add(silentItem(state, now))
  if (!sameConfiguration(state))
    add({
      code: 'configuration-differs',
      what: 'the two boards have different configurations: no role changes',
      by: 'person',
      remedy: 'make them the same, then `systemctl restart batond` where it was changed'
    })
  if (peer.token.stateBad)
    add({
      code: 'peer-state-bad',
      what: `the durable state of board ${board} is not in order`,
      by: 'person',
      remedy: `\`baton recover\` on board ${board}, or \`baton init\` there; its status says which`
    })
  if (state.settings.wiring.fence !== 'none' && !peer.token.proved)
    add({
      code: 'peer-unproved',
      what: `it is not proved that board ${board} can cut the power of this one`,
      by: 'person',
      remedy: `\`baton fence prove\` on board ${board}`
    })
  if (!peer.token.lanUp)
    add({
      code: 'lan-down',
      what: `the LAN of board ${board} is down`,
      by: 'person',
      remedy: 'look at its network cable'
    })
}

/** Where the group is served now; null = nowhere as far as this board knows. */
export const servedOn = (state: CoreState, group: string, now: number): BoardId | null => {
  if (groupOf(state, group).phase === 'active') return selfOf(state)
  return isRecentlyHeard(state, now) && peerGroup(state, group)?.role === 'active' ? peerOf(state) : null
}

/** It is on its way somewhere: taken, released or looked at. */
export const inMotion = (state: CoreState, group: string, now: number): boolean => {
  const { phase } = groupOf(state, group)
  if (phase !== 'standby' && phase !== 'failed' && phase !== 'active' && phase !== 'abandoned') return true
  const role = isRecentlyHeard(state, now) ? peerGroup(state, group)?.role : undefined
  return role !== undefined && role !== 'active' && isHolding(role)
}

const groupItems = (state: CoreState, group: string, home: BoardId, now: number, add: Add): void => {
  const view = groupOf(state, group)
  const theirs = isHeard(state, now) ? peerGroup(state, group) : null
  const evidence = state.durable.evidence[group]
  const self = selfOf(state)
  const peer = peerOf(state)
  if (evidence !== undefined || view.phase === 'abandoned')
    add({
      code: 'two-holders',
      group,
      what: `${group} was stopped with its evidence: ${evidence ?? view.problem ?? 'two holders'}`,
      by: 'recover',
      remedy: 'clear the evidence and let go of it: COMPARE THE DATA FIRST',
      asks: true
    })
  if (view.phase === 'failed' || view.cannotServe !== null)
    add({
      code: 'group-failed',
      group,
      what: `${group} could not be served on board ${self}: ${view.cannotServe ?? view.problem ?? 'unknown reason'}`,
      by: 'recover',
      remedy: 'forget it: it may be tried again'
    })
  if (theirs?.role === 'failed')
    add({
      code: 'group-failed',
      group,
      what: `${group} could not be served on board ${peer}; see its status`,
      by: 'recover',
      remedy: 'have it forget that: it may be tried again'
    })
  const blind = [...(view.diskSeen ? [] : [self]), ...(theirs === null || theirs.diskSeen ? [] : [peer])]
  for (const board of blind)
    add({
      code: 'disk-unseen',
      group,
      what: `the disk of ${group} cannot be reached from board ${board}`,
      by: 'person',
      remedy: 'look at disk, cable and switch; `baton recover` looks again'
    })
  const copies = mirrorProblem(state, group, now)
  if (copies !== null)
    add({
      code: 'copies-unequal',
      group,
      what: `${group}: ${copies}`,
      by: 'person',
      remedy: 'wait for the end of a resync; else look at the replication link and at both disks'
    })
  const served = servedOn(state, group, now)
  if (served === null && inMotion(state, group, now))
    add({ code: 'group-moving', group, what: `${group} is on its way`, by: 'recover', remedy: 'wait for it' })
  else if (served === null)
    add({
      code: 'group-unserved',
      group,
      what: `${group} is served nowhere`,
      by: theirs === null ? 'person' : 'recover',
      remedy:
        theirs === null && state.settings.wiring.fence === 'none'
          ? `bring board ${peerOf(state)}, or its cable, back: without a fence nothing can be taken from it`
          : theirs === null
            ? `if board ${peerOf(state)} is off for certain: \`baton confirm\`; else \`baton fence off\`; then \`baton mode auto\``
            : 'let the boards agree who serves it'
    })
  else if (served !== home)
    add({
      code: 'group-away',
      group,
      what: `${group} runs on board ${served}, its home is board ${home}`,
      by: 'recover',
      remedy: `move it to board ${home}; its users are cut off meanwhile`,
      asks: true
    })
}

/** Everything that stands in the way, in the order in which it is dealt with. */
export const recoveryPlan = (state: CoreState, now: number): readonly RecoveryItem[] => {
  const items: RecoveryItem[] = []
  const add: Add = item => {
    items.push({ group: null, asks: false, ...item })
  }
  ownItems(state, now, add)
  peerItems(state, now, add)
  for (const { name, home } of state.settings.groups) groupItems(state, name, home, now, add)
  const mode = effectiveMode(state)
  if (mode !== 'auto')
    add({
      code: 'mode',
      what: `the mode is ${mode}: ${mode === 'maintenance' ? 'nothing moves' : 'nothing is taken over by itself'}`,
      by: 'person',
      remedy: isHeard(state, now)
        ? '`baton mode auto`'
        : '`baton mode auto` once the other board is heard, or held off by `baton fence off`'
    })
  return items
}
