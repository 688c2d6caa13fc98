// Reads the log that QEMU's `blklogwrites` (and Linux' dm-log-writes) makes of every write to a card. Called by the crash-point
// proof; changes nothing. The format has no checksum, so whatever is not exactly what those two write is refused with words.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** One request of the logged card. Sectors are of the log's own size. */
export interface LogEntry {
  /** `mark`: somebody's words, nothing on the card. */
  readonly kind: 'write' | 'discard' | 'mark'
  /** The card was flushed first: every entry before this one is durable. */
  readonly flush: boolean
  /** Its own data was durable when it ended. */
  readonly fua: boolean
  readonly sector: number
  /** 0 = a flush and nothing else. */
  readonly sectors: number
  /** Where its data begins in the log. */
  readonly dataAt: number
}

export interface WriteLog {
  readonly file: string
  readonly sectorBytes: number
  readonly entries: readonly LogEntry[]
  /** The entry's data from its `from`-th sector on. */
  read(entry: LogEntry, from: number, sectors: number): Buffer
  close(): void
}

const MAGIC = 0x6a73_6677_7368_72n
const VERSION = 1n
const SUPER_BYTES = 28
const HEAD_BYTES = 32
const FLUSH = 1
const FUA = 2
const DISCARD = 4
const MARK = 8
const FLAGS_ALL = FLUSH | FUA | DISCARD | MARK
const SECTOR_BYTES_MAX = 65_536
/** A running pair makes some thousands of writes an hour; beyond this the number is nonsense. */
export const ENTRIES_MAX = 4_000_000

const REMEDY = 'log again, onto an empty file, and end QEMU in order before the log is read'

const readExactly = (descriptor: number, bytes: number, at: number): Buffer | null => {
  const buffer = Buffer.alloc(bytes)
  let done = 0
  while (done < bytes) {
    const got = readSync(descriptor, buffer, done, bytes - done, at + done)
    if (got === 0) return null
    done += got
  }
  return buffer
}

const isPowerOfTwo = (value: number): boolean => value > 0 && (value & (value - 1)) === 0

interface Head {
  readonly count: number
  readonly sectorBytes: number
}

const readSuper = (descriptor: number, damaged: (problem: string) => Error): Head => {
  const bytes = readExactly(descriptor, SUPER_BYTES, 0)
  if (bytes === null)
    throw damaged(`it has less than the ${SUPER_BYTES} bytes of its head: nothing was flushed while it ran`)
  const magic = bytes.readBigUInt64LE(0)
  if (magic === 0n)
    throw damaged('its head is empty: QEMU writes it at a flush, or with log-super-update-interval=1 at each write')
  if (magic !== MAGIC) throw damaged(`it begins with 0x${magic.toString(16)}, which is no log of writes`)
  const version = bytes.readBigUInt64LE(8)
  if (version !== VERSION) throw damaged(`its version is ${version}, and only ${VERSION} is known`)
  const count = bytes.readBigUInt64LE(16)
  if (count > BigInt(ENTRIES_MAX)) throw damaged(`it announces ${count} entries, more than ${ENTRIES_MAX}`)
  const sectorBytes = bytes.readUInt32LE(24)
  if (!isPowerOfTwo(sectorBytes) || sectorBytes < 512 || sectorBytes > SECTOR_BYTES_MAX)
    throw damaged(`its sector size is ${sectorBytes}`)
  return { count: Number(count), sectorBytes }
}

const numberAt = (bytes: Buffer, at: number): number => {
  const value = bytes.readBigUInt64LE(at)
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.NaN : Number(value)
}

