// The tables of "What the lights say" in board/OPERATING.md, from the panel's table and from real states of the core.
import {
  LEDS,
  type Led,
  LIGHTS,
  type Light,
  namesOf,
  PATTERN_WORDS,
  PATTERNS,
  WHOLE
} from '../../src/core/panel-table.js'
import { SITUATIONS } from './panel-situations.js'

/** What somebody in front of the panel wants to recognise, in this order. */
const GLANCE: readonly string[] = [
  'all well: the board that serves',
  'all well: the board that stands by',
  'running alone: it has no power, and nobody brings it back',
  'running alone, acknowledged',
  'taking over',
  'taken over: the other board is held off for a while',
  'peer booting: its power is back',
  'fence not proved: the board that serves; its button proves it',
  'fence not proved: the board that stands by',
  'safe to unplug: a standby in maintenance',
  'manual mode: the other board is off; the button confirms',
  'needs a person: the harness is pulled'
]

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const head = (...cells: readonly string[]): readonly string[] => [row(...cells), row(...cells.map(() => '---'))]

const glance = (): readonly string[] => [
  ...head('what is so', ...LEDS.map(led => `\`${led}\``)),
  ...GLANCE.map(name => {
    const made = SITUATIONS.find(([situation]) => situation === name)?.[1]
    if (made === undefined) throw new Error(`there is no situation "${name}"`)
    const board = made()
    board.passes(600)
    const names = namesOf(board.status().panel)
    return row(name, ...LEDS.map(led => PATTERN_WORDS[names[led]]))
  })
]

const lightRows = (led: Led): readonly string[] => {
  const lights: readonly Light[] = Object.values(LIGHTS[led])
  return [
    `Light \`${led}\`:`,
    '',
    ...head('2 seconds of it', 'in words', 'what it says'),
    ...lights.map(({ pattern, says }) => row(`\`${PATTERNS[pattern]}\``, PATTERN_WORDS[pattern], says)),
    ''
  ]
}

const wholeRows = (): readonly string[] => [
  'All four lights together, for a while:',
  '',
  ...head('the lights', 'what they say'),
  ...Object.entries(WHOLE).map(([name, { leds, says }]) => {
    if (name === 'starting') return row('a running light over all four', says)
    const lit = LEDS.filter(led => leds[led] !== 'dark')
    const parts = [...new Set(lit.map(led => leds[led]))].map(pattern => {
      const which = lit.filter(led => leds[led] === pattern)
      const names = which.length === LEDS.length ? 'all four' : which.map(led => `\`${led}\``).join(', ')
      return `${names}: ${PATTERN_WORDS[pattern]}`
    })
    return row(parts.join('; '), says)
  }),
  ''
]

/** Everything between the marks. */
export const lightsPage = (): string =>
  [
    'At a glance (tables from the code; a pair that shares one disk has nothing to copy, and `sync` is dark):',
    '',
    ...glance(),
    '',
    'Each light by itself. A `#` is a tenth of a second lit, a `.` a tenth of a second dark.',
    '',
    ...LEDS.flatMap(lightRows),
    ...wholeRows()
  ].join('\n')
