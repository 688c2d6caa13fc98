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

export const PANEL: readonly Scene[] = [presses, presses, byHand, byHand, blindHand, hungHand]
