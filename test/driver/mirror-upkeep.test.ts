// A mirror that is looked after: when a disk in the place of a copy is made ready by itself, and when never. The kernel is a record of what it was told.
import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Drbd } from '../../src/driver/drbd.js'
import { type DrbdState, NO_STATE } from '../../src/driver/drbd-events.js'
import { createMirrorUpkeep, type MirrorUpkeep } from '../../src/driver/mirror-upkeep.js'
import { sh } from './group-lab.js'

const BARE = '`drbdsetup attach` exited with 10: (119) No valid meta-data signature found.'
const UNCLEAN = '`drbdsetup attach` exited with 10: (165) Unclean meta-data found.'
const SERVED: DrbdState = {
  ...NO_STATE,
  there: true,
  role: 'Secondary',
  disk: 'Diskless',
  minor: '0',
  connection: 'Connected',
  peerRole: 'Primary',
  replication: 'Established',
  peerDisk: 'UpToDate'
}

describe('a mirror that is looked after', () => {
  let folder = ''
  let path = ''
  let at = 0
  let attach: string | null = BARE
  let told: string[] = []
  let state = SERVED
  let replaced = 0
  let outcome: string | null = null
  let misplaced: string | null = null

  const drbd = (): Drbd => {
    const tried =
      (what: string, result: string | null = null) =>
      async () => {
        told.push(what)
        return result
      }
    return {
      module: () => null,
      define: tried('define'),
      attach: async () => {
        told.push('attach')
        return attach
      },
      connect: tried('connect'),
      ends: async () => ['ipv4:10.1.0.1:7788', 'ipv4:10.1.0.2:7788'],
      tune: tried('tune'),
      disconnect: tried('disconnect'),
      primary: tried('primary'),
      secondary: tried('secondary'),
      resumeIo: tried('resumeIo'),
      verify: tried('verify'),
      role: async () => ({ role: 'Secondary' }),
      proc: () => ''
    } as unknown as Drbd
  }
  const make = (auto: boolean, backing = path): MirrorUpkeep =>
    createMirrorUpkeep({
      drbd: drbd(),
      config: { backing, address: '10.1.0.1', peerAddress: '10.1.0.2', addressFrom: 'boards.a.ethernet', port: 7788 },
      addresses: () => null,
      misplaced: () => misplaced,
      state: () => state,
      splitBrain: () => false,
      now: () => at,
      ...(auto
        ? {
            replace: async () => {
              replaced += 1
              return outcome
            }
          }
        : {})
    })
  const passes = async (upkeep: MirrorUpkeep, seconds: number): Promise<void> => {
    for (let n = 0; n < seconds; n += 1) {
      at += 1000
      await upkeep.round()
      await new Promise(setImmediate)
    }
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-upkeep-'))
    sh('truncate', '-s', '64M', join(folder, 'disk.img'))
    path = sh('losetup', '-f', '--show', join(folder, 'disk.img'))
    at = 100_000
    attach = BARE
    told = []
    state = SERVED
    replaced = 0
    outcome = null
    misplaced = null
  })
  afterEach(() => {
    sh('losetup', '-d', path)
    rmSync(folder, { recursive: true, force: true })
  })

  it('has a bare disk made ready by itself where that is wanted, after half a minute, beside a copy that is current', async () => {
    const upkeep = make(true)
    await passes(upkeep, 29)
    equal(replaced, 0)
    match(upkeep.problem ?? '', /carries no copy yet/)
    await passes(upkeep, 4)
    equal(replaced, 1)
    attach = null
    await passes(upkeep, 4)
    equal(upkeep.problem, null)
    equal(replaced, 1)
  })

  it('does the same where no disk has the path of the configuration yet', async () => {
    const upkeep = make(true, '/dev/disk/by-partlabel/baton-no-such-group')
    await passes(upkeep, 33)
    equal(replaced, 1)
    match(upkeep.problem ?? '', /is not there/)
  })

  it('leaves it to a person where that is wanted, and says what helps', async () => {
    const upkeep = make(false)
    await passes(upkeep, 120)
    equal(replaced, 0)
    match(upkeep.problem ?? '', /`baton disk create`/)
    // Looked at again and again: a person may have made it ready.
    attach = null
    await passes(upkeep, 4)
    equal(upkeep.problem, null)
  })

  it('never makes one ready beside a copy that is not current, without a link, or where the disk has notes', async () => {
    for (const [other, refused] of [
      [{ ...SERVED, peerDisk: 'Inconsistent' }, BARE],
      [{ ...SERVED, peerDisk: 'Outdated' }, BARE],
      [{ ...SERVED, connection: 'Connecting', replication: 'Off', peerDisk: 'DUnknown' }, BARE],
      [SERVED, UNCLEAN]
    ] as const) {
      state = other
      attach = refused
      await passes(make(true), 90)
      equal(replaced, 0, JSON.stringify(other))
    }
  })

  it('begins to count anew when the other copy was not current in between', async () => {
    const upkeep = make(true)
    await passes(upkeep, 20)
    state = { ...SERVED, peerDisk: 'Outdated' }
    await passes(upkeep, 2)
    state = SERVED
    await passes(upkeep, 20)
    equal(replaced, 0)
  })

  it('says why it could not be made ready, and tries it again only after five minutes', async () => {
    outcome = 'it holds ext4 labelled photos'
    const upkeep = make(true)
    await passes(upkeep, 34)
    match(upkeep.problem ?? '', /carries no copy yet.*it holds ext4 labelled photos/)
    await passes(upkeep, 290)
    equal(replaced, 1)
    await passes(upkeep, 20)
    equal(replaced, 2)
    deepEqual([...new Set(told)], ['attach', 'tune'])
  })

  it('R7: parts from a primary without a disk before it attaches its own: the kernel compares only where they meet anew', async () => {
    const upkeep = make(false)
    attach = null
    state = { ...SERVED, peerDisk: 'Diskless' }
    await upkeep.round()
    deepEqual(told, ['disconnect', 'attach'])
    told = []
    state = { ...SERVED, disk: 'Consistent', connection: '', peerRole: '', peerDisk: 'DUnknown' }
    await upkeep.round()
    deepEqual(told, [])
    at += 3000
    await upkeep.round()
    deepEqual(told, ['connect'])
    const primary = make(false)
    told = []
    state = { ...SERVED, role: 'Primary', peerRole: 'Secondary', peerDisk: 'Failed' }
    await primary.round()
    deepEqual(told, ['disconnect', 'attach'])
  })

  it('R7: attaches beside one that has a disk, and beside a secondary, without a break', async () => {
    attach = null
    for (const there of [SERVED, { ...SERVED, peerRole: 'Secondary', peerDisk: 'Diskless' }]) {
      const upkeep = make(false)
      told = []
      state = there
      await upkeep.round()
      deepEqual(told.slice(0, 1), ['attach'])
      equal(told.includes('disconnect'), false)
    }
  })

  it('does nothing with a mirror that has another minor in the kernel, and says why', async () => {
    misplaced = 'it is /dev/drbd1 now'
    state = { ...SERVED, connection: 'StandAlone' }
    const upkeep = make(true)
    await passes(upkeep, 60)
    deepEqual([told, replaced, upkeep.problem, upkeep.looked], [[], 0, misplaced, true])
    misplaced = null
    await passes(upkeep, 1)
    deepEqual(told, ['attach', 'connect'])
  })

  it('neither attaches nor connects what has no device: its minor may be another group’s', async () => {
    state = { ...SERVED, disk: '', minor: '', connection: '' }
    await passes(make(true), 3)
    deepEqual(told, ['define', 'define', 'define'])
  })
})
