// Which disk of this board carries its copy of a mirrored group, and what is on it. Asked by `baton disk`, the set-up and the other board's console.
// Only looks. The path of the configuration counts; one by a partition's name that nobody has yet may become any blank disk on USB.
import { existsSync, readFileSync } from 'node:fs'
import type { MirrorConfig } from '../config/types.js'
import type { CopyTold } from '../port/copy-told.js'
import { type BlockDevice, blockDevice, sizeText, usbDevices } from './block-device.js'
import { runCommand } from './command.js'
import { samplesOf } from './disk-content.js'
import { seeDevice } from './disk-device.js'
import { diskName, type Judged, judgeDisk } from './disk-make.js'
import { PROC } from './drbd.js'
import { isFreshInKernel, readMetadata, usableBytes } from './drbd-meta.js'
import { readDiskState, readSight } from './drbd-progress.js'
import { readMinor } from './drbd-words.js'
import { NAME_ONE, strangerWords, whyMisplaced } from './mirror-words.js'

export interface Backing {
  readonly told: CopyTold
  /** null = absent. */
  readonly device: BlockDevice | null
  /** The device gets a partition table, and its one partition this name; null = the device is used as it is. */
  readonly partition: string | null
}

const PROBE_MS = 15_000
/** What `CopyTold.bytes` may lack of what the mirror would really have (`usableBytes`): a disk of the same size is not too small. */
const TOLD_LESS_BYTES = 2 * 1_048_576
/** What a table and its copy at the end take away. */
const TABLE_BYTES = 2 * 1_048_576
const PARTITION_NAME_MAX = 36

/** Why a disk cannot carry a copy of a mirror of so many bytes; null = it can, or one of the sizes is not known (0). */
export const whyTooSmall = ({ bytes }: Pick<CopyTold, 'bytes'>, mirrorBytes: number): string | null =>
  mirrorBytes > 0 && bytes > 0 && bytes + TOLD_LESS_BYTES < mirrorBytes
    ? `it is too small for a copy of the mirror (${sizeText(mirrorBytes)})`
    : null

/** udev writes what is unusual in a name as \\xNN. null = the path is none of a partition's name. */
export const partitionNameOf = (path: string): string | null => {
  const [, name] = /^\/dev\/disk\/by-partlabel\/(.+)$/.exec(path) ?? []
  if (name === undefined) return null
  const plain = name.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(plain, 'latin1').toString('utf8')
}

/** Whether an ext4 lies below the notes of a mirror: blkid tells of the notes alone. */
const hasExt4 = async (path: string): Promise<boolean> => {
  const found = await runCommand('wipefs', ['--no-act', '--parsable', path], { deadlineMs: PROBE_MS, marked: false })
  return found.ok && /(^|,)ext[234](,|$)/m.test(found.stdout)
}

/** Before the notes of a mirror there is nothing, as far as it was looked. */
const isEmpty = async ({ bytes, path }: BlockDevice): Promise<boolean> =>
  (await samplesOf(path, usableBytes(bytes))).kind === 'blank'

const named = ({ path, model, bytes, serial }: BlockDevice): string =>
  [path, sizeText(bytes), model, serial === null ? '' : `serial ${serial}`].filter(Boolean).join(', ')

const toldOf = (device: BlockDevice, partition: string | null, more: Partial<CopyTold>): Backing => ({
  device,
  partition,
  told: {
    kind: 'never',
    words: named(device),
    name: diskName(device),
    bytes: usableBytes(device.bytes - (partition === null ? 0 : TABLE_BYTES)),
    fresh: false,
    empty: false,
    ext4: false,
    attached: null,
    ...more
  }
})

const absent = (words: string): Backing => ({
  device: null,
  partition: null,
  told: { kind: 'absent', words, name: null, bytes: 0, fresh: false, empty: false, ext4: false, attached: null }
})

const procText = (): string => {
  try {
    return readFileSync(PROC, 'utf8')
  } catch {
    return ''
  }
}

const fromJudged = (device: BlockDevice, partition: string | null, judged: Judged): Backing => {
  const what = named(device)
  if (judged.kind === 'blank')
    return toldOf(device, partition, {
      kind: 'blank',
      words: `${what}: ${judged.halfMade ? 'half made, and cut off' : 'blank'}`,
      empty: !judged.halfMade
    })
  if (judged.kind === 'never') return toldOf(device, partition, { kind: 'never', words: `${what}: ${judged.words}` })
  // A table would take its place.
  const ext4 = judged.content.kind === 'ext4' && partition === null
  return toldOf(device, partition, { kind: 'content', words: `${what}: ${judged.words}`, ext4 })
}

