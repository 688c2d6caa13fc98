// R6: a board says "standby" or "failed" of a group only while nothing of it is left there; and a boot that must end by a reset is not fed.
import { heldBy } from '../world.js'
import type { Invariant } from './invariant.js'

export const createReleased = (): Invariant => ({
  rule: 'R6',
  says: 'released is said only of what is released',
  assumes: [],
  checks: {
    effect: (world, _past, { board: id, effect }) => {
      if (effect.kind !== 'sendToken') return null
      const board = world.boards[id]
      for (const [index, entry] of effect.token.groups.entries()) {
        if (entry.role !== 'standby' && entry.role !== 'failed') continue
        const group = world.groups[index] ?? ''
        const held = heldBy(board, group)
        if (held.length > 0) return `board ${id} says ${entry.role} of ${group} and has ${held.join(', ')}`
        for (const job of board.soc?.jobs ?? [])
          if (job.group === group && job.hung && job.action !== 'inspect')
            return `board ${id} says ${entry.role} of ${group} while a hung ${job.action} is left there`
      }
      return null
    }
  }
})

export const createMustReset = (): Invariant => ({
  rule: 'R6',
  says: 'a boot that must end by a reset gets no food for its watchdog',
  assumes: [],
  checks: {
    effect: (world, _past, { board: id, effect }) => {
      if (effect.kind !== 'feedWatchdog') return null
      const board = world.boards[id]
      const ordered = board.store.durable?.mustReset?.bootId
      return ordered !== undefined && ordered === board.soc?.bootId
        ? `board ${id} feeds its watchdog in a boot that must end by a reset`
        : null
    }
  }
})
