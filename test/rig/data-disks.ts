// The disks of a mirror, one in each emulated board: pulled and put back while it runs, broken, replaced by a blank one. Made by the worlds.
// Each has an emulator's device of its own kind on the same two nodes of the block layer.
import { closeSync, openSync, readSync } from 'node:fs'
import { open, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BOARDS } from '../../board/virtual/names.js'
import { waitUntil } from '../../board/virtual/time.js'
import type { BoardId } from '../../src/core/types.js'
import type { EmulatorProcess } from './emulator-process.js'
import type { RigNames } from './names.js'

/** Name of the disk as a device, and of what lies under it in the block layer. */
export const DATA_ID = 'disk'
export const DATA_NODE = 'data'
const DATA_FILE_NODE = 'datafile'

const DISK_BYTES = 256 * 1024 * 1024
const PULLED_MS = 15_000
/** Between the disk and its file: every read and write of it fails. */
const BROKEN_NODE = 'broken'

/** What such a disk is to an emulated board. */
export interface DiskKind {
  /** What the emulator is told, at the start and when the disk is put in again. */
  readonly device: (serial: string) => Readonly<Record<string, string>>
  /** Where the board's kernel has it, whatever else there is. */
  readonly path: (serial: string) => string
}

export interface DiskSpeed {
  readonly bytesPerS: number
  /** Reads and writes. */
  readonly ordersPerS: number
}

export interface DataDisks {
  /** The file of a board's disk. */
  file(board: BoardId): string
  /** Where its kernel has it, whatever else there is. */
  device(board: BoardId): string
  isIn(board: BoardId): boolean
  /** Out of a machine that runs, or one that does not. */
  pull(board: BoardId): Promise<void>
  putIn(board: BoardId): Promise<void>
  /** From now on each read and write fails, or none does (a flush goes on: the emulator flushes before it mends). A machine that boots has a good disk. */
  break(board: BoardId, broken: boolean): Promise<void>
  /** No faster than this, until its machine loses its power. */
  slow(board: BoardId, speed: DiskSpeed): Promise<void>
  /** Another disk, with nothing on it; only while the old one is out, or its machine has no power. */
  replace(board: BoardId): Promise<void>
  /** A machine is about to boot: what is to be out of it is taken out. */
  booting(board: BoardId, emulator: EmulatorProcess): Promise<void>
  /** A machine's emulator said that a device is gone. */
  pulled(board: BoardId): void
}

const diskFile = (names: RigNames, board: BoardId): string => join(names.cards, `data-${board}.img`)

export const serialOf = (board: BoardId): string => `data-${board}`

/**
 * Words of the command line for what lies under the disk. What the board's kernel wrote is with this machine, synced to its own disk or not:
 * a board that is cut loses only what it held.
 */
export const dataNodes = (file: string): readonly string[] => [
  ...['-blockdev', `driver=file,node-name=${DATA_FILE_NODE},filename=${file},locking=off,cache.no-flush=on`],
  ...['-blockdev', `driver=raw,node-name=${DATA_NODE},file=${DATA_FILE_NODE}`]
]

const EXT4_MAGIC_AT = 1024 + 0x38
const EXT4_MAGIC = 0xef53

/** There is a file system of ours at its begin. */
export const isExt4 = (file: string): boolean => {
  const handle = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(2)
    readSync(handle, bytes, 0, bytes.length, EXT4_MAGIC_AT)
    return bytes.readUInt16LE() === EXT4_MAGIC
  } finally {
    closeSync(handle)
  }
}

const blank = async (file: string): Promise<void> => {
  await writeFile(file, '')
  await truncate(file, DISK_BYTES)
}

/** Zeros over what is there, the file itself stays: an emulator may have it open. */
const wipe = async (file: string): Promise<void> => {
  const handle = await open(file, 'r+')
  try {
    await handle.truncate(0)
    await handle.truncate(DISK_BYTES)
  } finally {
    await handle.close()
  }
}

export const makeDataDisks = async (
  names: RigNames,
  kind: DiskKind,
  emulator: (board: BoardId) => EmulatorProcess | null,
  tell: (text: string) => void
): Promise<DataDisks> => {
  for (const board of BOARDS) await blank(diskFile(names, board))
  const wanted: Record<BoardId, boolean> = { a: true, b: true }
  /** In an emulator that runs. */
  const there: Record<BoardId, boolean> = { a: true, b: true }

  const takeOut = async (board: BoardId, from: EmulatorProcess): Promise<void> => {
    await from.qmp.order('device_del', { id: DATA_ID })
    await waitUntil(`the disk to leave ${board}`, () => !there[board] || !from.alive, PULLED_MS)
  }
  return {
    file: board => diskFile(names, board),
    device: board => kind.path(serialOf(board)),
    isIn: board => wanted[board],
    pull: async board => {
      wanted[board] = false
      const running = emulator(board)
      if (running !== null && there[board]) await takeOut(board, running)
      tell(`the disk of ${board} is pulled`)
    },
    putIn: async board => {
      wanted[board] = true
      const running = emulator(board)
      if (running !== null && !there[board]) {
        await running.qmp.order('device_add', kind.device(serialOf(board)))
        there[board] = true
      }
      tell(`the disk of ${board} is in`)
    },
    break: async (board, broken) => {
      const running = emulator(board)
      if (running === null) throw new Error(`the disk of ${board} cannot break: it has no power`)
      const { qmp } = running
      const reopen = (file: string): Promise<unknown> =>
        qmp.order('blockdev-reopen', { options: [{ driver: 'raw', 'node-name': DATA_NODE, file }] })
      if (broken) {
        const inject = ['read', 'write'].map(iotype => ({ event: 'none', iotype, errno: 5 }))
        await qmp.order('blockdev-add', {
          driver: 'blkdebug',
          'node-name': BROKEN_NODE,
          image: DATA_FILE_NODE,
          'inject-error': inject
        })
        await reopen(BROKEN_NODE)
      } else {
        await reopen(DATA_FILE_NODE)
        await qmp.order('blockdev-del', { 'node-name': BROKEN_NODE })
      }
      tell(`the disk of ${board} ${broken ? 'fails' : 'works again'}`)
    },
    slow: async (board, { bytesPerS, ordersPerS }) => {
      const running = emulator(board)
      if (running === null) throw new Error(`the disk of ${board} cannot be slowed: it has no power`)
      const bytes = { bps: bytesPerS, bps_rd: 0, bps_wr: 0 }
      const orders = { iops: ordersPerS, iops_rd: 0, iops_wr: 0 }
      await running.qmp.order('block_set_io_throttle', { id: DATA_ID, ...bytes, ...orders })
    },
    replace: async board => {
      if (emulator(board) !== null && there[board])
        throw new Error(`the disk of ${board} cannot be replaced while it is in a machine that runs`)
      await wipe(diskFile(names, board))
      tell(`the disk of ${board} is replaced by a blank one`)
    },
    booting: async (board, running) => {
      there[board] = true
      if (!wanted[board]) await takeOut(board, running)
    },
    pulled: board => {
      there[board] = false
    }
  }
}
