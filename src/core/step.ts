// The core's one door: a fact in, orders out. Pure: no I/O, clock, randomness or Node types. Called by runtime, simulator and replay.
import { answer, assert, type Context, groupOf, order, reached, report, timingOf } from './context.js'
import type { Effect } from './effect.js'
import type { CoreEvent } from './event.js'
import { loopChanged, senseChanged } from './evidence.js'
import { agentConfirmed, relayDriven, relayFailed } from './fencing.js'
import { holdsHere } from './fit.js'
import { actionFinished, advanceGroup } from './group.js'
import { mirrorWaits } from './mirror.js'
import { advanceMirror, mirrorAsks, mirrorChanged, partMirrors } from './mirror-holder.js'
import { advanceMode } from './mode.js'
import { advanceMove } from './move.js'
import { noteSilence } from './notices.js'
import { operatorAsked } from './operator.js'
import { advancePanel, buttonDown, buttonUp } from './panel.js'
import { newestToken } from './peer.js'
import { advanceRecovery } from './recovery.js'
import { advanceRelease, advanceReset, releaseAll } from './release.js'
import { serviceFailed } from './restart.js'
import { doubtFencing } from './restoring.js'
import { noteForeign, receiveToken } from './session.js'
import { linksDrained, noteSenior, noticeStall, sameConfiguration } from './silence.js'
import { advanceStartup, begin, lookedAtGroup } from './startup.js'
import type { CoreState } from './state.js'
import { advanceSwitchover, diskFailed, notePeerFit } from './switchover.js'
import { advanceTakeover } from './takeover.js'
import { sendTokens } from './token.js'
import { advanceAbandoned } from './two-holders.js'

const STORE_RETRY_MS = 1000
const PENDING_MAX = 64

const tokenReceived = (context: Context, event: CoreEvent & { kind: 'tokenReceived' }): void => {
  const { state, now } = context
  // What waits in the buffers of a board that stood still proves nothing (R9).
  if (state.draining) return
  const { lastFreshAt, nonce, token } = state.peer
  const silent = lastFreshAt === null || now - lastFreshAt > timingOf(context).deadMs
  const digest = nonce === event.token.nonce ? (token?.digest ?? null) : null
  if (receiveToken(context, event.link, event.token) !== 'newest') return
  newestToken(context, event.token, { digest, silent: silent || nonce !== event.token.nonce })
}

const stateStored = (context: Context, store: number, wallSeconds: number): void => {
  const { state } = context
  state.wallSeconds = wallSeconds
  const done = state.pending.filter(one => one.store <= store)
  const newest = done.at(-1)
  if (newest === undefined) return
  state.stored = newest.durable
  state.storedCount = newest.store
  state.pending = state.pending.filter(one => one.store > store)
  state.storeRetryAt = 0
  if (state.storageProblem !== null && !state.storageStale) {
    state.storageProblem = null
    report(context, 'notice', 'state-stored', 'the durable state can be written again')
  }
}

const stateStoreFailed = (context: Context, reason: string): void => {
  const { state, now } = context
  if (state.storageProblem === null) {
    report(
      context,
      'alarm',
      'state-unwritable',
      `the durable state cannot be written: ${reason}; this board takes and grants nothing until it can`
    )
    state.storageProblem = reason
  }
  state.storeRetryAt = now + STORE_RETRY_MS
}

const noteFact = (context: Context, event: CoreEvent): void => {
  const { state } = context
  switch (event.kind) {
    case 'tick':
      return
    case 'tokenReceived':
      return tokenReceived(context, event)
    case 'foreignFrameReceived':
      return noteForeign(context, event.foreign)
    case 'linksDrained':
      return linksDrained(context)
    case 'stateStored':
      return stateStored(context, event.store, event.wallSeconds)
    case 'stateStoreFailed':
      return stateStoreFailed(context, event.reason)
    case 'relayDriven':
      return relayDriven(context, event.on, event.order)
    case 'relayFailed':
      return relayFailed(context, event.on, event.order, event.reason)
    case 'agentConfirmed':
      return agentConfirmed(context, event.order)
    case 'senseChanged':
      return senseChanged(context, event.on)
    case 'loopChanged':
      return loopChanged(context, event.whole)
    case 'lanChanged':
      if (state.input.lanUp !== event.up) state.input.lanSince = context.now
      state.input.lanUp = event.up
      state.sendSoon = true
      return
    case 'actionFinished':
      return groupActionFinished(context, event)
    case 'diskSeenChanged':
      groupOf(state, event.group).diskSeen = event.seen
      return
    case 'mirrorChanged':
      return mirrorChanged(context, event.group, event.mirror)
    case 'mirrorAsks':
      return mirrorAsks(context, event.group, event.question)
    case 'serviceFailed':
      // What stands still on purpose does not answer, and has not failed (R7).
      if (mirrorWaits(state, event.group)) return
      return serviceFailed(context, event.group, event.service, event.reason)
    case 'diskFailed':
      if (mirrorWaits(state, event.group)) return
      return diskFailed(context, event.group, event.reason)
    case 'operatorAsked':
      return operatorAsked(context, event.request, event.what)
    case 'buttonDown':
      return buttonDown(context, event.found)
    case 'buttonUp':
      return buttonUp(context, event.heldMs)
  }
}