/** The very device that the configuration names. */
const seeNamed = async (device: BlockDevice, minor: number, stateDir: string): Promise<Backing> => {
  const what = named(device)
  const found = await readMetadata(minor, device.path)
  if (device.used !== null || found.kind === 'none') return fromJudged(device, null, await judgeDisk(device, stateDir))
  if (found.kind === 'held') {
    const attached = readDiskState(procText(), minor)
    if (attached === null) return toldOf(device, null, { kind: 'never', words: `${what}: it is in use` })
    const ext4 = await hasExt4(device.path)
    const fresh = attached === 'Inconsistent' && (await isFreshInKernel(minor))
    const empty = fresh && (await isEmpty(device))
    const words = `${what}: its copy is ${attached}`
    return toldOf(device, null, { kind: 'made', words, attached, ext4, fresh, empty })
  }
  if (found.kind === 'unknown') return toldOf(device, null, { kind: 'never', words: `${what}: ${found.words}` })
  const ext4 = await hasExt4(device.path)
  const words = found.fresh ? 'ready for a first copy' : 'it carries a copy'
  const empty = found.fresh && (await isEmpty(device))
  return toldOf(device, null, { kind: 'made', words: `${what}: ${words}`, fresh: found.fresh, empty, ext4 })
}

/** No partition has the name yet: any whole disk on USB could be given it. `serial`: the one that is meant. */
const seeOthers = async (
  path: string,
  partition: string,
  stateDir: string,
  serial: string | null,
  devices: readonly BlockDevice[]
): Promise<Backing> => {
  const disks = devices.filter(({ kind, used }) => kind === 'disk' && used === null)
  const meant = serial === null ? disks : disks.filter(disk => diskName(disk) === serial)
  const sights = await Promise.all(
    meant.map(async disk => fromJudged(disk, partition, await judgeDisk(disk, stateDir)))
  )
  const blank = sights.filter(({ told }) => told.kind === 'blank')
  const [only] = blank.length > 0 ? blank : sights
  if (only !== undefined && (blank.length === 1 || sights.length === 1)) return only
  if (disks.length === 0) return absent(`no free disk is seen on USB, and no ${path}`)
  const all = sights.map(({ told }) => told.words).join('; ')
  if (serial !== null) {
    const count = meant.length === 0 ? 'no free disk on USB has' : `${meant.length} disks have`
    return absent(`${count} the serial number ${serial}; there is ${disks.map(named).join('; ')}`)
  }
  const why = blank.length > 1 ? `${blank.length} disks are blank` : 'no disk is blank'
  return absent(`${why}: ${NAME_ONE}: ${all}`)
}

/**
 * The disk of this board's copy. `serial`: of the disk that a person means, where several could be. `devices`: what hangs on USB.
 * Takes a second or two. Never throws.
 */
export const seeBacking = async (
  { backing, minor }: Pick<MirrorConfig, 'backing' | 'minor'>,
  stateDir: string,
  serial: string | null = null,
  devices: () => readonly BlockDevice[] = usbDevices
): Promise<Backing> => {
  const seen = seeDevice(backing)
  const device = seen === null ? null : blockDevice(seen.number)
  if (device !== null) return seeNamed(device, minor, stateDir)
  const partition = partitionNameOf(backing)
  if (partition === null) return absent(`${backing} is not there: plug the disk in`)
  if (partition.length > PARTITION_NAME_MAX)
    return absent(`${backing}: the name of a partition has at most ${PARTITION_NAME_MAX} characters`)
  return seeOthers(backing, partition, stateDir, serial, devices())
}

/** Why no command may be given by this minor: in the kernel it is another mirror's. null = it is ours, or nobody's. */
export const whyOtherMinor = async (mirror: Pick<MirrorConfig, 'minor' | 'resource'>): Promise<string | null> => {
  if (!existsSync(PROC)) return null
  const shown = await runCommand('drbdsetup', ['show', mirror.resource], { deadlineMs: PROBE_MS, marked: false })
  // It fails, too, where the kernel has none of this name.
  const found = shown.ok ? readMinor(shown.stdout) : ''
  const stranger = found === '' && readSight(procText(), mirror.minor) !== null
  return whyMisplaced({ minor: found }, mirror) ?? (stranger ? strangerWords(mirror) : null)
}

/** The kernel has DRBD; without it nothing can be mirrored, whatever the disks are. null = it has. */
export const whyNoMirror = (proc = PROC): string | null =>
  existsSync(proc)
    ? null
    : 'the kernel has no DRBD: install a kernel with the module drbd, or load it (`modprobe drbd`)'
