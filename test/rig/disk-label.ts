// Is a disk's image an ext4 file system (the whole disk, no partitions), and how is it called? Looked at from outside, also while a
// board writes it. Used by scenarios that begin with a blank disk.
import { open } from 'node:fs/promises'

const SUPERBLOCK_AT = 1024
const SUPERBLOCK_BYTES = 1024
const MAGIC_AT = 0x38
const MAGIC = 0xef53
const LABEL_AT = 0x78
const LABEL_BYTES = 16

/** The label in an ext4 superblock, '' = it has none; null = it is no superblock. Pure. */
export const labelOf = (superblock: Buffer): string | null => {
  if (superblock.length < SUPERBLOCK_BYTES || superblock.readUInt16LE(MAGIC_AT) !== MAGIC) return null
  return superblock.toString('latin1', LABEL_AT, LABEL_AT + LABEL_BYTES).replace(/\0.*$/s, '')
}

/** The label, '' = it has none; null = there is no file system yet. */
export const readLabel = async (image: string): Promise<string | null> => {
  const file = await open(image)
  try {
    const superblock = Buffer.alloc(SUPERBLOCK_BYTES)
    const { bytesRead } = await file.read(superblock, 0, SUPERBLOCK_BYTES, SUPERBLOCK_AT)
    return labelOf(superblock.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}
