// One step's working place: the state, the instant, the orders collected so far. Every idea of the core works through it.
import type { Effect, Level } from './effect.js'
import type { GroupAction } from './event.js'
import type { GroupSettings, Timing } from './settings.js'
import type { CoreState, GroupState } from './state.js'
import type { BoardId, Durable, DurableGroup } from './types.js'
import { otherBoard } from './types.js'

export interface Context {
  readonly state: CoreState
  readonly now: number
  readonly effects: Effect[]
  /** Earliest instant at which something here must be looked at again. */
  wakeAt: number
}

/** A programmer's error crashes the daemon; the watchdog stands behind that. Never caught. */
export function assert(condition: boolean, words: string): asserts condition {
  if (!condition) throw new Error(`core: broken invariant: ${words}`)
}

export const timingOf = (context: Context): Timing => context.state.settings.timing
export const selfOf = (state: CoreState): BoardId => state.settings.board
export const peerOf = (state: CoreState): BoardId => otherBoard(state.settings.board)

export const order = (context: Context, effect: Effect): void => {
  context.effects.push(effect)
}

/** Alarms that the panel remembers until somebody acknowledges them (R10: bounded). */
const RAISED_MAX = 16

export const report = (context: Context, level: Level, code: string, text: string, group?: string): void => {
  const { raised } = context.state.panel
  if (level === 'alarm' && !raised.includes(code) && raised.length < RAISED_MAX) raised.push(code)
  context.effects.push({
    kind: 'report',
    report: group === undefined ? { level, code, text } : { level, code, text, group }
  })
}

/** Look again at this instant, if it lies ahead. */
export const wakeAt = (context: Context, at: number): void => {
  if (at > context.now && at < context.wakeAt) context.wakeAt = at
}

/** True from the instant on; before it, makes sure that the core wakes then. */
export const reached = (context: Context, at: number): boolean => {
  if (context.now >= at) return true
  wakeAt(context, at)
  return false
}

export const answer = (context: Context, request: number | null, ok: boolean, text: string, final = true): void => {
  if (request !== null) context.effects.push({ kind: 'answerOperator', request, ok, final, text })
}

/** Change the durable record; returns the number of the store that will hold the change (written at the end of this step). */
export const remember = (context: Context, change: Partial<Durable>): number => {
  const { state } = context
  state.durable = { ...state.durable, ...change }
  return writeState(context)
}

/** Ask for a write of the record as it is; returns its store number. */
export const writeState = (context: Context): number => {
  const { state } = context
  if (!state.storeWanted) {
    state.storeWanted = true
    state.storeCount += 1
  }
  return state.storeCount
}

export const rememberGroup = (context: Context, group: string, change: Partial<DurableGroup>): number => {
  const { state } = context
  return remember(context, {
    groups: { ...state.durable.groups, [group]: { ...durableGroup(state, group), ...change } }
  })
}

export const durableGroup = (state: CoreState, group: string): DurableGroup => {
  const found = state.durable.groups[group]
  assert(found !== undefined, `durable record knows group ${group}`)
  return found
}

export const storedGroup = (state: CoreState, group: string): DurableGroup => {
  const found = state.stored.groups[group]
  assert(found !== undefined, `stored record knows group ${group}`)
  return found
}

export const groupOf = (state: CoreState, group: string): GroupState => {
  const found = state.groups[group]
  assert(found !== undefined, `group ${group} is configured`)
  return found
}

export const groupSettings = (state: CoreState, group: string): GroupSettings => {
  const found = state.settings.groups.find(one => one.name === group)
  assert(found !== undefined, `group ${group} is configured`)
  return found
}

export const hasDisk = (state: CoreState, group: string): boolean => groupSettings(state, group).disk !== null

export const isMirrored = (state: CoreState, group: string): boolean => groupSettings(state, group).disk === 'mirrored'

export const isStored = (state: CoreState, store: number): boolean => state.storedCount >= store

/** Storage may be relied on (R5). */
export const storageOk = (state: CoreState): boolean => state.storageProblem === null

export const runAction = (context: Context, group: string, action: GroupAction): void => {
  const { state } = context
  const view = groupOf(state, group)
  if (view.jobs[action] !== undefined) return
  state.jobCount += 1
  view.jobs[action] = state.jobCount
  const { epoch } = durableGroup(state, group)
  context.effects.push({ kind: 'runAction', group, action, job: state.jobCount, epoch })
}

export const isBusy = (view: GroupState): boolean => Object.keys(view.jobs).length > 0

export const enter = (context: Context, view: GroupState, phase: GroupState['phase']): void => {
  view.phase = phase
  view.since = context.now
  context.state.sendSoon = true
}
