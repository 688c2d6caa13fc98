// Relations between timings. Source: R3, R8, R9.
import { strict as assert } from 'node:assert'
import type { Timing, Wiring } from '../../src/core/settings.js'
import { timingErrors } from '../../src/core/timing.js'

const TIMING: Timing = {
  tokenIntervalMs: 100,
  deadMs: 1000,
  stallMs: 250,
  headStartMs: 1500,
  latenessMs: 100,
  relayActMs: 20,
  holdUpMs: 500,
  settleMs: 100,
  holdMs: 3000,
  fenceDeadlineMs: 10_000,
  restoreAfterMs: 10_000,
  bootMs: 120_000,
  listenMs: 180_000,
  confirmMs: 60_000,
  answerMs: 5000,
  releaseMs: 60_000,
  lanGraceMs: 5000,
  watchdogMs: 1000
}
const WIRING: Wiring = { fence: 'relay', sense: true, loop: true, fingerprint: '' }

const broken = (timing: Partial<Timing>, wiring: Partial<Wiring> = {}): string[] =>
  timingErrors({ ...TIMING, ...timing }, { ...WIRING, ...wiring }).map(error => `${error.option}: ${error.remedy}`)

describe('timingErrors', () => {
  it('accepts the defaults of a pair with sense lines', () => {
    assert.deepEqual(broken({}), [])
  })

  const table: readonly [title: string, timing: Partial<Timing>, wiring: Partial<Wiring>, expected: RegExp][] = [
    ['a dead time below three token intervals and a late loop', { deadMs: 399 }, {}, /^token\.deadMs: set it to 400 /],
    ['a stall below two token intervals', { stallMs: 199 }, {}, /^token\.stallMs: set it to 200 /],
    ['a stall as long as the dead time', { stallMs: 1000 }, {}, /^token\.deadMs: set it to 1001 /],
    ['an answer within three token intervals', { answerMs: 300 }, {}, /^token\.answerMs: set it to 301 /],
    [
      'listening no longer than a boot and the dead time',
      { listenMs: 121_000 },
      {},
      /^startup\.listenMs: set it to 121001 /
    ],
    [
      'a head start as long as fencing by sense and lateness',
      { headStartMs: 720 },
      {},
      /^fence\.headStartMs: set it to 721 /
    ],
    [
      'the default head start without sense',
      {},
      { sense: false, loop: false },
      /^fence\.headStartMs: set it to 3621 .*sense line/
    ],
    ['a hold shorter than relay and supply', { holdMs: 520 }, {}, /^fence\.holdMs: set it to 521 /],
    ['a fence deadline shorter than fencing', { fenceDeadlineMs: 620 }, {}, /^fence\.deadlineMs: set it to 621 /]
  ]
  for (const [title, timing, wiring, expected] of table) {
    it(`refuses ${title} and names the smallest value`, () => {
      const [first, ...more] = broken(timing, wiring)
      assert.match(first ?? '', expected)
      assert.deepEqual(more, [])
    })
  }

  it('accepts each smallest value that it names', () => {
    assert.deepEqual(broken({ deadMs: 400, stallMs: 299, answerMs: 401, headStartMs: 721, fenceDeadlineMs: 621 }), [])
    assert.deepEqual(broken({ headStartMs: 3621 }, { sense: false, loop: false }), [])
  })

  it('asks nothing of fencing times where nobody can cut power', () => {
    assert.deepEqual(broken({ headStartMs: 1, holdMs: 1 }, { fence: 'none', sense: false, loop: false }), [])
  })
})
