// Where the disk of a group is, as this board sees it, and whether it could be made ready. For the set-up and for `baton disk`.
// Only looks, and takes nothing: the daemon may want to mount at the same moment.
import type { GroupConfig, MirrorConfig } from '../config/types.js'
import { type BlockDevice, blockDevice, usbDevices } from '../driver/block-device.js'
import { runCommand } from '../driver/command.js'
import { findDevice } from '../driver/disk-device.js'
import { judgeDisk } from '../driver/disk-make.js'
import { seeBacking, whyNoMirror } from '../driver/mirror-backing.js'
import { wasFirst } from '../driver/mirror-first.js'

/** How the configuration finds the filesystem. */
export type DiskName = { readonly by: 'label' | 'uuid'; readonly value: string } | null

export type DiskSight =
  /** An ext4 is there (or whatever is mounted already): the daemon can judge it. */
  | { readonly kind: 'ready'; readonly words: string }
  /** One blank disk, and no other one that could be meant. */
  | { readonly kind: 'blank'; readonly words: string; readonly device: BlockDevice }
  /** Mirrored: its first copy is to be made, or was cut off while it was made. */
  | { readonly kind: 'made'; readonly words: string }
  /** No disk of the group, and none that may be prepared without a person: why not, one reason each. */
  | { readonly kind: 'person'; readonly words: string }
  | { readonly kind: 'absent'; readonly words: string }

const LOOK_MS = 10_000

/** udev writes what is unusual in a label as \\xNN. */
const plainLabel = (name: string): string =>
  Buffer.from(
    name.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1'
  ).toString('utf8')

/** null = it is found by the name of the device itself. */
export const diskNameOf = (device: string): DiskName => {
  const [, label] = /^(?:LABEL=|\/dev\/disk\/by-label\/)(.+)$/.exec(device) ?? []
  if (label !== undefined) return { by: 'label', value: device.startsWith('/') ? plainLabel(label) : label }
  const [, uuid] = /^(?:UUID=|\/dev\/disk\/by-uuid\/)(.+)$/.exec(device) ?? []
  return uuid === undefined ? null : { by: 'uuid', value: uuid }
}

/** `UUID=` and `LABEL=` are asked of blkid, too, where udev made no link. */
const wordOf = (device: string, name: DiskName): string =>
  name === null ? device : `${name.by === 'label' ? 'LABEL' : 'UUID'}=${name.value}`

const runner = {
  group: 'setup',
  run: runCommand,
  look: runCommand,
  judge: () => () => false,
  hungChildren: async () => []
}

const named = ({ path, bytes: _bytes, model, serial }: BlockDevice): string =>
  [path, model, serial === null ? '' : `serial ${serial}`].filter(Boolean).join(', ')

const sightOfNamed = async (device: BlockDevice, stateDir: string): Promise<DiskSight> => {
  // Mounted, most likely by the daemon: it has judged it.
  if (device.used?.startsWith('it is mounted')) return { kind: 'ready', words: `${device.path}, ${device.used}` }
  const judged = await judgeDisk(device, stateDir)
  if (judged.kind === 'never') return { kind: 'person', words: `${named(device)}: ${judged.words}` }
  if (judged.kind === 'blank') return { kind: 'blank', device, words: `${named(device)}: blank` }
  if (judged.content.kind === 'ext4') return { kind: 'ready', words: `${device.path}: ${judged.content.words}` }
  return { kind: 'person', words: `${named(device)}: ${judged.words}` }
}

/** Whole disks on USB: the filesystem is to be found by a name that none has yet. */
const sightOfOthers = async (stateDir: string, wanted: string): Promise<DiskSight> => {
  // What is in use, such as the disk that the system runs from, is nobody's candidate.
  const disks = usbDevices().filter(({ kind, used }) => kind === 'disk' && used === null)
  const sights = await Promise.all(disks.map(disk => sightOfNamed(disk, stateDir)))
  const blank = sights.filter(({ kind }) => kind === 'blank')
  const words = sights
    .map(sight => (sight.kind === 'ready' ? `${sight.words} (not ${wanted})` : sight.words))
    .join('; ')
  const [only] = blank
  if (only !== undefined && blank.length === 1) return only
  if (sights.length === 0) return { kind: 'absent', words: `no free disk is seen on USB, and no ${wanted}` }
  return { kind: 'person', words: blank.length > 1 ? `${blank.length} blank disks: ${words}` : words }
}

/** The disk of this board that carries, or is to carry, its copy. */
const sightOfCopy = async (mirror: MirrorConfig, stateDir: string): Promise<DiskSight> => {
  const { device, told } = await seeBacking(mirror, stateDir)
  const { kind, words } = told
  const module = whyNoMirror()
  if (module !== null) return { kind: 'person', words: module }
  if (kind === 'blank' && device !== null) return { kind, words, device }
  if (kind === 'absent') return { kind, words }
  if (kind !== 'made') return { kind: 'person', words }
  if (wasFirst(stateDir, mirror.resource)) return { kind, words: `${words}, and its first copy was cut off` }
  if (!told.fresh) return { kind: 'ready', words }
  // Whose it was before is not known any more.
  return told.empty && !told.ext4 ? { kind, words } : { kind: 'person', words: `${words}, and it is not empty` }
}

/** One group's disk. `null` = the group has none. Never throws. */
export const seeGroupDisk = async ({ disk }: GroupConfig, stateDir: string): Promise<DiskSight | null> => {
  if (disk === null) return null
  if (disk.mirror !== null) return sightOfCopy(disk.mirror, stateDir)
  const name = diskNameOf(disk.device)
  const word = wordOf(disk.device, name)
  const found = await findDevice(runner, word, LOOK_MS)
  const device = found === null ? null : blockDevice(found.number)
  if (device !== null) return sightOfNamed(device, stateDir)
  if (name === null) return { kind: 'absent', words: `${disk.device} is not there` }
  return sightOfOthers(stateDir, word)
}
