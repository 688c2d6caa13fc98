// A recovery that failed leaves the service where it runs: what was served when it was ordered is served again soon after its last word,
// as long as one board was fit and nothing else went wrong meanwhile (liveness).
import type { BoardId } from '../../../src/core/types.js'
import { BOARDS } from '../draw.js'
import { serves, type World } from '../world.js'
import type { Invariant } from './invariant.js'

interface Open {
  readonly request: number
  readonly board: BoardId
  readonly groups: readonly string[]
  /** World time of its refusal; null = not answered yet. */
  refusedAt: number | null
}

const SOON_MS = 20_000
const CALM_BEFORE_MS = 20_000

const servedGroups = (world: World): readonly string[] =>
  world.groups.filter(group => BOARDS.some(id => serves(world, world.boards[id], group)))

/** Nothing is wrong with this board now. */
const isFit = (world: World, id: BoardId): boolean => {
  const { daemon, soc, troubles } = world.boards[id]
  if (daemon === null || soc === null || soc.stalledUntil > world.agenda.now) return false
  return Object.values(troubles).every(trouble => (Array.isArray(trouble) ? trouble.length === 0 : trouble === 0))
}

export const createRecovery = (): Invariant => {
  let open: Open | null = null
  let disturbedAt = Number.NEGATIVE_INFINITY
  /** Fit without a break since the order. */
  const fit: Record<BoardId, boolean> = { a: false, b: false }
  const disturbed = (world: World): null => {
    open = null
    disturbedAt = world.agenda.now
    return null
  }
  const isAuto = (world: World): boolean =>
    BOARDS.every(id => world.boards[id].store.durable?.mode === 'auto' && world.boards[id].store.honest)
  return {
    rule: 'recovery',
    says: 'a recovery that failed leaves the service where it runs',
    assumes: [],
    checks: {
      // The end of a fault makes nothing worse; orders are judged as such.
      fault: (world, _past, { text }) => (/^ends|"operator"/.test(text) ? null : disturbed(world)),
      stall: disturbed,
      rail: disturbed,
      soc: disturbed,
      daemon: disturbed,
      event: (world, _past, { board, event }) => {
        if (event.kind !== 'operatorAsked') return null
        if (event.what.order !== 'recover') return disturbed(world)
        open = null
        if (world.agenda.now - disturbedAt < CALM_BEFORE_MS || !isAuto(world)) return null
        for (const id of BOARDS) fit[id] = isFit(world, id)
        open = { request: event.request, board, groups: servedGroups(world), refusedAt: null }
        return null
      },
      effect: (world, _past, { effect }) => {
        if (open === null || effect.kind !== 'answerOperator' || !effect.final || effect.request !== open.request)
          return null
        if (effect.ok) open = null
        else open.refusedAt = world.agenda.now
        return null
      },
      stepped: world => {
        if (open === null) return null
        for (const id of BOARDS) fit[id] &&= isFit(world, id)
        if (!fit.a && !fit.b) open = null
        if (open === null || open.refusedAt === null || world.agenda.now - open.refusedAt < SOON_MS) return null
        const served = servedGroups(world)
        const lost = open.groups.filter(group => !served.includes(group))
        open = null
        return lost.length === 0
          ? null
          : `${lost.join(', ')} was served before the recovery, and is served nowhere after it failed`
      }
    }
  }
}
