// What `baton recover` clears at once, before anything moves: failures, evidence, a failed fencing, the peer's memory; and the peer's power
// is given back. Called by recovery; moves no group.
import { type Context, durableGroup, groupOf, order, remember, rememberGroup, report } from './context.js'
import { releaseRelay } from './fencing.js'
import { beginRelease } from './release.js'
import { isHeard, peerGroup } from './silence.js'
import { forgetFailure } from './switchover.js'
import { compareEpochs } from './types.js'

const forgetHere = (context: Context, name: string): boolean => {
  const view = groupOf(context.state, name)
  if (view.phase !== 'failed' && view.cannotServe === null && view.diskSeen) return false
  forgetFailure(context, name)
  return true
}

const recoverGroup = (context: Context, name: string): readonly string[] => {
  const { state } = context
  const view = groupOf(state, name)
  const done: string[] = []
  if (forgetHere(context, name)) done.push(`the failure of ${name} is forgotten`)
  if (state.durable.evidence[name] !== undefined || view.phase === 'abandoned') {
    const { [name]: _gone, ...evidence } = state.durable.evidence
    remember(context, { evidence })
    // Where one of two copies was given up, they may meet again.
    if (view.mirror !== null) order(context, { kind: 'connectMirror', group: name, on: true, discard: false })
    if (view.phase === 'abandoned') {
      view.jobs = {}
      view.phase = 'active'
      beginRelease(context, name, 'standby', false)
    }
    done.push(`the evidence of two holders of ${name} is cleared`)
  }
  return done
}

/** What the peer remembers is the higher: accepted, never a lower one (R5). Needs the peer's word of now. Returns what was done. */
export const acceptMemory = (context: Context): readonly string[] => {
  const { state } = context
  if (!state.storageStale || state.boot.durable === null || !isHeard(state, context.now)) return []
  for (const { name } of state.settings.groups) {
    const theirs = peerGroup(state, name)
    if (theirs === null || compareEpochs(theirs.epoch, durableGroup(state, name).epoch) <= 0) continue
    rememberGroup(context, name, { epoch: theirs.epoch, grant: 0 })
  }
  state.storageStale = false
  state.storageProblem = null
  return ["the peer's memory of the epochs is accepted"]
}

const recoverFence = (context: Context): readonly string[] => {
  const { fence, groups } = context.state
  // A takeover under way goes on: letting go of the relay now would cost it a whole boot of the peer.
  const automatic = fence.purpose === 'takeover' || fence.purpose === 'hold' || fence.purpose === 'cycle'
  const taking = Object.values(groups).some(({ phase }) => phase === 'claiming')
  if (automatic && (fence.phase === 'waiting' || taking))
    return ["the peer's power is being cut for a takeover: it goes on"]
  const held = fence.phase === 'left-off' || fence.phase === 'confirmed' || (fence.phase === 'waiting' && fence.relayOn)
  if (held && fence.purpose !== 'proof') {
    releaseRelay(context, 'restoring')
    return ["the peer's power is returned"]
  }
  if (fence.phase !== 'failed' && fence.problem === null) return []
  if (fence.phase === 'failed') {
    fence.phase = 'idle'
    fence.purpose = null
    fence.retried = false
  }
  fence.problem = null
  return ['the failed fencing is forgotten']
}

/** Everything that needs no waiting. Returns what was done, a sentence each. */
export const clearFailures = (context: Context): readonly string[] => [
  ...acceptMemory(context),
  ...context.state.settings.groups.flatMap(({ name }) => recoverGroup(context, name)),
  ...recoverFence(context)
]

/** A recovery was ordered at the peer: it may ask for groups that could not be served here. Nothing else of ours is touched. */
export const peerRecovers = (context: Context): void => {
  const forgotten = context.state.settings.groups.filter(({ name }) => forgetHere(context, name))
  if (forgotten.length === 0) return
  const names = forgotten.map(({ name }) => name).join(', ')
  report(
    context,
    'notice',
    'recover',
    `recovery was ordered on the peer: what could not be served here is forgotten (${names})`
  )
}
