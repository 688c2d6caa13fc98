// Presses of the panel's button for the tests of the core, as its driver would report them.
import type { Board } from './board.js'

/** Down, so long, up. */
export const press = (board: Board, heldMs: number): void => {
  board.feed({ kind: 'buttonDown', found: false })
  board.passes(heldMs)
  board.feed({ kind: 'buttonUp', heldMs })
}
