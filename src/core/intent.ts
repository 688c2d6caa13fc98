// Between the durable intent to cut the peer's power and the relay: is what it was for still so? Asked by fencing, once.
import { type Context, remember, report } from './context.js'
import { whyNotFence } from './fit.js'
import { graceMs } from './silence.js'

/** Why the relay is not driven although the intent is durable; null = it is. Orders of an operator are not judged here. */
export const whyNotNow = (context: Context): string | null => {
  const { state, now } = context
  const { fence, input, peer } = state
  if (fence.purpose === 'hold' && input.sense === true) return 'its power came back: it boots'
  if (fence.purpose !== 'takeover' && fence.purpose !== 'hold') return null
  // Any fresh word counts here, not only the newest one: each link echoes for itself.
  if (Math.max(peer.echoAdvancedAt, peer.resumedAt) > fence.startedAt) return 'the peer answers again'
  // Later the peer's own turn is near (R9). Two that start into silence have no turns.
  const late = fence.purpose === 'takeover' && !fence.counted && now > fence.startedAt + graceMs(state)
  return whyNotFence(state, now) ?? (late ? 'the state was stored too late: the next turn is waited for' : null)
}

/** Nothing was cut yet: as if it had never been begun, the count of R8 included. */
export const giveUpFencing = (context: Context, reason: string): void => {
  const { state, now } = context
  const { fence } = state
  fence.phase = 'idle'
  fence.purpose = null
  state.hiccupAt = now
  const startFences = Math.max(0, state.durable.startFences - (fence.counted ? 1 : 0))
  remember(context, { relay: null, startFences })
  report(context, 'warning', 'fencing-put-off', `the peer's power is not cut now: ${reason}`)
}
