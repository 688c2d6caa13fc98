// The exploration under mocha: a small bound of every scope, and a check that a core without a rule is caught by the shortest path.
import assert from 'node:assert/strict'
import type { CoreModule } from './core-module.js'
import { loadCore } from './core-module.js'
import { type Scope, tellPath, walk } from './explore/walk.js'
import { loadSabotaged } from './sabotage/hunt.js'

const SMALL: Scope = {
  wiring: 'loop',
  disk: 'shared',
  from: 'running',
  faults: 2,
  repairs: 1,
  acts: 1,
  lates: 1,
  statesMax: 20_000
}
const BROKEN_STATES_MAX = 100_000

const words = (core: CoreModule, scope: Scope): string => {
  const { violation } = walk(core, scope)
  return violation === null ? '' : tellPath(core, violation).join('\n')
}

describe('exploration', function () {
  this.timeout(120_000)
  let core: CoreModule

  before(async () => {
    core = await loadCore()
  })

  it('walks a pair without faults to its end', () => {
    const found = walk(core, { ...SMALL, faults: 0, repairs: 0, acts: 0, lates: 2 })
    assert.equal(found.complete, true)
    assert.equal(found.violation, null)
  })

  it('finds no broken rule in the first 20 000 states', () => {
    assert.equal(words(core, SMALL), '')
  })

  it('finds no broken rule in the first states of a cold start, and of pairs with less wiring', () => {
    assert.equal(words(core, { ...SMALL, from: 'cold', statesMax: 5000 }), '')
    assert.equal(words(core, { ...SMALL, wiring: 'sense', statesMax: 5000 }), '')
    assert.equal(words(core, { ...SMALL, wiring: 'time', statesMax: 5000 }), '')
  })

  it('walks a pair with a mirrored disk to its end, and finds no broken rule in the first states of one that fails', () => {
    const found = walk(core, { ...SMALL, disk: 'mirrored', faults: 0, repairs: 0, acts: 0, lates: 2 })
    assert.deepEqual([found.complete, found.violation], [true, null])
    assert.equal(words(core, { ...SMALL, disk: 'mirrored', acts: 0, lates: 0, statesMax: 5000 }), '')
  })

  describe('check on the exploration', () => {
    const caught = async (
      name: string,
      faults: number,
      acts: number,
      disk: Scope['disk'] = 'shared'
    ): Promise<string> =>
      words(await loadSabotaged(name), {
        ...SMALL,
        disk,
        faults,
        repairs: 0,
        acts,
        lates: 0,
        statesMax: BROKEN_STATES_MAX
      }).split('\n')[0] ?? ''

    it('catches a core that trusts its relay without asking the sense line', async () =>
      assert.match(await caught('R3.sense', 0, 1), /^R[12]/))
    it('catches a core that acts before its record is durable', async () =>
      assert.match(await caught('R5.durable', 0, 1), /^R[2458]/))
    it('catches a core that says released while it still holds', async () =>
      assert.match(await caught('R6.tooSoon', 0, 1), /^R6/))
    it('catches a core that takes what nobody granted', async () =>
      assert.match(await caught('R2.grant', 0, 1), /^R[12]/))
    it('catches a core that lets a mirror go on alone beside a peer that thinks itself current, or without its record', async () => {
      assert.match(await caught('R7.out', 1, 0, 'mirrored'), /^R7: .*goes on alone beside b/)
      assert.match(await caught('R7.record', 1, 0, 'mirrored'), /^R7: .*its card does not say so/)
    })
    it('tells the path from the start, choice by choice', async () => {
      const scope = { ...SMALL, faults: 0, repairs: 0, lates: 0 }
      const told = words(await loadSabotaged('R6.tooSoon'), scope)
      assert.match(told, / ms {2}[ab]: ORDER switchover/)
    })
  })
})
