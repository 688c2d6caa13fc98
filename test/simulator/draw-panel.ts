// Draws stories with a hand on the panel's button: at the right time, at wrong ones, too short, too long, stuck, through hangs and restarts.
// Used by draw.ts for the level `panel`; knows no world.
import type { BoardId } from '../../src/core/types.js'
import { otherBoard } from '../../src/core/types.js'
import { fault, order, SCENES, type Scene, silence } from './draw-scenes.js'
import type { Fault } from './plan.js'
import type { Prng } from './prng.js'

const HELD_MS = [200, 2500, 3200, 4000, 5500, 7500, 9000, 20_000]
/** A press that the panel may obey. */
const ORDER_MS = [3300, 4000, 5500, 7500]

const press = (rng: Prng, at: number, board: BoardId, among: readonly number[] = HELD_MS): Fault =>
  fault(at, rng.pick(among), { kind: 'button', board })

/** Any other story, and presses at any time of it. */
const presses: Scene = (rng, at, board, groups) => {
  const story = rng.pick(SCENES)(rng, at, board, groups)
  const count = 1 + rng.int(4)
  const hands = Array.from({ length: count }, () =>
    press(rng, at + rng.between(0, rng.pick([1000, 6000, 20_000])), rng.pick([board, otherBoard(board)]))
  )
  return [...story, ...hands]
}

/** Nobody may act by itself; silence; then a hand, twice, thrice. */
const byHand: Scene = (rng, at, board) => {
  const cutAt = at + rng.between(1500, 4000)
  const first = cutAt + rng.between(0, rng.pick([1500, 6000]))
  return [
    order(at, board, { order: 'mode', mode: rng.pick(['manual', 'manual', 'maintenance']), forMs: 0 }),
    silence(rng, cutAt, otherBoard(board)),
    press(rng, first, board, ORDER_MS),
    press(rng, first + rng.between(8000, 14_000), board, ORDER_MS),
    ...(rng.chance(0.5) ? [press(rng, first + rng.between(16_000, 26_000), board, ORDER_MS)] : []),
    ...(rng.chance(0.3) ? [press(rng, cutAt + rng.between(0, 20_000), otherBoard(board))] : [])
  ]
}

/** A hand that believes a wire that lies, or a relay that cuts nothing. */
const blindHand: Scene = (rng, at, board) => [
  fault(at, 30_000, {
    kind: 'relayStuck',
    board,
    open: rng.pick([null, false, true])
  }),
  ...(rng.chance(0.5) ? [fault(at, 30_000, { kind: 'senseStuck', board, level: rng.chance(0.5) })] : []),
  ...(rng.chance(0.4) ? [order(at, board, { order: 'mode', mode: 'manual', forMs: 0 })] : []),
  silence(rng, at + rng.between(1500, 4000), otherBoard(board)),
  press(rng, at + rng.between(3000, 9000), board, ORDER_MS),
  press(rng, at + rng.between(12_000, 22_000), board, ORDER_MS)
]

/** The board stands still, or its daemon starts anew, while the hand is on the button. */
const hungHand: Scene = (rng, at, board) => [
  ...byHand(rng, at, board, []),
  ...[0, 1].map(() =>
    fault(
      at + rng.between(3000, 15_000),
      rng.between(250, 6000),
      rng.pick([
        { kind: 'hang', board, scope: 'daemon' },
        { kind: 'hang', board, scope: 'board' },
        { kind: 'daemonCrash', board }
      ])
    )
  )
]

/** A hand that proves the fence, where that is offered, while something else goes on. */
const provingHand: Scene = (rng, at, board, groups) => [
  press(rng, at, board, ORDER_MS),
  press(rng, at + rng.between(0, rng.pick([100, 2000, 9000])), otherBoard(board), ORDER_MS),
  ...(rng.chance(0.3) ? [silence(rng, at + rng.between(2000, 9000), rng.pick([board, otherBoard(board)]))] : []),
  ...(rng.chance(0.5)
    ? [
        order(at + rng.between(0, 8000), rng.pick([board, otherBoard(board)]), {
          order: 'switchover',
          group: rng.pick(groups)
        })
      ]
    : []),
  ...(rng.chance(0.5)
    ? [press(rng, at + rng.between(12_000, 25_000), rng.pick([board, otherBoard(board)]), ORDER_MS)]
    : [])
]

/** Both come back in maintenance and serve nothing: then two people prove both fences at about the same time, or one cuts while the other proves. */
const twoDrills: Scene = (rng, at, board) => {
  const drillAt = at + rng.between(13_000, 20_000)
  const apartMs = rng.between(0, rng.pick([20, 150, 600]))
  return [
    order(at, board, { order: 'mode', mode: 'maintenance', forMs: 0 }),
    fault(at + 1500, rng.between(0, 500), { kind: 'powerCut', board, atOnce: true }),
    fault(at + 1500, rng.between(0, 500), { kind: 'powerCut', board: otherBoard(board), atOnce: true }),
    order(drillAt, board, { order: 'fenceProve' }),
    order(drillAt + apartMs, otherBoard(board), { order: rng.pick(['fenceProve', 'fenceOff'] as const) }),
    ...(rng.chance(0.3) ? [press(rng, drillAt + rng.between(-4000, 0), otherBoard(board), ORDER_MS)] : []),
    ...(rng.chance(0.3)
      ? [order(drillAt + rng.between(-200, 200), board, { order: 'mode', mode: 'auto', forMs: 0 })]
      : [])
  ]
}

export const PANEL: readonly Scene[] = [
  presses,
  presses,
  byHand,
  byHand,
  blindHand,
  hungHand,
  provingHand,
  provingHand,
  twoDrills
]
