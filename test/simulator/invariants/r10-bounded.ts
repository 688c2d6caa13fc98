// R10: what a step orders and what a core remembers stay bounded.

import type { Invariant } from './invariant.js'
import { describeTooMuch } from './size.js'

const STATE_BYTES_MAX = 65_536
const LOOK_EVERY = 1000

export const createBounded = (): Invariant => {
  let steps = 0
  return {
    rule: 'R10',
    says: 'orders per step and state are bounded',
    assumes: [],
    checks: {
      stepped: (world, _past, { board, effects }) => {
        const effectsMax = 24 + 12 * world.groups.length
        if (effects > effectsMax) return `board ${board} gave ${effects} orders in one step, more than ${effectsMax}`
        steps++
        return steps % LOOK_EVERY === 0
          ? describeTooMuch(board, world.boards[board].daemon?.state, STATE_BYTES_MAX)
          : null
      }
    }
  }
}
