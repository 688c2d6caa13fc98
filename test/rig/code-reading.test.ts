import { equal } from 'node:assert/strict'
import { LEDS, type Led, STEP_MS, STEPS } from '../../src/core/panel-table.js'
import { codePanel, SLOT_MS } from '../../src/pairing/code-lights.js'
import { CODE_WINDOW_MS, type Edges, readCode, sawAllLit } from './code-reading.js'
import type { Edge } from './light-pattern.js'

const ROUND_MS = 7 * SLOT_MS
/** Something up to one, the same at every run. */
const part = (n: number): number => ((n * 7919 + 104_729) % 1000) / 1000

interface Blinking {
  readonly code: string
  /** When the code was known, by the clock of the lights. */
  readonly beganAt: number
  readonly untilMs: number
  /** Each light is written late by up to this. */
  readonly lateMs?: number
  /** The board stands still: nothing is written from the first to the second instant. */
  readonly still?: readonly [number, number]
}

/** What a board does, as panel-lights.ts and by-button.ts do it: a look every tenth of a second, one light after the other. */
const blink = ({ code, beganAt, untilMs, lateMs = 0, still = [0, 0] }: Blinking): Edges => {
  const edges: Record<Led, Edge[]> = { active: [], peer: [], sync: [], fault: [] }
  for (let now = beganAt; now < untilMs; now += STEP_MS) {
    if (now >= still[0] && now < still[1]) continue
    const panel = codePanel(code, beganAt, now)
    LEDS.forEach((led, i) => {
      const lit = panel[led].charAt(Math.floor(now / STEP_MS) % STEPS) === '#'
      if (lit === (edges[led].at(-1)?.lit ?? false)) return
      edges[led].push({ at: now + i * 3 + lateMs * part(now + i), lit })
    })
  }
  return edges
}

describe('reading the code of a pairing from the lights', () => {
  it('every digit is read, whenever the code began and whenever one begins to look', () => {
    for (const code of ['482913', '005670', '000000', '777777', '123456', '890890'])
      for (const beganAt of [0, 730, 1999])
        for (const later of [0, 450, 5200, ROUND_MS - 100]) {
          const now = beganAt + CODE_WINDOW_MS + later
          equal(readCode(blink({ code, beganAt, untilMs: now }), now), code, `${code}, ${beganAt}, ${later}`)
        }
  })

  it('lights that are written late by a tenth of a second are read as well', () => {
    for (const beganAt of [0, 730, 1340])
      for (const code of ['111111', '902174', '336699']) {
        const now = beganAt + CODE_WINDOW_MS + 2500
        equal(readCode(blink({ code, beganAt, untilMs: now, lateMs: 120 }), now), code, `${code}, ${beganAt}`)
      }
  })

  it('a board that stands still for a while is never read wrongly, and is read in the next round', () => {
    const code = '284613'
    for (let at = 0; at < ROUND_MS; at += 300)
      for (const forMs of [500, 1200, 2600, 4100]) {
        const edges = blink({ code, beganAt: 0, untilMs: 5 * ROUND_MS, still: [ROUND_MS + at, ROUND_MS + at + forMs] })
        for (let now = ROUND_MS; now < 3 * ROUND_MS; now += 900) {
          const read = readCode(edges, now)
          equal(read ?? code, code, `still at ${at} for ${forMs}, read at ${now}`)
        }
        equal(readCode(edges, 4.9 * ROUND_MS), code)
      }
  })

  it('dark lights, lights that stand still and a code of which only a part was seen are no code', () => {
    const none: Edges = { active: [], peer: [], sync: [], fault: [] }
    equal(readCode(none, 100_000), null)
    equal(readCode({ ...none, peer: [{ at: 0, lit: true }] }, 100_000), null)
    equal(readCode(blink({ code: '482913', beganAt: 0, untilMs: 9000 }), 9000), null)
  })

  it('all four lit at once are a mark, and no digit', () => {
    const edges = blink({ code: '789999', beganAt: 0, untilMs: ROUND_MS })
    equal(sawAllLit(edges, 1500, 1000), true)
    equal(sawAllLit(edges, ROUND_MS - 100, 10_000), false)
  })
})
