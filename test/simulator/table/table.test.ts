// The fault table as a test: every row is a run of the shipped core in a calm world, told in plain words and kept beside this file.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { timingErrors } from '../../../src/core/timing.js'
import { compareGolden } from '../../golden.js'
import type { CoreModule } from '../core-module.js'
import { loadCore } from '../core-module.js'
import { planOf, type Row } from './row.js'
import { BOARD_ROWS } from './rows-boards.js'
import { MIRROR_ROWS } from './rows-mirrors.js'
import { SERVICE_ROWS } from './rows-services.js'
import { WIRE_ROWS } from './rows-wires.js'
import { tellStory } from './story.js'

const ROWS: readonly Row[] = [...BOARD_ROWS, ...WIRE_ROWS, ...SERVICE_ROWS, ...MIRROR_ROWS]
const FOLDER = 'simulator/table'

describe('fault table', function () {
  this.timeout(20_000)
  let core: CoreModule

  before(async () => {
    core = await loadCore()
  })

  for (const row of ROWS)
    it(row.says, () => {
      const { text, result, gaps, servedBy } = tellStory(row, core)
      compareGolden(`${FOLDER}/${row.name}.golden.txt`, text)
      assert.equal(result.violation, null)
      assert.equal(result.beyond, null)
      assert.deepEqual(servedBy, row.servedBy)
      for (const { from, to } of gaps) assert.ok(to - from <= row.awayS * 1000, `away for ${(to - from) / 1000} s`)
      if (row.awayS === 0) assert.deepEqual(gaps, [])
    })

  it('keeps no story that no row tells', () => {
    const kept = readdirSync(new URL('../../../../test/simulator/table/', import.meta.url))
    const told = ROWS.map(({ name }) => `${name}.golden.txt`).sort()
    assert.deepEqual(kept.filter(name => name.endsWith('.txt')).sort(), told)
  })

  it('names every story in the fault table of the architecture page', () => {
    const page = readFileSync(new URL('../../../../src/ARCHITECTURE.md', import.meta.url), 'utf8')
    assert.deepEqual(
      ROWS.map(({ name }) => name).filter(name => !page.includes(`\`${name}\``)),
      []
    )
  })

  it('tells its stories with timings that the configuration check accepts', () => {
    for (const row of ROWS) {
      const { timing, wiring } = planOf(row).settings.a
      assert.deepEqual(timingErrors(timing, wiring), [])
    }
  })
})
