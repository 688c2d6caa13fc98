// Makes an ext4 on a whole disk or partition that nobody uses. Called by `baton disk prepare` and by the set-up, as root.
// Judges the disk itself, once more, while it is held: what is not blank is made anew only when the caller names its serial number.
// A record beside the board's state tells a disk that was cut off while it was made from one with somebody's data.
import { randomUUID } from 'node:crypto'
import { type BlockDevice, blockDevice, sizeText } from './block-device.js'
import { contentOf, type DiskContent } from './disk-content.js'
import { diskStep, dropRecord, holdDisk, isOf, keepRecord, type Making, recordOf } from './disk-record.js'

export const DISK_BYTES_MIN = 64 * 1_048_576
const STEP_MS = 120_000
/** Inode tables and journal are written whole: about a hundredth of the disk, at 5 MB/s at the worst. */
const makeMsOf = (bytes: number): number => STEP_MS + (bytes / 100 / 5e6) * 1000
/** From here on files are thought to be large: four times fewer inodes, and a quarter of the time. */
const LARGE_BYTES = 64e9

export interface MakeWish {
  readonly device: BlockDevice
  /** The filesystem is to be found by it; null = by the device's own name. */
  readonly name: { readonly by: 'label' | 'uuid'; readonly value: string } | null
  /** Of this board. */
  readonly stateDir: string
  /** The person named the disk by it: what is on it may go. */
  readonly serial: string | null
  readonly tell: (text: string) => void
  /** It is whole. Called before the record goes: what is done here is done again after a cut. */
  readonly whole?: () => Promise<unknown>
}

export type Judged =
  /** It may be prepared. `halfMade`: by us, and cut off. */
  | { readonly kind: 'blank'; readonly halfMade: boolean }
  /** Only with its serial number. */
  | { readonly kind: 'content'; readonly content: DiskContent; readonly words: string }
  /** By no means. */
  | { readonly kind: 'never'; readonly words: string }

/** What a person has to say to have a disk with data made anew: its serial number, or its device where it tells none. */
export const diskName = ({ path, serial }: BlockDevice): string => serial ?? path

/** Was this board making one, and cut off? Of which disk says `judgeDisk`. */
export const wasMaking = async (stateDir: string): Promise<boolean> => (await recordOf(stateDir)) !== null

/** The same disk, and nothing on it that we would not have put there: made by us, and cut off. */
const isHalfMade = (made: Making | null, device: BlockDevice, content: DiskContent): boolean => {
  if (!isOf(made, device)) return false
  if (content.kind === 'ext4' || (content.kind === 'other' && content.uuid !== '')) return content.uuid === made.uuid
  return content.kind === 'other' && /^data of an unknown kind/.test(content.words)
}

/** May it be prepared? Holds nothing: somebody may come between. */
export const judgeDisk = async (device: BlockDevice, stateDir: string): Promise<Judged> => {
  if (device.used !== null) return { kind: 'never', words: device.used }
  if (device.bytes < DISK_BYTES_MIN)
    return { kind: 'never', words: `it has ${sizeText(device.bytes)}, at least ${sizeText(DISK_BYTES_MIN)} are needed` }
  const content = await contentOf(device.path, device.bytes)
  if (content.kind === 'unreadable') return { kind: 'never', words: content.words }
  if (content.kind === 'blank') return { kind: 'blank', halfMade: false }
  if (isHalfMade(await recordOf(stateDir), device, content)) return { kind: 'blank', halfMade: true }
  return { kind: 'content', content, words: `it holds ${content.words}` }
}

/** Nobody finds it by its label before it is whole: that comes last, in one write. A lock keeps udev from looking in between. */
const make = async ({ device, name, tell }: MakeWish, uuid: string): Promise<string | null> => {
  const { bytes, path } = device
  const large = bytes >= LARGE_BYTES ? ['-i', '65536'] : []
  // Everything is written now, nothing by the kernel behind the back of the first users.
  const whole = ['-E', 'nodiscard,lazy_itable_init=0,lazy_journal_init=0']
  tell(`making ext4 on ${path} (${sizeText(bytes)}): at most ${Math.ceil(makeMsOf(bytes) / 60_000)} minutes`)
  const beganAt = performance.now()
  const alive = setInterval(
    () => tell(`  ... still at it, ${Math.round((performance.now() - beganAt) / 1000)} s`),
    10_000
  )
  try {
    const mke2fs = ['mke2fs', '-q', '-F', '-t', 'ext4', '-j', '-m', '1', '-U', uuid, ...large, ...whole, path]
    const made = await diskStep(makeMsOf(bytes), 'flock', '--nonblock', path, ...mke2fs)
    if (made !== null) return made
    tell('checking it')
    const checked = await diskStep(makeMsOf(bytes), 'e2fsck', '-f', '-n', path)
    if (checked !== null) return checked
  } finally {
    clearInterval(alive)
  }
  const labelled = name?.by === 'label' ? await diskStep(STEP_MS, 'tune2fs', '-L', name.value, path) : null
  if (labelled !== null) return labelled
  return diskStep(STEP_MS, 'sync', path)
}

/** udev may not have seen it, because it was locked out; where there is no udev, nobody waits for it. */
export const announce = (path: string): Promise<string | null> =>
  diskStep(STEP_MS, 'udevadm', 'trigger', '--action=change', '--settle', path)

/**
 * `null` = done, checked, durable and announced; else why not. What is not blank is left as it is, byte for byte, unless `serial` is that of
 * the disk. Cut off anywhere, the next call begins anew.
 */
export const makeFilesystem = async (wish: MakeWish): Promise<string | null> => {
  const { name, serial, stateDir } = wish
  // The number may be another disk's by now.
  const device = blockDevice(wish.device.number)
  if (device === null || device.serial !== wish.device.serial || device.bytes !== wish.device.bytes)
    return `${wish.device.path} is not there any more, or is another disk`
  const held = await holdDisk(device.path)
  if (typeof held === 'string') return held
  const uuid = name?.by === 'uuid' ? name.value : randomUUID()
  try {
    const judged = await judgeDisk(device, stateDir)
    if (judged.kind === 'never') return `${device.path} is left as it is: ${judged.words}`
    if (judged.kind === 'content' && serial !== diskName(device))
      return `${device.path} is left as it is: ${judged.words}`
    const { bytes, model } = device
    const record: Making = { serial: device.serial, model, bytes, uuid }
    await keepRecord(stateDir, record)
  } catch (error) {
    return `${stateDir} cannot be written: ${error instanceof Error ? error.message : error}`
  } finally {
    // mke2fs takes it for itself, and refuses where somebody was quicker.
    await held.close()
  }
  const failed = await make({ ...wish, device }, uuid)
  // Nothing was written: what comes onto it from now on is not ours.
  const untouched = failed !== null && (await contentOf(device.path, device.bytes)).kind === 'blank'
  if (failed === null) {
    await announce(device.path)
    await wish.whole?.()
  }
  if (failed === null || untouched) await dropRecord(stateDir)
  return failed
}
