// R13: a board fences only for what it can take, or serves: not while every disk has been out of its reach for a while.
import { otherBoard } from '../../../src/core/types.js'
import { diskSeen } from '../wires.js'
import { heldBy } from '../world.js'
import { isAutomaticFencing } from './fencing.js'
import type { Invariant } from './invariant.js'

/** A look at the disks, and a record under way. */
const SETTLES_MS = 7000

export const createFit = (): Invariant => {
  let changedAt = 0
  /** The cut of a peer that was restored in vain is for no group (R8). */
  const released = new Set<string>()
  return {
    rule: 'R13',
    says: 'a board fences only for a group that it can take, or serves',
    assumes: [],
    checks: {
      fault: (world, _past, { text }) => {
        if (text.includes('diskGone')) changedAt = world.agenda.now
        return null
      },
      effect: (world, past, fact) => {
        const board = world.boards[fact.board]
        const life = board.daemon?.nonce ?? ''
        if (fact.effect.kind === 'driveRelay' && !fact.effect.on) released.add(life)
        if (!isAutomaticFencing(world, past, fact) || released.has(life)) return null
        const now = world.agenda.now
        if (now - changedAt < SETTLES_MS || now - (board.daemon?.bornAt ?? now) < SETTLES_MS) return null
        const useful = world.groups.some(group => diskSeen(world, fact.board, group) || heldBy(board, group).length > 0)
        return useful
          ? null
          : `board ${fact.board} fences ${otherBoard(fact.board)} although it reaches no disk and holds nothing`
      }
    }
  }
}
