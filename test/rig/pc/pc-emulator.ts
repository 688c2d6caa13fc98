// One emulated PC: its command line, and the third serial port over which its fence agent speaks. Used by pc-world.ts.
// Two adapters (LAN and data link), a disk for the system, and a disk of its own for the mirror, which can be pulled while it runs.
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { DATA_ID, DATA_NODE, type DiskKind, dataNodes } from '../data-disks.js'
import { LINK_ID } from '../data-link.js'
import { deviceWords, type EmulatorProcess, socketWords, startEmulatorProcess } from '../emulator-process.js'
import type { OnQmpEvent } from '../qmp.js'

export interface PcOptions {
  /** Folder of the sockets; short, for their names are bounded. */
  readonly dir: string
  readonly netns: string
  readonly env: NodeJS.ProcessEnv
  readonly kernel: string
  readonly initrd: string
  /** On top of `KERNEL_WORDS`. */
  readonly kernelWords: readonly string[]
  /** Disk of the system. */
  readonly root: string
  /** Disk of the mirror. */
  readonly data: string
  /** By which its kernel knows the disk of the mirror again. */
  readonly diskSerial: string
  readonly taps: { readonly lan: string; readonly data: string }
  readonly hardwareAddresses: { readonly lan: string; readonly data: string }
  /** File for the emulator's own words. */
  readonly log: string
  readonly onEvent: OnQmpEvent
}

export interface PcEmulator extends EmulatorProcess {
  /** The line of its fence agent. */
  readonly plug: Socket
}

const LAN_ID = 'lan'

const MEMORY = '512M'

/**
 * No time is lost with what an emulator makes dear: calibrating clocks, mitigations of a processor that is none, a console that
 * is told everything.
 */
export const KERNEL_WORDS: readonly string[] = [
  'console=ttyS0,115200',
  'net.ifnames=0',
  'panic=5',
  'loglevel=4',
  // Measured while the host is busy the processor's counter is wrong by a factor, and the machine's hours fly.
  'clocksource=hpet',
  'tsc=unstable',
  // The same for the timer beside it.
  'nolapic_timer',
  'no_timer_check',
  'mitigations=off',
  'nokaslr',
  'audit=0',
  'selinux=0',
  'apparmor=0',
  'systemd.show_status=auto',
  'systemd.default_device_timeout_sec=120'
]

/** A disk at the SCSI adapter. */
export const SCSI_DISK: DiskKind = {
  device: serial => ({ driver: 'scsi-hd', id: DATA_ID, drive: DATA_NODE, bus: 'scsi.0', serial }),
  path: serial => `/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_${serial}`
}

export const pcWords = (options: PcOptions): readonly string[] => {
  const { dir, taps, hardwareAddresses } = options
  const adapter = (id: 'lan' | 'data', name: string): readonly string[] => [
    ...['-netdev', `tap,id=${name},ifname=${taps[id]},script=no,downscript=no`],
    ...['-device', `virtio-net-pci,id=${name}-adapter,netdev=${name},mac=${hardwareAddresses[id]},romfile=`]
  ]
  return [
    ...['-M', 'pc', '-cpu', 'qemu64', '-smp', '1', '-m', MEMORY, '-accel', 'tcg,thread=multi,tb-size=256'],
    ...['-S', '-no-shutdown', '-nodefaults', '-display', 'none'],
    ...['-qmp', `unix:${join(dir, 'qmp')},server=on,wait=off`],
    ...['-kernel', options.kernel, '-initrd', options.initrd],
    ...['-append', [...KERNEL_WORDS, ...options.kernelWords].join(' ')],
    ...['-chardev', socketWords(dir, 'console'), '-device', 'isa-serial,chardev=console,index=0'],
    ...['-chardev', socketWords(dir, 'serial'), '-device', 'isa-serial,chardev=serial,index=1'],
    // By itself it would share its interrupt with the console.
    ...['-chardev', socketWords(dir, 'plug'), '-device', 'isa-serial,chardev=plug,index=2,irq=5'],
    ...adapter('lan', LAN_ID),
    ...adapter('data', LINK_ID),
    // What its kernel wrote is with this machine, synced to its own disk or not: a machine that is cut loses only what it held.
    ...['-blockdev', `driver=file,node-name=rootfile,filename=${options.root},locking=off,cache.no-flush=on`],
    ...['-blockdev', 'driver=raw,node-name=root,file=rootfile'],
    ...['-device', 'virtio-blk-pci,drive=root'],
    ...dataNodes(options.data),
    ...['-device', 'virtio-scsi-pci,id=scsi', '-device', deviceWords(SCSI_DISK.device(options.diskSerial))],
    ...['-object', 'rng-random,id=chance,filename=/dev/urandom', '-device', 'virtio-rng-pci,rng=chance']
  ]
}

/** Start it halted. Throws, with the place of its own words, where it does not come up. */
export const startPc = (options: PcOptions): Promise<PcEmulator> =>
  startEmulatorProcess({ ...options, program: 'qemu-system-x86_64', words: pcWords(options) }, async open => ({
    plug: await open('plug')
  }))
