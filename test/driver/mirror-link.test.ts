// Two copies are connected again and again: what is said where that cannot come about, and how seldom it is tried then. The kernel is a record of its words.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { Drbd } from '../../src/driver/drbd.js'
import { type DrbdState, NO_STATE } from '../../src/driver/drbd-events.js'
import { createMirrorLink, type MirrorLink } from '../../src/driver/mirror-link.js'

const APART: DrbdState = { ...NO_STATE, there: true, role: 'Secondary', disk: 'UpToDate', connection: 'StandAlone' }
const WAITING: DrbdState = { ...APART, connection: 'Connecting' }

describe('the link of a mirror', () => {
  let at = 0
  let told: string[] = []
  let here: readonly string[] | null = []
  let split = false
  let refusal: string | null = null

  const make = (address = '10.1.0.1'): MirrorLink =>
    createMirrorLink({
      drbd: {
        connect: async () => {
          told.push('connect')
          return refusal
        },
        tune: async () => {
          told.push('tune')
          return null
        }
      } as unknown as Drbd,
      config: { address, addressFrom: 'boards.a.replication, eth1', port: 7788 },
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
})
