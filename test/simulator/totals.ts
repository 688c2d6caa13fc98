// Adds up many runs: the one line of numbers, and what broke or stayed down how often. Used by simulate.ts and the tests.
import type { RunResult } from './run.js'

export interface TotalsLine {
  readonly runs: number
  readonly events: number
  readonly takeovers: number
  readonly virtualHours: number
  readonly violations: number
  readonly beyondAssumptions: number
  readonly seconds: number
}

export interface Totals {
  add(seed: string, result: RunResult): void
  line(seconds: number): TotalsLine
  /** For people: violations by rule with their first seeds, broken assumptions, reasons of services that stayed down. */
  words(): string
}

const SEEDS_MAX = 12
const round = (x: number, digits: number): number => Number(x.toFixed(digits))

export const createTotals = (): Totals => {
  let runs = 0
  let events = 0
  let takeovers = 0
  let virtualMs = 0
  let violations = 0
  let beyondAssumptions = 0
  const seeds = new Map<string, string[]>()
  const note = (what: string, seed: string): void => {
    const list = seeds.get(what) ?? []
    list.push(seed)
    seeds.set(what, list)
  }
  return {
    add: (seed, result) => {
      runs++
      events += result.events
      takeovers += result.takeovers
      virtualMs += result.virtualMs
      if (result.violation !== null) {
        violations++
        note(`violation of ${result.violation.rule}: ${generalise(result.violation.text)}`, seed)
      }
      if (result.beyond !== null) {
        beyondAssumptions++
        note(`beyond assumptions: ${result.beyond}`, seed)
      }
      for (const down of result.unserved) note(`down at the end: ${generalise(down.why ?? 'nobody says why')}`, seed)
    },
    line: seconds => ({
      runs,
      events,
      takeovers,
      virtualHours: round(virtualMs / 3_600_000, 2),
      violations,
      beyondAssumptions,
      seconds: round(seconds, 2)
    }),
    words: () =>
      [...seeds]
        .sort(([x], [y]) => (x < y ? -1 : 1))
        .map(([what, list]) => `${list.length} x ${what}: seeds ${list.slice(0, SEEDS_MAX).join(' ')}\n`)
        .join('')
  }
}

/** Texts that differ in numbers and names only are one kind. */
const generalise = (text: string): string =>
  text
    .split('\n')
    .slice(0, 1)
    .join('')
    .replace(/\bgroup\d\b/g, 'GROUP')
    .replace(/\bboard [ab]\b/g, 'board X')
    .replace(/\d+/g, 'N')
    .slice(0, 160)
