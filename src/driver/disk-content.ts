// What is on a disk that is not mounted: nothing at all, or what was found. Asked before a filesystem is made, and by `baton disk list`.
// Only reads. "Blank" is a strong word: no signature of any kind, and zeros or ones wherever it was looked.
import { type FileHandle, open } from 'node:fs/promises'
import { type CommandResult, failureOf, runCommand } from './command.js'

export type DiskContent =
  | { readonly kind: 'blank' }
  /** `ext4`: it can be mounted as one. `label`, `uuid`: empty where it has none. */
  | { readonly kind: 'ext4'; readonly words: string; readonly label: string; readonly uuid: string }
  /** `uuid`: of a partition table; empty = it has none. */
  | { readonly kind: 'other'; readonly words: string; readonly uuid: string }
  | { readonly kind: 'unreadable'; readonly words: string }

const PROBE_MS = 60_000
/** For all reads together: a disk that answers takes less than a second. */
const READ_MS = 120_000
const EDGE_BYTES = 1_048_576
const SAMPLE_BYTES = 4096
const SAMPLES = 256
/** blkid's own: nothing was found. */
const NOTHING = 2

const isPlain = (bytes: Buffer): boolean => {
  const [first] = bytes
  return (first === 0 || first === 0xff) && bytes.every(byte => byte === first)
}

const readAt = async (handle: FileHandle, position: number, length: number): Promise<Buffer> => {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await handle.read(bytes, 0, length, position)
  if (bytesRead !== length) throw new Error(`only ${bytesRead} of ${length} bytes came from ${position}`)
  return bytes
}

/** Where something other than zeros or ones stands; null = nowhere that was looked. */
const firstData = async (handle: FileHandle, bytes: number): Promise<number | null> => {
  const edge = Math.min(EDGE_BYTES, bytes)
  const steps = Array.from({ length: SAMPLES }, (_, at) => Math.floor(((bytes - SAMPLE_BYTES) * at) / SAMPLES))
  const places = [
    [0, edge],
    [bytes - edge, edge],
    ...steps.map(at => [at - (at % SAMPLE_BYTES), SAMPLE_BYTES] as const)
  ] as const
  for (const [at, length] of places) if (!isPlain(await readAt(handle, at, length))) return at
  return null
}

const fieldsOf = ({ stdout }: CommandResult): Readonly<Record<string, string>> =>
  Object.fromEntries(
    stdout.split('\n').flatMap(line => {
      const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? []
      return name === undefined || value === undefined ? [] : [[name, value.replace(/\\(.)/g, '$1')]]
    })
  )

const contentWords = (fields: Readonly<Record<string, string>>): string => {
  const { TYPE, PTTYPE, LABEL, UUID } = fields
  const what = TYPE ?? (PTTYPE === undefined ? 'something' : `a partition table (${PTTYPE})`)
  const name = LABEL ? ` labelled ${LABEL}` : UUID ? ` with the UUID ${UUID}` : ''
  return `${what}${name}`
}

/** Nothing of it is written; what the other board wrote is seen (the buffers are dropped first). Never throws. */
export const contentOf = async (path: string, bytes: number): Promise<DiskContent> => {
  const look = (file: string, ...words: string[]): Promise<CommandResult> =>
    runCommand(file, words, { deadlineMs: PROBE_MS, marked: false })
  const unreadable = (words: string): DiskContent => ({ kind: 'unreadable', words })
  const flushed = await look('blockdev', '--flushbufs', path)
  if (!flushed.ok) return unreadable(failureOf(flushed))
  const found = await look('blkid', '-p', '-o', 'export', path)
  if (!found.ok && found.code !== NOTHING) {
    // 8: several signatures at once.
    return found.code === 8
      ? { kind: 'other', words: 'several filesystems at once', uuid: '' }
      : unreadable(failureOf(found))
  }
  const fields = fieldsOf(found)
  if (fields.TYPE === 'ext4')
    return { kind: 'ext4', words: contentWords(fields), label: fields.LABEL ?? '', uuid: fields.UUID ?? '' }
  if (fields.TYPE !== undefined || fields.PTTYPE !== undefined)
    return { kind: 'other', words: contentWords(fields), uuid: fields.PTUUID ?? '' }
  const traces = await look('wipefs', '--no-act', '--parsable', path)
  if (!traces.ok) return unreadable(failureOf(traces))
  const left = traces.stdout.split('\n').find(line => line !== '' && !line.startsWith('#'))
  if (left !== undefined) return { kind: 'other', words: `traces of ${left.split(',').at(-1)}`, uuid: '' }
  return samplesOf(path, bytes)
}

/** Zeros or ones wherever it is looked, up to `bytes`; signatures are not asked for. */
export const samplesOf = async (path: string, bytes: number): Promise<DiskContent> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it was not read within ${READ_MS / 1000} s`)), READ_MS)
  })
  const read = async (): Promise<DiskContent> => {
    const handle = await open(path, 'r')
    try {
      const at = await firstData(handle, bytes)
      const words = `data of an unknown kind (at byte ${at})`
      return at === null ? { kind: 'blank' } : { kind: 'other', words, uuid: '' }
    } finally {
      await handle.close()
    }
  }
  try {
    return await Promise.race([read(), late])
  } catch (error) {
    return { kind: 'unreadable', words: `${path} cannot be read: ${error instanceof Error ? error.message : error}` }
  } finally {
    clearTimeout(timer)
  }
}
