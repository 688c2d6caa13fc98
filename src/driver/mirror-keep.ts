// Keeps an ext4 that is on a disk already, so that it becomes this board's copy of a mirror: checked, made a little smaller, checked again, and only
// then the notes of DRBD come behind it. Called by `baton disk create --keep`. Cut off anywhere, the next call goes on: every step looks first.
import { blockDevice, sizeText } from './block-device.js'
import { type CommandResult, failureOf, runCommand } from './command.js'
import { judgeCheck } from './disk-check.js'
import { diskStep, holdDisk } from './disk-record.js'
import { createMetadata, usableBytes } from './drbd-meta.js'

export interface KeepWish {
  /** `MAJOR:MINOR` of the disk or partition. */
  readonly number: string
  readonly minor: number
  /** Room on the other board's disk: what is kept must fit there, too. */
  readonly bytesMax: number
  readonly tell: (text: string) => void
}

const STEP_MS = 60_000
/** Blocks at the end may have to be moved one by one. */
const SHRINK_MS = 6 * 3_600_000
/** A full check of a large and busy filesystem. */
const CHECK_MS = 3 * 3_600_000
const KIB = 1024
const TELL_MS = 10_000

/** Tells now and then that it goes on. */
const whileTelling = async <T>(tell: KeepWish['tell'], work: Promise<T>): Promise<T> => {
  const beganAt = performance.now()
  const timer = setInterval(
    () => tell(`  ... still at it, ${Math.round((performance.now() - beganAt) / 1000)} s`),
    TELL_MS
  )
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}

const run = (deadlineMs: number, file: string, ...words: readonly string[]): Promise<CommandResult> =>
  runCommand(file, words, { deadlineMs, marked: false })

/** null = it is whole. `mend`: what can be corrected without a question is. */
const check = async (path: string, mend: boolean): Promise<string | null> => {
  const result = await run(CHECK_MS, 'e2fsck', '-f', mend ? '-p' : '-n', path)
  if (result.code === null) return failureOf(result)
  const { corrected, fit, words } = judgeCheck(result.code)
  if (fit && (mend || !corrected)) return null
  return `e2fsck ${mend ? '-f -p' : '-f -n'} ${path} ended with ${result.code}: ${words}; repair it by hand first: \`e2fsck -f ${path}\``
}

/** In bytes; a text = it cannot be told, and why. */
const filesystemBytes = async (path: string): Promise<number | string> => {
  const result = await run(STEP_MS, 'dumpe2fs', '-h', path)
  const [, count] = /^Block count:\s+(\d+)$/m.exec(result.stdout) ?? []
  const [, size] = /^Block size:\s+(\d+)$/m.exec(result.stdout) ?? []
  return result.ok && count !== undefined && size !== undefined ? Number(count) * Number(size) : failureOf(result)
}

const shrink = async (path: string, most: number, tell: KeepWish['tell']): Promise<string | null> => {
  const bytes = await filesystemBytes(path)
  if (typeof bytes === 'string') return bytes
  if (bytes <= most) return null
  tell(`making it smaller, from ${sizeText(bytes)} to ${sizeText(most)}: its last blocks are moved`)
  const failed = await diskStep(SHRINK_MS, 'resize2fs', path, `${Math.floor(most / KIB)}K`)
  if (failed !== null) return `${failed}; nothing else was changed`
  tell('checking it again')
  return check(path, false)
}

/** null = the notes are there, and the filesystem before them is whole; else why not. */
export const keepFilesystem = async ({ number, minor, bytesMax, tell }: KeepWish): Promise<string | null> => {
  const device = blockDevice(number)
  if (device === null) return 'the disk is not there any more'
  const { bytes, path, used } = device
  if (used !== null) return `${path} is left as it is: ${used}`
  tell(`checking the ext4 on ${path} (${sizeText(bytes)})`)
  const whole = await whileTelling(tell, check(path, true))
  if (whole !== null) return whole
  const small = await whileTelling(tell, shrink(path, Math.min(usableBytes(bytes), bytesMax), tell))
  if (small !== null) return small
  const held = await holdDisk(path)
  if (typeof held === 'string') return held
  try {
    const now = await filesystemBytes(path)
    if (typeof now === 'string') return now
    if (now > usableBytes(bytes)) return `the ext4 on ${path} has grown to ${sizeText(now)} meanwhile`
    tell('writing the notes of the mirror behind it')
    const failed = await createMetadata(minor, path, bytes, true)
    if (failed !== null) return failed
  } finally {
    await held.close()
  }
  return (await diskStep(STEP_MS, 'sync', path)) ?? (await whileTelling(tell, check(path, false)))
}
