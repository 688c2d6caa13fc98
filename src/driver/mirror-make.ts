// Makes a disk ready to carry this board's copy of a mirrored group: a partition that gets its name last, and DRBD's fresh notes at its end.
// Called by `baton disk create`, by the set-up, and by a board that the other one's console asks. Judges the disk itself, once more, while it is held.
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { MirrorConfig } from '../config/types.js'
import { type BlockDevice, blockDevice, sizeText, usbDevices } from './block-device.js'
import { seeDevice } from './disk-device.js'
import { announce, diskName, judgeDisk } from './disk-make.js'
import { diskStep, dropRecord, holdDisk, keepRecord } from './disk-record.js'
import { createMetadata } from './drbd-meta.js'
import { seeBacking } from './mirror-backing.js'

export interface CopyWish {
  readonly mirror: Pick<MirrorConfig, 'backing' | 'minor'>
  /** Of this board. */
  readonly stateDir: string
  /** The person named the disk by it: what is on it may go; null = only a blank one. */
  readonly serial: string | null
  readonly tell: (text: string) => void
  /** What hangs on USB; for tests. */
  readonly devices?: () => readonly BlockDevice[]
}

const STEP_MS = 60_000
const NODE_MS = 10_000
const LOOK_MS = 100
const MIB = 1_048_576
/** "Linux filesystem": nobody assembles or mounts it by its kind. */
const KIND = '0FC63DAF-8483-4772-8E79-3D69D8477DE4'

/** What is seen at either end is what programs look for: a table, a filesystem, a member of something. */
const wipe = async ({ bytes, path }: BlockDevice): Promise<string | null> => {
  const wiped = await diskStep(STEP_MS, 'wipefs', '--all', '--force', '--quiet', path)
  if (wiped !== null) return wiped
  const zeros = (at: number): Promise<string | null> => {
    const words = ['if=/dev/zero', `of=${path}`, 'bs=1M', 'count=1', 'conv=notrunc,fsync', 'status=none']
    return diskStep(STEP_MS, 'dd', ...words, 'oflag=seek_bytes', `seek=${at}`)
  }
  return (await zeros(0)) ?? (await zeros(bytes - MIB))
}

/** The one partition over all of it, without a name yet: nobody finds it by the path of the configuration. */
const makeTable = async ({ bytes, path }: BlockDevice, uuid: string): Promise<string | null> => {
  const sizeMiB = Math.floor(bytes / MIB) - 2
  const script = `printf '%s\\n' 'label: gpt' 'label-id: ${uuid}' 'start=1MiB, size=${sizeMiB}MiB, type=${KIND}'`
  const made = `${script} | sfdisk --quiet --lock=yes --wipe always --wipe-partitions always "$1"`
  // Where the kernel does not read such a table itself it is told.
  return diskStep(STEP_MS, 'sh', '-c', `${made} && partx --update "$1"`, 'baton-table', path)
}

const partitionOf = async (disk: BlockDevice): Promise<BlockDevice | null> => {
  for (const until = performance.now() + NODE_MS; performance.now() < until; await delay(LOOK_MS)) {
    const [name] = blockDevice(disk.number)?.partitions ?? []
    const seen = name === undefined ? null : seeDevice(`/dev/${name}`)
    if (seen !== null) return blockDevice(seen.number)
  }
  return null
}

/** From a disk that was judged and is ours to a copy without content. */
const make = async (
  disk: BlockDevice,
  partition: string | null,
  minor: number,
  uuid: string,
  tell: CopyWish['tell']
): Promise<string | null> => {
  const wiped = await wipe(disk)
  if (wiped !== null) return wiped
  let place: BlockDevice | null = disk
  if (partition !== null) {
    tell(`one partition over all of ${disk.path} (${sizeText(disk.bytes)})`)
    const tabled = await makeTable(disk, uuid)
    if (tabled !== null) return tabled
    place = await partitionOf(disk)
    if (place === null) return `the partition of ${disk.path} did not appear within ${NODE_MS / 1000} s`
    const former = await wipe(place)
    if (former !== null) return former
  }
  tell(`writing the notes of the mirror at the end of ${place.path}`)
  const failed = await createMetadata(minor, place.path, place.bytes, false)
  if (failed !== null) return failed
  const synced = await diskStep(STEP_MS, 'sync', place.path)
  if (synced !== null || partition === null) return synced
  // From here on the configuration's path leads to it: last, in one write.
  const name = 'sfdisk --quiet --lock=yes --part-label "$1" 1 "$2" && partx --update "$1" && sync "$1"'
  return diskStep(STEP_MS, 'sh', '-c', name, 'baton-name', disk.path, partition)
}

/**
 * `null` = the disk is ready to carry a copy, durably; also where it was so already. Else why not; then what is not blank is left as it is, byte
 * for byte, unless `serial` is that of the disk. Cut off anywhere, the next call begins anew.
 */
export const makeCopy = async ({ mirror, stateDir, serial, tell, devices }: CopyWish): Promise<string | null> => {
  const { device, partition, told } = await seeBacking(mirror, stateDir, serial, devices ?? usbDevices)
  if (device === null) return told.words
  // One that was mirrored with another disk once is made anew as everything that holds data: by its serial number.
  const anew = serial === diskName(device) && !told.fresh && told.attached === null
  if (told.kind === 'made' && !anew) {
    await dropRecord(stateDir)
    return null
  }
  const held = await holdDisk(device.path)
  if (typeof held === 'string') return held
  const uuid = randomUUID()
  try {
    // Held, and looked at once more: somebody may have come between.
    const judged = await judgeDisk(device, stateDir)
    const named = judged.kind === 'content' && serial === diskName(device)
    if (judged.kind !== 'blank' && !named) return `${device.path} is left as it is: ${judged.words}`
    const { bytes, model } = device
    await keepRecord(stateDir, { as: 'copy', serial: device.serial, model, bytes, uuid })
  } catch (error) {
    return `${stateDir} cannot be written: ${error instanceof Error ? error.message : error}`
  } finally {
    // The makers take it for themselves, and refuse where somebody was quicker.
    await held.close()
  }
  const failed = await make(device, partition, mirror.minor, uuid, tell)
  if (failed !== null) return failed
  await announce(device.path)
  await dropRecord(stateDir)
  return null
}
