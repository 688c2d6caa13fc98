// The operator's page says what the lights say: its tables are those of the code.
import { ok } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { lightsPage } from './panel-page.js'

const PAGE = fileURLToPath(new URL('../../../board/OPERATING.md', import.meta.url))
const BEGIN = "<!-- lights: written by `UPDATE_GOLDEN=1 npm run test:unit -- --grep 'operating page'` -->\n"
const END = '<!-- end of the lights -->'

describe('the operating page', () => {
  it('says what the lights say, as the code does', () => {
    const text = readFileSync(PAGE, 'utf8')
    const from = text.indexOf(BEGIN)
    const to = text.indexOf(END)
    ok(from >= 0 && to > from, `${PAGE} has lost its marks`)
    const wanted = `${text.slice(0, from)}${BEGIN}\n${lightsPage()}${text.slice(to - 1)}`
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(PAGE, wanted)
    else ok(text === wanted, 'board/OPERATING.md is out of date: UPDATE_GOLDEN=1')
  })
})
