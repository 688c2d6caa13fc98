import { deepEqual, equal, throws } from 'node:assert/strict'
import { compare, type Round, readDd, turnsOf } from './mirror-figures.js'

describe('the figures of bench mirror', () => {
  it('every other round is turned round', () => {
    deepEqual(turnsOf(['baton', 'hand'], 3), ['baton', 'hand', 'hand', 'baton', 'baton', 'hand'])
    deepEqual(turnsOf(['baton', 'hand', 'settings'], 2), ['baton', 'hand', 'settings', 'settings', 'hand', 'baton'])
  })

  it("dd's last line is read, however short or long it took", () => {
    const words = '48+0 records in\n48+0 records out\n50331648 bytes (50 MB, 48 MiB) copied, 2.34567 s, 21.5 MB/s\n'
    deepEqual(readDd(words), { bytes: 50331648, seconds: 2.34567 })
    equal(readDd('4096 bytes (4.1 kB, 4.0 KiB) copied, 9.7e-05 s, 42.2 MB/s').seconds, 0.000097)
  })

  it('what is no time is not taken for one', () => {
    throws(() => readDd("dd: failed to open '/srv/data/bench': Read-only file system\n"), /Read-only/)
    throws(() => readDd('0 bytes copied, 0 s, Infinity B/s'), /did not say/)
  })

  const round = (way: Round['way'], sequentialMiBs: number, smallPerS: number): Round => ({
    way,
    sequentialMiBs,
    smallPerS
  })

  it('the ratio is that of the medians, before anything is rounded', () => {
    const rounds = [
      round('baton', 0.96, 30),
      round('hand', 1.04, 40),
      round('hand', 1.01, 20),
      round('baton', 0.99, 10),
      round('baton', 0.1, 20),
      round('hand', 9, 60)
    ]
    const sequential = compare(rounds, 'sequentialMiBs')
    deepEqual(sequential.spreads, {
      baton: { min: 0.1, median: 1, max: 1 },
      hand: { min: 1, median: 1, max: 9 }
    })
    deepEqual(sequential.ratios, { baton: 0.92 })
    deepEqual(compare(rounds, 'smallPerS').ratios, { baton: 0.5 })
  })

  it('an even number of rounds has the mean of the middle two', () => {
    const rounds = [round('baton', 1, 1), round('baton', 2, 1), round('hand', 1, 1), round('hand', 1, 1)]
    deepEqual(compare(rounds, 'sequentialMiBs').ratios, { baton: 1.5 })
  })

  it('without a round by hand nothing is compared', () => {
    deepEqual(compare([round('settings', 5, 5)], 'sequentialMiBs'), {
      spreads: { settings: { min: 5, median: 5, max: 5 } },
      ratios: {}
    })
  })
})
