// R6: while the two boards have different configurations, and hear each other, no role changes.

import { compareEpochs, type Epoch, otherBoard } from '../../../src/core/types.js'
import type { Invariant } from './invariant.js'
import { HONEST_STORAGE, TAKING } from './invariant.js'

/** What was agreed before may still be on its way to a slow card. */
const UNDER_WAY_MS = 8000
const HEARD_MS = 1000

export const createSameConfiguration = (): Invariant => {
  const begun = new Map<string, Epoch>()
  return {
    rule: 'R6',
    says: 'while the configurations differ no role changes',
    assumes: [HONEST_STORAGE],
    checks: {
      effect: (world, past, { board, effect }) => {
        if (effect.kind !== 'runAction' || !TAKING.has(effect.action)) return null
        const known = begun.get(effect.group)
        if (known !== undefined && compareEpochs(known, effect.epoch) >= 0) return null
        begun.set(effect.group, effect.epoch)
        const mine = world.boards[board].daemon
        const theirs = world.boards[otherBoard(board)].daemon
        if (mine === null || theirs === null || mine.settings.digest === theirs.settings.digest) return null
        const since = world.agenda.now - UNDER_WAY_MS
        const heard = world.agenda.now - past.boards[board].heardAt < HEARD_MS
        if (mine.bornAt > since || theirs.bornAt > since || !heard) return null
        return `board ${board} takes ${effect.group} although it hears a peer with another configuration`
      }
    }
  }
}
