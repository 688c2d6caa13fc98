// Chooses the crash points of a log: spread over all of it, by a seed, half of them with torn writes. Called by the crash-point
// proof; pure.
import { createPrng } from '../../simulator/prng.js'
import { type Boundary, type CardPromise, findBoundaries } from './boundary.js'
import { type Piece, tear } from './tear.js'
import type { WriteLog } from './write-log.js'

export interface CrashPoint {
  /** From 1, in the log's order. */
  readonly number: number
  readonly boundary: Boundary
  /** Some of the writes under way may be on the card: which, `extra` says. */
  readonly torn: boolean
  readonly extra: readonly Piece[]
}

export interface PointChoice {
  readonly count: number
  readonly seed: string
  readonly promise: CardPromise
  /** Whoever wrote entry `index` had waited for the one before. */
  readonly waits: (index: number) => boolean
}

/** The `at`-th of `count` places among `length`: one of each equal part, the first and the last always. */
const placeOf = (at: number, count: number, length: number, pick: (n: number) => number): number => {
  if (at === 0) return 0
  if (at === count - 1) return length - 1
  if (length < count) return Math.round((at * (length - 1)) / (count - 1))
  const from = Math.floor((at * length) / count)
  return from + pick(Math.max(1, Math.floor(((at + 1) * length) / count) - from))
}

/**
 * The points, in the log's order. Fewer than `count` where the log has not as many that differ: the same boundary counts again
 * only with other sectors torn.
 */
export const choosePoints = (log: WriteLog, { count, seed, promise, waits }: PointChoice): readonly CrashPoint[] => {
  const boundaries = findBoundaries(log.entries, promise, waits)
  const random = createPrng(seed, 'crash points')
  const seen = new Set<string>()
  const points: CrashPoint[] = []
  for (let at = 0; at < count; at++) {
    const boundary = boundaries[placeOf(at, count, boundaries.length, random.int)]
    if (boundary === undefined) continue
    const wanted = at % 2 === 0
    const again = seen.has(`${boundary.applied} `)
    const torn = (wanted || again) && boundary.until > boundary.applied
    const extra = torn ? tear(log.entries, boundary, promise, createPrng(seed, `torn ${at}`)) : []
    const name = `${boundary.applied} ${extra.map(({ entry, from, sectors }) => `${entry.dataAt}+${from}:${sectors}`).join(' ')}`
    if (seen.has(name)) continue
    seen.add(name)
    points.push({ number: points.length + 1, boundary, torn, extra })
  }
  return points
}
