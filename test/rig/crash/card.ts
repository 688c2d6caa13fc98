// What lies where on a card: its MBR, and the block size of the state partition. Called by the crash-point proof; reads only.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** A stretch of the card that belongs together. Bytes from the card's beginning. */
export interface Area {
  readonly name: string
  readonly from: number
  readonly bytes: number
}

export interface Card {
  readonly file: string
  readonly descriptor: number
  readonly bytes: number
  /** p1 to p4 as the MBR has them; empty places are left out. */
  readonly partitions: readonly Area[]
  /** What the firmware boots from: p1 of our image. */
  readonly boot: Area
  /** Where the state is: p3 of our image. */
  readonly state: Area
  /** Block size of the filesystem there, bytes. */
  readonly blockBytes: number
  close(): void
}

const SECTOR_BYTES = 512
const TABLE_AT = 446
const ENTRY_BYTES = 16
const EXT4_SUPER_AT = 1024
const EXT4_MAGIC = 0xef53

const readAt = (descriptor: number, bytes: number, at: number): Buffer => {
  const buffer = Buffer.alloc(bytes)
  readSync(descriptor, buffer, 0, bytes, at)
  return buffer
}

const readTable = (mbr: Buffer): readonly Area[] =>
  [0, 1, 2, 3].flatMap(at => {
    const entry = mbr.subarray(TABLE_AT + at * ENTRY_BYTES, TABLE_AT + (at + 1) * ENTRY_BYTES)
    const bytes = entry.readUInt32LE(12) * SECTOR_BYTES
    return bytes === 0 ? [] : [{ name: `p${at + 1}`, from: entry.readUInt32LE(8) * SECTOR_BYTES, bytes }]
  })

/** Open the image of a card with an MBR. Throws an Error that says what is not there. */
export const openCard = (file: string): Card => {
  const descriptor = openSync(file, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const mbr = readAt(descriptor, SECTOR_BYTES, 0)
    if (mbr.readUInt16LE(510) !== 0xaa55) throw new Error(`${file} is no image of a card: it has no MBR`)
    const partitions = readTable(mbr)
    const [boot, state] = ['p1', 'p3'].map(wanted => partitions.find(({ name }) => name === wanted))
    if (boot === undefined) throw new Error(`the card ${file} has no partition 1 to boot from`)
    if (state === undefined) throw new Error(`the card ${file} has no partition 3 for the state`)
    const beyond = partitions.find(({ from, bytes }) => from + bytes > size)
    if (beyond !== undefined) throw new Error(`${beyond.name} of the card ${file} reaches behind its ${size} bytes`)
    const superBlock = readAt(descriptor, 1024, state.from + EXT4_SUPER_AT)
    if (superBlock.readUInt16LE(0x38) !== EXT4_MAGIC)
      throw new Error(`${state.name} of the card ${file} holds no ext4: it was never made, or is damaged`)
    const blockBytes = 1024 << superBlock.readUInt32LE(0x18)
    return { file, descriptor, bytes: size, partitions, boot, state, blockBytes, close: () => closeSync(descriptor) }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/** The name of what lies at a byte of the card, for people. */
export const areaAt = ({ partitions }: Card, at: number): string => {
  const found = partitions.find(({ from, bytes }) => at >= from && at < from + bytes)
  return found?.name ?? (at < SECTOR_BYTES ? 'the MBR' : 'between the partitions')
}
