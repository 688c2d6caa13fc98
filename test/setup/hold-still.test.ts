// The pair is held still for as long as a disk is worked on, and never against a person's order.
import { deepEqual, equal } from 'node:assert/strict'
import type { Mode } from '../../src/runtime/status.js'
import { keepRenewed } from '../../src/setup/hold-still.js'
import { until } from '../driver/wait.js'

describe('a pair that is held still', () => {
  type Seen = { mode: Mode; modeWanted: Mode | null } | string
  const HELD: Seen = { mode: 'maintenance', modeWanted: null }

  /** One look for each; the last one for ever. */
  const watch = (sights: readonly Seen[]) => {
    let looks = 0
    let orders = 0
    const stop = keepRenewed(
      async () => {
        looks += 1
        return sights[looks - 1] ?? sights.at(-1) ?? HELD
      },
      async () => {
        orders += 1
      },
      2
    )
    return { looks: () => looks, orders: () => orders, stop }
  }

  it('is ordered so again and again, until the work is over', async () => {
    const { looks, orders, stop } = watch([HELD])
    await until('three orders', () => orders() >= 3)
    await stop()
    const after = [looks(), orders()]
    await new Promise(setImmediate)
    deepEqual([looks(), orders()], after)
  })

  it('stays so where its daemon does not answer, or another order is under way, for a moment', async () => {
    const { looks, orders, stop } = watch(['it gave no answer', { mode: 'maintenance', modeWanted: 'auto' }, HELD])
    await until('an order', () => orders() >= 1)
    equal(looks() - orders(), 2)
    await stop()
  })

  it('is let go where a person has ended the mode', async () => {
    const { looks, orders, stop } = watch([HELD, { mode: 'auto', modeWanted: null }, HELD])
    await until('two looks', () => looks() === 2)
    await stop()
    deepEqual([looks(), orders()], [2, 1])
  })

  it('is let go only when an order that is under way has ended', async () => {
    let begun = false
    let ended = false
    const stop = keepRenewed(
      async () => HELD as Exclude<Seen, string>,
      async () => {
        begun = true
        await new Promise(resolve => setTimeout(resolve, 20))
        ended = true
      },
      1
    )
    await until('an order begun', () => begun)
    await stop()
    equal(ended, true)
  })
})
