// The screen that a woken operator reads. The golden files are the screens themselves.
import { strict as assert } from 'node:assert'
import { statusText } from '../../src/console/status-text.js'
import type { DaemonStatus } from '../../src/runtime/status.js'
import { compareGolden } from '../golden.js'
import { NORMAL, NOW_SECONDS, withCore } from './fixture-status.js'

const { core } = NORMAL
const SILENT = { state: 'silent', ageMs: 185_000, roundTripMs: null, lossPercent: 100 } as const
const NEVER = { state: 'silent', ageMs: null, roundTripMs: null, lossPercent: 0 } as const
const file = core.groups[0]
assert.ok(file !== undefined)

const FALLBACK = withCore(
  {
    pair: 'fallback',
    peer: {
      ...core.peer,
      heard: false,
      ageMs: 185_000,
      links: { serial: SILENT, ethernet: SILENT },
      proved: null,
      lanUp: null,
      sameConfiguration: null
    },
    fence: {
      ...core.fence,
      phase: 'confirmed',
      purpose: 'takeover',
      relayDriven: true,
      sense: false,
      detail: "the peer's power comes back in 7 s"
    },
    groups: [{ ...file, epoch: { number: 8, board: 'a' }, home: 'b', peerRole: null }],
    warnings: ['the peer is not heard']
  },
  {
    ports: {
      serial: NORMAL.ports.serial,
      ethernet: {
        state: 'closed',
        detail: 'cannot bind 192.168.77.1: no such address; it is tried again every second',
        bytesIn: 0,
        bytesOut: 0,
        framesDropped: 0
      }
    }
  }
)

const UNPROVED = withCore({
  board: 'b',
  fence: { ...core.fence, proved: null, confirmedBy: 'time', sense: null, loop: null },
  peer: { ...core.peer, proved: false },
  groups: [{ ...file, role: 'standby', doing: 'ready to take over', peerRole: 'active' }],
  ifPeerDied: 'nothing would be taken over by itself: the fence was never proved in this direction.',
  warnings: ['the fence is not proved: run `baton fence prove`']
})

const STARTING = withCore(
  {
    pair: 'starting',
    peer: {
      ...core.peer,
      heard: false,
      ageMs: null,
      links: { serial: NEVER, ethernet: NEVER },
      proved: null,
      lanUp: null,
      sameConfiguration: null
    },
    groups: [
      { ...file, role: 'unknown', doing: 'looking what is held here', epoch: { number: 0, board: 'a' }, peerRole: null }
    ],
    ifPeerDied: 'nothing would be taken over by itself: this board has not looked yet.',
    warnings: ['the peer is not heard']
  },
  { lastEvent: null, uptimeMs: 1800 }
)

const LONG =
  'files: the service store did not become ready within 60000 ms: its probe 127.0.0.1:8080 was refused; it was restarted twice already'
const CROWDED = withCore(
  {
    mode: 'maintenance',
    modeWanted: 'auto',
    groups: ['files', 'till', 'a-group-with-a-rather-long-name', 'logs'].map(name => ({
      ...file,
      name,
      role: 'failed',
      doing: 'cannot be served here',
      problem: LONG
    })),
    warnings: Array.from({ length: 12 }, (_, at) => `${at}: ${LONG}`),
    ifPeerDied: `${'a very long sentence that goes on '.repeat(12)}.`,
    fence: { ...core.fence, sense: true, senseTrusted: false, loop: false, detail: LONG }
  },
  { groups: { files: { disk: LONG, addresses: [{ address: LONG, state: LONG }], services: [] } } }
)

const SCREENS: Readonly<Record<string, DaemonStatus>> = {
  normal: NORMAL,
  fallback: FALLBACK,
  unproved: UNPROVED,
  starting: STARTING,
  crowded: CROWDED
}

describe('baton status', () => {
  const zone = process.env.TZ
  before(() => {
    process.env.TZ = 'UTC'
  })
  after(() => {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  })

  for (const [name, status] of Object.entries(SCREENS)) {
    it(`shows a pair that is ${name} as an operator reads it`, () => {
      compareGolden(`console/status-${name}.golden.txt`, `${statusText(status, NOW_SECONDS)}\n`)
    })
  }

  it('never needs more than 24 lines of 80 characters', () => {
    for (const status of Object.values(SCREENS)) {
      const lines = statusText(status, NOW_SECONDS).split('\n')
      assert.ok(lines.length <= 24, `${lines.length} lines`)
      for (const line of lines) assert.ok(line.length <= 80, line)
    }
  })

  it('says NORMAL alone only where either board would be taken over from, and nothing is to be put right', () => {
    const first = (changes: Parameters<typeof withCore>[0]): string =>
      statusText(withCore(changes), NOW_SECONDS).split('\n')[0] ?? ''
    const till = { ...file, name: 'till', role: 'standby', peerRole: 'active' } as const
    assert.match(first({}), /^pair shop, this is board a\. NORMAL: both boards fit +mode auto$/)
    const nothing = /NORMAL, but NOTHING IS TAKEN OVER BY ITSELF +mode/
    assert.match(first({ mode: 'maintenance' }), nothing)
    assert.match(first({ mode: 'manual' }), nothing)
    assert.match(first({ peer: { ...core.peer, proved: false } }), nothing)
    assert.match(first({ groups: [till], fence: { ...core.fence, loop: false } }), nothing)
    assert.match(first({ groups: [file, till], fence: { ...core.fence, proved: null } }), /NORMAL, but NOT ALL IS/)
    // Here nothing depends on this board's own fence; that it is not proved is to be put right all the same.
    const warnings = ['the fence is not proved']
    assert.match(first({ fence: { ...core.fence, proved: null }, warnings }), /NORMAL, but put right what stands below/)
  })

  it('says for how long a mode stays, where it ends by itself', () => {
    const first = (modeLeftMs: number | null): string =>
      statusText(withCore({ mode: 'maintenance', modeLeftMs }), NOW_SECONDS).split('\n')[0] ?? ''
    assert.match(first(7_199_000), /^a: NORMAL, but NOTHING .* mode MAINTENANCE for 120 min$/)
    assert.match(first(0), /mode MAINTENANCE, time is up$/)
    assert.match(first(null), /mode MAINTENANCE$/)
  })

  it('shows the first warning on two lines rather than cut its remedy off', () => {
    assert.match(statusText(CROWDED, NOW_SECONDS), /\n {2}! 0: .*\n {4}.*restarted twice already\n {2}! 1: .*…\n/)
  })

  it('always says what would happen if the peer died, and counts the warnings that do not fit', () => {
    for (const status of Object.values(SCREENS)) assert.match(statusText(status, NOW_SECONDS), /^if [ab] dies/m)
    assert.match(statusText(CROWDED, NOW_SECONDS), /… and \d+ more: baton status --json/)
  })

  it('lets no control character of a text reach the terminal', () => {
    const evil = withCore({ ifPeerDied: 'x\u001b[2Jy\nz' }, { watchdog: 'fed\u0007' })
    const text = statusText(evil, NOW_SECONDS)
    assert.ok(!/[^\n\P{Cc}]/u.test(text))
  })
})