const groupActionFinished = (context: Context, event: CoreEvent & { kind: 'actionFinished' }): void => {
  const view = groupOf(context.state, event.group)
  if (view.phase === 'unknown' && view.jobs[event.action] === event.job) {
    delete view.jobs[event.action]
    return lookedAtGroup(context, event.group, event.outcome)
  }
  actionFinished(context, event.group, event.action, event.job, event.outcome)
}

/** A planned end: the peer must have heard the last word (restart), or everything must be released first (leave). */
const advanceLeaving = (context: Context): void => {
  const { state, now } = context
  const { leaving, settings } = state
  if (leaving === null) return
  if (leaving.order === 'leave') releaseAll(context)
  const parted = leaving.order === 'restart' || partMirrors(context)
  const { tokenIntervalMs, releaseMs } = timingOf(context)
  const holds = settings.groups.some(({ name }) => holdsHere(state, name) || groupOf(state, name).phase === 'granting')
  const done = leaving.order === 'restart' || (!holds && parted)
  if (!done && !reached(context, leaving.at + 2 * releaseMs)) return
  if (leaving.doneAt === 0) {
    leaving.doneAt = now
    leaving.released = !holds
    state.sendSoon = true
  }
  if (leaving.ended || !reached(context, leaving.doneAt + tokenIntervalMs)) return
  leaving.ended = true
  answer(context, leaving.request, done, done ? 'done' : 'ending although not everything could be released')
  order(context, { kind: 'exit', order: leaving.order })
}

const feedWatchdog = (context: Context): void => {
  const { state, now } = context
  // R6: once a reset is ordered only the life that hands over may still feed, until its time is up; no later life does.
  const resetting = state.resetOrdered || state.durable.mustReset?.bootId === state.boot.bootId
  if (resetting && (state.resetOrdered || reached(context, state.resetBy))) return
  if (!reached(context, state.watchdogAt)) return
  order(context, { kind: 'feedWatchdog' })
  state.watchdogAt = now + timingOf(context).watchdogMs
}

/** The record that this step changed goes out once. A bad record is never written over (R5). */
const flushState = (context: Context): void => {
  const { state, now } = context
  if (state.boot.durable === null) return
  if (!state.storeWanted && state.storeRetryAt > 0 && reached(context, state.storeRetryAt)) {
    state.storeWanted = true
    state.storeCount += 1
    state.storeRetryAt = now + STORE_RETRY_MS
  }
  if (!state.storeWanted) return
  state.storeWanted = false
  state.pending.push({ store: state.storeCount, durable: state.durable })
  if (state.pending.length > PENDING_MAX) state.pending.shift()
  order(context, { kind: 'storeState', store: state.storeCount, durable: state.durable })
}

/** Where a reset was ordered nothing else goes out: no unmount, no token, no write (R6, R15). */
const endStep = (context: Context): readonly Effect[] => {
  const { state, now, effects } = context
  state.wakeAt = context.wakeAt
  state.lastStepAt = now
  return state.resetOrdered ? effects.filter(({ kind }) => kind === 'resetBoard' || kind === 'report') : effects
}

/**
 * One fact at one instant. Changes `state`, returns orders that are independent of each other.
 * `now`: monotonic milliseconds of this board, never smaller than before. Source: ARCHITECTURE, data flow.
 */
export const step = (state: CoreState, event: CoreEvent, now: number): readonly Effect[] => {
  assert(now >= state.lastStepAt, `time does not run backwards (${now} after ${state.lastStepAt})`)
  const context: Context = { state, now, effects: [], wakeAt: now + state.settings.timing.tokenIntervalMs }
  if (state.resetOrdered) {
    state.wakeAt = context.wakeAt
    return context.effects
  }
  if (!state.begun) begin(context)
  else if (noticeStall(context)) doubtFencing(context)
  noteFact(context, event)
  if (state.resetOrdered) return endStep(context)
  notePeerFit(context)
  advanceMode(context)
  advanceTakeover(context)
  for (const { name } of state.settings.groups) {
    advanceStartup(context, name)
    advanceGroup(context, name)
    advanceRelease(context, name)
    advanceAbandoned(context, name)
    advanceMirror(context, name)
    if (state.peer.token === null || sameConfiguration(state)) advanceSwitchover(context, name)
    advanceMove(context, name)
  }
  advanceRecovery(context)
  advanceReset(context)
  advanceLeaving(context)
  flushState(context)
  sendTokens(context)
  feedWatchdog(context)
  noteSenior(context)
  noteSilence(context)
  advancePanel(context)
  return endStep(context)
}

/** Send a `tick` at this instant of the board's clock; at the latest one token interval after the last step. */
export const nextWakeAt = (state: CoreState): number => state.wakeAt
