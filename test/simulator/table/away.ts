// Who serves each group, from the world alone: the clients' view. Measures how long a service was away. Used by the stories of the fault table.
import type { BoardId } from '../../../src/core/types.js'
import { BOARDS } from '../draw.js'
import type { World } from '../world.js'
import { holdingOf, serves } from '../world.js'

export interface Gap {
  readonly group: string
  readonly from: number
  /** Infinity = not back when the story ended. */
  to: number
}

export interface Away {
  /** Call at every fact; returns what changed for the clients, in words. */
  look(world: World): readonly string[]
  readonly gaps: readonly Gap[]
  readonly servedBy: ReadonlyMap<string, BoardId | null>
}

export const createAway = (): Away => {
  const gaps: Gap[] = []
  const served = new Map<string, BoardId | null>()
  const twice = new Set<string>()
  const lookAt = (world: World, group: string): string[] => {
    const all = BOARDS.filter(id => serves(world, world.boards[id], group))
    const [by = null] = all
    if (all.length > 1) {
      if (twice.has(group)) return []
      twice.add(group)
      return [`clients of ${group} are answered by BOTH boards`]
    }
    twice.delete(group)
    const before = served.get(group)
    if (before === by) return []
    served.set(group, by)
    if (by === null) {
      if (before === undefined) return []
      gaps.push({ group, from: world.agenda.now, to: Number.POSITIVE_INFINITY })
      return [`clients of ${group} get no answer`]
    }
    const gap = gaps.findLast(entry => entry.group === group)
    if (gap !== undefined && gap.to === Number.POSITIVE_INFINITY) gap.to = world.agenda.now
    const epoch = holdingOf(world.boards[by], group)?.epoch
    return [`clients of ${group} are answered by ${by} under epoch ${epoch?.number}${epoch?.board}`]
  }
  return { look: world => world.groups.flatMap(group => lookAt(world, group)), gaps, servedBy: served }
}
