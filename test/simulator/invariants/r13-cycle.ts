// R13, R8: the restart of a peer that alone has a current copy: once until it is heard, counted on the card first, with a reason, and its power comes back.
import type { BoardId } from '../../../src/core/types.js'
import { otherBoard } from '../../../src/core/types.js'
import type { Past } from '../judge.js'
import { askedWithin } from '../judge.js'
import { isWhole } from '../mirror-world.js'
import type { World } from '../world.js'
import { heldBy } from '../world.js'
import { FENCING_ORDERS, isAutomaticFencing } from './fencing.js'
import type { Invariant } from './invariant.js'
import { HONEST_STORAGE } from './invariant.js'

/** What is taken by the same proof may take its time first. */
const BACK_MS = 15_000
const ORDERS: readonly string[] = [...FENCING_ORDERS, 'fenceOn', 'recover']

export const isCycle = (world: World, id: BoardId): boolean =>
  world.boards[id].store.durable?.relay?.purpose === 'cycle'

/**
 * Some group that is not held here could be served from the peer's copy; or the peer holds it, or held it last by what the card says and the replication
 * link does not tell more: what became of its disk this board cannot know.
 */
const hasReason = (world: World, id: BoardId): boolean =>
  [...world.mirrors.values()].some(mirror => {
    if (heldBy(world.boards[id], mirror.group).length > 0) return false
    const theirs = mirror.copies[otherBoard(id)]
    const holds = heldBy(world.boards[otherBoard(id)], mirror.group).length > 0
    const owner = world.boards[id].store.durable?.groups[mirror.group]?.epoch.board === otherBoard(id)
    const unseen = owner && mirror.sides[id]?.connected !== true
    const replaced = theirs.generation.startsWith('blank')
    return (
      mirror.forced || holds || unseen || replaced || isWhole(mirror, theirs) || !isWhole(mirror, mirror.copies[id])
    )
  })

const whyNot = (world: World, id: BoardId): string | null => {
  if ((world.boards[id].store.durable?.startFences ?? 0) === 0)
    return `board ${id} cuts its peer to restart it, and its card does not count that`
  return hasReason(world, id) ? null : `board ${id} restarts its peer, whose copies have nothing that it lacks`
}

export const createCycle = (): Invariant => {
  /** When each board began its last one, whether it has heard its peer since, and while its relay is driven for it. */
  const begunAt: Partial<Record<BoardId, number>> = {}
  const drivenAt: Partial<Record<BoardId, number>> = {}
  const heardSince = (past: Past, id: BoardId): boolean =>
    past.boards[id].wordAt > (begunAt[id] ?? Number.NEGATIVE_INFINITY)
  return {
    rule: 'R13',
    says: 'a peer that alone has a current copy is restarted once, and gets its power back',
    assumes: [HONEST_STORAGE],
    checks: {
      event: (_world, past, { board, event }) => {
        if (event.kind === 'tokenReceived' && heardSince(past, board)) delete begunAt[board]
        return null
      },
      effect: (world, past, fact) => {
        const { board: id, effect } = fact
        if (effect.kind === 'driveRelay' && !effect.on) delete drivenAt[id]
        if (!isCycle(world, id) || !isAutomaticFencing(world, past, fact)) return null
        const refused = whyNot(world, id)
        if (refused !== null) return refused
        if (begunAt[id] !== undefined) return `board ${id} restarts its peer twice and heard nothing in between`
        begunAt[id] = world.agenda.now
        drivenAt[id] = world.agenda.now
        return null
      },
      soc: (_world, _past, { board }) => {
        delete drivenAt[board]
        return null
      },
      stepped: (world, past, { board: id }) => {
        const forMs = world.agenda.now - Math.max(drivenAt[id] ?? Number.POSITIVE_INFINITY, past.boards[id].smoothSince)
        if (!(forMs > BACK_MS) || askedWithin(world, past, id, ORDERS, Number.POSITIVE_INFINITY)) return null
        return `board ${id} cut its peer to restart it, and holds its power off for ${Math.round(forMs)} ms`
      }
    }
  }
}
