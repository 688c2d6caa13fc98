// The page of options is generated; this keeps it in step with the schema.
import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { OPTIONS_PAGE, optionsPage } from '../../src/config/options-page.js'

describe('OPTIONS.md', () => {
  it('says what the schema says (rewrite: node dist/src/config/options-page.js --write)', () => {
    assert.ok(readFileSync(OPTIONS_PAGE, 'utf8') === optionsPage(), 'src/config/OPTIONS.md is out of date')
  })

  it('gives a reason for the default of every time: the text repeats the value', () => {
    const lines = optionsPage()
      .split('\n')
      .filter(line => /^- `.*Ms`/.test(line))
    assert.ok(lines.length > 30)
    for (const line of lines) {
      const [, fallback, doc = ''] = /default `(\d+)`\. (.*)/.exec(line) ?? []
      assert.ok(fallback !== undefined && doc.includes(`${fallback}`), line)
    }
  })
})
