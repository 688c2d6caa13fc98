// What a person still has to do after everything in the world was mended, by the boards' own status. Pure; used by screen-keys.ts.
import type { BoardId } from '../../src/core/types.js'
import type { DaemonStatus } from '../../src/runtime/status.js'
import { BOARDS } from './names.js'

const leftOf = (board: BoardId, status: DaemonStatus | null): string[] => {
  if (status === null) return [`board ${board} does not answer yet`]
  const { fence, groups, mode, pair } = status.core
  const left: string[] = []
  if (fence.proved === null) left.push(`board ${board}: its fence is not proved (p while it serves)`)
  if (fence.phase === 'left-off') left.push(`board ${board} holds its peer's power off (f)`)
  if (fence.phase === 'failed')
    left.push(`board ${board}: its fence failed${fence.detail === null ? '' : `: ${fence.detail}`}`)
  if (mode !== 'auto') left.push(`board ${board}: mode ${mode} (m)`)
  if (pair !== 'normal') left.push(`board ${board}: not normal yet, ${pair}`)
  for (const { problem } of groups) if (problem !== null) left.push(`board ${board}: ${problem}`)
  return left
}

/** One line for each thing, with its key where there is one; empty = nothing. */
export const leftToDo = (statuses: Readonly<Record<BoardId, DaemonStatus | null>>): string[] =>
  BOARDS.flatMap(board => leftOf(board, statuses[board]))
