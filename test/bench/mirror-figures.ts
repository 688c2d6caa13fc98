// The figures of `bench mirror`: whose turn it is, what `dd` says, and what becomes of many rounds. Pure. Used by mirror.ts and the rig's scenario.
import { type Spread, spreadOf } from './stats.js'

/**
 * baton: as it serves. hand: DRBD as a person brings it up, with its defaults. settings: by hand, with baton's settings, to tell what they cost
 * from what the daemon costs.
 */
export const WAYS = ['baton', 'hand', 'settings'] as const
export type Way = (typeof WAYS)[number]

export interface Round {
  readonly way: Way
  /** One stream of large writes past the page cache. */
  readonly sequentialMiBs: number
  /** Small writes, each on both disks before the next one, in a second. */
  readonly smallPerS: number
}

/** Every other round is turned round: whatever becomes slower in time, or follows a change, meets all alike. */
export const turnsOf = (ways: readonly Way[], runs: number): readonly Way[] =>
  Array.from({ length: runs }, (_, run) => (run % 2 === 0 ? ways : [...ways].reverse())).flat()

export interface Written {
  readonly bytes: number
  readonly seconds: number
}

/** The last line of dd(1) in the C locale. Throws where it does not say how long it took. */
export const readDd = (words: string): Written => {
  const [, bytes, seconds] = /^(\d+) bytes .*copied, ([\d.]+(?:e[+-]\d+)?) s,/m.exec(words) ?? []
  if (bytes === undefined || !(Number(seconds) > 0)) throw new Error(`dd did not say how long it took: ${words.trim()}`)
  return { bytes: Number(bytes), seconds: Number(seconds) }
}

type Figure = 'sequentialMiBs' | 'smallPerS'
export const FIGURES: readonly Figure[] = ['sequentialMiBs', 'smallPerS']

export interface Comparison {
  readonly spreads: Readonly<Partial<Record<Way, Spread>>>
  /** Median of each way, divided by that of `hand`; hundredths. */
  readonly ratios: Readonly<Partial<Record<Way, number>>>
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((x, y) => x - y)
  const half = sorted.length / 2
  return ((sorted[Math.ceil(half) - 1] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2
}

/** Ways without a round are left out; without one by hand there is no ratio. */
export const compare = (rounds: readonly Round[], figure: Figure): Comparison => {
  const valuesOf = (way: Way): readonly number[] => rounds.filter(one => one.way === way).map(one => one[figure])
  const byHand = valuesOf('hand')
  const there = WAYS.filter(way => valuesOf(way).length > 0)
  const ratio = (way: Way): number => Math.round((median(valuesOf(way)) / median(byHand)) * 100) / 100
  return {
    spreads: Object.fromEntries(there.map(way => [way, spreadOf(valuesOf(way))])),
    ratios:
      byHand.length === 0 ? {} : Object.fromEntries(there.filter(way => way !== 'hand').map(way => [way, ratio(way)]))
  }
}
