// Reads the code of a pairing from the edges of a board's four lights, as a person would: a mark, then six steps parted by dark. Pure.
// What is not six clear steps between two marks is no code: an emulated board may stand still for a moment, and the code comes again.
import { LEDS, type Led } from '../../src/core/panel-table.js'
import { bitsOf, SLOT_MS } from '../../src/pairing/code-lights.js'
import type { Edge } from './light-pattern.js'

export type Edges = Readonly<Record<Led, readonly Edge[]>>

const DIGITS = 6
/** From one mark to the end of the next one, and a little. */
export const CODE_WINDOW_MS = SLOT_MS * (2 * (DIGITS + 1) + 2)
const LOOK_MS = 25
/** Of the last step of a mark nobody can tell whether another one follows, until so much time has passed. */
const MARK_PAUSE_MS = 1000
/** So long a dark parts two steps; the gap is half a second. */
const GAP_MS = 200
/** A step is lit for a second and a half. What is shorter is the four lights changing one after the other. */
const STEP_MS_MIN = 700
const FLEETING_MS = 300
const ALL = 2 ** LEDS.length - 1

/** The four lights as a number every LOOK_MS, `count` times up to `now`; `active` is worth 8. */
const samplesOf = (edges: Edges, now: number, count: number): readonly number[] => {
  const next = LEDS.map(() => 0)
  return Array.from({ length: count }, (_, i) => {
    const at = now - (count - 1 - i) * LOOK_MS
    return LEDS.reduce((sum, led, n) => {
      const own = edges[led]
      let edge = next[n] ?? 0
      while ((own[edge]?.at ?? Number.POSITIVE_INFINITY) <= at) edge += 1
      next[n] = edge
      return 2 * sum + Number(own[edge - 1]?.lit ?? false)
    }, 0)
  })
}

/** No digit lights all four: they are a mark, or no code at all. */
export const sawAllLit = (edges: Edges, now: number, withinMs: number): boolean =>
  samplesOf(edges, now, withinMs / LOOK_MS).includes(ALL)

/** Places of the samples between the marks: from the end of a mark to the beginning of the next one. */
const betweenMarks = (samples: readonly number[]): readonly (readonly [number, number])[] => {
  const spans: [number, number][] = []
  let last: number | null = null
  samples.forEach((value, i) => {
    if (value !== ALL) return
    if (last !== null && (i - last) * LOOK_MS > MARK_PAUSE_MS) spans.push([last + 1, i])
    last = i
  })
  return spans
}

/** Runs of samples in which something is lit, parted by long enough a dark. */
const stepsOf = (samples: readonly number[]): readonly (readonly number[])[] => {
  const steps: number[][] = []
  let dark = Number.POSITIVE_INFINITY
  for (const value of samples) {
    dark = value === 0 ? dark + 1 : dark
    if (value === 0) continue
    if (dark * LOOK_MS >= GAP_MS) steps.push([])
    steps.at(-1)?.push(value)
    dark = 0
  }
  return steps.filter(step => step.length * LOOK_MS >= FLEETING_MS)
}

/** The digit that the lights show for most of a step; null = none, or the step is too short. */
const digitOf = (step: readonly number[]): string | null => {
  if (step.length * LOOK_MS < STEP_MS_MIN) return null
  const bits = LEDS.reduce((sum, _, i) => {
    const bit = 2 ** (LEDS.length - 1 - i)
    return sum + (step.filter(value => (value & bit) !== 0).length * 2 > step.length ? bit : 0)
  }, 0)
  const digit = Array.from({ length: 10 }, (_, i) => i).find(one => bitsOf(one) === bits)
  return digit === undefined ? null : String(digit)
}

/** Six digits; null = the lights show no code, or not for long enough yet. */
export const readCode = (edges: Edges, now: number): string | null => {
  const samples = samplesOf(edges, now, CODE_WINDOW_MS / LOOK_MS)
  for (const [from, to] of betweenMarks(samples).toReversed()) {
    const digits = stepsOf(samples.slice(from, to)).map(digitOf)
    if (digits.length === DIGITS && !digits.includes(null)) return digits.join('')
  }
  return null
}
