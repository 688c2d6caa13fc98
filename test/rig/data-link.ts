// The data link of two emulated boards: a second network for the mirror alone, apart from the LAN. Made by the worlds.
// Cut: nothing is carried, and no adapter notices. Pulled: the adapter of one machine has no carrier (that of an
// emulated Pi does not tell: nothing is carried).
import { BOARDS } from '../../board/virtual/names.js'
import { run } from '../../board/virtual/shell.js'
import type { BoardId } from '../../src/core/types.js'
import type { EmulatorProcess } from './emulator-process.js'
import type { RigNames } from './names.js'

/** Its name in an emulator. */
export const LINK_ID = 'link'
const DATA_BRIDGE = 'data'
export const dataTapOf = (board: BoardId): string => `data-${board}`
export const DATA_ADDRESS: Readonly<Record<BoardId, string>> = { a: '10.78.0.1', b: '10.78.0.2' }
export const DATA_HARDWARE_ADDRESS: Readonly<Record<BoardId, string>> = {
  a: '40:27:eb:00:01:0a',
  b: '40:27:eb:00:01:0b'
}

export interface DataLink {
  readonly carries: boolean
  cut(): Promise<void>
  restore(): Promise<void>
  /** The plug of this machine's adapter: out, or in again. A machine that boots has it in. */
  plug(board: BoardId, isIn: boolean): Promise<void>
}

export const makeDataLink = async (
  names: RigNames,
  emulator: (board: BoardId) => EmulatorProcess | null
): Promise<DataLink> => {
  const ip = (...words: string[]): Promise<string> => run('ip', ['-n', names.netns, ...words])
  await ip('link', 'add', DATA_BRIDGE, 'type', 'bridge', 'forward_delay', '0', 'stp_state', '0')
  await ip('link', 'set', DATA_BRIDGE, 'up')
  for (const board of BOARDS) {
    await ip('tuntap', 'add', 'dev', dataTapOf(board), 'mode', 'tap')
    await ip('link', 'set', dataTapOf(board), 'master', DATA_BRIDGE, 'up')
  }
  let carries = true
  const set = async (up: boolean): Promise<void> => {
    await ip('link', 'set', DATA_BRIDGE, up ? 'up' : 'down')
    carries = up
  }
  return {
    get carries() {
      return carries
    },
    cut: () => set(false),
    restore: () => set(true),
    plug: async (board, isIn) => {
      const running = emulator(board)
      if (running === null) throw new Error(`the data link of ${board} cannot be moved: it has no power`)
      await running.qmp.order('set_link', { name: LINK_ID, up: isIn })
    }
  }
}
