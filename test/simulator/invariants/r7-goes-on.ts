// R7, the other half: where nothing stands in the way a holder that lost the other copy goes on, and its card says so. Safety alone would be kept
// by I/O that waits for ever.
import type { BoardId } from '../../../src/core/types.js'
import { LINK_IDS, otherBoard } from '../../../src/core/types.js'
import { BOARDS } from '../draw.js'
import type { Past } from '../judge.js'
import type { Mirror } from '../mirror-world.js'
import type { World } from '../world.js'
import { holdingOf } from '../world.js'
import type { Invariant } from './invariant.js'
import { HONEST_STORAGE } from './invariant.js'

/** Since the last fault, order or start of anything. */
const CALM_MS = 10_000

/** It serves, or would if its I/O did not wait, and it writes its copy without the other one; its card does not say so. */
const isOpen = (world: World, mirror: Mirror, id: BoardId): boolean => {
  const side = mirror.sides[id]
  const holding = holdingOf(world.boards[id], mirror.group)
  if (side === null || !side.primary || side.connected || side.standalone || mirror.forced) return false
  if (!side.attached || mirror.copies[id].inconsistent || holding?.services !== 'all') return false
  const { durable } = world.boards[id].store
  if (BOARDS.some(one => world.boards[one].store.durable?.evidence[mirror.group] !== undefined)) return false
  return side.question > 0 || durable?.groups[mirror.group]?.mirror?.says !== 'alone'
}

/** Both daemons live and hear each other, and nothing is wrong with what they need. */
const isCalm = (world: World, past: Past): boolean =>
  BOARDS.every(id => {
    const { daemon, rail, soc, troubles } = world.boards[id]
    const smooth = daemon !== null && soc !== null && rail && past.boards[id].smoothSince < world.agenda.now - CALM_MS
    const well = troubles.storeFails + troubles.storeSlow + troubles.otherConfiguration === 0
    const works = troubles.actionFails.length + troubles.actionHangs.length === 0
    return smooth && well && works && daemon.settings.digest === world.plan.settings[id].digest
  }) && LINK_IDS.some(link => BOARDS.every(id => world.cables[link][id].cleanSince < world.agenda.now - CALM_MS))

export const createGoesOn = (): Invariant => {
  let touchedAt = 0
  const since = new Map<string, number>()
  const touch = (world: World): null => {
    touchedAt = world.agenda.now
    return null
  }
  return {
    rule: 'R7',
    says: 'a holder that lost the other copy goes on beside a peer that is heard',
    assumes: [HONEST_STORAGE],
    checks: {
      fault: touch,
      rail: touch,
      soc: touch,
      daemon: touch,
      stepped: (world, past, { board: id }) => {
        for (const mirror of world.mirrors.values()) {
          const key = `${id} ${mirror.group}`
          if (!isOpen(world, mirror, id)) {
            since.delete(key)
            continue
          }
          if (!since.has(key)) since.set(key, world.agenda.now)
          const forMs = world.agenda.now - Math.max(since.get(key) ?? 0, touchedAt)
          if (forMs > CALM_MS && isCalm(world, past))
            return `board ${id} has lost the other copy of ${mirror.group} for ${Math.round(forMs)} ms, hears board ${otherBoard(id)}, and its card does not say that its own alone is current`
        }
        return null
      }
    }
  }
}
