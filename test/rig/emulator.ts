// One emulated Raspberry Pi 3B: its command line, its life, and the sockets by which the rig reaches it. Used by machine.ts.
// It is started halted, so that its wires lie where they should before its first instruction.
import { join } from 'node:path'
import { cardDrive } from './crash/logged-drive.js'
import { DATA_ID, DATA_NODE, type DiskKind, dataNodes } from './data-disks.js'
import { LINK_ID } from './data-link.js'
import { deviceWords, type EmulatorProcess, socketWords, startEmulatorProcess } from './emulator-process.js'
import type { OnQmpEvent } from './qmp.js'
import { openQtest, type Qtest } from './qtest.js'

/** What a board has for its half of a mirror. */
export interface MirrorParts {
  /** By which its kernel knows the disk again. */
  readonly serial: string
  readonly tap: string
  readonly hardwareAddress: string
}

export interface EmulatorOptions {
  /** Folder of the sockets; short, for their names are bounded. */
  readonly dir: string
  readonly netns: string
  readonly env: NodeJS.ProcessEnv
  readonly card: string
  readonly disk: string
  /** null = the disk is the shared one, plugged in when the board gets it; else it is the board's own, in from the start. */
  readonly mirror: MirrorParts | null
  readonly kernel: string
  readonly initrd: string | null
  readonly deviceTree: string | null
  readonly commandLine: string
  readonly tap: string
  readonly hardwareAddress: string
  /** File for the emulator's own words. */
  readonly log: string
  readonly onEdge: (line: number, high: boolean) => void
  readonly onEvent: OnQmpEvent
}

export interface Emulator extends EmulatorProcess {
  readonly qtest: Qtest
}

/** Node of the shared disk in the block layer; a usb-storage device is put on it while the board has the disk. */
export const DISK_NODE = 'data'
/** Port of the disk at the hub to which everything is plugged: the one USB port of the SoC. */
export const DISK_PORT = '1.3'

/** A disk of the board's own, at the port of the shared one. */
export const USB_DISK: DiskKind = {
  device: serial => ({ driver: 'usb-storage', id: DATA_ID, drive: DATA_NODE, port: DISK_PORT, serial }),
  path: serial => `/dev/disk/by-id/usb-QEMU_QEMU_HARDDISK_${serial}-0:0`
}
/** Port of the data link's adapter. */
const LINK_PORT = '1.4'

const LINK_RULE = `ACTION=="add", SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", KERNEL=="1-${LINK_PORT}", ATTR{bConfigurationValue}="2"\n`
/**
 * The emulated adapter speaks CDC and RNDIS, and Linux takes the first. The emulated controller hands over what is no longer than a frame of CDC
 * in pieces of 64 bytes, one in a millisecond: measured, 48 KB/s. A frame of RNDIS is longer and goes at once: 4.7 MB/s. A rule of udev, told by
 * the kernel's line, changes to it; nothing on the card does.
 */
export const LINK_WORDS: readonly string[] = [
  `systemd.set_credential_binary=udev.rules.70-data-link:${Buffer.from(LINK_RULE).toString('base64')}`,
  'systemd.wants=systemd-udev-load-credentials.service'
]

/** Both boards open the one file; who has the disk is the rig's to decide, not a lock's. */
const sharedDisk = (file: string): readonly string[] => [
  ...['-blockdev', `driver=file,node-name=diskfile,filename=${file},locking=off,cache.no-flush=on`],
  ...['-blockdev', `driver=raw,node-name=${DISK_NODE},file=diskfile`]
]

const ownDisk = (file: string, { serial, tap, hardwareAddress }: MirrorParts): readonly string[] => [
  ...dataNodes(file),
  ...['-device', deviceWords(USB_DISK.device(serial))],
  ...['-netdev', `tap,id=${LINK_ID},ifname=${tap},script=no,downscript=no`],
  ...['-device', `usb-net,netdev=${LINK_ID},mac=${hardwareAddress},port=${LINK_PORT}`]
]

/** Words of the command line; only options that old and new QEMU have alike. */
export const emulatorWords = (options: EmulatorOptions): readonly string[] => {
  const socket = (name: 'qmp' | 'qtest'): string => join(options.dir, name)
  const chardev = (name: 'console' | 'serial'): string => socketWords(options.dir, name)
  return [
    ...['-M', 'raspi3b', '-S', '-no-shutdown', '-display', 'none', '-monitor', 'none'],
    ...['-accel', 'tcg,thread=multi,tb-size=512'],
    ...['-qmp', `unix:${socket('qmp')},server=on,wait=off`],
    ...['-qtest', `unix:${socket('qtest')},server=on,wait=off`, '-qtest-log', '/dev/null'],
    ...['-kernel', options.kernel, '-append', options.commandLine],
    ...(options.deviceTree === null ? [] : ['-dtb', options.deviceTree]),
    ...(options.initrd === null ? [] : ['-initrd', options.initrd]),
    ...['-drive', cardDrive(options.card)],
    // The first port is the PL011, the second one the mini UART: the console.
    ...['-serial', 'null', '-chardev', chardev('console'), '-serial', 'chardev:console'],
    ...['-device', 'usb-hub,id=hub,port=1'],
    ...['-chardev', chardev('serial'), '-device', 'usb-serial,chardev=serial,always-plugged=on,port=1.1'],
    ...['-netdev', `tap,id=lan,ifname=${options.tap},script=no,downscript=no`],
    ...['-device', `usb-net,netdev=lan,mac=${options.hardwareAddress},port=1.2`],
    // A board that loses its power loses what its kernel held. What it wrote is with this machine, synced to its own disk or not:
    // to wait for that would prove nothing, and slow down both boards.
    ...(options.mirror === null ? sharedDisk(options.disk) : ownDisk(options.disk, options.mirror))
  ]
}

/** Start it halted. Throws, with the place of its own words, where it does not come up. */
export const startEmulator = (options: EmulatorOptions): Promise<Emulator> =>
  startEmulatorProcess({ ...options, program: 'qemu-system-aarch64', words: emulatorWords(options) }, async open => {
    const qtest = openQtest(await open('qtest'), options.onEdge)
    await qtest.watchOutputs()
    return { qtest }
  })
