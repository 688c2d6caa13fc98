// DRBD's own notes at the end of a disk (internal metadata, format v08): how much room they take, whether they are there, and how they are written.
// By `drbdmeta` alone, which needs no module. Must not touch a disk that the kernel's mirror has: drbdmeta refuses that itself.
import { randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'
import { failureOf, runCommand } from './command.js'
import { NO_NOTES } from './drbd.js'

/** What drbdmeta found. */
export type Metadata =
  | { readonly kind: 'none' }
  /** `fresh`: nothing was ever mirrored with it. `upToDate`: by its own word, which proves nothing (R7). */
  | { readonly kind: 'there'; readonly fresh: boolean; readonly upToDate: boolean }
  /** Somebody holds the disk: the kernel's mirror, a mount, another maker. */
  | { readonly kind: 'held' }
  | { readonly kind: 'unknown'; readonly words: string }

const SECTOR_BYTES = 512
/** Sectors that eight sectors of bitmap describe: one bit for each 4 KiB. */
const BITMAP_SECTORS = 262_144
const MARGIN_BYTES = 1_048_576
const LOOK_MS = 15_000
/** The bitmap is written whole: 32 KiB for each GiB. */
const writeMsOf = (bytes: number): number => 30_000 + (bytes / 32_768 / 1e6) * 1000
/** UUID_JUST_CREATED. */
const FRESH = '0000000000000004'
const NOTHING = 1
/** The last block of the disk: its device UUID, which DRBD 8.4 keeps and does not use, and what tells that it is one. */
const BLOCK_BYTES = 4096
const NAME_AT = 40
const NAME_BYTES = 8
const MAGIC_AT = 60
const MAGIC = new Set([0x8374_026b, 0x8374_026c])
const HELD = /is configured!|Exclusive open failed/

/** Bytes that the notes take at the end of a disk of so many bytes. Source: DRBD user's guide 8.4, "Estimating metadata size". */
export const metadataBytes = (bytes: number): number =>
  (Math.ceil(bytes / SECTOR_BYTES / BITMAP_SECTORS) * 8 + 72) * SECTOR_BYTES

/** Bytes that are left for data on a disk of so many bytes; a little less than DRBD would give, so that it surely fits. */
export const usableBytes = (bytes: number): number => {
  const left = bytes - metadataBytes(bytes) - MARGIN_BYTES
  return left - (left % MARGIN_BYTES)
}

const words = (minor: number, path: string, ...rest: readonly string[]): readonly string[] => [
  String(minor),
  'v08',
  path,
  'internal',
  ...rest
]

/** `0000000000000004:…:0:1:…`: current UUID, flags. null = it is none. */
const readIdentifiers = (said: string): { readonly fresh: boolean; readonly upToDate: boolean } | null => {
  const [, current, consistent, upToDate] = /^([0-9A-F]{16}):(?:[0-9A-F]{16}:){3}([01]):([01]):/m.exec(said) ?? []
  return current === undefined ? null : { fresh: current === FRESH && consistent === '0', upToDate: upToDate === '1' }
}

/** Of a disk that the kernel's mirror has: nothing was ever mirrored with it. */
export const isFreshInKernel = async (minor: number): Promise<boolean> => {
  const found = await runCommand('drbdsetup', ['get-gi', String(minor)], { deadlineMs: LOOK_MS, marked: false })
  return found.ok && readIdentifiers(found.stdout)?.fresh === true
}

/** Only reads. Never throws. */
export const readMetadata = async (minor: number, path: string): Promise<Metadata> => {
  const look = (what: string) =>
    runCommand('drbdmeta', words(minor, path, what), { deadlineMs: LOOK_MS, marked: false })
  const result = await look('get-gi')
  const said = `${result.stdout}\n${result.stderr}`
  if (HELD.test(said)) return { kind: 'held' }
  const found = result.ok ? readIdentifiers(result.stdout) : null
  if (found !== null) return { kind: 'there', ...found }
  if (result.code !== NOTHING) return { kind: 'unknown', words: failureOf(result) }
  // It says nothing where it finds nothing; this one does.
  const dumped = await look('dump-md')
  return NO_NOTES.test(`${dumped.stdout}\n${dumped.stderr}`)
    ? { kind: 'none' }
    : { kind: 'unknown', words: failureOf(dumped) }
}

/**
 * null = fresh notes are at the end of the disk; else why not. What lies before them stays as it is: drbdmeta refuses where a filesystem reaches into
 * their place. `around`: the caller keeps a filesystem that ends before them, and holds the disk itself (drbdmeta is told not to mind either).
 */
export const createMetadata = async (
  minor: number,
  path: string,
  bytes: number,
  around: boolean
): Promise<string | null> => {
  const force = around ? ['--force'] : []
  const result = await runCommand('drbdmeta', [...force, ...words(minor, path, 'create-md')], {
    deadlineMs: writeMsOf(bytes),
    marked: false
  })
  if (!result.ok) return failureOf(result)
  const name = randomBytes(NAME_BYTES).toString('hex')
  const named = await runCommand('drbdmeta', [...force, ...words(minor, path, 'write-dev-uuid', name)], {
    deadlineMs: LOOK_MS,
    marked: false
  })
  return named.ok ? null : failureOf(named)
}

/**
 * Name of the copy on a disk of so many bytes, 16 hexadecimal digits, given when its notes were made; null = it has none, or cannot be read. Reads the
 * notes themselves: drbdmeta does not look at a disk that the kernel's mirror has. Source: drbd_int.h of 8.4, `struct meta_data_on_disk`.
 */
export const readCopyName = async (path: string, bytes: number): Promise<string | null> => {
  const block = Buffer.alloc(BLOCK_BYTES)
  try {
    const disk = await open(path, 'r')
    try {
      await disk.read(block, 0, BLOCK_BYTES, Math.floor(bytes / BLOCK_BYTES) * BLOCK_BYTES - BLOCK_BYTES)
    } finally {
      await disk.close()
    }
  } catch {
    return null
  }
  const name = block.subarray(NAME_AT, NAME_AT + NAME_BYTES)
  return MAGIC.has(block.readUInt32BE(MAGIC_AT)) && name.some(byte => byte !== 0) ? name.toString('hex') : null
}
