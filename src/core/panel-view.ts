// From the state of the core to the words of the panel's table: what each light says now. Reads only.
import { groupOf, storageOk } from './context.js'
import { validProof } from './evidence.js'
import { effectiveMode, hasLooked, takeable } from './fit.js'
import { areEqual } from './mirror.js'
import { mirrorProblem } from './mirror-words.js'
import { alarmsOf, peerLight } from './panel-alarms.js'
import { offerOf } from './panel-offer.js'
import type { ActiveLight, FaultLight, PanelView, SyncLight, Whole } from './panel-table.js'
import { isHeard, peerGroup } from './silence.js'
import type { CoreState } from './state.js'

/** A press shorter than this acknowledges; released from `ARMED_MS` to `OVER_MS` it orders; `STUCK_MS` is no finger. */
export const SHORT_MS = 1000
export const ARMED_MS = 3000
export const OVER_MS = 8000
export const STUCK_MS = 15_000

const phasesOf = (state: CoreState): readonly string[] =>
  state.settings.groups.map(({ name }) => groupOf(state, name).phase)

/** A disk that both boards share has nothing to be copied. */
const syncLight = (state: CoreState): SyncLight => {
  const mirrors = state.settings.groups.filter(({ disk }) => disk === 'mirrored')
  if (mirrors.length === 0) return 'none'
  if (mirrors.some(({ name }) => (groupOf(state, name).mirror?.seen?.resync ?? null) !== null)) return 'running'
  return mirrors.every(({ name }) => areEqual(state, name)) ? 'equal' : 'behind'
}

/** It holds nothing, the peer serves everything, and nobody would take it for a standby: taking it away changes nothing (R13, R14). */
const isSafe = (state: CoreState, now: number): boolean => {
  const { fence, settings } = state
  if (!isHeard(state, now) || fence.relayOn || state.modeAsk !== null) return false
  if (fence.phase !== 'idle' && fence.phase !== 'failed') return false
  if (!settings.groups.every(({ name }) => peerGroup(state, name)?.role === 'active')) return false
  return effectiveMode(state) === 'maintenance' || takeable(state).length === 0 || !storageOk(state)
}

const activeLight = (state: CoreState, now: number): ActiveLight => {
  const phases = phasesOf(state)
  const some = (...names: readonly string[]): boolean => phases.some(phase => names.includes(phase))
  if (some('claiming', 'taking', 'releasing', 'granting', 'unknown')) return 'changing'
  if (some('active')) return 'serving'
  const idle = phases.every(phase => phase === 'standby' || phase === 'failed')
  if (idle && isSafe(state, now)) return 'safe'
  return some('failed', 'stuck', 'abandoned') ? 'failed' : 'standby'
}

const isWorthALook = (state: CoreState, now: number): boolean => {
  const { input, panel, settings } = state
  if (panel.raised.length > 0 || !input.lanUp || effectiveMode(state) !== 'auto') return true
  const light = peerLight(state, now)
  if (light !== 'well') return true
  return settings.groups.some(({ name }) => {
    const { cannotServe, diskSeen, problem } = groupOf(state, name)
    return cannotServe !== null || !diskSeen || problem !== null || mirrorProblem(state, name, now) !== null
  })
}

const faultLight = (state: CoreState, now: number, alarms: readonly string[]): FaultLight => {
  const { acknowledged, raised } = state.panel
  const news = alarms.some(name => !acknowledged.includes(name)) || (alarms.length > 0 && raised.length > 0)
  if (news) return offerOf(state, now).ok ? 'offer' : 'urgent'
  if (alarms.length > 0) return 'acknowledged'
  if (validProof(state) === null) {
    const offer = offerOf(state, now)
    return offer.ok && offer.kind === 'prove' ? 'provable' : 'unproved'
  }
  return isWorthALook(state, now) ? 'warning' : 'none'
}

/** From the press on, before it is an order. */
const countedOf = (state: CoreState, now: number): Whole | null => {
  const { press } = state.panel
  if (press === null || press.stuck || now - press.at < SHORT_MS) return null
  const heldMs = now - press.at
  if (heldMs >= OVER_MS) return 'over'
  const offer = offerOf(state, now)
  if (press.offered === null || !offer.ok || offer.kind !== press.offered) return 'refused'
  return heldMs >= ARMED_MS ? 'armed' : heldMs >= 2 * SHORT_MS ? 'count2' : 'count1'
}

const wholeOf = (state: CoreState, now: number, alarms: readonly string[]): Whole | null => {
  const { answered, testUntil } = state.panel
  if (now < testUntil) return 'test'
  const counted = countedOf(state, now)
  if (counted !== null) return counted
  if (answered !== null && now < answered.until) return answered.ok ? 'done' : 'refused'
  if (alarms.length > 0) return null
  if (!hasLooked(state)) return 'starting'
  const quiet = phasesOf(state).every(phase => phase === 'standby') && state.fence.phase === 'idle'
  return quiet && state.peer.lastFreshAt === null ? 'starting' : null
}

/** What the panel says at this instant. The same state and instant give the same answer. */
export const viewOf = (state: CoreState, now: number): PanelView => {
  const alarms = alarmsOf(state, now)
  return {
    whole: wholeOf(state, now, alarms),
    active: activeLight(state, now),
    peer: peerLight(state, now),
    sync: syncLight(state),
    fault: faultLight(state, now, alarms)
  }
}
