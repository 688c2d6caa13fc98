// R8: one life cuts a silent peer at most twice: once, and once more when its power came back in vain; then it is left off.
import type { BoardId } from '../../../src/core/types.js'
import { otherBoard } from '../../../src/core/types.js'
import { askedWithin } from '../judge.js'
import { FENCING_ORDERS } from './fencing.js'
import type { Invariant } from './invariant.js'

const CUTS_MAX = 2
const ORDERS: readonly string[] = [...FENCING_ORDERS, 'fenceOn', 'recover']

export const createLeftOff = (): Invariant => {
  const cuts: Record<BoardId, number> = { a: 0, b: 0 }
  const heardAt: Record<BoardId, number> = { a: 0, b: 0 }
  const lives: Record<BoardId, string> = { a: '', b: '' }
  return {
    rule: 'R8',
    says: 'a peer that was not heard after its power came back is left off',
    assumes: [],
    checks: {
      rail: (world, past, { board, on }) => {
        if (on || !world.boards[board].contactOpen || world.boards[board].troubles.wallCut > 0) return null
        const driver = otherBoard(board)
        const life = world.boards[driver].daemon?.nonce ?? ''
        if (world.boards[driver].troubles.relayStuck.length > 0 || world.boards[driver].troubles.harnessPulled > 0)
          return null
        if (lives[driver] !== life || heardAt[driver] !== past.boards[driver].heardAt) cuts[driver] = 0
        lives[driver] = life
        heardAt[driver] = past.boards[driver].heardAt
        if (askedWithin(world, past, driver, ORDERS, Number.POSITIVE_INFINITY)) return null
        cuts[driver]++
        return cuts[driver] > CUTS_MAX
          ? `board ${driver} cut the peer's power ${cuts[driver]} times in one silence`
          : null
      }
    }
  }
}
