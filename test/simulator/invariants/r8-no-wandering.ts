// R8: a group does not wander for ever: tenures that no operator asked for are bounded in time, whatever fails on both boards.
import { askedWithin } from '../judge.js'
import type { Invariant } from './invariant.js'
import { TAKING } from './invariant.js'

const WINDOW_MS = 60_000
const TENURES_MAX = 12
const ORDERS: readonly string[] = ['switchover', 'recover', 'confirm', 'leave', 'fenceOff']

export const createNoWandering = (): Invariant => {
  /** Instants of the latest beginnings, per group. */
  const begun = new Map<string, number[]>()
  const latest = new Map<string, string>()
  return {
    rule: 'R8',
    says: 'a group that nobody can serve comes to rest',
    assumes: [],
    checks: {
      effect: (world, past, { board, effect }) => {
        if (effect.kind !== 'runAction' || !TAKING.has(effect.action)) return null
        const key = `${effect.epoch.number}${effect.epoch.board}`
        if (latest.get(effect.group) === key) return null
        latest.set(effect.group, key)
        if (askedWithin(world, past, board, ORDERS, WINDOW_MS)) return null
        const since = world.agenda.now - WINDOW_MS
        const list = [...(begun.get(effect.group) ?? []).filter(at => at > since), world.agenda.now]
        begun.set(effect.group, list)
        return list.length > TENURES_MAX
          ? `${effect.group} was taken ${list.length} times within ${WINDOW_MS} ms`
          : null
      }
    }
  }
}
