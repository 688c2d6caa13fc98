// The configuration of the emulated pair: one file, the same on both cards. Times are stretched, because an emulated board is
// some twenty times slower than a real one and two of them share this machine. Written onto the cards by rig-world.ts.
import type { Options } from '../../board/virtual/lab-config.js'
import { ADDRESS, GROUP, SERVICE_PORT } from '../../board/virtual/names.js'
import type { BoardId } from '../../src/core/types.js'
import { DATA_ADDRESS } from './data-link.js'

export const DISK_LABEL = 'DATA'
export const MOUNT_POINT = '/srv/data'
/** The data logger lies on the disk that it writes to; on the card where that is a mirror, which is blank at first. */
export const SERVICE_FILE = 'service.pl'
export const SERVICE_ON_CARD = '/usr/lib/rig/service.pl'

export const RIG_TIMING = {
  token: { intervalMs: 1000, deadMs: 40_000, stallMs: 10_000, latenessMs: 6000, answerMs: 60_000 },
  fence: {
    relayActMs: 200,
    holdUpMs: 3000,
    settleMs: 1500,
    holdMs: 20_000,
    headStartMs: 12_000,
    deadlineMs: 60_000,
    restoreAfterMs: 20_000,
    confirmMs: 60_000
  },
  startup: { bootMs: 600_000, listenMs: 660_000 },
  release: { deadlineMs: 600_000 },
  lan: { graceMs: 120_000 }
} as const satisfies Options

export const DEADLINES: Options = {
  attachMs: 240_000,
  checkMs: 300_000,
  mountMs: 90_000,
  unmountMs: 60_000,
  addressMs: 60_000,
  startMs: 180_000,
  stopMs: 60_000,
  inspectMs: 90_000
}

/** How often a mounted disk is read, and how long that may take. */
export const PROBE_TIMES = { probeEveryMs: 30_000, probeTimeoutMs: 60_000 } as const satisfies Options
/** The same for a service. */
export const SERVICE_PROBE = { everyMs: 10_000, timeoutMs: 20_000 } as const satisfies Options

/** No watchdog: the emulated one resets its board as soon as it is started. Pins are those of the board kind. */
const board = (own: BoardId, lan: string, pins: Options): Options => ({
  kind: 'rpi-3b',
  serial: '/dev/ttyUSB0',
  ethernet: ADDRESS[own],
  lan,
  pins
})

type OfBoards<T> = Readonly<Record<BoardId, T>>

const common = (
  boards: OfBoards<Options>,
  lan: OfBoards<string>,
  disk: Options,
  service: string,
  more: Options
): Options => ({
  pair: 'rig',
  boards,
  groups: [
    {
      name: GROUP,
      home: 'a',
      disk,
      addresses: [{ address: `${ADDRESS.virtual}/24`, interface: { a: lan.a, b: lan.b } }],
      services: [
        {
          name: 'logger',
          command: ['/usr/bin/perl', service, `${MOUNT_POINT}/numbers`, String(SERVICE_PORT)],
          probe: { kind: 'tcp', target: [`127.0.0.1:${SERVICE_PORT}`], ...SERVICE_PROBE }
        }
      ],
      deadlines: DEADLINES
    }
  ],
  ...more,
  ...RIG_TIMING
})

/** `lan`: what both boards call their Ethernet interface. */
export const rigConfiguration = (lan: OfBoards<string>, pins: Options): Options =>
  common(
    { a: board('a', lan.a, pins), b: board('b', lan.b, pins) },
    lan,
    {
      kind: 'shared',
      device: `LABEL=${DISK_LABEL}`,
      mountPoint: MOUNT_POINT,
      attach: { by: 'usbSwitch' },
      ...PROBE_TIMES
    },
    `${MOUNT_POINT}/${SERVICE_FILE}`,
    {}
  )

/** What a board calls its adapters, and where its kernel has its own disk. */
export interface MirrorEnds {
  readonly lan: string
  readonly data: string
  readonly disk: string
}

/** The same for a mirror: nothing switches a disk, so `pins` name none for it. */
export const mirrorConfiguration = (ends: OfBoards<MirrorEnds>, pins: Options): Options => {
  const half = (own: BoardId): Options => ({
    ...board(own, ends[own].lan, pins),
    replication: { address: `${DATA_ADDRESS[own]}/30`, interface: ends[own].data }
  })
  return common(
    { a: half('a'), b: half('b') },
    { a: ends.a.lan, b: ends.b.lan },
    {
      kind: 'mirrored',
      device: { a: ends.a.disk, b: ends.b.disk },
      mountPoint: MOUNT_POINT,
      ...PROBE_TIMES
    },
    SERVICE_ON_CARD,
    { replication: { timeoutMs: 10_000 } }
  )
}
