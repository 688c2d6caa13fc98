// The comparison of both copies: when it is time, what is told of it, and what a clock that jumps does not change. The kernel is a record of its words.
import { deepEqual, equal, match } from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Report } from '../../src/core/effect.js'
import { type DrbdState, NO_STATE } from '../../src/driver/drbd-events.js'
import { createMirrorVerify, type MirrorVerify } from '../../src/driver/mirror-verify.js'
import { until } from './group-lab.js'

const HOUR = 3_600_000
const EQUAL: DrbdState = {
  ...NO_STATE,
  there: true,
  role: 'Primary',
  disk: 'UpToDate',
  connection: 'Connected',
  peerRole: 'Secondary',
  replication: 'Established',
  peerDisk: 'UpToDate'
}
const COMPARING: DrbdState = { ...EQUAL, replication: 'VerifyS' }
const proc = (oos: number): string => ` 0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r-----
    ns:0 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:${oos}
`

describe('the comparison of both copies', () => {
  let folder = ''
  let at = 0
  let wall = new Date(2026, 10, 20, 12, 0)
  let differing = 0
  let refused: string | null = null
  let begun = 0
  let parted = 0
  const reports: Report[] = []
  const make = (everyDays = 30): MirrorVerify =>
    createMirrorVerify({
      drbd: {
        verify: async () => {
          begun += 1
          return refused
        },
        proc: () => proc(differing)
      },
      group: 'data',
      minor: 0,
      stateDir: folder,
      everyDays,
      report: report => reports.push(report),
      part: () => {
        parted += 1
      },
      bytes: () => 120e9,
      now: () => at,
      wall: () => wall
    })
  /** Hours pass, looked at as the daemon does. */
  const passes = (verify: MirrorVerify, hours: number, state = EQUAL): void => {
    for (let left = hours * HOUR; left > 0; left -= 20_000) {
      at += 20_000
      verify.tick(state)
    }
  }
  const kept = (): { hours: number } => {
    const file = join(folder, 'verify-data.json')
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { hours: -1 }
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-verify-'))
    at = 1000
    wall = new Date(2026, 10, 20, 12, 0)
    differing = 0
    refused = null
    begun = 0
    parted = 0
    reports.length = 0
  })
  // What is still on its way to the card ends first.
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }))

  it('begins at night when so many days were seen with equal copies, on the board that serves', () => {
    const verify = make(2)
    passes(verify, 47)
    wall = new Date(2026, 10, 22, 3, 0)
    equal(begun, 0)
    passes(verify, 1.1, { ...EQUAL, role: 'Secondary' })
    equal(begun, 0)
    for (const state of [
      { ...EQUAL, replication: 'SyncSource' },
      { ...EQUAL, connection: 'Connecting' },
      { ...EQUAL, peerDisk: 'Inconsistent' }
    ])
      passes(verify, 0.1, state)
    equal(begun, 0)
    passes(verify, 0.1)
    equal(begun, 1)
    passes(verify, 0.9)
    equal(begun, 1)
  })

  it('waits for the night, but not for ever where a clock never shows one', () => {
    const verify = make(1)
    passes(verify, 24 + 47)
    equal(begun, 0)
    passes(verify, 1.1)
    equal(begun, 1)
  })

  it('is not moved by a wall clock that jumps, nor by time in which the board was off', async () => {
    const verify = make(30)
    wall = new Date(2031, 0, 1, 3, 0)
    passes(verify, 7)
    at += 1000 * HOUR
    verify.tick(EQUAL)
    equal(begun, 0)
    await until('the hours are on the card', () => kept().hours > 5)
    const later = make(30)
    passes(later, 1)
    equal(begun, 0)
    equal(make(0).describe(), null)
  })

  it('goes on counting in the next life, from what the card has', async () => {
    const verify = make(1)
    passes(verify, 13)
    await until('twelve hours are on the card', () => kept().hours >= 12)
    wall = new Date(2026, 10, 22, 3, 0)
    const next = make(1)
    passes(next, 11.9)
    equal(begun, 0)
    passes(next, 0.3)
    equal(begun, 1)
  })

  it('tells equal copies with size and time, remembers it, and begins to count anew', async () => {
    const verify = make()
    passes(verify, 7)
    await verify.start()
    verify.changed(EQUAL, COMPARING)
    at += 35 * 60_000
    verify.changed(COMPARING, EQUAL)
    deepEqual(
      reports.map(({ level, code, text }) => [level, code, text]),
      [['notice', 'copies-compared', 'both copies of data are equal: 120 GB compared in 35 minutes']]
    )
    equal(verify.describe(), 'compared 2026-11-20, equal')
    equal(parted, 0)
    await until('it is on the card', () => kept().hours === 0)
    equal(make().describe(), 'compared 2026-11-20, equal')
  })

  it('has what differs copied anew; the first time that may be harmless, later it is an alarm', () => {
    const verify = make()
    differing = 16
    for (const level of ['warning', 'alarm'] as const) {
      verify.changed(EQUAL, COMPARING)
      verify.changed(COMPARING, EQUAL)
      const last = reports.at(-1)
      equal(last?.level, level)
      match(last?.text ?? '', /^16 KiB of data differed between the two copies/)
    }
    equal(parted, 2)
    match(reports[0]?.text ?? '', /first comparison/)
    equal(verify.describe(), 'compared 2026-11-20, 16 KiB differed')
  })

  it('is told by one board only, and remembered by both', () => {
    const verify = make()
    differing = 8
    const target = { ...EQUAL, role: 'Secondary', replication: 'VerifyT' }
    verify.changed({ ...EQUAL, role: 'Secondary' }, target)
    verify.changed(target, { ...EQUAL, role: 'Secondary' })
    deepEqual([reports.length, parted, verify.describe()], [0, 0, 'compared 2026-11-20, 8 KiB differed'])
  })

  it('does not call a comparison that was cut off an end, and says why one could not begin', async () => {
    const verify = make()
    verify.changed(EQUAL, COMPARING)
    verify.changed(COMPARING, { ...COMPARING, connection: 'NetworkFailure', replication: 'Off' })
    match(reports.at(-1)?.text ?? '', /cut off/)
    equal(verify.describe(), null)
    refused = '`drbdsetup verify 0` exited with 11'
    await verify.start()
    match(reports.at(-1)?.text ?? '', /not compared: .*exited with 11/)
  })
})
