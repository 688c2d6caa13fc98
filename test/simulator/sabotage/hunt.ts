// Looks for a run that shows a sabotage up, and makes sure that the shipped core passes the very same run. Called by command.ts and the tests.
import type { CoreModule } from '../core-module.js'
import { loadCore } from '../core-module.js'
import type { FaultLevel } from '../draw.js'
import { drawPlan } from '../draw.js'
import { runPlan } from '../run.js'
import { buildCopy } from './build.js'
import type { Sabotage } from './entry.js'
import { SABOTAGES } from './list.js'

export interface Catch {
  readonly caught: boolean
  /** The run that caught it. */
  readonly seed: string | null
  readonly level: FaultLevel | null
  /** Runs that it took; the budget where nothing was caught. */
  readonly runs: number
  readonly seconds: number
  /** The rule that broke, and the words of the checker. */
  readonly rule: string | null
  readonly text: string | null
}

/** The core without that rule, by the exact name of a sabotage in the list; throws where there is none. */
export const loadSabotaged = async (name: string): Promise<CoreModule> => {
  const found = SABOTAGES.find(one => one.name === name)
  if (found === undefined) throw new Error(`there is no sabotage ${name}`)
  return loadCore(buildCopy(found).core)
}

/** Seeds from `first` on, levels in turn. A run that breaks the shipped core as well catches nothing. */
export const hunt = async (sabotage: Sabotage, shipped: CoreModule, first = 1): Promise<Catch> => {
  const { shown } = sabotage
  if (shown.by !== 'runs') throw new Error(`${sabotage.name} is shown by a test, not by runs`)
  const broken = await loadCore(buildCopy(sabotage).core)
  const startedAt = process.hrtime.bigint()
  const seconds = (): number => Number((Number(process.hrtime.bigint() - startedAt) / 1e9).toFixed(2))
  for (let index = 0; index < shown.runsMax; index++) {
    const seed = String(first + index)
    const level = shown.levels[index % shown.levels.length] ?? 'all'
    const { violation } = runPlan(drawPlan(seed, level), broken)
    if (violation === null || runPlan(drawPlan(seed, level), shipped).violation !== null) continue
    const { rule, text } = violation
    return { caught: true, seed, level, runs: index + 1, seconds: seconds(), rule, text }
  }
  return { caught: false, seed: null, level: null, runs: shown.runsMax, seconds: seconds(), rule: null, text: null }
}
