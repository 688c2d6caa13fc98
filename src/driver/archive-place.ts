// Where an archive could be written on this board, and how much room is there: beside the record, on what root has mounted for such things, or on a USB stick
// that is mounted for it alone. Called by `baton discard-copy` as root, for whom an operator chooses: only places into which nobody else can lead a path.
import { lstatSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type BlockDevice, blockDevice, usbDevices } from './block-device.js'
import { failureOf, runCommand } from './command.js'
import { ARCHIVE_MS, type CopyPlace, inside, ROOM_BYTES, roomFor, TAR, whyOf } from './copy-read.js'
import { type Mount, readMounts } from './mount-table.js'

/** Not mounted: it is, in a namespace of the child's own, while it is written. */
export interface Stick {
  readonly path: string
  readonly type: string
}

export interface ArchivePlace {
  /** For people. */
  readonly words: string
  /** Of the archive; of a stick it is empty. */
  readonly folder: string
  readonly stick: Stick | null
  /** In bytes. */
  readonly room: number
}

const PROBE_MS = 20_000
/** Of one file on FAT. */
const FAT_FILE_MAX = 2 ** 32 - 1
const MOUNT_FAILED = 97
/** An ext4 on a disk that nobody has mounted here may be in use elsewhere; these never carry a group. */
const STICK_TYPES = ['vfat', 'exfat']
const LASTING = ['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs', 'vfat', 'exfat']
const FOR_PEOPLE = /^\/(mnt|media|run\/media)(\/|$)/

/** Nobody but root can put a link into it, or into its way. */
export const isRoots = (folder: string): boolean => {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { mode, uid } = lstatSync(at)
      if (uid !== 0 || (mode & 0o170_000) !== 0o040_000 || (mode & 0o022) !== 0) return false
    } catch {
      return false
    }
    if (at === dirname(at)) return true
  }
}

const mostOn = (type: string, room: number): number => (type === 'vfat' ? Math.min(room, FAT_FILE_MAX) : room)

const ofMount = async ({ mountPoint, type }: Mount): Promise<ArchivePlace> => ({
  words: mountPoint,
  folder: mountPoint,
  stick: null,
  room: mostOn(type, await roomFor(mountPoint))
})

const pointOf = (runDir: string): string => {
  const point = join(runDir, 'stick')
  mkdirSync(point, { recursive: true, mode: 0o700 })
  return point
}

/** Bytes that are free on it; a text = it cannot be mounted. Read-only, for a moment. */
export const roomOnStick = async ({ path, type }: Stick, runDir: string): Promise<number | string> => {
  const script = 'mount -i -t "$3" -o ro,nosuid,nodev,noexec "$1" "$2" && stat --file-system --format="%a %S" "$2"'
  const words = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'baton-stick', path, pointOf(runDir), type]
  const result = await runCommand('unshare', words, { deadlineMs: PROBE_MS, marked: false })
  const [blocks = Number.NaN, size = Number.NaN] = result.stdout.split(' ').map(Number)
  const bytes = blocks * size
  if (!result.ok || !Number.isFinite(bytes)) return failureOf({ ...result, command: `mount ${path}` })
  return mostOn(type, Math.max(0, bytes - ROOM_BYTES))
}

const typeOf = async (path: string): Promise<string> => {
  const found = await runCommand('blkid', ['-p', '-o', 'value', '-s', 'TYPE', path], {
    deadlineMs: PROBE_MS,
    marked: false
  })
  return found.stdout.trim()
}

const ofStick = async (device: BlockDevice, runDir: string): Promise<readonly ArchivePlace[]> => {
  const { path, model, serial } = device
  const type = await typeOf(path)
  if (!STICK_TYPES.includes(type)) return []
  const room = await roomOnStick({ path, type }, runDir)
  const name = [path, model, serial === null ? '' : `serial ${serial}`].filter(Boolean).join(', ')
  return typeof room === 'string' ? [] : [{ words: `USB stick ${name}`, folder: '', stick: { path, type }, room }]
}

/** Whole disks or their partitions on USB that nobody uses. */
const freeParts = (): readonly BlockDevice[] =>
  usbDevices().flatMap(disk => {
    if (disk.kind !== 'disk' || disk.used !== null) return []
    const parts = usbDevices().filter(
      ({ kind, path }) => kind === 'partition' && disk.partitions.includes(path.slice(5))
    )
    return (parts.length === 0 ? [disk] : parts).filter(({ number }) => blockDevice(number)?.used === null)
  })

/** The first one is beside the record. `served`: mount points of groups; they are none. Takes some seconds. Never throws. */
export const archivePlaces = async (
  { runDir, stateDir }: { readonly runDir: string; readonly stateDir: string },
  served: readonly string[]
): Promise<readonly ArchivePlace[]> => {
  const folder = join(stateDir, 'archive')
  const mounts = readMounts().filter(
    ({ mountPoint, readOnly, type }) =>
      FOR_PEOPLE.test(mountPoint) &&
      !readOnly &&
      LASTING.includes(type) &&
      !served.includes(mountPoint) &&
      isRoots(mountPoint)
  )
  const own = { words: folder, folder, stick: null, room: await roomFor(stateDir) }
  const [mounted, sticks] = await Promise.all([
    Promise.all(mounts.map(ofMount)),
    Promise.all(freeParts().map(part => ofStick(part, runDir)))
  ])
  return [own, ...mounted, ...sticks.flat()]
}

/** As `archiveFiles`, onto a stick: a tar of that name at its top, durable, and the stick may be pulled out. null = done; else why not. */
export const archiveOnStick = async (
  place: CopyPlace,
  since: number,
  name: string,
  { path, type }: Stick
): Promise<string | null> => {
  const point = pointOf(place.runDir)
  const [file, draft] = [join(point, name), join(point, `${name}.part`)]
  const script = `mount -i -t "$4" -o rw,nosuid,nodev,noexec "$3" "$5" || exit ${MOUNT_FAILED}
${TAR} && sync "$2" && mv --force "$2" "$6" && sync --file-system "$5" && umount "$5" && exit 0
rm -f "$2"
exit 1`
  const words = [String(Math.floor(since) - 1), draft, path, type, point, file]
  const result = await inside(place, script, words, ARCHIVE_MS)
  if (result.ok) return null
  return result.code === MOUNT_FAILED
    ? `${path} cannot be mounted: ${result.stderr.trim().slice(0, 300)}`
    : whyOf(result, `tar --create --file=${name} (on ${path})`)
}
