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

/** The life that orders the reset hands over its other groups first, within this many release times. */
const HAND_OVER_RELEASES = 2
const SLACK_MS = 1000

export const createMustReset = (): Invariant => {
  /** By boot: who ordered its end, and when. */
  const ordered = new Map<string, { readonly life: string | undefined; readonly at: number }>()
  return {
    rule: 'R6',
    says: 'a boot that must end by a reset gets no food for its watchdog, but from the life that hands over first',
    assumes: [],
    checks: {
      stored: (world, _past, { board, after }) => {
        const bootId = after.mustReset?.bootId
        if (bootId !== undefined && !ordered.has(bootId))
          ordered.set(bootId, { life: world.boards[board].daemon?.nonce, at: world.agenda.now })
        return null
      },
      effect: (world, _past, { board: id, effect }) => {
        if (effect.kind !== 'feedWatchdog') return null
        const board = world.boards[id]
        const order = ordered.get(board.soc?.bootId ?? '')
        if (order === undefined) return null
        if (order.life !== board.daemon?.nonce)
          return `a later daemon of board ${id} feeds the watchdog in a boot that must end by a reset`
        const lateMs = world.agenda.now - order.at - HAND_OVER_RELEASES * world.plan.settings[id].timing.releaseMs
        return lateMs > SLACK_MS
          ? `board ${id} feeds its watchdog ${Math.round(lateMs)} ms after its reset was due`
          : null
      }
    }
  }
}
