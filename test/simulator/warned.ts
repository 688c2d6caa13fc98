// Beyond the assumptions a board can be lied to. Then its status must have said by then on what it would rely: nobody may be surprised. Used by run.ts.
import type { CoreStatus } from '../../src/core/status.js'
import { BOARDS } from './draw.js'
import type { World } from './world.js'
import { clockOf } from './world.js'

type Said = (status: CoreStatus) => boolean

const warns =
  (words: RegExp): Said =>
  ({ warnings }) =>
    warnings.some(warning => words.test(warning))

/** By the name of the assumption (rights.ts): status says by which evidence a fencing counts, or warns. Others cannot be known by any board. */
const SAID: Readonly<Record<string, Said>> = {
  'relay failed after its proof on a pair without sense': status => status.fence.confirmedBy === 'time',
  'harness without loop pulled while the relay was driven': status =>
    !status.fence.senseTrusted || status.fence.confirmedBy === 'sense',
  'harness without loop pulled at the instant of the silence': status =>
    !status.fence.senseTrusted || status.fence.confirmedBy === 'sense',
  // By now the line may have been found out: then status says just that.
  'sense lies while the loop is whole': status =>
    !status.fence.senseTrusted || status.fence.confirmedBy === 'sense and loop',
  'false confirmation by an operator (R2c)': warns(/the peer is not heard|the fence is not proved|the mode is/)
}

/** The run has just left the assumptions: what no board's status says although one could have known; null = it was said. */
export const unwarned = (world: World, assumption: string): string | null => {
  const said = SAID[assumption]
  if (said === undefined) return null
  const heard = BOARDS.some(id => {
    const { daemon, soc } = world.boards[id]
    return daemon !== null && soc !== null && said(world.core.describe(daemon.state, clockOf(world, soc)))
  })
  return heard ? null : `"${assumption}" came about, and no status had said what this pair relies on`
}
