// From `UUID=…`, `LABEL=…` or a path to the block device of this board, and waiting until it is there.
// Called by the disk driver. Touches device nodes and /sys only, never the disk itself (blkid does, in a child).
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { GroupRunner } from './group-command.js'

export interface Device {
  readonly path: string
  /** `MAJOR:MINOR`, decimal, as in mountinfo. */
  readonly number: string
}

/** udev's spelling of a label in /dev/disk/by-label: everything unusual as \xNN. */
const udevName = (label: string): string =>
  [...Buffer.from(label, 'utf8')]
    .map(byte => {
      const character = String.fromCharCode(byte)
      return byte >= 0x80 || /[A-Za-z0-9#+\-.:=@_]/.test(character)
        ? character
        : `\\x${byte.toString(16).padStart(2, '0')}`
    })
    .join('')

const linkOf = (device: string): string => {
  if (device.startsWith('UUID=')) return `/dev/disk/by-uuid/${device.slice(5)}`
  if (device.startsWith('LABEL=')) return `/dev/disk/by-label/${Buffer.from(udevName(device.slice(6)), 'latin1')}`
  return device
}

const majorMinor = (rdev: number): string => {
  const device = BigInt(rdev)
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn)
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn)
  return `${major}:${minor & 0xfffffn}`
}

/** The block device at a path if it is there and has a medium (a loop device or card reader may be empty). */
const deviceAt = (path: string): Device | null => {
  try {
    const real = realpathSync(path)
    const stat = statSync(real)
    if (!stat.isBlockDevice()) return null
    const number = majorMinor(stat.rdev)
    const sizeFile = `/sys/dev/block/${number}/size`
    if (existsSync(sizeFile) && readFileSync(sizeFile, 'utf8').trim() === '0') return null
    return { path: real, number }
  } catch {
    return null
  }
}

/** Look once, without a child: null = not there, or only blkid can tell. */
export const seeDevice = (device: string): Device | null => deviceAt(linkOf(device))

const askBlkid = async (runner: GroupRunner, device: string, deadlineMs: number): Promise<Device | null> => {
  const [flag, value] = device.startsWith('UUID=') ? ['-U', device.slice(5)] : ['-L', device.slice(6)]
  const result = await runner.look('blkid', ['-c', '/dev/null', flag, value], { deadlineMs })
  const path = result.stdout.trim()
  return result.ok && path !== '' ? deviceAt(path) : null
}

/** Look once; where udev made no links, ask blkid (a child, at most `deadlineMs`). */
export const findDevice = async (runner: GroupRunner, device: string, deadlineMs: number): Promise<Device | null> => {
  const seen = seeDevice(device)
  if (seen !== null || device.startsWith('/')) return seen
  return askBlkid(runner, device, deadlineMs)
}

/** A switch moves a disk within this time, or it takes seconds. */
const QUICK_MS = 100
const ASK_EVERY_MS = 150

/** Wait until the device is there, at most until `deadlineAt` (performance clock). Polls the node often, blkid seldom. */
export const waitForDevice = async (
  runner: GroupRunner,
  device: string,
  deadlineAt: number
): Promise<Device | null> => {
  const beganAt = performance.now()
  let askAt = beganAt
  for (;;) {
    const now = performance.now()
    const leftMs = Math.max(deadlineAt - now, 1)
    const ask = now >= askAt
    if (ask) askAt = now + ASK_EVERY_MS
    const found = ask ? await findDevice(runner, device, leftMs) : seeDevice(device)
    if (found !== null || performance.now() >= deadlineAt) return found
    await delay(Math.min(now - beganAt < QUICK_MS ? 1 : 25, leftMs))
  }
}
