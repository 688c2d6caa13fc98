// The way of `baton setup` from an installed package to a running daemon: letter, configuration, key, record, start. What is there is said and skipped.
import type { BoardId } from '../runtime/status.js'
import type { ExitCode } from './exit-code.js'
import type { Terminal } from './terminal.js'

export interface WalkPlace {
  readonly file: string
  readonly board: BoardId | undefined
}

/** null = the daemon runs, and this board is marked. */
export const walkToDaemon = async (
  _place: WalkPlace,
  _socket: string,
  _terminal: Terminal,
  _signal: AbortSignal
): Promise<ExitCode | null> => null
