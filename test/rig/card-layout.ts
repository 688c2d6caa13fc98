// Arithmetic on a card: where its partitions lie, and how large QEMU's card reader wants it. Pure; used by card.ts.

export interface Partition {
  /** 1..4, as in its device's name. */
  readonly number: number
  /** MBR type: 0x0c FAT32, 0x83 Linux. */
  readonly type: number
  readonly startBytes: number
  readonly sizeBytes: number
}

const SECTOR_BYTES = 512
const TABLE_AT = 446
const ENTRY_BYTES = 16
const SIGNATURE = 0xaa55

/** The partitions of an MBR (its first sector), empty entries left out. Throws where there is no MBR. */
export const parsePartitions = (sector: Buffer): readonly Partition[] => {
  if (sector.length < SECTOR_BYTES || sector.readUInt16LE(510) !== SIGNATURE)
    throw new Error('the first sector holds no partition table (MBR)')
  return [1, 2, 3, 4].flatMap(number => {
    const at = TABLE_AT + (number - 1) * ENTRY_BYTES
    const type = sector.readUInt8(at + 4)
    const startBytes = sector.readUInt32LE(at + 8) * SECTOR_BYTES
    const sizeBytes = sector.readUInt32LE(at + 12) * SECTOR_BYTES
    return type === 0 || sizeBytes === 0 ? [] : [{ number, type, startBytes, sizeBytes }]
  })
}

/** A card has a power of two: the emulated card reader refuses every other size. */
export const cardBytes = (imageBytes: number): number => {
  let size = 1024 * 1024
  while (size < imageBytes) size *= 2
  return size
}
