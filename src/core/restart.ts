// A service of an active group failed: restart it; too often within the window, and the group moves if the peer is fit. Called by step and group.
import { type Context, groupOf, groupSettings, isBusy, reached, report, runAction } from './context.js'
import type { ActionOutcome } from './event.js'
import { effectiveMode, whyNotGrant } from './fit.js'
import { beginRelease } from './release.js'
import type { GroupState } from './state.js'

const PAUSE_MS = 1000
/** After `restartsMax` restarts without a peer that could take it. */
const LONG_PAUSE_MS = 5000

/** One more failure counts; decides between a restart now or later, and moving the group. */
const judgeFailure = (context: Context, group: string, view: GroupState, words: string, pauseMs: number): void => {
  const { state, now } = context
  const { restartsMax, restartWindowMs } = groupSettings(state, group)
  view.restarts = view.restarts.filter(at => now - at < restartWindowMs).slice(-restartsMax)
  const often = view.restarts.length >= restartsMax
  if (often && effectiveMode(state) === 'auto' && whyNotGrant(state, group, now) === null) {
    report(
      context,
      'alarm',
      'moving',
      `${group} moves to the peer: failed again after ${restartsMax} restarts: ${words}`,
      group
    )
    return beginRelease(context, group, 'failed', false)
  }
  view.restarts.push(now)
  view.restartAt = now + (often ? LONG_PAUSE_MS : pauseMs)
}

export const serviceFailed = (context: Context, group: string, service: string, reason: string): void => {
  const view = groupOf(context.state, group)
  if (view.phase !== 'active' || view.restarting || view.restartAt > 0) return
  view.problem = `${service}: ${reason}`
  if (effectiveMode(context.state) === 'maintenance') {
    return report(
      context,
      'warning',
      'service-failed',
      `${service} of ${group} failed (maintenance: left alone): ${reason}`,
      group
    )
  }
  report(context, 'warning', 'service-failed', `${service} of ${group} failed: ${reason}`, group)
  judgeFailure(context, group, view, view.problem, 0)
}

/** The restart has ended. */
export const restartFinished = (context: Context, group: string, view: GroupState, outcome: ActionOutcome): void => {
  view.restarting = false
  if (outcome.ok) {
    view.problem = null
    return report(context, 'notice', 'service-restarted', `a service of ${group} was restarted`, group)
  }
  view.problem = outcome.reason
  report(context, 'warning', 'restart-failed', `a service of ${group} could not be restarted: ${outcome.reason}`, group)
  judgeFailure(context, group, view, outcome.reason, PAUSE_MS)
}

/** A restart whose pause is over. One look per step. */
export const advanceRestart = (context: Context, group: string, view: GroupState): void => {
  if (view.phase !== 'active' || view.restartAt === 0 || !reached(context, view.restartAt) || isBusy(view)) return
  view.restartAt = 0
  view.restarting = true
  runAction(context, group, 'restartServices')
}
