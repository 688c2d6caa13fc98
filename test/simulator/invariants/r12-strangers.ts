// R12: where frames of a foreign key, version or identity arrive nobody fences by itself for ten seconds.
import type { BoardId } from '../../../src/core/types.js'
import { isAutomaticFencing } from './fencing.js'
import type { Invariant } from './invariant.js'

const FOREIGN_MS = 9500
/** A frame that came in the step of the order, or just after it. */
const STEP_MS = 50

export const createStrangers = (): Invariant => {
  const heard: Record<BoardId, { life: string; at: number }[]> = { a: [], b: [] }
  return {
    rule: 'R12',
    says: 'foreign frames are not silence',
    assumes: [],
    checks: {
      event: (world, _past, { board, event }) => {
        if (event.kind !== 'foreignFrameReceived') return null
        const life = world.boards[board].daemon?.nonce ?? ''
        heard[board] = [
          ...heard[board].filter(({ at }) => world.agenda.now - at < FOREIGN_MS),
          { life, at: world.agenda.now }
        ]
        return null
      },
      effect: (world, past, fact) => {
        if (!isAutomaticFencing(world, past, fact)) return null
        const life = world.boards[fact.board].daemon?.nonce
        const found = heard[fact.board].find(entry => {
          const agoMs = world.agenda.now - entry.at
          return entry.life === life && agoMs > STEP_MS && agoMs < FOREIGN_MS
        })
        return found === undefined
          ? null
          : `board ${fact.board} fences ${Math.round(world.agenda.now - found.at)} ms after a foreign frame`
      }
    }
  }
}
