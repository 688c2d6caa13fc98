// R4, R13: a drill cuts a board that holds nothing, and never two boards each other, neither beside another drill nor beside `fence off`.
import type { BoardId, FencePurpose } from '../../../src/core/types.js'
import { otherBoard } from '../../../src/core/types.js'
import { heldBy, type World } from '../world.js'
import type { Invariant } from './invariant.js'
import { HONEST_STORAGE } from './invariant.js'

/** What the record says that the relay is for; it is durable before the relay moves. */
const purposeOf = (world: World, id: BoardId): FencePurpose | undefined =>
  world.boards[id].store.durable?.relay?.purpose
const ORDERED: ReadonlySet<FencePurpose | undefined> = new Set<FencePurpose>(['proof', 'operator'])

export const createDrillAlone = (): Invariant => ({
  rule: 'R4',
  says: 'a drill interrupts nothing, and two boards never cut each other where one of them drills',
  assumes: [HONEST_STORAGE],
  checks: {
    effect: (world, _past, { board, effect }) => {
      if (effect.kind !== 'driveRelay' || !effect.on) return null
      const peer = otherBoard(board)
      const { soc } = world.boards[peer]
      const purposes = [purposeOf(world, board), purposeOf(world, peer)]
      const each = soc?.relayLevel === true && purposes.every(purpose => ORDERED.has(purpose))
      if (each && purposes.includes('proof'))
        return `board ${board} and board ${peer} cut each other, one of them in a drill`
      if (purposes[0] !== 'proof') return null
      const held = world.groups.find(group => heldBy(world.boards[peer], group).length > 0)
      return held === undefined ? null : `board ${board} drills board ${peer}, which holds ${held}`
    }
  }
})
