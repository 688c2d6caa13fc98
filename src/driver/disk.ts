// The disk of a group: brings it here (a mirror's device is there already, see mirror.ts), checks, mounts, unmounts, sends it away, and looks at it without changing it.
// Called by group-port.ts. Must not touch files on that disk by `fs`: a hung disk would hold our own threads.
import { mkdir } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { DeadlinesConfig, DiskConfig } from '../config/types.js'
import type { ActionOutcome } from '../core/event.js'
import type { Epoch } from '../core/types.js'
import { failureOf } from './command.js'
import { checkDisk } from './disk-check.js'
import { type Device, findDevice, seeDevice, waitForDevice } from './disk-device.js'
import { isFull, readStamp, STAMP_FAILED, STAMP_SCRIPT, stampDisk, stampWords } from './disk-stamp.js'
import { unmountDisk } from './disk-unmount.js'
import type { GroupRunner } from './group-command.js'
import { type Mount, mountAt, readMounts } from './mount-table.js'

/** The GPIO USB switch that moves the disk between the boards; made from pins by the caller. Calls never block. */
export interface UsbSwitch {
  /** Point the switch to this board. */
  select(): void
  /** True = it points to us; null = no read-back fitted. */
  readback(): boolean | null
}

export interface Disk {
  attach(): Promise<ActionOutcome>
  check(): Promise<ActionOutcome>
  /** Mount, and mark with the epoch of the tenure (see `stamp`). */
  mount(epoch: Epoch): Promise<ActionOutcome>
  /** Mark the mounted disk with the epoch of the tenure, or tell the later one that it remembers (R5). */
  stamp(epoch: Epoch): Promise<ActionOutcome>
  unmount(): Promise<ActionOutcome>
  detach(): Promise<ActionOutcome>
  /** R15: end all writing to the disk at once, without sync; the mount stays as evidence. */
  shutDown(): Promise<ActionOutcome>
  /** Where the device is now; null = not visible from here. May ask blkid, at most `deadlineMs`. */
  find(deadlineMs: number): Promise<Device | null>
  /** Without a child: the device as last seen or as the path says. */
  see(): Device | null
  /** All mounts of this disk, also at other places; and whatever is mounted at its mount point. */
  /** Why services must not run now: the disk is not mounted where they write; null = it is. */
  whyNotServe(): string | null
  mounts(device: Device | null): { readonly ours: readonly Mount[]; readonly stray: readonly string[] }
}

export interface DiskContext {
  readonly runner: GroupRunner
  readonly config: DiskConfig
  readonly deadlines: DeadlinesConfig
  readonly usbSwitch: UsbSwitch | undefined
  readonly environment: Readonly<Record<string, string>>
  readonly log: (text: string) => void
}

const OK: ActionOutcome = { ok: true }
// Type and `-i` given: no probing and no helper program, which is half of mount's time. Marked in the same child: a spawn costs as much.
const MOUNT_SCRIPT = `mount -i -t ext4 \${4:+-o "$4"} -- "$3" "$1" || exit $?
${STAMP_SCRIPT}`
// EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: nothing that is dirty reaches the disk any more.
const SHUTDOWN_SCRIPT =
  'open(my $d, "<", $ARGV[0]) or die "open: $!\\n"; my $f = pack("L", 2); ioctl($d, 0x8004587D, $f) or die "shutdown: $!\\n";'

