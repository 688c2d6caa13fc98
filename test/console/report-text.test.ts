// What somebody reads at two in the morning. The golden files are the screens themselves.
import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { listText, reportText } from '../../src/console/report-text.js'
import { compareGolden } from '../golden.js'
import { FOUR, FSCK_FAILED, GIVEN, NOT_PROVED, TAKEOVER } from './fixture-report.js'

describe('baton report', () => {
  const zone = process.env.TZ
  before(() => {
    process.env.TZ = 'UTC'
  })
  after(() => {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  })

  const screens = { takeover: TAKEOVER, 'fsck-failed': FSCK_FAILED, 'not-proved': NOT_PROVED, given: GIVEN, four: FOUR }

  for (const [name, report] of Object.entries(screens)) {
    it(`shows ${name} on one screen`, () => {
      const text = reportText(report)
      compareGolden(`console/report-${name}.golden.txt`, `${text}\n`)
      assert.ok(text.split('\n').length <= 23)
      assert.ok(text.split('\n').every(line => line.length <= 80))
    })
  }

  it('is shown in the README as it is', () => {
    const page = readFileSync('README.md', 'utf8')
    assert.ok(page.includes(`$ baton report\n${reportText(TAKEOVER)}\n`), 'write the golden screen into the README')
  })

  it('lists them, one line each', () => {
    compareGolden('console/report-list.golden.txt', `${listText(Object.values(screens))}\n`)
  })

  it('says it where the figure is not known, and never that all is well where it is not', () => {
    const [group] = TAKEOVER.groups
    assert.ok(group !== undefined)
    const unknown = { ...TAKEOVER, groups: [{ ...group, servedUntilMs: null, interruptionMs: null }] }
    assert.match(reportText(unknown), /how long it was away is not known here/)
    const down = { ...FSCK_FAILED, outcome: 'cut-short' as const }
    assert.match(reportText(down), /CUT SHORT/)
    assert.match(reportText(down), /NOT SERVED/)
  })

  it('lets no control character of a text reach the terminal', () => {
    const hostile = { ...FSCK_FAILED, reason: 'a\u001b[2Jb\nc' }
    assert.ok([...reportText(hostile)].every(sign => sign === '\n' || sign >= ' '))
  })
})
