// The check on the checker: each rule taken out of a copy of the core must show. A few by runs here; all of them by `simulate --sabotage all`.
import assert from 'node:assert/strict'
import { compareGolden } from '../golden.js'
import { loadCore } from './core-module.js'
import { applyEdit, editedSources } from './sabotage/build.js'
import { whyNotShown } from './sabotage/by-test.js'
import { hunt } from './sabotage/hunt.js'
import { listWords, SABOTAGES, sabotagesOf } from './sabotage/list.js'

/** Quick ones, of as many rules. */
const BY_RUNS = [
  'R1.release',
  'R2.grant',
  'R4.proof',
  'R5.durable',
  'R6.tooSoon',
  'R7.claim',
  'R7.out',
  'R9.headStart',
  'R14.confirm'
]
const BY_TEST = ['R11', 'R12.replay']

const only = (name: string): (typeof SABOTAGES)[number] => {
  const [found] = sabotagesOf(name)
  assert.ok(found !== undefined, `the list has ${name}`)
  return found
}

describe('check on the checker', function () {
  this.timeout(120_000)

  it('is the list of sabotages that was agreed', () => compareGolden('simulator/sabotages.golden.txt', listWords()))

  it('finds the text of every edit exactly once in the source', () => {
    for (const sabotage of SABOTAGES) assert.ok(editedSources(sabotage).size > 0)
  })

  it('refuses an edit whose text is not there, and names the file', () => {
    const edit = { file: 'core/fit.ts', find: 'gone with a change', replace: '' }
    assert.throws(
      () => applyEdit('R0', 'other text', edit),
      /sabotage R0: in src\/core\/fit\.ts this text stands 0 times/
    )
    assert.throws(() => applyEdit('R0', 'gone with a change, gone with a change', edit), /stands 2 times/)
  })

  for (const name of BY_RUNS)
    it(`catches a core without ${name} by runs`, async () => {
      const result = await hunt(only(name), await loadCore())
      assert.ok(result.caught, `${name}: nothing broke in ${result.runs} runs`)
    })

  for (const name of BY_TEST)
    it(`fails a test of a source without ${name}`, () => assert.equal(whyNotShown(only(name)), null))
})
