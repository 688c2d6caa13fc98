import { equal } from 'node:assert/strict'
import { PATTERNS, type PatternName, STEP_MS, STEPS } from '../../src/core/panel-table.js'
import { type Edge, readPattern, stillMs } from './light-pattern.js'

/** Edges of a pattern, each late by something up to `lateMs`, as a slow board blinks. */
const blink = (name: PatternName, rounds: number, lateMs: number, from: number): Edge[] => {
  const edges: Edge[] = []
  const text = PATTERNS[name].repeat(rounds)
  for (let step = 0; step < text.length; step += 1) {
    const lit = text.charAt(step) === '#'
    if (lit === (edges.at(-1)?.lit ?? false)) continue
    edges.push({ at: from + step * STEP_MS + ((step * 7919) % 10) * (lateMs / 10), lit })
  }
  return edges
}
const NOW = 5 * STEPS * STEP_MS

describe('reading the lights of an emulated board', () => {
  it('every pattern of the panel is read, from any instant, also if its edges are late', () => {
    for (const name of Object.keys(PATTERNS) as PatternName[]) {
      for (const shift of [0, 130, 777, 1430]) {
        const seen = readPattern(blink(name, 5, 30, 0), NOW - shift)
        // The four of the running light differ in their beginning only.
        equal(seen?.replace(/^run\d$/, 'run'), name.replace(/^run\d$/, 'run'), `${name}, ${shift} ms before the end`)
      }
    }
  })

  it('a light that stands still lit is no pattern, and one that was never lit is dark', () => {
    equal(readPattern([{ at: 0, lit: true }], NOW), null)
    equal(readPattern([], NOW), 'dark')
  })

  it('a light that no longer changes is told by how long it stands still', () => {
    equal(stillMs([{ at: 100, lit: true }], 3100), 3000)
    equal(stillMs([], 3100), Number.POSITIVE_INFINITY)
  })
})
