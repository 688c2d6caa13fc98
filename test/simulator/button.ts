// The panel's button as a board's driver sees it: a level that is looked at, debounced, and timed by the board's own clock.
// A process that stands still looks at nothing; one that starts tells what it finds.
import type { BoardId } from '../../src/core/types.js'
import { deliver, runs } from './daemon.js'
import { clockOf, type World } from './world.js'

/** Poll and debounce together. */
const SEEN_MS = 60

/** Look now. `found`: the driver has just begun. */
export const lookAtButton = (world: World, id: BoardId, found = false): void => {
  const board = world.boards[id]
  const { daemon, soc } = board
  if (daemon === null || soc === null || !runs(world, board)) return
  const down = board.troubles.buttonDown > 0
  if (down === (daemon.buttonAt !== null)) return
  const now = clockOf(world, soc)
  const heldMs = now - (daemon.buttonAt ?? now)
  daemon.buttonAt = down ? now : null
  deliver(world, board, daemon.nonce, down ? { kind: 'buttonDown', found } : { kind: 'buttonUp', heldMs })
}

export const buttonMoved = (world: World, id: BoardId): void => {
  const daemon = world.boards[id].daemon
  world.agenda.after(SEEN_MS, () => {
    if (world.boards[id].daemon === daemon) lookAtButton(world, id)
  })
}
