// `baton recover` as one order with progress: clear, wait for the peer, then one group after the other goes home (a planned move each).
// Planned anew from what is at every order: a recovery that stopped is resumed by ordering it again. It bends no rule: all moves are switchover's.
import { answer, type Context, groupOf, peerOf, reached, report, timingOf } from './context.js'
import { hasLooked } from './fit.js'
import { acceptMemory, clearFailures } from './recover.js'
import { inMotion, recoveryPlan, servedOn } from './recovery-plan.js'
import type { RecoveryState } from './recovery-state.js'
import { isHeard, peerGroup, sameConfiguration } from './silence.js'
import type { RecoveryItem } from './status.js'
import { beginMove } from './switchover.js'

const tell = (context: Context, recovery: RecoveryState, text: string): void =>
  answer(context, recovery.request, true, text, false)

/** A newer order goes on where the older one is: what is under way is seen, not repeated. */
export const orderRecover = (context: Context, request: number, home: boolean): void => {
  const { state, now } = context
  if (state.recovery !== null) answer(context, state.recovery.request, false, 'another order to recover followed')
  report(context, 'notice', 'recover', `recovery ordered${home ? ', groups go home' : ''}`)
  const { bootMs, fenceDeadlineMs, relayActMs } = timingOf(context)
  const done = clearFailures(context)
  const stepBy = now + bootMs + fenceDeadlineMs + relayActMs
  const recovery: RecoveryState = {
    request,
    home,
    group: null,
    tried: [],
    moving: false,
    problems: [],
    stepBy,
    heardAt: 0
  }
  state.recovery = recovery
  state.sendSoon = true
  // What an older order set in motion is followed for this one.
  for (const { move } of Object.values(state.groups)) if (move?.inRecovery) move.request = request
  for (const words of done) tell(context, recovery, words)
  if (!isHeard(state, now)) tell(context, recovery, `wait for board ${peerOf(state)}`)
}

/** The last word: what was done about, or what is still in the way. */
const end = (context: Context, recovery: RecoveryState): void => {
  const { state, now } = context
  state.recovery = null
  state.sendSoon = true
  const { home, problems } = recovery
  // What failed says more of its group than the plan, where only another order would help.
  const said = (item: RecoveryItem): boolean =>
    item.by === 'recover' && problems.some(({ group }) => group === item.group)
  const left = recoveryPlan(state, now).filter(item => (home || item.code !== 'group-away') && !said(item))
  const rest = left.map(({ what, remedy, by }) => (by === 'person' ? `${what}: ${remedy}` : what))
  const words = [...problems.map(({ text }) => text), ...rest]
  const normal = words.length === 0
  const text = normal ? 'nothing stands in the way of the normal state any more' : `not normal yet: ${words.join('; ')}`
  report(context, normal ? 'notice' : 'warning', 'recover', `recovery has ended: ${text}`)
  answer(
    context,
    recovery.request,
    normal,
    normal ? text : `${text}; then \`baton recover\` again: it goes on from there`
  )
}

/** It could take what goes home to it, or nothing of ours can mend that it could not. */
const isPeerReady = (context: Context): boolean => {
  const { state } = context
  return state.settings.groups.every(({ name }) => {
    const theirs = peerGroup(state, name)
    if (theirs === null || theirs.role === 'unknown') return false
    return theirs.role !== 'standby' && theirs.role !== 'failed' ? true : theirs.fit
  })
}

/** False = wait on. Bounded: by the peer's boot, then by the time of an answer. */
const isPeerSettled = (context: Context, recovery: RecoveryState): boolean => {
  const { state, now } = context
  if (!isHeard(state, now)) {
    recovery.heardAt = 0
    const waits = recoveryPlan(state, now).some(
      ({ code, by }) => by === 'recover' && (code === 'peer-boots' || code === 'peer-held-off')
    )
    return !waits || reached(context, recovery.stepBy)
  }
  if (recovery.heardAt === 0) {
    recovery.heardAt = now
    for (const words of acceptMemory(context)) tell(context, recovery, words)
    tell(context, recovery, `board ${peerOf(state)} is heard`)
  }
  const lookBy = recovery.heardAt + timingOf(context).answerMs
  return (hasLooked(state) && isPeerReady(context) && state.fence.phase !== 'restoring') || reached(context, lookBy)
}

/** The next group that can be dealt with, or null at the end. */
const nextGroup = (context: Context, recovery: RecoveryState): string | null =>
  context.state.settings.groups.find(({ name }) => !recovery.tried.includes(name))?.name ?? null

/** Begin with a group; its move, if it needs one, is followed by move.ts. */
const beginGroup = (context: Context, recovery: RecoveryState, name: string): void => {
  const { answerMs, releaseMs } = timingOf(context)
  recovery.group = name
  recovery.tried.push(name)
  recovery.stepBy = context.now + answerMs + releaseMs
  recovery.moving = false
}

/** A group that runs away from home is moved; one that is on its way or waits for an agreement is waited for. False = wait on. */
const isGroupDone = (context: Context, recovery: RecoveryState, name: string): boolean => {
  const { state, now } = context
  if (groupOf(state, name).move !== null) return false
  const served = servedOn(state, name, now)
  if (served === null) {
    if (!isHeard(state, now) && !inMotion(state, name, now)) return true
    return reached(context, recovery.stepBy)
  }
  const home = state.settings.groups.find(group => group.name === name)?.home
  if (served === home || !recovery.home || recovery.moving || !isHeard(state, now) || !sameConfiguration(state))
    return true
  recovery.moving = true
  const refused = beginMove(context, name, recovery.request, true)
  if (refused === null) return false
  recovery.problems.push({ group: name, text: refused })
  return true
}

/** One look per step, after all groups. */
export const advanceRecovery = (context: Context): void => {
  const { state } = context
  const { recovery } = state
  if (recovery === null) return
  if (state.leaving !== null || state.resetOrdered) return end(context, recovery)
  if (recovery.group === null) {
    if (!isPeerSettled(context, recovery)) return
    const first = nextGroup(context, recovery)
    if (first === null) return end(context, recovery)
    beginGroup(context, recovery, first)
  }
  while (recovery.group !== null) {
    if (!isGroupDone(context, recovery, recovery.group)) return
    recovery.group = nextGroup(context, recovery)
    if (recovery.group !== null) beginGroup(context, recovery, recovery.group)
  }
  end(context, recovery)
}
