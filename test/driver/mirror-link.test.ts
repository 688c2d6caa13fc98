// Two copies are connected again and again: what is said where that cannot come about, and how seldom it is tried then. The kernel is a record of its words.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { Drbd } from '../../src/driver/drbd.js'
import { type DrbdState, NO_STATE } from '../../src/driver/drbd-events.js'
import type { Ends } from '../../src/driver/drbd-words.js'
import { createMirrorLink, type MirrorLink } from '../../src/driver/mirror-link.js'

const APART: DrbdState = { ...NO_STATE, there: true, role: 'Secondary', disk: 'UpToDate', connection: 'StandAlone' }
const OURS: Ends = ['ipv4:10.1.0.1:7788', 'ipv4:10.1.0.2:7788']
const FORMER: Ends = ['ipv4:10.9.0.1:7788', 'ipv4:10.9.0.2:7788']
const WAITING: DrbdState = { ...APART, connection: 'Connecting' }

describe('the link of a mirror', () => {
  let at = 0
  let told: string[] = []
  let here: readonly string[] | null = []
  let split = false
  let refusal: string | null = null
  let ends: Ends | null | string = OURS

  const make = (address = '10.1.0.1'): MirrorLink =>
    createMirrorLink({
      drbd: {
        connect: async () => {
          told.push('connect')
          return refusal
        },
        ends: async () => {
          told.push('ends')
          return ends
        },
        disconnect: async () => {
          told.push('disconnect')
          return null
        },
        tune: async (attached: boolean) => {
          told.push(attached ? 'tune both' : 'tune the link')
          return refusal
        }
      } as unknown as Drbd,
      config: { address, peerAddress: '10.1.0.2', addressFrom: 'boards.a.replication, eth1', port: 7788 },
      splitBrain: () => split,
      now: () => at,
      addresses: () => here
    })
  const passes = async (link: MirrorLink, seconds: number, state = APART): Promise<void> => {
    for (let n = 0; n < seconds; n += 1) {
      at += 1000
      await link.tend(state)
    }
  }

  beforeEach(() => {
    at = 100_000
    told = []
    here = ['127.0.0.1', '10.1.0.1']
    split = false
    refusal = null
    ends = OURS
  })

  it('is not tried while its own address is on no interface that is up, and says which, and where it is given', async () => {
    here = ['127.0.0.1', '10.1.0.10']
    const link = make()
    await passes(link, 30)
    deepEqual(told, [])
    equal(link.refused, '10.1.0.1 is on no interface of this board that is up: boards.a.replication, eth1')
    here = ['10.1.0.1']
    await passes(link, 4)
    deepEqual([told.length > 0, link.refused], [true, null])
  })

  it('knows an IPv6 address however it is written', async () => {
    here = ['fd00::1']
    await passes(make('FD00:0:0::0001'), 1)
    deepEqual(told, ['connect'])
  })

  it('is tried where the interfaces cannot be seen', async () => {
    here = null
    await passes(make(), 1)
    deepEqual(told, ['connect'])
  })

  it('is tried seldom when the kernel gave it up at once again and again, and says what may be wrong', async () => {
    const link = make()
    await passes(link, 9)
    deepEqual([told.length, link.refused], [3, null])
    await passes(link, 3)
    match(link.refused ?? '', /10\.1\.0\.1 or the port 7788 cannot be used, or the other board’s key differs/)
    told = []
    await passes(link, 90)
    equal(told.length, 3)
    match(link.refused ?? '', /cannot be used/)
    // It waits for the other board: nothing hinders it any more.
    await passes(link, 70, WAITING)
    equal(link.refused, null)
  })

  it('is tried soon again after it was up, was parted by us, or somebody asks', async () => {
    for (const what of ['connected', 'pause', 'again'] as const) {
      const link = make()
      await passes(link, 40)
      told = []
      link[what]()
      await passes(link, 11)
      ok(told.length >= 3, what)
      match(link.refused ?? 'null', what === 'connected' ? /null/ : /null|cannot be used/)
    }
  })

  it('says nothing of the kind of a link that lasted, of two split copies, or of a refusal in words', async () => {
    const link = make()
    for (let n = 0; n < 6; n += 1) {
      await passes(link, 1)
      await passes(link, 120, WAITING)
    }
    equal(link.refused, null)
    split = true
    told = []
    await passes(link, 120)
    deepEqual([told.length, link.refused], [4, null])
    split = false
    refusal = 'Local address(port) already in use.'
    await passes(link, 60)
    equal(link.refused, refusal)
    ok(told.length > 15)
  })

  const SERVING: DrbdState = {
    ...WAITING,
    role: 'Primary',
    suspended: 'no',
    connection: 'Connected',
    replication: 'Established'
  }

  it('of an earlier life gets the settings of this one, once, and those of a disk where there is one', async () => {
    await passes(make(), 60, SERVING)
    deepEqual(told, ['ends', 'tune both'])
    told = []
    await passes(make(), 60, { ...SERVING, disk: 'Diskless' })
    deepEqual(told, ['ends', 'tune the link'])
  })

  it('says it when it could not be given them, and tries again', async () => {
    refusal = '`drbdsetup net-options` exited with 10'
    const link = make()
    await passes(link, 1, SERVING)
    match(link.unlike ?? '', /settings of before: `drbdsetup net-options`/)
    await passes(link, 30, SERVING)
    equal(told.length, 8)
    refusal = null
    await passes(link, 10, SERVING)
    equal(link.unlike, null)
  })

  const QUIET: DrbdState = { ...SERVING, role: 'Secondary', peerRole: 'Secondary' }

  it('between other ends than those of the configuration is made anew when nobody has written for a while', async () => {
    ends = FORMER
    for (const state of [QUIET, WAITING]) {
      told = []
      const link = make()
      await passes(link, 30, state)
      deepEqual(told, ['ends'])
      await passes(link, 1, state)
      await passes(link, 1)
      await passes(link, 60, WAITING)
      deepEqual(told, ['ends', 'disconnect', 'connect'])
      equal(link.unlike, null)
    }
  })

  it('between other ends is not cut in a switchover, nor when it broke and comes back', async () => {
    ends = FORMER
    const link = make()
    for (const state of [SERVING, QUIET, { ...QUIET, peerRole: 'Primary' }, WAITING, { ...QUIET, peerRole: 'Primary' }])
      await passes(link, 20, state)
    deepEqual(told, ['ends'])
  })

  it('between other ends is never cut while a copy is written, or I/O stands still', async () => {
    ends = FORMER
    for (const state of [
      SERVING,
      { ...SERVING, replication: '' },
      { ...SERVING, connection: 'Connecting', suspended: 'fencing' },
      { ...SERVING, connection: 'Connecting', suspended: '' },
      { ...SERVING, connection: 'NetworkFailure' },
      { ...SERVING, role: '' },
      { ...QUIET, peerRole: 'Primary' },
      { ...QUIET, peerRole: '' }
    ]) {
      const link = make()
      told = []
      await passes(link, 120, state)
      deepEqual(told, ['ends'], JSON.stringify(state))
      match(link.unlike ?? '', /between ipv4:10\.9\.0\.1:7788 and .*, not as the configuration has it/)
    }
  })

  it('is made anew by a board that writes once the other one was booted, and its I/O goes on', async () => {
    ends = FORMER
    const link = make()
    await passes(link, 20, SERVING)
    await passes(link, 31, { ...SERVING, connection: 'Connecting', suspended: 'no', replication: 'Off' })
    deepEqual(told, ['ends', 'disconnect'])
    await passes(link, 1)
    equal(told.at(-1), 'connect')
  })

  it('is left as it is where nobody can say between which ends it runs', async () => {
    ends = '`drbdsetup show main` exited with 20'
    const link = make()
    await passes(link, 90, QUIET)
    deepEqual(new Set(told), new Set(['ends']))
    match(link.unlike ?? '', /not known between which ends.*exited with 20/)
  })
})
