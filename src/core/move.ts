// Follows a planned move from its order to its end, on whichever board the order was given: tells each step and whether the group arrived.
// Begun by switchover and recovery. Decides nothing about the group: where it goes is release's and group's work.
import { answer, type Context, groupOf, groupSettings, hasDisk, reached, selfOf, timingOf } from './context.js'
import type { Move } from './recovery-state.js'
import { isRecentlyHeard, peerGroup } from './silence.js'
import type { CoreState, GroupState } from './state.js'
import { progressOf, ROLE_OF_PHASE } from './token.js'
import { type BoardId, isHolding, otherBoard, type Role } from './types.js'

/** The longest check of a disk is waited for; then the last word is that it goes on. */
const FOLLOW_MS_MAX = 1_200_000

/** Steps by their rank: 0 to 6 on the way, 7 and 8 on the way back. */
const RANK = { logins: 0, stop: 1, unmount: 2, handOver: 3, mount: 4, start: 5, open: 6, backMount: 7, backStart: 8 }

/** The words of each rank; null = this group has no such step. SavWareHA's menu had these; a mirror's "bring current" comes before `mount`. */
const stepWords = (state: CoreState, group: string, to: BoardId): readonly (string | null)[] => {
  const { loginGate } = groupSettings(state, group)
  const disk = hasDisk(state, group)
  const from = otherBoard(to)
  return [
    loginGate ? `forbid logins on board ${from}` : null,
    disk ? `stop the users of the disk on board ${from}` : `stop the services on board ${from}`,
    disk ? `unmount on board ${from}` : null,
    `hand over to board ${to}`,
    disk ? `check and mount on board ${to}` : null,
    `start on board ${to}`,
    loginGate ? `enable logins on board ${to}` : null,
    disk ? `bring it back: check and mount on board ${from}` : null,
    `bring it back: start on board ${from}`
  ]
}

interface Place {
  readonly role: Role | null
  readonly mounted: boolean
  readonly started: boolean
}

/** What is known of the group on that board now; role null = that board is not heard. */
const placeOf = (state: CoreState, group: string, board: BoardId, now: number): Place => {
  if (board === selfOf(state)) return { role: ROLE_OF_PHASE[groupOf(state, group).phase], ...progressOf(state, group) }
  const theirs = isRecentlyHeard(state, now) ? peerGroup(state, group) : null
  return theirs ?? { role: null, mounted: false, started: false }
}

const takingRank = ({ mounted, started }: Place, first: number): number => first + (mounted ? (started ? 2 : 1) : 0)

/** How far the move has come: the step that is under way, or the one behind the last. null = as before. */
const rankOf = (move: Move, from: Place, to: Place): number | null => {
  if (to.role === 'active') return RANK.open
  if (from.role === 'taking' || (move.left && from.role === 'active'))
    return from.role === 'active' ? RANK.backStart : Math.min(takingRank(from, RANK.backMount), RANK.backStart)
  if (to.role === 'taking') return takingRank(to, RANK.mount)
  if (from.role === 'releasing') return from.started ? RANK.stop : from.mounted ? RANK.unmount : RANK.handOver
  return from.role === 'standby' && move.left ? RANK.handOver : null
}

const tellSteps = (context: Context, group: string, move: Move, rank: number): void => {
  const words = stepWords(context.state, group, move.to)
  if (rank >= RANK.backMount && !move.back) {
    move.back = true
    move.told = RANK.backMount - 1
  }
  while (move.told < rank) {
    move.told += 1
    const step = words[move.told]
    if (step != null) answer(context, move.request, true, `${group}: ${step}`, false)
  }
}

/** Follow the group from here on. An earlier order for it gets its last word. */
export const followMove = (
  context: Context,
  group: string,
  to: BoardId,
  request: number | null,
  inRecovery: boolean
): void => {
  const view = groupOf(context.state, group)
  if (view.move !== null) endMove(context, group, false, 'another order for the same group followed')
  const { answerMs, deadMs, releaseMs } = timingOf(context)
  const moveBy = context.now + answerMs + releaseMs + deadMs
  const latestBy = context.now + FOLLOW_MS_MAX
  const began = { told: -1, back: false, left: false, problem: null, restBy: 0 }
  view.move = { to, request, inRecovery, ...began, moveBy, latestBy }
}

/** A step failed: kept for the last word, which comes when the group has come to rest. */
export const failMove = (view: GroupState, reason: string): void => {
  if (view.move !== null) view.move.problem ??= reason
}

const endMove = (context: Context, group: string, ok: boolean, text: string): void => {
  const view = groupOf(context.state, group)
  const { move } = view
  const { recovery } = context.state
  view.move = null
  if (move === null) return
  if (!move.inRecovery) return answer(context, move.request, ok, text)
  if (recovery === null) return
  answer(context, move.request, ok, ok ? text : `FAILED: ${text}`, false)
  if (!ok) recovery.problems.push({ group, text })
}

/** Why it is not where it should be: the first failure, else the step on the other board that came to nothing. */
const whyNot = (context: Context, group: string, move: Move, told: number): string => {
  if (move.problem !== null) return move.problem
  const step = stepWords(context.state, group, move.to)[told]
  if (step == null) return 'it did not move; see `baton events` on both boards'
  return `"${step}" failed; see \`baton events\` there`
}

/** Nobody has had it for the time of an answer, and nobody is at it: it does not go on by itself. */
const isAtRest = (context: Context, view: GroupState, move: Move, from: Place, to: Place): boolean => {
  const held = [from, to].some(({ role }) => role !== null && isHolding(role))
  const resting = move.left && !held && view.phase !== 'granting'
  if (!resting) move.restBy = 0
  else if (move.restBy === 0) move.restBy = context.now + 2 * timingOf(context).answerMs
  return resting && reached(context, move.restBy)
}

/** One look per step, after the group's own work. */
export const advanceMove = (context: Context, group: string): void => {
  const { state, now } = context
  const view = groupOf(state, group)
  const { move } = view
  if (move === null) return
  const { to } = move
  const board = otherBoard(to)
  const from = placeOf(state, group, board, now)
  const there = placeOf(state, group, to, now)
  const forward = move.back ? RANK.open : move.told
  const rank = rankOf(move, from, there)
  if (rank !== null) tellSteps(context, group, move, rank)
  if (move.back && move.problem === null) move.problem = whyNot(context, group, move, forward)
  if (from.role !== null && from.role !== 'active') move.left = true
  if (there.role === 'active') return endMove(context, group, true, `${group} is active on board ${to}`)
  if (from.role === 'active' && (move.left || move.problem !== null))
    return endMove(context, group, false, `${group} stays on board ${board}: ${whyNot(context, group, move, forward)}`)
  if (view.phase === 'abandoned' || view.phase === 'stuck')
    return endMove(context, group, false, `${group}: ${move.problem ?? view.problem ?? 'it cannot be released'}`)
  const silent = there.role === null || from.role === null
  if (silent && view.phase === 'standby')
    return endMove(context, group, false, `${group}: the peer fell silent on the way; see \`baton status\``)
  const taking = from.role === 'taking' || there.role === 'taking'
  if (taking && !reached(context, move.latestBy)) {
    move.moveBy = Math.max(move.moveBy, now + timingOf(context).answerMs)
    return
  }
  if (!isAtRest(context, view, move, from, there) && !reached(context, move.moveBy)) return
  const rest = taking ? `board ${there.role === 'taking' ? to : board} is still at it` : 'it is served nowhere now'
  endMove(context, group, false, `${group}: ${rest}: ${whyNot(context, group, move, forward)}; see \`baton status\``)
}
