// The page and the drawings for the first hour say what the lights say, and lead to places that are there.
import { deepEqual, match, ok } from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LEDS, PATTERNS, type Panel, panelOf } from '../../src/core/panel-table.js'
import { CODE_DIGITS } from '../../src/pairing/secret.js'
import { SITUATIONS } from '../core/panel-situations.js'
import { startDrawing } from './start-drawing.js'
import { startTable } from './start-page.js'
import { CODE, START_STATES } from './start-states.js'

const fileOf = (name: string): string => fileURLToPath(new URL(`../../../board/${name}`, import.meta.url))
const PAGE = fileOf('START.md')
const DRAWING = fileOf('start.svg')
const BEGIN = "<!-- lights: written by `UPDATE_GOLDEN=1 npm run test:unit -- --grep 'start page'` -->\n"
const END = '<!-- end of the lights -->'
const golden = process.env.UPDATE_GOLDEN === '1'

/** What a heading is called in a link. */
const anchorsOf = (page: string): readonly string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-')
  )

/** Names of the patterns of a state of the core, as the daemon would show it. */
const panelIn = (situation: string): Panel => {
  const made = SITUATIONS.find(([name]) => name === situation)?.[1]
  if (made === undefined) throw new Error(`there is no situation "${situation}"`)
  const board = made()
  board.passes(600)
  return panelOf(board.status().panel)
}

describe('the start page', () => {
  it('tells the lights as the code has them', () => {
    const text = readFileSync(PAGE, 'utf8')
    const from = text.indexOf(BEGIN)
    const to = text.indexOf(END)
    ok(from >= 0 && to > from, `${PAGE} has lost its marks`)
    const wanted = `${text.slice(0, from)}${BEGIN}\n${startTable()}\n${text.slice(to)}`
    if (golden) writeFileSync(PAGE, wanted)
    else ok(text === wanted, 'board/START.md is out of date: UPDATE_GOLDEN=1')
  })

  it('has a drawing of the lights, made from the code', () => {
    if (golden) writeFileSync(DRAWING, startDrawing())
    else ok(readFileSync(DRAWING, 'utf8') === startDrawing(), 'board/start.svg is out of date: UPDATE_GOLDEN=1')
  })

  it('every pattern in it is one of the table, and what boards show that run is what the core shows then', () => {
    const known: readonly string[] = Object.values(PATTERNS)
    const shown = START_STATES.flatMap(state => (state === null ? [] : [state.a, state.b]))
    const odd = shown.filter(
      ({ panel, words }) => words !== 'still the code' && !LEDS.every(led => known.includes(panel[led]))
    )
    deepEqual(odd, [])
    const truth = [
      ['a serves, and asks for you', 'a', 'fence not proved: the board that serves; its button proves it'],
      ['a serves, and asks for you', 'b', 'fence not proved: the board that stands by'],
      ['Hold the button of a for 4 s', 'a', 'the button is held for 3 to 8 s'],
      ['a cuts b, and b comes back', 'a', 'fence being proved'],
      ['Ready', 'a', 'all well: the board that serves'],
      ['Ready', 'b', 'all well: the board that stands by'],
      ['They start', 'a', 'starting: listening for the other board']
    ] as const
    for (const [title, board, situation] of truth) {
      const state = START_STATES.find(one => one?.title === title)
      deepEqual(state?.[board].panel, panelIn(situation), situation)
    }
  })

  it('shows an example of a code that is one', () => {
    match(CODE, new RegExp(`^\\d{${CODE_DIGITS}}$`))
    ok(START_STATES.includes(null))
  })

  it('its links and pictures lead to something', () => {
    const text = readFileSync(PAGE, 'utf8')
    const broken = [...text.matchAll(/\]\(([^)#]+)(?:#([^)]+))?\)/g)].filter(([, file = '', anchor]) => {
      const target = join(dirname(PAGE), file)
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor))
    })
    deepEqual(
      broken.map(([link]) => link),
      []
    )
  })

  it('its drawings need nothing from elsewhere and run nothing', () => {
    for (const name of ['start.svg', 'start-cables.svg']) {
      const svg = readFileSync(fileOf(name), 'utf8')
      ok(!/<script|href=|url\(|@import|<foreignObject/i.test(svg), name)
      match(svg, /<title id="name">[^<]+<\/title>/)
    }
  })
})
