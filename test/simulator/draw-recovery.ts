// Draws recoveries: a group away from home, a quiet while, then `baton recover` on either board, with a step that fails or a board that
// goes on the way. Used by draw.ts for the level `recovery`; knows no world.
import type { GroupAction } from '../../src/core/event.js'
import type { BoardId } from '../../src/core/types.js'
import { otherBoard } from '../../src/core/types.js'
import { fault, order, type Scene, silence } from './draw-scenes.js'
import type { Fault } from './plan.js'
import type { Prng } from './prng.js'

const BOTH: readonly BoardId[] = ['a', 'b']
const QUIET_MS = 24_000
const STEPS: readonly GroupAction[] = [
  'stopServices',
  'clearAddresses',
  'unmount',
  'detach',
  'attach',
  'check',
  'mount',
  'checkAndSetAddresses',
  'startServices'
]

const recover = (rng: Prng, at: number): Fault =>
  order(at, rng.pick(BOTH), { order: 'recover', home: rng.chance(0.85) })

/** A board goes and comes back; some while later people recover, and again. */
const afterTakeover: Scene = (rng, at, board) => [
  fault(at, rng.between(1000, 9000), { kind: 'powerCut', board, atOnce: rng.chance(0.5) }),
  recover(rng, at + QUIET_MS + rng.between(0, 6000)),
  ...(rng.chance(0.5) ? [recover(rng, at + QUIET_MS + rng.between(6000, 12_000))] : [])
]

/** A step of the move fails or hangs on one board, and perhaps still does at the next order. */
const brokenStep: Scene = (rng, at, board, groups) => {
  const failsOn = rng.pick(BOTH)
  const action = rng.pick(STEPS)
  const wrong = rng.chance(0.8)
    ? ({ kind: 'actionFails', board: failsOn, action } as const)
    : ({ kind: 'actionHangs', board: failsOn, action } as const)
  const recoverAt = at + 1000 + QUIET_MS
  return [
    order(at, board, { order: 'switchover', group: rng.pick(groups) }),
    fault(at + rng.between(3000, 4000), rng.between(QUIET_MS, 2 * QUIET_MS), wrong),
    recover(rng, recoverAt + rng.between(3000, 5000)),
    ...(rng.chance(0.5) ? [recover(rng, recoverAt + rng.between(5000, 25_000))] : [])
  ]
}

/** The recovery itself is disturbed: a board falls silent, a record cannot be written, the daemon dies. */
const disturbed: Scene = (rng, at, board, groups) => {
  const recoverAt = at + rng.between(3000, 9000)
  const during = recoverAt + rng.between(0, rng.pick([200, 2500]))
  return [
    rng.chance(0.5)
      ? order(at, board, { order: 'switchover', group: rng.pick(groups) })
      : fault(at, rng.between(500, 3000), { kind: 'powerCut', board, atOnce: true }),
    recover(rng, recoverAt),
    rng.chance(0.7)
      ? silence(rng, during, rng.pick(BOTH))
      : fault(during, rng.between(500, 6000), { kind: 'storeFails', board: rng.pick(BOTH) }),
    ...(rng.chance(0.5) ? [recover(rng, during + rng.between(100, 9000))] : [])
  ]
}

/** The peer is held off by order, or left off; recovery gives it its power. */
const heldOff: Scene = (rng, at, board) => [
  order(at, board, { order: 'fenceOff' }),
  recover(rng, at + rng.between(3000, 12_000)),
  ...(rng.chance(0.4) ? [silence(rng, at + rng.between(5000, 15_000), otherBoard(board))] : [])
]

export const RECOVERY: readonly Scene[] = [afterTakeover, brokenStep, brokenStep, disturbed, disturbed, heldOff]
