// R9: two boards that fall silent do not cut each other: where both relays work, never are both contacts open by nobody's order.
// Two that start into silence have agreed on nothing: their clocks began apart, and no order of theirs can be kept.
import { otherBoard } from '../../../src/core/types.js'
import { askedWithin } from '../judge.js'
import { FENCING_ORDERS } from './fencing.js'
import type { Invariant } from './invariant.js'

const ORDER_EXPLAINS_MS = 61_000
/** A wire that was touched this lately may explain a relay that came late. */
const WIRE_EXPLAINS_MS = 5000
/** A board that begins to serve fires late, in the other's turn: known (finding 14), excused until it is mended. */
const RISING_MS = 0

export const createOneFires = (): Invariant => {
  let touchedAt = Number.NEGATIVE_INFINITY
  let heldChangedAt = Number.NEGATIVE_INFINITY
  return {
    rule: 'R9',
    says: 'one fires first',
    assumes: [],
    checks: {
      fault: (world, _past, { text }) => {
        if (/relayStuck|harnessPulled|senseStuck|senseBounce|loopCut/.test(text)) touchedAt = world.agenda.now
        return null
      },
      held: world => {
        heldChangedAt = world.agenda.now
        return null
      },
      contact: (world, past, { board, open }) => {
        const peer = otherBoard(board)
        if (!open || !world.boards[peer].contactOpen || !world.boards[board].rail || !world.boards[peer].rail)
          return null
        const troubled = world.boards[board].troubles.relayStuck.length + world.boards[peer].troubles.relayStuck.length
        const pulled = world.boards[board].troubles.harnessPulled + world.boards[peer].troubles.harnessPulled
        const lying = world.boards[board].troubles.senseStuck.length + world.boards[peer].troubles.senseStuck.length
        if (
          troubled + pulled + lying > 0 ||
          world.agenda.now - heldChangedAt < RISING_MS ||
          world.agenda.now - touchedAt < WIRE_EXPLAINS_MS
        )
          return null
        if ([board, peer].some(id => past.boards[id].heardAt === Number.NEGATIVE_INFINITY)) return null
        const ordered = [board, peer].some(id => askedWithin(world, past, id, FENCING_ORDERS, ORDER_EXPLAINS_MS))
        return ordered ? null : 'each board cuts the power of the other'
      }
    }
  }
}
