// What the panel's button would do now if it were held: one of the operator's orders that exist anyway, or nothing and why. Reads only.
import { groupOf } from './context.js'
import { whyNotProve } from './drill.js'
import type { OperatorRequest } from './event.js'
import { validProof } from './evidence.js'
import { effectiveMode, takeable, whyNotCut } from './fit.js'
import { whyNotConfirm, whyNotFenceOff } from './operator.js'
import { alarmsOf, peerLight } from './panel-alarms.js'
import { isHeard, isRecentlyHeard } from './silence.js'
import type { CoreState } from './state.js'
import { needsSomebody } from './unserved.js'

export type OfferKind = 'confirm' | 'cut' | 'recover' | 'prove'

/** The order behind each offer, the same as on the console. */
export const ORDERS: Readonly<Record<OfferKind, OperatorRequest>> = {
  confirm: { order: 'confirm' },
  cut: { order: 'fenceOff' },
  recover: { order: 'recover' },
  prove: { order: 'fenceProve' }
}

export type Offer = { readonly ok: true; readonly kind: OfferKind } | { readonly ok: false; readonly reason: string }

/** In manual mode: exactly what this board would do by itself in auto mode, with a person in the mode's place (R13, R14). */
const whyNotCutByHand = (state: CoreState, now: number): string | null => {
  const { fence, input, peer } = state
  if (effectiveMode(state) !== 'manual') return 'the mode is not manual'
  if (input.sense !== true || input.senseDistrusted) return 'the power sense line does not show that the peer has power'
  if (isRecentlyHeard(state, now) || (peer.lastAnyAt !== null && now - peer.lastAnyAt <= state.settings.timing.deadMs))
    return 'the peer is heard'
  if (fence.phase !== 'idle' && fence.phase !== 'failed') return 'a fencing is under way'
  // A peer whose power came back lately boots (R8).
  if (now - input.senseSince < state.settings.timing.bootMs && input.senseSince > (peer.lastFreshAt ?? 0))
    return 'the peer has had power for less than its boot time'
  return whyNotCut(state, now, 'auto')
}

const NOTHING_TO_RECOVER = 'nothing is to be recovered'

/** Something that `recover` would put right, and that nobody should read about first (R15). */
const whyNotRecover = (state: CoreState, now: number): string | null => {
  const { fence } = state
  const views = state.settings.groups.map(({ name }) => groupOf(state, name))
  if (Object.keys(state.durable.evidence).length > 0 || views.some(({ phase }) => phase === 'abandoned'))
    return 'two boards held the same group: read `baton events` and use `baton recover` on the console'
  if (state.recovery !== null) return 'a recovery is under way'
  if (views.some(({ phase }) => phase === 'claiming' || phase === 'taking')) return 'a group is being taken'
  const held = fence.phase === 'left-off' || fence.phase === 'confirmed'
  const failed = fence.phase === 'failed' || fence.problem !== null
  const cannot = views.some(view => view.phase === 'failed' || view.cannotServe !== null)
  const stale = state.storageStale && state.boot.durable !== null && isHeard(state, now)
  if ((held || failed) && fence.purpose !== 'proof') return null
  return cannot || stale ? null : NOTHING_TO_RECOVER
}

/**
 * The drill, where all is calm but for the missing proof (R4): what the console refuses, and beside it whatever a person should see to
 * first. In maintenance somebody works on the boards: whoever wants it there types it.
 */
const whyNotProveByHand = (state: CoreState, now: number): string | null => {
  if (validProof(state) !== null) return NOTHING_TO_RECOVER
  const refused = whyNotProve(state, now)
  if (refused !== null) return `the fence is not proved, and cannot be now: ${refused}`
  if (effectiveMode(state) === 'maintenance')
    return 'the mode is maintenance: the other board is not cut by a button; `baton fence prove` on the console'
  // A sense line that lied is trusted again by the very drill.
  const alarm = alarmsOf(state, now).find(name => name !== 'sense')
  if (alarm !== undefined)
    return `the fence is not proved, but another alarm comes first (${alarm}); see \`baton status\``
  if (peerLight(state, now) !== 'well')
    return 'the fence is not proved, but the other board, a cable or a LAN is not well; see `baton status`'
  return null
}

/**
 * First what brings the service back, then what brings the pair back, then what keeps it safe. A group that nobody serves and that
 * can be taken here: `confirm` (R2c), or in manual mode `cut`, after which `confirm` is offered.
 */
export const offerOf = (state: CoreState, now: number): Offer => {
  const waits = takeable(state).some(name => needsSomebody(state, name, now))
  const notConfirmed = waits ? whyNotConfirm(state, now) : null
  if (waits && notConfirmed === null) return { ok: true, kind: 'confirm' }
  if (waits && whyNotCutByHand(state, now) === null && whyNotFenceOff(state, now) === null)
    return { ok: true, kind: 'cut' }
  const notRecovered = whyNotRecover(state, now)
  if (notRecovered === null) return { ok: true, kind: 'recover' }
  if (notConfirmed !== null || notRecovered !== NOTHING_TO_RECOVER)
    return { ok: false, reason: notConfirmed ?? notRecovered }
  const notProved = whyNotProveByHand(state, now)
  return notProved === null ? { ok: true, kind: 'prove' } : { ok: false, reason: notProved }
}
