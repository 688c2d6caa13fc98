// What is mounted in our mount namespace, read from /proc/self/mountinfo: that never touches a disk. Called by the disk driver.
import { readFileSync } from 'node:fs'

export interface Mount {
  readonly mountPoint: string
  /** `MAJOR:MINOR`, decimal. */
  readonly device: string
  readonly source: string
  readonly type: string
  readonly readOnly: boolean
}

const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))

/** Lines that cannot be understood are left out. Order: oldest first, so that the last one at a mount point is on top. */
export const parseMountInfo = (text: string): readonly Mount[] =>
  text.split('\n').flatMap(line => {
    const [left = '', right = ''] = line.split(' - ', 2)
    const [, , device, , mountPoint] = left.split(' ')
    const [type, source, superOptions] = right.split(' ')
    if (device === undefined || mountPoint === undefined || type === undefined || source === undefined) return []
    const options = `${left.split(' ')[5] ?? ''},${superOptions ?? ''}`.split(',')
    return [
      {
        mountPoint: unescapeOctal(mountPoint),
        device,
        source: unescapeOctal(source),
        type,
        readOnly: options.includes('ro')
      }
    ]
  })

/** All mounts of this process's namespace. Throws only where /proc is not mounted: nothing of baton works then. */
export const readMounts = (): readonly Mount[] => parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'))

/** The topmost mount at this path, if any. */
export const mountAt = (mountPoint: string): Mount | null =>
  readMounts().findLast(mount => mount.mountPoint === mountPoint) ?? null
