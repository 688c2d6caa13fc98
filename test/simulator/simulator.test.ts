// The simulator under mocha: many runs of the shipped core, the seeds that once failed and repeatability. The check on the checker: sabotage.test.ts.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { timingErrors } from '../../src/core/timing.js'
import { seedWantsCodec } from './codec-wire.js'
import type { CoreModule } from './core-module.js'
import { loadCore } from './core-module.js'
import type { FaultLevel } from './draw.js'
import { drawPlan } from './draw.js'
import { describeRun } from './report.js'
import { runPlan } from './run.js'

const FIXED_FROM = 1001
const FIXED = 300
const FRESH = 100
const HANDS = 60
const LEVELS: readonly FaultLevel[] = ['all', 'scenes', 'light', 'rare', 'scenes', 'agent']
const seedsFile = new URL('../../../test/simulator/seeds.txt', import.meta.url)

let core: CoreModule

const RECOVERIES = 60
const MIRRORED = 100

const check = (seed: string, level: FaultLevel): void => {
  const plan = drawPlan(seed, level)
  if (runPlan(plan, core).violation === null) return
  const command = `node dist/test/simulator/simulate.js --seed ${seed} --runs 1 --faults ${level}`
  assert.fail(describeRun(plan, core, command, 40))
}

const checkMany = (first: number, runs: number): void => {
  for (let index = 0; index < runs; index++) check(String(first + index), LEVELS[index % LEVELS.length] ?? 'all')
}

describe('simulator', function () {
  this.timeout(120_000)

  before(async () => {
    core = await loadCore()
  })

  it('draws only pairs whose timings the configuration check would accept', () => {
    for (let seed = 0; seed < 200; seed++) {
      const { timing, wiring } = drawPlan(String(seed), 'all').settings.a
      assert.deepEqual(timingErrors(timing, wiring), [])
    }
  })

  it('repeats a run event for event from its seed', () => {
    const story = (): string => describeRun(drawPlan('7', 'all'), core, '-', 100_000, true)
    assert.equal(story(), story())
  })

  it('is the same run through the real codec, on cables that lose, double and spoil', () => {
    for (const seed of ['28', '90', '95', '127']) {
      const plan = drawPlan(seed, 'all')
      assert.ok(plan.faults.some(({ trouble }) => trouble.kind === 'linkBad'))
      const story = (codec: boolean): string => describeRun({ ...plan, codec }, core, '-', 100_000, true)
      assert.equal(story(true), story(false))
    }
  })

  it('sends about one run in a hundred through the real codec, the same ones each time', () => {
    const chosen = Array.from({ length: 10_000 }, (_, seed) => String(seed)).filter(seedWantsCodec)
    assert.ok(chosen.length > 60 && chosen.length < 140, `${chosen.length} of 10000`)
    assert.ok(Array.from({ length: FIXED }, (_, index) => String(FIXED_FROM + index)).some(seedWantsCodec))
  })

  it('serves every group within two minutes when nothing fails', () => {
    for (let seed = 0; seed < 10; seed++) {
      const result = runPlan(drawPlan(String(seed), 'none'), core)
      assert.equal(result.violation, null)
      assert.deepEqual(result.unserved, [])
    }
  })

  it(`keeps every rule in ${FIXED} runs from a fixed seed`, () => checkMany(FIXED_FROM, FIXED))

  it(`keeps every rule in ${FRESH} runs from a fresh seed`, () => {
    const first = Number(process.hrtime.bigint() % 1_000_000_000n)
    process.stdout.write(`      fresh seed ${first}\n`)
    checkMany(first, FRESH)
  })

  it(`keeps every rule in ${HANDS} runs with hands on the button`, () => {
    for (let index = 0; index < HANDS; index++) check(String(FIXED_FROM + index), 'panel')
  })

  it(`keeps every rule in ${MIRRORED} runs of pairs with mirrored disks`, () => {
    for (let index = 0; index < MIRRORED; index++) check(String(FIXED_FROM + index), 'mirror')
  })

  it(`keeps every rule in ${RECOVERIES} runs with recoveries`, () => {
    for (let seed = 1; seed <= RECOVERIES; seed++) check(String(seed), 'recovery')
  })

  it('keeps every rule in the runs that once failed', () => {
    for (const line of readFileSync(seedsFile, 'utf8').split('\n')) {
      const [seed, level] = line.split(' ')
      if (seed !== undefined && seed !== '' && seed !== '#') check(seed, level as FaultLevel)
    }
  })
})
