// The login gate of a group: users may log in on the board where it is active. It keeps people out, it guards no disk: who is logged in and
// holds the disk is ended by the unmount. So a gate that does not move is told, and neither stops a service nor undoes a move.
import { type Context, groupSettings, report, runAction } from './context.js'
import type { ActionOutcome, GroupAction } from './event.js'

/** A gate that failed counts as done; people are told. */
export const gateOutcome = (
  context: Context,
  group: string,
  action: GroupAction,
  outcome: ActionOutcome
): ActionOutcome => {
  if (outcome.ok || (action !== 'openLogins' && action !== 'closeLogins')) return outcome
  report(context, 'warning', 'login-gate-failed', `the logins of ${group}: ${outcome.reason}`, group)
  return { ok: true }
}

/** A starting life found the group here, or not: the gate is put as it should be. */
export const setGate = (context: Context, group: string, open: boolean): void => {
  if (groupSettings(context.state, group).loginGate) runAction(context, group, open ? 'openLogins' : 'closeLogins')
}
