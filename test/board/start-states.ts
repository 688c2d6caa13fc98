// The states of the lights on the way from two fresh cards to a ready pair, in the order in which a person sees them. Drawn by
// start-drawing.ts, told by start-page.ts; what each looks like is the panel's table and nothing else.
import {
  LEDS,
  namesOf,
  PATTERN_WORDS,
  PATTERNS,
  type Panel,
  type PanelView,
  panelOf
} from '../../src/core/panel-table.js'
import { codePanel, SLOT_MS } from '../../src/pairing/code-lights.js'

/** An example; yours is another one. */
export const CODE = '482913'

export interface BoardLights {
  readonly panel: Panel
  /** For the page: the lights in words. */
  readonly words: string
}

export interface StartState {
  /** Title, and one to three lines below it, each short enough for the drawing. */
  readonly title: string
  readonly lines: readonly string[]
  readonly a: BoardLights
  readonly b: BoardLights
}

const CALM: PanelView = { whole: null, active: 'standby', peer: 'well', sync: 'none', fault: 'none' }

const wordsOf = (view: PanelView): string => {
  if (view.whole === 'starting') return 'a light that runs over all four'
  const names = namesOf(view)
  const lit = LEDS.filter(led => names[led] !== 'dark')
  if (lit.length === 0) return 'all dark'
  return [...new Set(lit.map(led => names[led]))]
    .map(pattern => {
      const which = lit.filter(led => names[led] === pattern)
      const who = which.length === LEDS.length ? 'all four' : which.map(led => `\`${led}\``).join(', ')
      return `${who}: ${PATTERN_WORDS[pattern]}`
    })
    .join('; ')
}

const lights = (view: Partial<PanelView>): BoardLights => {
  const whole = { ...CALM, ...view }
  return { panel: panelOf(whole), words: wordsOf(whole) }
}

const DARK: BoardLights = {
  panel: { active: PATTERNS.dark, peer: PATTERNS.dark, sync: PATTERNS.dark, fault: PATTERNS.dark },
  words: 'all dark'
}
const SHOWS_CODE: BoardLights = { panel: codePanel(CODE, 0, SLOT_MS), words: 'still the code' }
const WAITS = lights({ whole: 'unconfigured' })
const SERVES: PanelView = { ...CALM, active: 'serving' }

/** `null` = the code, which has a drawing of its own. */
export const START_STATES: readonly (StartState | null)[] = [
  {
    title: 'Both boards wait for you',
    lines: ['Power in, and two minutes of patience.'],
    a: WAITS,
    b: WAITS
  },
  {
    title: 'One looks for the other',
    lines: ['Hold the button of a until you see this,', 'let go. Then the button of b.'],
    a: lights({ whole: 'seeking' }),
    b: WAITS
  },
  null,
  {
    title: 'One has your word',
    lines: ['Short press on a: it shows this.', 'Short press on b.'],
    a: lights({ whole: 'agreed' }),
    b: SHOWS_CODE
  },
  {
    title: 'They are a pair',
    lines: ['For ten seconds; then both start anew', 'by themselves. Hands off now.'],
    a: lights({ whole: 'paired' }),
    b: lights({ whole: 'paired' })
  },
  {
    title: 'They start',
    lines: ['They prepare the blank disk themselves.', 'Ten minutes at most, with other lights', 'in between.'],
    a: lights({ whole: 'starting' }),
    b: lights({ whole: 'starting' })
  },
  {
    title: 'a serves, and asks for you',
    lines: ['May it cut the power of b once, to prove', 'that it can? Nothing comes to harm.'],
    a: lights({ ...SERVES, fault: 'provable' }),
    b: lights({ fault: 'unproved' })
  },
  {
    title: 'Hold the button of a for 4 s',
    lines: ['Three lights flicker: let go now,', 'before 8 s have passed.'],
    a: lights({ whole: 'armed' }),
    b: lights({ fault: 'unproved' })
  },
  {
    title: 'a cuts b, and b comes back',
    lines: ['Two minutes. Then a hands over to b', 'by itself.'],
    a: lights({ ...SERVES, peer: 'cutting', fault: 'warning' }),
    b: DARK
  },
  {
    title: 'b serves, and asks for you',
    lines: ['The same once more: hold the button', 'of b for 4 s.'],
    a: lights({}),
    b: lights({ ...SERVES, fault: 'provable' })
  },
  {
    title: 'Ready',
    lines: ['a serves, b stands by. A short flash of', '`fault`: have a look when you have time.'],
    a: lights(SERVES),
    b: lights({})
  }
]
