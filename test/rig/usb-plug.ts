// The USB switch: the one disk is plugged into the board that selected it last, and is never in both. Made by rig-world.ts.
// Pulls by `device_del`, plugs by `device_add`: for the boards' kernels a cable that comes and goes.
import { waitUntil } from '../../board/virtual/time.js'
import type { BoardId } from '../../src/core/types.js'
import { DISK_NODE, DISK_PORT, type Emulator } from './emulator.js'

export interface UsbPlug {
  /** Where it points; null = nobody has had it yet, or it moves now. */
  readonly at: BoardId | null
  /** A rising edge on this board's select line. */
  select(board: BoardId): void
  /** A board is about to boot: what points to it is plugged in before its first instruction. */
  booting(board: BoardId, emulator: Emulator): Promise<void>
  /** The board's emulator said that a device is gone. */
  pulled(board: BoardId): void
  /** How often the disk was moved. */
  readonly moves: number
}

/** Its name in the emulators. */
export const DISK_ID = 'disk'
const PULLED_MS = 10_000

/** `emulator`: that of a board which has power, else null. `changed`: the read-back lines are other ones. `at`: where it points at first. */
export const makeUsbPlug = (options: {
  readonly emulator: (board: BoardId) => Emulator | null
  readonly changed: () => void
  readonly at?: BoardId | null
  readonly tell: (text: string) => void
}): UsbPlug => {
  const { emulator, changed, tell } = options
  let at: BoardId | null = options.at ?? null
  let target: BoardId | null = at
  let moves = 0
  /** The emulator in which the disk is, if any. */
  let holder: { readonly board: BoardId; readonly emulator: Emulator } | null = null
  let chain: Promise<void> = Promise.resolve()

  const pull = async (): Promise<void> => {
    const from = holder
    if (from === null) return
    if (from.emulator.alive) {
      await from.emulator.qmp.order('device_del', { id: DISK_ID }).catch((error: unknown) => {
        // A board that lost its power has lost the disk with it.
        if (from.emulator.alive) throw error
      })
      await waitUntil(`the disk to leave board ${from.board}`, () => holder === null || !from.emulator.alive, PULLED_MS)
    }
    holder = null
  }
  const plug = async (board: BoardId, into: Emulator): Promise<void> => {
    if (holder !== null) throw new Error(`the disk is still in board ${holder.board}`)
    await into.qmp.order('device_add', { driver: 'usb-storage', id: DISK_ID, drive: DISK_NODE, port: DISK_PORT })
    holder = { board, emulator: into }
  }
  const move = async (board: BoardId): Promise<void> => {
    if (at === board) return
    at = null
    changed()
    await pull()
    const into = emulator(board)
    if (into?.alive) await plug(board, into)
    at = board
    moves += 1
    tell(`USB switch: the disk is now at board ${board}`)
    changed()
  }
  const enqueue = (work: () => Promise<void>): Promise<void> => {
    chain = chain.then(work).catch((error: unknown) => {
      target = null
      tell(`USB switch: ${String(error)}`)
    })
    return chain
  }
  return {
    get at() {
      return at
    },
    get moves() {
      return moves
    },
    select: board => {
      if (target === board) return
      target = board
      tell(`USB switch: board ${board} selects the disk (it was ${at === null ? 'nowhere' : `at ${at}`})`)
      void enqueue(() => move(board))
    },
    booting: (board, into) =>
      enqueue(async () => {
        if (holder?.board === board) holder = null
        if (at === board) await plug(board, into)
      }),
    pulled: board => {
      if (holder?.board === board) holder = null
    }
  }
}