/** One entry's head, or what is wrong with it. `sectorsMax`: sectors of the card. */
const readEntry = (bytes: Buffer, dataAt: number, sectorsMax: number): LogEntry | string => {
  const [sector, sectors, flags, markBytes] = [0, 8, 16, 24].map(at => numberAt(bytes, at)) as [
    number,
    number,
    number,
    number
  ]
  if (!(flags >= 0 && flags <= FLAGS_ALL)) return `has the unknown flags ${bytes.readBigUInt64LE(16)}`
  const isMark = (flags & MARK) !== 0
  // dm-log-writes keeps a mark's words behind its head; QEMU makes no marks.
  if (!(markBytes <= (isMark ? bytes.length - HEAD_BYTES : 0))) return `has a mark of ${markBytes} bytes`
  if (bytes.subarray(HEAD_BYTES + markBytes).some(byte => byte !== 0)) return 'is followed by other bytes than zeros'
  if (isMark) return { kind: 'mark', flush: false, fua: false, sector: 0, sectors: 0, dataAt }
  if (!(sector + sectors <= sectorsMax)) return `reaches to sector ${sector} + ${sectors} of a card with ${sectorsMax}`
  if (sectors === 0 && flags !== FLUSH) return `is of no sectors and no flush (flags ${flags})`
  const kind = (flags & DISCARD) !== 0 ? 'discard' : 'write'
  return { kind, flush: (flags & FLUSH) !== 0, fua: (flags & FUA) !== 0, sector, sectors, dataAt }
}

const readEntries = (
  descriptor: number,
  { count, sectorBytes }: Head,
  cardBytes: number,
  damaged: (problem: string) => Error
): readonly LogEntry[] => {
  const fileBytes = fstatSync(descriptor).size
  const sectorsMax = Math.floor(cardBytes / sectorBytes)
  const entries: LogEntry[] = []
  let at = sectorBytes
  while (entries.length < count) {
    const where = `entry ${entries.length} of ${count}, at byte ${at},`
    const bytes = readExactly(descriptor, sectorBytes, at)
    if (bytes === null) throw damaged(`it ends at byte ${fileBytes}, before ${where.slice(0, -1)}`)
    const entry = readEntry(bytes, at + sectorBytes, sectorsMax)
    if (typeof entry === 'string') throw damaged(`${where} ${entry}`)
    at += sectorBytes + (entry.kind === 'write' ? entry.sectors * sectorBytes : 0)
    if (at > fileBytes) throw damaged(`it ends at byte ${fileBytes}, in the data of ${where.slice(0, -1)}`)
    entries.push(entry)
  }
  return entries
}

/**
 * Open a log of writes to a card of `cardBytes`. Entries are read at once (their heads only), data when asked for.
 * Throws an Error that says what is damaged, where, and what to do.
 */
export const openWriteLog = (file: string, cardBytes: number): WriteLog => {
  const damaged = (problem: string): Error =>
    new Error(`the log of writes ${file} cannot be used: ${problem}; ${REMEDY}`)
  const descriptor = openSync(file, 'r')
  try {
    const head = readSuper(descriptor, damaged)
    const entries = readEntries(descriptor, head, cardBytes, damaged)
    const { sectorBytes } = head
    const read = (entry: LogEntry, from: number, sectors: number): Buffer => {
      if (entry.kind !== 'write' || from < 0 || from + sectors > entry.sectors)
        throw new RangeError(`sectors ${from} + ${sectors} of a ${entry.kind} of ${entry.sectors}`)
      const bytes = readExactly(descriptor, sectors * sectorBytes, entry.dataAt + from * sectorBytes)
      if (bytes === null) throw damaged('it became shorter while it was read')
      return bytes
    }
    return { file, sectorBytes, entries, read, close: () => closeSync(descriptor) }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/** How many entries the log holds now, while QEMU may still write it: 0 before its first flush. */
export const countEntries = (file: string): number => {
  const descriptor = openSync(file, 'r')
  try {
    const bytes = readExactly(descriptor, SUPER_BYTES, 0)
    return bytes === null ? 0 : Number(bytes.readBigUInt64LE(16))
  } finally {
    closeSync(descriptor)
  }
}
