// What each board's status warns of, as it changes: a story tells when a person could have known. Used by the stories of the fault table.
import type { CoreStatus } from '../../../src/core/status.js'
import type { BoardId } from '../../../src/core/types.js'
import type { World } from '../world.js'
import { clockOf } from '../world.js'

/** What is there for a shorter time is no standing warning. */
const LOOK_EVERY_MS = 500

/** The board's own account; null = no daemon runs there. */
export const statusOf = (world: World, id: BoardId): CoreStatus | null => {
  const { daemon, soc } = world.boards[id]
  return daemon === null || soc === null ? null : world.core.describe(daemon.state, clockOf(world, soc))
}

const complaintsOf = (status: CoreStatus | null): ReadonlySet<string> =>
  new Set([
    ...(status?.warnings ?? []),
    ...(status?.groups ?? []).flatMap(({ name, problem }) => (problem === null ? [] : [`${name}: ${problem}`]))
  ])

export interface Opinions {
  /** Call after every step of a board; returns what its status says now and did not say before, and the other way round. */
  look(world: World, id: BoardId): readonly string[]
}

export const createOpinions = (): Opinions => {
  const known = new Map<BoardId, ReadonlySet<string>>()
  const lookedAt = new Map<BoardId, number>()
  return {
    look: (world, id) => {
      if (world.agenda.now - (lookedAt.get(id) ?? Number.NEGATIVE_INFINITY) < LOOK_EVERY_MS) return []
      lookedAt.set(id, world.agenda.now)
      const before = known.get(id) ?? new Set()
      const now = complaintsOf(statusOf(world, id))
      known.set(id, now)
      return [
        ...[...now].filter(text => !before.has(text)).map(text => `status warns: ${text}`),
        ...[...before].filter(text => !now.has(text)).map(text => `status warns no more: ${text}`)
      ]
    }
  }
}
