// The peer is heard while its power is being cut, or after it was proved off (R3). Called for every fresh newest token.
import { answer, type Context, remember, report } from './context.js'
import { failFencing, lastWordsMs, releaseRelay } from './fencing.js'
import { failProof } from './proof.js'

/** A fresh token while the relay is driven (R3): before confirmation the fencing failed; after it, takeover looks for two holders. */
export const tokenWhileFencing = (context: Context, echoSentAt: number): void => {
  const { fence } = context.state
  const ordered = fence.purpose === 'operator' || fence.purpose === 'proof'
  const grace = ordered ? lastWordsMs(context) : 0
  if (fence.phase === 'storing' && !ordered) {
    fence.phase = 'idle'
    remember(context, { relay: null })
    answer(context, fence.request, false, 'the peer is heard again')
    fence.request = null
    return
  }
  if (echoSentAt <= fence.orderedAt + grace) return
  if (fence.phase === 'driving' || fence.phase === 'waiting') {
    if (fence.purpose === 'proof')
      failProof(context, fence, 'tokens go on although the relay is driven: it cuts something else')
    else failFencing(context, 'the peer is heard although the relay is driven')
  } else if (fence.phase === 'confirmed' || fence.phase === 'left-off') {
    report(
      context,
      'alarm',
      'confirmation-wrong',
      `the peer is heard although its power was ${fence.confirmedBy === 'operator' ? 'said' : 'proved'} to be off: the proof is void`
    )
    remember(context, { proof: null })
    releaseRelay(context, 'failed')
  } else if (fence.phase === 'failed') {
    fence.phase = 'idle'
    fence.purpose = null
    fence.problem = null
    fence.retried = false
  }
}