export const createDisk = (context: DiskContext): Disk => {
  const { runner, config, deadlines, usbSwitch, log } = context
  const { mountPoint, attach: mover } = config
  let last: Device | null = null

  const see = (): Device | null => {
    last = seeDevice(config.device) ?? (last !== null && seeDevice(last.path) !== null ? last : null)
    return last
  }

  // Always asked anew: a remembered node may by now be another disk.
  const find = async (deadlineMs: number): Promise<Device | null> => {
    last = await findDevice(runner, config.device, deadlineMs)
    return last
  }

  const moveBy = async (argv: readonly string[], what: 'attach' | 'detach'): Promise<ActionOutcome> => {
    const [program, ...args] = argv
    if (program === undefined) return OK
    const result = await runner.run(program, args, { deadlineMs: deadlines.attachMs, env: context.environment })
    if (result.ok) return OK
    const remedy = 'run it by hand and see what it says'
    const direction = what === 'attach' ? 'bringing the disk here' : 'sending the disk away'
    return { ok: false, hung: result.hung, reason: `${direction} failed: ${failureOf(result)}; ${remedy}` }
  }

  const attach = async (): Promise<ActionOutcome> => {
    const deadlineAt = performance.now() + deadlines.attachMs
    if (mountAt(mountPoint) !== null) return OK
    if (mover.by === 'usbSwitch') {
      if (usbSwitch === undefined)
        return { ok: false, reason: 'the disk moves by the USB switch, but no pins are given for it' }
      usbSwitch.select()
    } else if (mover.by === 'command') {
      const moved = await moveBy(mover.attach, 'attach')
      if (!moved.ok) return moved
    }
    const pointsHere = () => mover.by !== 'usbSwitch' || usbSwitch?.readback() !== false
    while (!pointsHere() && performance.now() < deadlineAt) await delay(2)
    if (pointsHere()) last = await waitForDevice(runner, config.device, deadlineAt)
    if (!pointsHere()) {
      return {
        ok: false,
        reason:
          'the USB switch was told to point to this board, but its read-back says that it does not; check its wires'
      }
    }
    if (last !== null) return OK
    const waited = `within ${deadlines.attachMs} ms`
    return {
      ok: false,
      reason: `the disk ${config.device} did not appear on this board ${waited}; check cable, power and switch of the disk`
    }
  }

  const check = async (): Promise<ActionOutcome> => {
    if (mountAt(mountPoint) !== null) return OK
    const device = await find(deadlines.checkMs)
    if (device === null) return { ok: false, reason: `the disk ${config.device} is not there to be checked` }
    return checkDisk(runner, device.path, deadlines.checkMs, log)
  }

  const mountFailure = (device: Device): string | null => {
    const mount = mountAt(mountPoint)
    if (mount === null) return `mount said yes, but nothing is mounted at ${mountPoint}`
    if (mount.device !== device.number) return `${mount.source} is mounted at ${mountPoint}, not ${config.device}`
    const wantedReadOnly = config.options.split(',').includes('ro')
    return mount.readOnly && !wantedReadOnly ? `${mountPoint} came up read-only: the kernel distrusts this disk` : null
  }

  const stamp = (epoch: Epoch): Promise<ActionOutcome> => stampDisk(runner, mountPoint, epoch, deadlines.mountMs, log)

  const mount = async (epoch: Epoch): Promise<ActionOutcome> => {
    const device = await find(deadlines.mountMs)
    if (device === null) return { ok: false, reason: `the disk ${config.device} is not there to be mounted` }
    if (mountAt(mountPoint) !== null) {
      const wrong = mountFailure(device)
      return wrong === null ? stamp(epoch) : { ok: false, reason: wrong }
    }
    try {
      await mkdir(mountPoint, { recursive: true })
    } catch (error) {
      return { ok: false, reason: `the mount point ${mountPoint} cannot be made: ${String(error)}` }
    }
    const args = ['-c', MOUNT_SCRIPT, 'baton-mount', mountPoint, stampWords(epoch), device.path, config.options]
    const result = await runner.run('sh', args, { deadlineMs: deadlines.mountMs })
    const words = failureOf({ ...result, command: `mount -t ext4 ${device.path} ${mountPoint}` })
    if (!result.ok && result.code !== STAMP_FAILED) {
      return { ok: false, hung: result.hung, reason: `mounting failed: ${words}` }
    }
    const wrong = mountFailure(device)
    if (wrong !== null) return { ok: false, reason: wrong }
    if (result.ok) return readStamp(result.stdout)
    if (!isFull(result.stderr)) return { ok: false, reason: `the disk could not be marked with its epoch: ${words}` }
    log(`${mountPoint} is full: its epoch could not be written`)
    return OK
  }

  const detach = async (): Promise<ActionOutcome> => {
    if (mountAt(mountPoint) !== null)
      return { ok: false, reason: `${mountPoint} is still mounted: the disk stays here` }
    // A USB switch has no position "away": the peer's own select moves it.
    return mover.by === 'command' ? moveBy(mover.detach, 'detach') : OK
  }

  const shutDown = async (): Promise<ActionOutcome> => {
    if (mountAt(mountPoint) === null) return OK
    const result = await runner.run('perl', ['-e', SHUTDOWN_SCRIPT, mountPoint], { deadlineMs: deadlines.unmountMs })
    // EIO on open: it is shut down already.
    if (result.ok || /Input\/output error/.test(result.stderr)) return OK
    return {
      ok: false,
      hung: result.hung,
      reason: `stopping all writing to ${mountPoint} failed: ${failureOf(result)}`
    }
  }

  const whyNotServe = (): string | null => {
    const device = last
    if (mountAt(mountPoint) === null) return `nothing is mounted at ${mountPoint}: a service would write to the card`
    return device === null ? null : mountFailure(device)
  }

  const mounts = (device: Device | null) => {
    const all = readMounts()
    const ours = all.filter(
      entry => entry.mountPoint === mountPoint && (device === null || entry.device === device.number)
    )
    const stray = all.flatMap(entry => {
      if (device !== null && entry.device === device.number && entry.mountPoint !== mountPoint)
        return [`the disk ${config.device} is also mounted at ${entry.mountPoint}`]
      if (entry.mountPoint === mountPoint && device !== null && entry.device !== device.number)
        return [`${entry.source}, which is not ${config.device}, is mounted at ${mountPoint}`]
      return []
    })
    return { ours, stray }
  }

  const unmount = () =>
    unmountDisk(runner, { mountPoint, killUsers: config.killUsers, deadlineMs: deadlines.unmountMs }, log)

  return { attach, check, mount, stamp, whyNotServe, unmount, detach, shutDown, find, see, mounts }
}
