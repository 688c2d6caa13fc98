// R4: no automatic fencing of a peer with power before `fence prove` succeeded on this pair.
import { otherBoard } from '../../../src/core/types.js'
import { isAutomaticFencing } from './fencing.js'
import type { Invariant } from './invariant.js'
import { HONEST_STORAGE } from './invariant.js'

export const createProof = (): Invariant => ({
  rule: 'R4',
  says: 'no automatic fencing without proof',
  assumes: [HONEST_STORAGE],
  checks: {
    effect: (world, past, fact) => {
      if (!isAutomaticFencing(world, past, fact)) return null
      const drilled = past.boards[fact.board].asked.has('fenceProve')
      if (!world.plan.proved && !drilled) return `board ${fact.board} fences on a pair that was never drilled`
      const proof = world.boards[fact.board].store.durable?.proof ?? null
      if (proof !== null && proof.wiring === world.plan.settings[fact.board].wiring.fingerprint) return null
      return `board ${fact.board} drives its relay against ${otherBoard(fact.board)}, which has power, without a durable proof`
    }
  }
})
