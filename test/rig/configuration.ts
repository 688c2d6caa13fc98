// The configuration of the emulated pair: one file, the same on both cards. Times are stretched, because an emulated board is
// some twenty times slower than a real one and two of them share this machine. Written onto the cards by rig-world.ts.
import type { Options } from '../../board/virtual/lab-config.js'
import { ADDRESS, GROUP, SERVICE_PORT } from '../../board/virtual/names.js'
import type { BoardId } from '../../src/core/types.js'

export const DISK_LABEL = 'DATA'
export const MOUNT_POINT = '/srv/data'
/** The data logger lies on the disk that it writes to. */
export const SERVICE_FILE = 'service.pl'

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

/** `lan`: what both boards call their Ethernet interface. */
export const rigConfiguration = (lan: Readonly<Record<BoardId, string>>, pins: Options): Options => ({
  pair: 'rig',
  boards: { a: board('a', lan.a, pins), b: board('b', lan.b, pins) },
  groups: [
    {
      name: GROUP,
      home: 'a',
      disk: {
        kind: 'shared',
        device: `LABEL=${DISK_LABEL}`,
        mountPoint: MOUNT_POINT,
        attach: { by: 'usbSwitch' },
        ...PROBE_TIMES
      },
      addresses: [{ address: `${ADDRESS.virtual}/24`, interface: { a: lan.a, b: lan.b } }],
      services: [
        {
          name: 'logger',
          command: ['/usr/bin/perl', `${MOUNT_POINT}/${SERVICE_FILE}`, `${MOUNT_POINT}/numbers`, String(SERVICE_PORT)],
          probe: { kind: 'tcp', target: [`127.0.0.1:${SERVICE_PORT}`], ...SERVICE_PROBE }
        }
      ],
      deadlines: DEADLINES
    }
  ],
  ...RIG_TIMING
})
