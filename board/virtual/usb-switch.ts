// The virtual USB switch: the shared disk's device node is there on the board it points to, and not on the other.
// It moves on a rising select line or by command. It protects nothing: the other board's loop device stays usable.
import { existsSync, rmSync, symlinkSync } from 'node:fs'
import type { BoardId } from '../../src/core/types.js'
import type { Faults } from './faults.js'
import { BOARDS, type WorldNames } from './names.js'

export interface UsbSwitch {
  /** Where it points; null = nobody has had it yet. */
  readonly at: BoardId | null
  point(to: BoardId | null): void
  /** Called before a select line moves it: a scenario's chance to damage the disk. */
  beforeMove: () => void
  /** A rising edge on this board's select line. */
  select(board: BoardId): void
  /** Read-back line of a board. */
  readback(board: BoardId): boolean
}

export const makeUsbSwitch = (
  names: WorldNames,
  loops: Readonly<Record<BoardId, string>>,
  faults: Faults
): UsbSwitch => {
  let at: BoardId | null = null
  const point = (to: BoardId | null): void => {
    at = to
    for (const board of BOARDS) {
      const node = names.of(board, 'dev/disk')
      if (board !== to) rmSync(node, { force: true })
      else if (!existsSync(node)) symlinkSync(loops[board], node)
    }
  }
  const usb: UsbSwitch = {
    beforeMove: () => undefined,
    get at() {
      return at
    },
    point,
    select: board => {
      if (!faults[board].switchObeys || at === board) return
      usb.beforeMove()
      point(board)
    },
    readback: board => at === board
  }
  return usb
}
