// The block devices of this machine as the kernel tells them under /sys: size, model, serial number, who uses them.
// Asked by `baton disk` and by the set-up. Reads /sys and /proc only, never a disk.
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readMounts } from './mount-table.js'

export interface BlockDevice {
  /** `/dev/sda`. */
  readonly path: string
  /** `MAJOR:MINOR`, decimal. */
  readonly number: string
  readonly kind: 'disk' | 'partition'
  readonly usb: boolean
  readonly bytes: number
  /** What its maker calls it; empty = not told. */
  readonly model: string
  /** null = it tells none, and cannot be told from another one for certain. */
  readonly serial: string | null
  /** Of a whole disk. */
  readonly partitions: readonly string[]
  /** Why nobody may write to it, as far as the kernel tells; null = free. */
  readonly used: string | null
}

const SYS = '/sys/dev/block'
const SECTOR_BYTES = 512
/** Made of other devices, or of memory. */
const MADE = /^(dm-|md|ram|zram|sr|fd|nbd|mtdblock)/

const read = (...path: string[]): string => {
  try {
    return readFileSync(join(...path), 'utf8').trim()
  } catch {
    return ''
  }
}

const names = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

/** The USB device that a disk hangs on, or its file where it is a loop device: what it calls itself. */
const identityOf = (
  place: string
): { readonly usb: boolean; readonly model: string; readonly serial: string | null } => {
  const backing = read(place, 'loop/backing_file')
  if (backing !== '') return { usb: false, model: 'loop device', serial: backing }
  // Made by us of two disks, and known by its number alone.
  if (basename(place).startsWith('drbd')) return { usb: false, model: 'mirror', serial: basename(place) }
  const model = [read(place, 'device/vendor'), read(place, 'device/model')].filter(Boolean).join(' ')
  let at = place
  while (/\/usb\d/.test(at) && !existsSync(join(at, 'idVendor'))) at = dirname(at)
  if (/\/usb\d/.test(at)) return { usb: true, model: model || read(at, 'product'), serial: read(at, 'serial') || null }
  return { usb: false, model, serial: read(place, 'device/serial') || null }
}

/** As fdisk would say it. */
export const sizeText = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`
}

const usedBy = (place: string, number: string, path: string): string | null => {
  const mount = readMounts().find(({ device }) => device === number)
  if (mount !== undefined) return `it is mounted at ${mount.mountPoint}`
  const holders = names(join(place, 'holders'))
  if (holders.length > 0) return `${holders.join(', ')} is made of it`
  const swaps = read('/proc/swaps')
    .split('\n')
    .map(line => line.split(/\s+/)[0])
  if (swaps.includes(path)) return 'it is swap space'
  return read(place, 'ro') === '1' ? 'it is read-only' : null
}

/** null = there is no such device, or it has no medium. `number`: `MAJOR:MINOR`. */
export const blockDevice = (number: string): BlockDevice | null => {
  let place: string
  try {
    place = realpathSync(join(SYS, number))
  } catch {
    return null
  }
  const name = basename(place)
  const bytes = Number(read(place, 'size')) * SECTOR_BYTES
  if (!(bytes > 0)) return null
  const path = `/dev/${name.replaceAll('!', '/')}`
  const part = existsSync(join(place, 'partition'))
  const whole = part ? dirname(place) : place
  const partitions = part ? [] : names(place).filter(each => existsSync(join(place, each, 'partition')))
  const parts = partitions.map(each => usedBy(join(place, each), read(place, each, 'dev'), `/dev/${each}`))
  const inUse = parts.flatMap((words, at) => (words === null ? [] : [`${partitions[at]}: ${words}`]))[0]
  return {
    path,
    number,
    kind: part ? 'partition' : 'disk',
    ...identityOf(whole),
    bytes,
    partitions,
    used: MADE.test(name) ? 'it is made of memory or of other devices' : (usedBy(place, number, path) ?? inUse ?? null)
  }
}

/** Size of a mirror by its number, in bytes; 0 = the kernel has none, or does not know it. */
export const mirrorBytes = (minor: number): number => Number(read('/sys/block', `drbd${minor}`, 'size')) * SECTOR_BYTES

/** Everything that hangs on USB, whole disks and their partitions, and no other device. */
export const usbDevices = (): readonly BlockDevice[] =>
  names(SYS).flatMap(number => {
    const device = blockDevice(number)
    return device?.usb ? [device] : []
  })
