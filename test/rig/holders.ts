// Which of two boards have something at the same moment, where each can only be asked for itself. Used by the worlds.
import type { BoardId } from '../../src/core/types.js'

/** a, b, a again: only what a had before and after b was looked at counts as at the same time. */
export const holdersOf = async (has: (board: BoardId) => Promise<boolean>): Promise<readonly BoardId[]> => {
  const before = await has('a')
  const b = await has('b')
  const after = await has('a')
  return [...(before && after ? (['a'] as const) : []), ...(b ? (['b'] as const) : [])]
}
