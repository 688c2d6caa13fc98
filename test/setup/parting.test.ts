// When two copies parted, by what a board wrote down; and when a copy may be read beside the mirror.
import { deepEqual, equal, match } from 'node:assert/strict'
import type { LogEntry } from '../../src/port/log.js'
import type { GroupStatus } from '../../src/runtime/status.js'
import { whyNotRead } from '../../src/setup/copy-changes.js'
import { partingOf } from '../../src/setup/parting.js'

const T0 = 1_780_000_000
const entry = (code: string, minutes: number, group = 'data'): LogEntry => ({
  sequence: minutes,
  wallSeconds: T0 + 60 * minutes,
  atMs: 0,
  level: 'notice',
  code,
  text: '',
  group
})
const since = (...entries: readonly LogEntry[]): number | null => {
  const found = partingOf(entries, 'data')
  return found === null ? null : (found.since - T0) / 60
}

describe('the parting of two copies', () => {
  it('is when the replication link was lost, and stays that whatever followed', () => {
    equal(since(entry('mirror-connected', 1), entry('mirror-lost', 5), entry('mirror-alone', 6)), 5)
    equal(since(entry('mirror-lost', 5), entry('mirror-lost', 9), entry('copy-forced', 10)), 5)
  })

  it('is forgotten when the copies were together again', () => {
    equal(since(entry('mirror-lost', 5), entry('mirror-connected', 7), entry('mirror-lost', 20)), 20)
    equal(since(entry('mirror-lost', 5), entry('mirror-connected', 7), entry('resync-done', 9)), 9)
  })

  it('is at the latest when they were seen together, where the board was off as the link went', () => {
    const found = partingOf([entry('mirror-connected', 3), entry('copy-forced', 50)], 'data')
    deepEqual(
      [found?.since, /when they parted after that was not written down/.test(found?.words ?? '')],
      [T0 + 180, true]
    )
  })

  it('is not known from another group, from a clock that was not set, or from nothing', () => {
    equal(since(entry('mirror-lost', 5, 'other')), null)
    equal(since({ ...entry('mirror-lost', 5), wallSeconds: 3000 }), null)
    equal(since(), null)
  })
})

describe('a copy beside the mirror', () => {
  const group = { name: 'data', role: 'standby', doing: 'standing by', copies: { here: 'alone', there: 'alone' } }
  const sight = (connection: string, role = 'Secondary') => ({
    connection,
    role,
    disk: 'UpToDate',
    peerDisk: 'DUnknown'
  })

  it('is read only while nobody can write to it', () => {
    const standby = group as unknown as GroupStatus
    for (const connection of ['StandAlone', 'WFConnection', 'Unconnected', 'Timeout'])
      equal(whyNotRead(standby, sight(connection)), null, connection)
    equal(whyNotRead(standby, null), null)
    for (const connection of [
      'Connected',
      'SyncTarget',
      'SyncSource',
      'PausedSyncT',
      'WFBitMapT',
      'VerifyS',
      'VerifyT'
    ])
      match(whyNotRead(standby, sight(connection)) ?? '', /connected/, connection)
    match(whyNotRead(standby, sight('StandAlone', 'Primary')) ?? '', /primary/)
    for (const role of ['active', 'taking', 'releasing', 'unknown'] as const)
      match(whyNotRead({ ...standby, role }, sight('StandAlone')) ?? '', /held or taken here/)
    match(whyNotRead(undefined, null) ?? '', /no such mirrored group/)
  })
})
