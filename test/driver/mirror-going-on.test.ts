// Who lets I/O go on, the kernel or we: never both, for each makes a generation of its own. Source: R7; a false split brain seen on a slow disk.
import { deepEqual, equal } from 'node:assert/strict'
import { createGoingOn } from '../../src/driver/mirror-going-on.js'

const YES = 4 << 8
const NO = 1 << 8

describe('I/O that goes on', () => {
  let at = 0
  let allowed = false
  let orders: number[] = []
  const create = () => {
    at = 1000
    allowed = false
    orders = []
    return createGoingOn({
      allowed: () => allowed,
      resume: async () => {
        orders.push(at)
        return null
      },
      log: () => undefined,
      now: () => at
    })
  }
  const passes = async (going: ReturnType<typeof create>, ms: number): Promise<void> => {
    for (const end = at + ms; at < end; at += 100) await going.letGoOn()
  }

  it('is the kernel’s to let go on while its helper is asked, and after its yes, however slow the disk is', async () => {
    const going = create()
    going.see(true)
    going.helper(null)
    allowed = true
    await passes(going, 2000)
    going.helper(YES)
    await passes(going, 9000)
    deepEqual(orders, [])
    going.see(false)
    await passes(going, 60_000)
    deepEqual(orders, [])
  })

  it('is ours when the helper ended with no, and the core says yes later', async () => {
    const going = create()
    going.see(true)
    going.helper(null)
    at += 1500
    going.helper(NO)
    await passes(going, 3000)
    deepEqual(orders, [])
    allowed = true
    await going.letGoOn()
    equal(orders.length, 1)
  })

  it('is ours after a while where no helper was seen: a life of the daemon that finds it standing still', async () => {
    const going = create()
    going.see(true)
    allowed = true
    await passes(going, 4900)
    deepEqual(orders, [])
    await passes(going, 300)
    equal(orders.length > 0, true)
  })

  it('is ours after a long while where the kernel did not go on after a yes; and what an earlier standstill was told does not count', async () => {
    const going = create()
    going.see(true)
    going.helper(NO)
    going.see(false)
    allowed = true
    going.see(true)
    await passes(going, 1000)
    deepEqual(orders, [])
    going.helper(null)
    going.helper(YES)
    await passes(going, 9900)
    deepEqual(orders, [])
    await passes(going, 300)
    equal(orders.length > 0, true)
  })
})
