// What two emulated Pis have for a data disk: one that the USB switch moves between them, or one on each that are kept equal. Made by
// rig-world.ts, which knows no more of it than what stands in `PiDisk`.
import { judgeDisk } from '../../board/virtual/checker.js'
import type { BoardId } from '../../src/core/types.js'
import { DATA_ID, makeDataDisks, serialOf } from './data-disks.js'
import { DATA_HARDWARE_ADDRESS, dataTapOf, makeDataLink } from './data-link.js'
import { type Emulator, type EmulatorOptions, USB_DISK } from './emulator.js'
import type { GroundWorld, MirrorWorld } from './ground-world.js'
import { holdersOf } from './holders.js'
import { mirrorJudge } from './mirror-judge.js'
import type { RigNames } from './names.js'
import type { Remote } from './remote.js'
import { DISK_ID, makeUsbPlug, type UsbPlug } from './usb-plug.js'

/** `Own`: what a scenario gets to do with it. */
export interface PiDisk<Own extends object> extends Pick<GroundWorld, 'haveDisk' | 'judgeDisk'> {
  readonly own: Own
  /** null = there is no USB switch. */
  readonly usb: UsbPlug | null
  /** What a board's emulator is to know. */
  parts(board: BoardId): Pick<EmulatorOptions, 'disk' | 'mirror'>
  /** Before the board's first instruction. */
  booting(board: BoardId, emulator: Emulator): Promise<void>
  /** A device left the board; whichever it was. */
  left(board: BoardId, device: unknown): void
  isAt(board: BoardId): boolean
}

export interface DiskPlace {
  readonly names: RigNames
  readonly emulator: (board: BoardId) => Emulator | null
  readonly remote: (board: BoardId) => Remote
  readonly tell: (text: string) => void
}

/** The disk is plugged into this board. */
const isPlugged = async (emulator: Emulator | null): Promise<boolean> => {
  const list = await emulator?.qmp.order('qom-list', { path: '/machine/peripheral' }).catch(() => [])
  return Array.isArray(list) && list.some(item => item?.name === DISK_ID)
}

/** `at`: where the USB switch points before anybody selected the disk; null = nowhere. */
export const sharedDisk =
  (at: BoardId | null) =>
  async ({ names, emulator, tell }: DiskPlace): Promise<PiDisk<{ readonly usb: UsbPlug }>> => {
    const usb = makeUsbPlug({ emulator, changed: () => undefined, at, tell })
    return {
      own: { usb },
      usb,
      parts: () => ({ disk: names.world.image, mirror: null }),
      booting: (board, mine) => usb.booting(board, mine),
      left: (board, device) => {
        if (device === DISK_ID) usb.pulled(board)
      },
      isAt: board => usb.at === board,
      haveDisk: () => holdersOf(board => isPlugged(emulator(board))),
      judgeDisk: acks => judgeDisk({ names: names.world }, acks)
    }
  }

export const mirroredDisk = async (place: DiskPlace): Promise<PiDisk<Pick<MirrorWorld, 'link' | 'disks'>>> => {
  const { names, emulator, remote, tell } = place
  const link = await makeDataLink(names, emulator)
  const disks = await makeDataDisks(names, USB_DISK, emulator, tell)
  return {
    own: { link, disks },
    usb: null,
    parts: board => ({
      disk: disks.file(board),
      mirror: { serial: serialOf(board), tap: dataTapOf(board), hardwareAddress: DATA_HARDWARE_ADDRESS[board] }
    }),
    booting: (board, mine) => disks.booting(board, mine),
    left: (board, device) => {
      if (device === DATA_ID) disks.pulled(board)
    },
    isAt: board => disks.isIn(board),
    ...mirrorJudge(names, disks, remote)
  }
}
