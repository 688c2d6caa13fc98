// R5: the epoch of a tenure is its own board's, durable before the first act, and never falls: neither on disk nor in what clients were told.
import type { BoardId, Epoch } from '../../../src/core/types.js'
import { compareEpochs } from '../../../src/core/types.js'
import type { Past } from '../judge.js'
import type { World } from '../world.js'
import type { Invariant } from './invariant.js'
import { HONEST_STORAGE, TAKING } from './invariant.js'

const words = (epoch: Epoch): string => `${epoch.number}${epoch.board}`

export const createEpochDurable = (): Invariant => ({
  rule: 'R5',
  says: 'the epoch is durable before the first act of its tenure',
  assumes: [HONEST_STORAGE],
  checks: {
    effect: (world, _past, { board, effect }) => {
      if (effect.kind !== 'runAction' || !TAKING.has(effect.action)) return null
      if (effect.epoch.board !== board)
        return `board ${board} acts under epoch ${words(effect.epoch)}, which is not its own`
      const stored = world.boards[board].store.durable?.groups[effect.group]?.epoch
      if (stored !== undefined && compareEpochs(stored, effect.epoch) >= 0) return null
      const known = stored === undefined ? 'nothing' : words(stored)
      return `board ${board} does ${effect.action} of ${effect.group} under epoch ${words(effect.epoch)} while its disk knows ${known}`
    }
  }
})

export const createEpochNeverFalls = (): Invariant => ({
  rule: 'R5',
  says: 'a durable epoch never falls',
  assumes: [HONEST_STORAGE],
  checks: {
    stored: (_world, _past, { board, before, after }) => {
      for (const [group, entry] of Object.entries(after.groups)) {
        const known = before?.groups[group]?.epoch
        if (known !== undefined && compareEpochs(entry.epoch, known) < 0)
          return `board ${board} stored epoch ${words(entry.epoch)} of ${group} over ${words(known)}`
      }
      return null
    }
  }
})

const TOLD_SETTLES_MS = 500

/**
 * Could this board know of that epoch? A disk remembers the epoch of its latest tenure. Without one a board that returns alone
 * cannot know of a tenure that its peer began in its absence; but what it was told, it must remember.
 */
const couldKnow = (world: World, past: Past, board: BoardId, group: string, epoch: Epoch): boolean => {
  const hasDisk = world.plan.settings[board].groups.some(entry => entry.name === group && entry.disk !== null)
  const told = past.boards[board].told.get(group)
  if (hasDisk) return true
  return told !== undefined && compareEpochs(told.epoch, epoch) >= 0 && world.agenda.now - told.at > TOLD_SETTLES_MS
}

export const createAcknowledged = (): Invariant => {
  const latest = new Map<string, { readonly epoch: Epoch; readonly board: BoardId }>()
  return {
    rule: 'R5',
    says: 'epochs of acknowledged writes never fall and belong to one board each',
    assumes: [HONEST_STORAGE],
    checks: {
      acknowledged: (world, past, { board, group, epoch }) => {
        // A person took an older copy, and what it does not know is lost by that order.
        if (world.mirrors.get(group)?.forced === true) latest.delete(group)
        const known = latest.get(group)
        latest.set(group, { epoch, board })
        if (known === undefined || !couldKnow(world, past, board, group, known.epoch)) return null
        if (compareEpochs(epoch, known.epoch) < 0)
          return `${group} acknowledged a write under ${words(epoch)} after one under ${words(known.epoch)}`
        if (compareEpochs(epoch, known.epoch) === 0 && known.board !== board)
          return `both boards acknowledged writes of ${group} under epoch ${words(epoch)}`
        return null
      }
    }
  }
}
