// The configuration of two emulated PCs: one file, the same on both. Agents fence, the links are a serial cable and the LAN. Times
// are stretched less than those of an emulated Pi. A scenario that has a mirror lays it over the group's disk.
import type { Options } from '../../../board/virtual/lab-config.js'
import { ADDRESS, GROUP, SERVICE_PORT } from '../../../board/virtual/names.js'
import type { BoardId } from '../../../src/core/types.js'

export const MOUNT_POINT = '/srv/data'
/** The data logger lies on the system's disk: a mirror is blank at first. */
export const SERVICE_FILE = '/usr/lib/rig/service.pl'
export const LAN = 'eth0'
export const DATA = 'eth1'

export const PC_TIMING = {
  token: { intervalMs: 500, deadMs: 10_000, stallMs: 4000, latenessMs: 2000, answerMs: 20_000 },
  fence: {
    by: 'agent',
    holdUpMs: 500,
    settleMs: 500,
    holdMs: 5000,
    headStartMs: 14_000,
    deadlineMs: 30_000,
    restoreAfterMs: 5000,
    confirmMs: 60_000
  },
  startup: { bootMs: 120_000, listenMs: 150_000 },
  release: { deadlineMs: 120_000 },
  lan: { graceMs: 20_000 }
} as const satisfies Options

export const DEADLINES: Options = {
  attachMs: 60_000,
  checkMs: 120_000,
  mountMs: 30_000,
  unmountMs: 30_000,
  addressMs: 20_000,
  startMs: 60_000,
  stopMs: 20_000,
  inspectMs: 30_000
}

const board = (own: BoardId): Options => ({
  kind: 'virtual',
  serial: '/dev/ttyS1',
  ethernet: ADDRESS[own],
  lan: LAN,
  agents: [{ path: '/usr/sbin/fence_rig', timeoutMs: 8000, statusEveryMs: 500 }]
})

export const pcConfiguration = (): Options => ({
  pair: 'pc',
  boards: { a: board('a'), b: board('b') },
  groups: [
    {
      name: GROUP,
      home: 'a',
      addresses: [{ address: `${ADDRESS.virtual}/24`, interface: LAN }],
      services: [
        {
          name: 'logger',
          command: ['/usr/bin/perl', SERVICE_FILE, `${MOUNT_POINT}/numbers`, String(SERVICE_PORT)],
          probe: { kind: 'tcp', target: [`127.0.0.1:${SERVICE_PORT}`], everyMs: 5000, timeoutMs: 10_000 }
        }
      ],
      deadlines: DEADLINES
    }
  ],
  ...PC_TIMING
})
