// Between the durable intent to cut the peer's power and the relay: is what it was for still so? Asked by fencing.
import { answer, type Context, isStored, reached, remember, report, timingOf } from './context.js'
import { whyNotCycle } from './cycle.js'
import { peerKnowsOfDrill, whyNotDrill } from './drill.js'
import { whyNotFence } from './fit.js'
import { graceMs, inStartSilence } from './silence.js'

/** Why the relay is not driven although the intent is durable; null = it is. Orders of an operator are not judged here. */
const whyNotNow = (context: Context): string | null => {
  const { state, now } = context
  const { fence, input, peer } = state
  if (fence.purpose === 'hold' && input.sense === true) return 'its power came back: it boots'
  const { purpose } = fence
  if (purpose !== 'takeover' && purpose !== 'hold' && purpose !== 'cycle') return null
  // Any fresh word counts here, not only the newest one: each link echoes for itself.
  if (Math.max(peer.echoAdvancedAt, peer.resumedAt) > fence.startedAt) return 'the peer answers again'
  // Later the peer's own turn is near (R9). Two that start into silence have no turns.
  const late = purpose !== 'hold' && !inStartSilence(state) && now > fence.startedAt + graceMs(state)
  const refused = purpose === 'cycle' ? whyNotCycle(state, now) : whyNotFence(state, now)
  return refused ?? (late ? 'the state was stored too late: the next turn is waited for' : null)
}

/** A drill is judged until the relay moves, and waits for a word of the peer that knows of it (R4): two never cut each other. */
const judgeDrill = (context: Context): Intent => {
  const { state, now } = context
  const { fence } = state
  const { deadMs, fenceDeadlineMs } = timingOf(context)
  if (state.draining) return { kind: 'wait' }
  const refused = whyNotDrill(state, now)
  if (refused !== null) return { kind: 'refused', reason: refused }
  if (isStored(state, fence.store) && peerKnowsOfDrill(state)) return { kind: 'go' }
  if (!reached(context, fence.startedAt + fenceDeadlineMs + deadMs)) return { kind: 'wait' }
  return { kind: 'refused', reason: 'the record or the answer of the peer took too long' }
}

export type Intent = { readonly kind: 'wait' | 'go' } | { readonly kind: 'refused'; readonly reason: string }

/** What comes of the intent now: the relay, a little patience, or nothing. */
export const judgeIntent = (context: Context): Intent => {
  const { fence } = context.state
  if (fence.purpose === 'proof') return judgeDrill(context)
  if (!isStored(context.state, fence.store)) return { kind: 'wait' }
  const reason = whyNotNow(context)
  return reason === null ? { kind: 'go' } : { kind: 'refused', reason }
}

/** Nothing was cut yet: as if it had never been begun, the count of R8 included. */
export const giveUpFencing = (context: Context, reason: string): void => {
  const { state, now } = context
  const { fence } = state
  answer(context, fence.request, false, `nothing was cut: ${reason}`)
  fence.request = null
  fence.phase = 'idle'
  fence.purpose = null
  state.hiccupAt = now
  const startFences = Math.max(0, state.durable.startFences - (fence.counted ? 1 : 0))
  remember(context, { relay: null, startFences })
  report(context, 'warning', 'fencing-put-off', `the peer's power is not cut now: ${reason}`)
}
