// What needs a person now, and how the other board does: for the panel's lights, its offer and status. Reads only.
import { groupOf } from './context.js'
import { readsPowerless } from './evidence.js'
import { effectiveMode, hasLooked } from './fit.js'
import { mirrorWaits } from './mirror.js'
import type { PeerLight } from './panel-table.js'
import { isRecentlyHeard, sameConfiguration } from './silence.js'
import type { CoreState } from './state.js'
import { LINK_IDS } from './types.js'
import { needsSomebody } from './unserved.js'

const FOREIGN_SHOWN_MS = 60_000

/** Neither heard in this life nor given up: it may still boot. */
const isAwaited = (state: CoreState, now: number): boolean => {
  const { input, peer, settings } = state
  const { bootMs } = settings.timing
  if (readsPowerless(state)) return false
  if (peer.lastFreshAt === null && now - state.startedAt < bootMs) return true
  return input.sense === true && input.senseSince > (peer.lastFreshAt ?? 0) && now - input.senseSince < bootMs
}

const isLimping = (state: CoreState, now: number): boolean => {
  const { links, peer, settings, told } = state
  const { deadMs } = settings.timing
  const { token } = peer
  if (token === null || !sameConfiguration(state) || token.stateBad || !token.lanUp) return true
  const settled = now - told.heardSince > deadMs
  const silent = LINK_IDS.some(link => now - (links[link].lastFreshAt ?? Number.NEGATIVE_INFINITY) > deadMs)
  return (settled && silent) || token.groups.some(entry => entry.role !== 'active' && !entry.fit)
}

/** What the other board does, as the light `peer` says it. */
export const peerLight = (state: CoreState, now: number): PeerLight => {
  const { fence } = state
  if (fence.phase === 'storing' || fence.phase === 'driving' || fence.phase === 'waiting') return 'cutting'
  const passing = fence.purpose === 'proof' || fence.purpose === 'cycle'
  if (fence.phase === 'confirmed' || fence.phase === 'left-off') return passing ? 'cutting' : 'held'
  if (isRecentlyHeard(state, now)) return isLimping(state, now) ? 'limping' : 'well'
  if (fence.phase === 'restoring') return readsPowerless(state) ? 'gone' : 'booting'
  return isAwaited(state, now) ? 'booting' : 'gone'
}

/** Alone, and nothing will change that by itself. A person who ordered it knows already. */
const isLeftAlone = (state: CoreState, now: number): boolean => {
  const { fence } = state
  if (effectiveMode(state) === 'maintenance' || !hasLooked(state)) return false
  // Shut down in order: somebody wanted that.
  if (state.peer.token?.leaving === true) return false
  const light = peerLight(state, now)
  if (light === 'gone') return fence.purpose !== 'operator' && fence.purpose !== 'confirm'
  const byHand = fence.purpose === 'operator' || fence.purpose === 'confirm'
  return light === 'held' && fence.phase === 'confirmed' && !byHand && state.settings.timing.restoreAfterMs === 0
}

/** I/O stands still for longer than an answer takes: it will not go on by itself soon. */
const standsStill = (state: CoreState, name: string, now: number): boolean => {
  const since = groupOf(state, name).mirror?.askedAt ?? 0
  return mirrorWaits(state, name) && now - since > state.settings.timing.answerMs
}

/** Names of everything that needs a person now, the most important first. A name stays the same as long as its cause. */
export const alarmsOf = (state: CoreState, now: number): readonly string[] => {
  const { durable, fence, input, peer, settings } = state
  const alarms: string[] = []
  const alarm = (when: boolean, name: string): void => {
    if (when) alarms.push(name)
  }
  const awaited = peer.lastFreshAt === null && isAwaited(state, now)
  for (const { name } of settings.groups) {
    const { phase } = groupOf(state, name)
    const bad = phase === 'failed' || phase === 'stuck' || phase === 'abandoned'
    alarm(bad || durable.evidence[name] !== undefined, `failed ${name}`)
    alarm(standsStill(state, name, now), `still ${name}`)
    alarm(!awaited && needsSomebody(state, name, now), `unserved ${name}`)
  }
  alarm(state.storageProblem !== null, 'storage')
  alarm(fence.phase === 'failed' || fence.problem !== null, 'fence')
  alarm(fence.phase === 'left-off', 'left-off')
  alarm(input.senseDistrusted, 'sense')
  alarm(settings.wiring.loop && input.loop === false, 'harness')
  alarm(peer.token !== null && !sameConfiguration(state), 'configuration')
  alarm(peer.foreignAt !== null && now - peer.foreignAt < FOREIGN_SHOWN_MS, 'foreign')
  alarm(isLeftAlone(state, now), 'alone')
  alarm(state.panel.press?.stuck === true, 'button')
  return alarms
}
