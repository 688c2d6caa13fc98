// Statuses of a pair as the daemon would tell them, to be bent by each test.
import type { CoreStatus } from '../../src/core/status.js'
import type { DaemonStatus } from '../../src/runtime/status.js'

/** 2026-11-20 19:14:03 UTC. */
export const NOW_SECONDS = 1_795_202_043

const CORE: CoreStatus = {
  board: 'a',
  mode: 'auto',
  modeNumber: 3,
  modeWanted: null,
  modeLeftMs: null,
  pair: 'normal',
  senior: 'a',
  peer: {
    heard: true,
    ageMs: 12,
    links: {
      serial: { state: 'two-way', ageMs: 48, roundTripMs: 13.2, lossPercent: 0 },
      ethernet: { state: 'two-way', ageMs: 12, roundTripMs: 1.4, lossPercent: 0 }
    },
    stateBad: false,
    proved: true,
    lanUp: true,
    sameConfiguration: true
  },
  fence: {
    phase: 'idle',
    purpose: null,
    proved: { wallSeconds: NOW_SECONDS - 3 * 86_400 - 60, bySense: true },
    confirmedBy: 'sense and loop',
    relayDriven: false,
    sense: true,
    senseTrusted: true,
    loop: true,
    detail: null
  },
  groups: [
    {
      name: 'files',
      role: 'active',
      doing: 'serving',
      epoch: { number: 7, board: 'a' },
      owner: 'a',
      home: 'a',
      peerRole: 'standby',
      problem: null
    }
  ],
  lanUp: true,
  storage: 'ok',
  ifPeerDied: 'files would go on here; nothing would be interrupted.',
  warnings: [],
  recovery: [],
  recovering: false,
  panel: {
    whole: null,
    active: 'serving',
    peer: 'well',
    sync: 'none',
    fault: 'none',
    alarms: [],
    offer: null
  }
}

const OPEN = { state: 'open', detail: 'open', bytesIn: 1000, bytesOut: 1000, framesDropped: 0 } as const
const CODEC = { bytes: 1000, frames: 10, garbage: 0, foreign: 0 }

export const NORMAL: DaemonStatus = {
  pair: 'shop',
  core: CORE,
  ports: { serial: OPEN, ethernet: OPEN },
  codecs: { serial: CODEC, ethernet: CODEC },
  groups: {
    files: {
      disk: 'LABEL=data mounted on /srv/data',
      addresses: [{ address: '192.168.1.50/24', state: 'set on eth0' }],
      services: [{ service: 'store', state: 'running' }]
    }
  },
  watchdog: 'fed',
  panel: '4 lights; button by edge',
  exchange: { state: 'open', detail: 'open', answered: 0, refused: 0, floods: 0 },
  lastEvent: {
    sequence: 41,
    wallSeconds: NOW_SECONDS - 3600,
    atMs: 123_456,
    level: 'notice',
    code: 'group-taken',
    text: 'files is served here, epoch 7a, 1.2 s after the order',
    group: 'files'
  },
  uptimeMs: 4 * 86_400_000,
  pid: 812,
  version: '0.1.0',
  memoryMiB: 61.4,
  loopLatenessMsMax: 11.7
}

/** A status whose core differs. */
export const withCore = (core: Partial<CoreStatus>, rest: Partial<DaemonStatus> = {}): DaemonStatus => ({
  ...NORMAL,
  ...rest,
  core: { ...NORMAL.core, ...core }
})
