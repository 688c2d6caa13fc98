// Draws board/start.svg: the lights on the way to a ready pair, from the panel's table. Two seconds of each light as a strip; where the
// page is shown on a screen, the lamps blink. The test keeps the file equal to it.
import { LEDS, type Led, PATTERNS, STEPS } from '../../src/core/panel-table.js'
import { codePanel, SLOT_MS } from '../../src/pairing/code-lights.js'
import { type BoardLights, CODE, START_STATES, type StartState } from './start-states.js'

const WIDTH = 1240
const TOP = 96
const ROW = 112
const PANEL = { a: 500, b: 866, width: 334 } as const
const LAMP_EVERY = 78
const STRIP = 60
const CELL = STRIP / STEPS
const ROUND_S = 2

/** Same rounds share one animation. */
const roundsOf = (): readonly string[] => {
  const shown = START_STATES.flatMap(state => (state === null ? [] : [state.a.panel, state.b.panel]))
  return [...new Set(shown.flatMap(panel => LEDS.map(led => panel[led])))].filter(round => round !== PATTERNS.dark)
}

/** From step to step: a light is lit or it is not. */
const keyframes = (round: string, name: string): string => {
  const stops = [...round].flatMap((step, i) => {
    if (i > 0 && round.charAt(i - 1) === step) return []
    return [`${(i * 100) / STEPS}% { fill-opacity: ${step === '#' ? 1 : 0} }`]
  })
  return `    @keyframes ${name} { ${stops.join(' ')} }`
}

const xmlText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** Runs of lit steps as bars. */
const stripOf = (round: string, x: number, y: number): readonly string[] => {
  const bars = [...round.matchAll(/#+/g)].map(({ index, 0: run }) => {
    const width = (run.length * CELL).toFixed(0)
    return `<rect class="lit" x="${(x + index * CELL).toFixed(0)}" y="${y}" width="${width}" height="8"/>`
  })
  return [`<rect class="strip" x="${x}" y="${y}" width="${STRIP}" height="8"/>`, ...bars]
}

const lampOf = (led: Led, round: string, x: number, y: number): readonly string[] => {
  const blink =
    round === PATTERNS.dark ? [] : [`<circle class="${led} r${roundsOf().indexOf(round)}" cx="${x}" cy="${y}" r="10"/>`]
  return [
    `<circle class="lamp" cx="${x}" cy="${y}" r="11"/>`,
    ...blink,
    `<text class="xs" x="${x}" y="${y + 28}" text-anchor="middle">${led}</text>`,
    ...stripOf(round, x - STRIP / 2, y + 36)
  ]
}

const panelAt = (board: 'a' | 'b', { panel }: BoardLights, y: number): readonly string[] => {
  const x = PANEL[board]
  return [
    `<rect class="box" x="${x}" y="${y + 10}" width="${PANEL.width}" height="${ROW - 22}" rx="6"/>`,
    `<text class="h2" x="${x + 10}" y="${y + 32}">${board}</text>`,
    ...LEDS.flatMap((led, i) => lampOf(led, panel[led], x + 62 + i * LAMP_EVERY, y + 34))
  ]
}

const headOf = (title: string, lines: readonly string[], number: number, y: number): readonly string[] => [
  `<circle class="ring" cx="50" cy="${y + 34}" r="16"/>`,
  `<text class="h2" x="50" y="${y + 39}" text-anchor="middle">${number}</text>`,
  `<text class="h" x="84" y="${y + 40}">${xmlText(title)}</text>`,
  ...lines.map((line, i) => `<text class="t" x="84" y="${y + 62 + i * 18}">${xmlText(line.replaceAll('`', ''))}</text>`)
]

const CODE_LINES = [
  'Both show the same, at the same time?',
  'Then it is your own other board.',
  'No: hold a button 3 s; that ends it.'
]

/** One column for each step of the code, four dots in it; the first one is the mark. */
const codeAt = (y: number): readonly string[] => {
  const x = PANEL.a
  const width = PANEL.b + PANEL.width - x
  const columns = Array.from({ length: CODE.length + 1 }, (_, slot) => {
    const panel = codePanel(CODE, 0, slot * SLOT_MS)
    const left = x + 26 + slot * 98
    const dots = LEDS.map((led, i) => {
      const lit = panel[led].includes('#')
      return `<circle class="${lit ? led : 'off'}" cx="${left + i * 20}" cy="${y + 38}" r="8"/>`
    })
    const words = slot === 0 ? 'all flicker' : `step ${slot}`
    return [...dots, `<text class="xs" x="${left + 30}" y="${y + 64}" text-anchor="middle">${words}</text>`]
  })
  return [
    `<rect class="box" x="${x}" y="${y + 10}" width="${width}" height="${ROW - 22}" rx="6"/>`,
    ...columns.flat(),
    `<text class="xs" x="${x + 26}" y="${y + 86}">an example, on a and on b alike: 2 s each, over and over (8, 4, 2, 1 from the left: here ${[...CODE].join(' ')})</text>`
  ]
}

const rowOf = (state: StartState | null, index: number): readonly string[] => {
  const y = TOP + index * ROW
  const line = `<line class="rule" x1="20" y1="${y}" x2="${WIDTH - 20}" y2="${y}"/>`
  if (state === null) return [line, ...headOf('The code', CODE_LINES, index + 1, y), ...codeAt(y)]
  return [
    line,
    ...headOf(state.title, state.lines, index + 1, y),
    ...panelAt('a', state.a, y),
    ...panelAt('b', state.b, y)
  ]
}

/** The whole file. */
export const startDrawing = (): string => {
  const height = TOP + START_STATES.length * ROW + 12
  const rounds = roundsOf()
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="name">`,
    '  <title id="name">The four lights of both boards, step by step, from the first power to a ready pair</title>',
    '  <style>',
    '    .bg { fill: #ffffff } .box { fill: #fafaf7; stroke: #c9c9c2 } .rule { stroke: #c9c9c2 }',
    '    .ring, .lamp, .off { fill: #ffffff; stroke: #222222; stroke-width: 1.5 }',
    '    .active, .peer { fill: #2e9e3a } .sync { fill: #e0a800 } .fault { fill: #d32f2f }',
    '    .strip { fill: #e4e4df } .lit { fill: #333333 }',
    "    text { font-family: 'DejaVu Sans', Verdana, Arial, sans-serif; fill: #1c1c1c }",
    '    .title { font-size: 24px; font-weight: bold } .h { font-size: 17px; font-weight: bold } .h2 { font-size: 14px; font-weight: bold }',
    '    .t { font-size: 14px } .xs { font-size: 11px }',
    '    @media (prefers-reduced-motion: no-preference) {',
    ...rounds.map((_, i) => `    .r${i} { animation: k${i} ${ROUND_S}s step-end infinite }`),
    '    }',
    ...rounds.map((round, i) => keyframes(round, `k${i}`)),
    '  </style>',
    `  <rect class="bg" width="${WIDTH}" height="${height}"/>`,
    '  <text class="title" x="20" y="42">The lights on the way to a ready pair</text>',
    '  <text class="t" x="20" y="72">Below each light two seconds of it: black = lit. A light that blinks is alive; one that stands still for three seconds is not.</text>',
    ...START_STATES.flatMap(rowOf).map(line => `  ${line}`),
    '</svg>',
    ''
  ]
  return lines.join('\n')
}
