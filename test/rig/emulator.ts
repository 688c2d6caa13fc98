// One emulated Raspberry Pi 3B: its command line, its life, and the sockets by which the rig reaches it. Used by machine.ts.
// It is started halted, so that its wires lie where they should before its first instruction.
import { join } from 'node:path'
import { cardDrive } from './crash/logged-drive.js'
import { type EmulatorProcess, socketWords, startEmulatorProcess } from './emulator-process.js'
import type { OnQmpEvent } from './qmp.js'
import { openQtest, type Qtest } from './qtest.js'

export interface EmulatorOptions {
  /** Folder of the sockets; short, for their names are bounded. */
  readonly dir: string
  readonly netns: string
  readonly env: NodeJS.ProcessEnv
  readonly card: string
  readonly disk: string
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
    // Both boards open the one file; who has the disk is the rig's to decide, not a lock's.
    ...['-blockdev', `driver=file,node-name=diskfile,filename=${options.disk},locking=off,cache.no-flush=on`],
    ...['-blockdev', `driver=raw,node-name=${DISK_NODE},file=diskfile`]
  ]
}

/** Start it halted. Throws, with the place of its own words, where it does not come up. */
export const startEmulator = (options: EmulatorOptions): Promise<Emulator> =>
  startEmulatorProcess({ ...options, program: 'qemu-system-aarch64', words: emulatorWords(options) }, async open => {
    const qtest = openQtest(await open('qtest'), options.onEdge)
    await qtest.watchOutputs()
    return { qtest }
  })
