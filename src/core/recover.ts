// The operator's `recover`: failures forgotten, evidence cleared, the peer's memory accepted, its power returned. Moves no group.
import { answer, type Context, durableGroup, groupOf, remember, rememberGroup, report } from './context.js'
import { releaseRelay } from './fencing.js'
import { beginRelease } from './release.js'
import { isHeard, peerGroup } from './silence.js'
import { forgetFailure } from './switchover.js'
import { compareEpochs } from './types.js'

const recoverGroup = (context: Context, name: string): readonly string[] => {
  const { state } = context
  const view = groupOf(state, name)
  const done: string[] = []
  if (view.phase === 'failed' || view.cannotServe !== null || !view.diskSeen) {
    forgetFailure(context, name)
    done.push(`the failure of ${name} is forgotten`)
  }
  if (state.durable.evidence[name] !== undefined || view.phase === 'abandoned') {
    const { [name]: _gone, ...evidence } = state.durable.evidence
    remember(context, { evidence })
    if (view.phase === 'abandoned') {
      view.jobs = {}
      view.phase = 'active'
      beginRelease(context, name, 'standby', false)
    }
    done.push(`the evidence of two holders of ${name} is cleared`)
  }
  return done
}

/** What the peer remembers is the higher: accepted, never a lower one (R5). Needs the peer's word of now. */
const acceptMemory = (context: Context): string | null => {
  const { state } = context
  if (!state.storageStale) return null
  if (state.boot.durable === null) return `the durable state must be made anew: ${state.storageProblem}`
  if (!isHeard(state, context.now))
    return 'the durable state is older than what the peer remembers, and the peer is not heard to accept it from'
  for (const { name } of state.settings.groups) {
    const theirs = peerGroup(state, name)
    if (theirs === null || compareEpochs(theirs.epoch, durableGroup(state, name).epoch) <= 0) continue
    rememberGroup(context, name, { epoch: theirs.epoch, grant: 0 })
  }
  state.storageStale = false
  state.storageProblem = null
  return null
}

const recoverFence = (context: Context): readonly string[] => {
  const { fence } = context.state
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

export const orderRecover = (context: Context, request: number): void => {
  const { state } = context
  const stale = state.storageStale
  const refused = acceptMemory(context)
  const done = [
    ...(stale && refused === null ? ["the peer's memory of the epochs is accepted"] : []),
    ...state.settings.groups.flatMap(({ name }) => recoverGroup(context, name)),
    ...recoverFence(context)
  ]
  const heard = isHeard(state, context.now)
  const rest = heard
    ? 'nothing else stands in the way of the normal state'
    : 'not normal yet: the peer is not heard; give it power, and look at its console and cables'
  const words = [...done, rest].join('; ')
  report(context, 'notice', 'recover', `recovery ordered: ${words}`)
  answer(context, request, refused === null && heard, refused === null ? words : `${refused}; ${words}`)
}
