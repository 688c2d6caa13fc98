// R4: a new proof is stored only after a drill in which the peer's power was really gone, or at least (no sense line) its daemon was.
import { otherBoard } from '../../../src/core/types.js'
import type { Invariant } from './invariant.js'
import { HONEST_STORAGE } from './invariant.js'

export const createDrill = (): Invariant => ({
  rule: 'R4',
  says: 'a drill that cut nothing proves nothing',
  assumes: [HONEST_STORAGE],
  checks: {
    stored: (world, past, { board, before, after }) => {
      if (after.proof === null || before === null) return null
      if (before.proof !== null && before.proof.wallSeconds === after.proof.wallSeconds) return null
      const orderedAt = past.boards[board].asked.get('fenceProve')
      const peer = otherBoard(board)
      if (orderedAt === undefined) return `board ${board} stored a proof that nobody asked for`
      const lifeChanged = past.boards[peer].smoothSince > orderedAt
      const cut = past.boards[peer].railFellAt > orderedAt
      const seen = world.plan.settings[board].wiring.sense ? cut : cut || lifeChanged
      return seen
        ? null
        : `board ${board} stored a proof of fencing, yet ${peer} never lost power since the drill was ordered`
    }
  }
})
