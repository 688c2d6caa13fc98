// Reads blinking lights: from the edges of one light to the pattern of the panel's table that fits best. Pure.
// A board in an emulator is late now and then; the nearest pattern is taken, if it is near enough.
import { PATTERNS, type PatternName, STEP_MS, STEPS } from '../../src/core/panel-table.js'

/** A light is lit, or not, from `at` on. Oldest first. */
export interface Edge {
  readonly at: number
  readonly lit: boolean
}

const LOOK_MS = 25
/** A pattern may begin anywhere; so near is near enough. */
const SHIFT_MS = 25
const ROUND_MS = STEP_MS * STEPS
/** So many rounds are read. */
const ROUNDS = 3
export const WINDOW_MS = ROUND_MS * ROUNDS
/** Of what was seen, this part may be wrong. */
const WRONG_PART_MAX = 0.2

const litAt = (edges: readonly Edge[], at: number): boolean => edges.findLast(edge => edge.at <= at)?.lit ?? false

/** Smallest part of the samples that differ from the pattern, over all its beginnings. */
const distance = (samples: readonly boolean[], pattern: string): number => {
  let best = 1
  for (let shift = 0; shift < ROUND_MS; shift += SHIFT_MS) {
    const wrong = samples.filter((lit, i) => {
      const step = Math.floor(((i * LOOK_MS + shift) % ROUND_MS) / STEP_MS)
      return (pattern.charAt(step) === '#') !== lit
    }).length
    best = Math.min(best, wrong / samples.length)
  }
  return best
}

/** The pattern that a light shows in the time before `now`; null = none. Of patterns that differ only in their beginning, the first one. */
export const readPattern = (edges: readonly Edge[], now: number): PatternName | null => {
  const samples = Array.from({ length: WINDOW_MS / LOOK_MS }, (_, i) => litAt(edges, now - WINDOW_MS + i * LOOK_MS))
  // Steady is no pattern, but it is nearer to a light that stands still than the nearest pattern is.
  const candidates: readonly (readonly [PatternName | null, string])[] = [
    ...(Object.entries(PATTERNS) as [PatternName, string][]),
    [null, '#'.repeat(STEPS)]
  ]
  const ranked = candidates
    .map(([name, pattern]) => ({ name, wrong: distance(samples, pattern) }))
    .sort((x, y) => x.wrong - y.wrong)
  const first = ranked[0]
  return first !== undefined && first.wrong <= WRONG_PART_MAX ? first.name : null
}

/** For how long the light has not changed, in milliseconds; Infinity = it never did. */
export const stillMs = (edges: readonly Edge[], now: number): number => {
  const last = edges.at(-1)
  return last === undefined ? Number.POSITIVE_INFINITY : now - last.at
}
