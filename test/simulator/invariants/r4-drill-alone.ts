// R4, R13: a drill cuts a board that holds nothing, and never two boards each other.
import type { BoardId } from '../../../src/core/types.js'
import { otherBoard } from '../../../src/core/types.js'
import { heldBy, type World } from '../world.js'
import type { Invariant } from './invariant.js'
import { HONEST_STORAGE } from './invariant.js'

/** What the record says that the relay is for; it is durable before the relay moves. */
const drills = (world: World, id: BoardId): boolean => world.boards[id].store.durable?.relay?.purpose === 'proof'

export const createDrillAlone = (): Invariant => ({
  rule: 'R4',
  says: 'a drill interrupts nothing, and two boards never drill each other',
  assumes: [HONEST_STORAGE],
  checks: {
    effect: (world, _past, { board, effect }) => {
      if (effect.kind !== 'driveRelay' || !effect.on || !drills(world, board)) return null
      const peer = otherBoard(board)
      const { soc } = world.boards[peer]
      if (soc?.relayLevel === true && drills(world, peer)) return `board ${board} and board ${peer} drill each other`
      const held = world.groups.find(group => heldBy(world.boards[peer], group).length > 0)
      return held === undefined ? null : `board ${board} drills board ${peer}, which holds ${held}`
    }
  }
})
