// R3: a fencing that is not confirmed by its deadline releases the relay: it is not driven for ever against a peer that has power.
import type { BoardId } from '../../../src/core/types.js'
import { otherBoard } from '../../../src/core/types.js'
import { askedWithin } from '../judge.js'
import { senseLevel } from '../wires.js'
import type { Invariant } from './invariant.js'

const CONFIRM_EXPLAINS_MS = 65_000
const SLACK_MS = 1000

export const createFenceDeadline = (): Invariant => {
  /** Orders to drive the relay in this silence of this life: the second one may be the cut that leaves it off, which stays. */
  const drives: Record<BoardId, number> = { a: 0, b: 0 }
  const heardAt: Record<BoardId, number> = { a: 0, b: 0 }
  const lives: Record<BoardId, string> = { a: '', b: '' }
  return {
    rule: 'R3',
    says: 'a fencing that is not confirmed by its deadline releases the relay',
    assumes: [],
    checks: {
      effect: (world, past, { board, effect }) => {
        if (effect.kind !== 'driveRelay' || !effect.on) return null
        const life = world.boards[board].daemon?.nonce ?? ''
        if (lives[board] !== life || heardAt[board] !== past.boards[board].heardAt) drives[board] = 0
        lives[board] = life
        heardAt[board] = past.boards[board].heardAt
        drives[board]++
        return null
      },
      stepped: (world, past, { board }) => {
        const { timing, wiring } = world.plan.settings[board]
        const own = past.boards[board]
        const { soc, daemon } = world.boards[board]
        if (own.drivenAt === null || drives[board] !== 1 || daemon?.nonce !== lives[board] || !soc?.relayLevel)
          return null
        if (!wiring.sense || !senseLevel(world, board) || world.plan.settings[board].wiring.fence === 'agent')
          return null
        const since = Math.max(
          own.drivenAt,
          own.senseOnSince,
          own.smoothSince,
          past.boards[otherBoard(board)].railUpSince
        )
        const lateMs = world.agenda.now - since - timing.fenceDeadlineMs - timing.bootMs
        if (lateMs < SLACK_MS || askedWithin(world, past, board, ['confirm'], CONFIRM_EXPLAINS_MS)) return null
        return `board ${board} drives its relay for ${Math.round(world.agenda.now - own.drivenAt)} ms although the peer has power and sense says so`
      }
    }
  }
}
