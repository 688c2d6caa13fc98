// The wiring page and its drawing say what the data of the boards says, and name nothing that is not there.
import { deepEqual, match, ok } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PARTS } from '../../src/board-test/result.js'
import { headerPinOf } from '../../src/config/board-kind.js'
import { REAL_KINDS, wiringTables } from './wiring-tables.js'

const fileOf = (name: string): string => fileURLToPath(new URL(`../../../board/${name}`, import.meta.url))
const PAGE = fileOf('WIRING.md')
const BEGIN = "<!-- tables: written by `UPDATE_GOLDEN=1 npm run test:unit -- --grep 'wiring page'` -->\n"
const END = '<!-- end of the tables -->'

describe('the wiring page', () => {
  it('has the tables of the board data', () => {
    const text = readFileSync(PAGE, 'utf8')
    const from = text.indexOf(BEGIN)
    const to = text.indexOf(END)
    ok(from >= 0 && to > from, `${PAGE} has lost its marks`)
    const wanted = `${text.slice(0, from)}${BEGIN}\n${wiringTables()}\n${text.slice(to)}`
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(PAGE, wanted)
    else ok(text === wanted, 'board/WIRING.md is out of date: UPDATE_GOLDEN=1')
  })

  it('shows the drawing, and names every part of the board test', () => {
    const text = readFileSync(PAGE, 'utf8')
    match(text, /!\[[^\]]+\]\(wiring\.svg\)/)
    for (const part of PARTS) match(text, new RegExp(`\`${part}\``), part)
  })
})

describe('the drawing of the wiring', () => {
  const svg = readFileSync(fileOf('wiring.svg'), 'utf8')

  it('has every line of the standard wiring with its pin of the header, and no other line', () => {
    for (const { kind, pins } of REAL_KINDS) {
      const { panel, ...lines } = pins
      const wanted = [...Object.values(lines), ...Object.values(panel)].map(
        bcm => `BCM ${bcm}, pin ${headerPinOf(bcm)}`
      )
      const drawn = [...new Set(svg.match(/BCM \d+, pin \d+/g))]
      deepEqual(drawn.sort(), wanted.sort(), kind)
    }
  })

  it('needs nothing from elsewhere and runs nothing', () => {
    ok(!/<script|href=|url\(|@import|<foreignObject/i.test(svg))
    ok(svg.split('\n').length < 600, 'it is drawn by hand')
  })
})
