// R8: between two moments of two-way hearing a board cuts its peer's power a bounded number of times.
import type { BoardId } from '../../../src/core/types.js'
import { otherBoard } from '../../../src/core/types.js'
import { askedWithin } from '../judge.js'
import { FENCING_ORDERS } from './fencing.js'
import type { Invariant } from './invariant.js'
import { HONEST_STORAGE } from './invariant.js'

/** A takeover and the cut after a vain restore; a reboot of the survivor, its one start-up fencing and its cut after a vain restore. */
const CUTS_MAX = 4
const ORDER_EXPLAINS_MS = 61_000

export const createNoPingPong = (): Invariant => {
  const cuts: Record<BoardId, number> = { a: 0, b: 0 }
  /** Orders to the relay since the last cut that counted: a harness that somebody pushes in again cuts without one. */
  const ordered: Record<BoardId, boolean> = { a: false, b: false }
  let silenceOf = Number.NEGATIVE_INFINITY
  return {
    rule: 'R8',
    says: 'no ping-pong',
    assumes: [HONEST_STORAGE],
    checks: {
      effect: (_world, _past, { board, effect }) => {
        if (effect.kind === 'driveRelay' && effect.on) ordered[board] = true
        return null
      },
      rail: (world, past, { board, on }) => {
        if (on || !world.boards[board].contactOpen || world.boards[board].troubles.wallCut > 0) return null
        const driver = otherBoard(board)
        if (askedWithin(world, past, driver, FENCING_ORDERS, ORDER_EXPLAINS_MS)) return null
        if (past.twoWayAt !== silenceOf) {
          silenceOf = past.twoWayAt
          cuts.a = 0
          cuts.b = 0
        }
        if (!ordered[driver]) return null
        ordered[driver] = false
        cuts[driver]++
        if (world.boards[driver].troubles.relayStuck.length > 0) cuts[driver]--
        return cuts[driver] > CUTS_MAX
          ? `board ${driver} cut the peer's power ${cuts[driver]} times in one silence`
          : null
      }
    }
  }
}
