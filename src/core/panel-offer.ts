// What the panel's button would do now if it were held: one of the operator's orders that exist anyway, or nothing and why. Reads only.
import { groupOf, storageOk } from './context.js'
import type { OperatorRequest } from './event.js'
import { effectiveMode, takeable, whyNotCut } from './fit.js'
import { whyNotConfirm } from './operator.js'
import { isHeard, isRecentlyHeard } from './silence.js'
import type { CoreState } from './state.js'
import { needsSomebody } from './unserved.js'

export type OfferKind = 'confirm' | 'cut' | 'recover'

/** The order behind each offer, the same as on the console. */
export const ORDERS: Readonly<Record<OfferKind, OperatorRequest>> = {
  confirm: { order: 'confirm' },
  cut: { order: 'fenceOff' },
  recover: { order: 'recover' }
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
  return cannot || stale ? null : 'nothing is to be recovered'
}

/**
 * First what brings the service back, then what brings the pair back. A group that nobody serves and that can be taken here:
 * `confirm` (R2c), or in manual mode `cut`, after which `confirm` is offered.
 */
export const offerOf = (state: CoreState, now: number): Offer => {
  const waits = takeable(state).some(name => needsSomebody(state, name, now))
  const notConfirmed = waits ? whyNotConfirm(state, now) : null
  if (waits && notConfirmed === null) return { ok: true, kind: 'confirm' }
  if (waits && whyNotCutByHand(state, now) === null && storageOk(state)) return { ok: true, kind: 'cut' }
  const notRecovered = whyNotRecover(state, now)
  if (notRecovered === null) return { ok: true, kind: 'recover' }
  return { ok: false, reason: notConfirmed ?? notRecovered }
}
