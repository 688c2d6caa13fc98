// Fewest faults that still break the same rule: leaves one out after the other, as long as that helps. Used by simulate.ts.
import type { CoreModule } from './core-module.js'
import type { Plan } from './plan.js'
import { runPlan } from './run.js'

/** `only`: numbers of the faults that are left, as `--only` takes them. */
export const shrink = (plan: Plan, core: CoreModule, numbers: readonly number[]): { plan: Plan; only: number[] } => {
  const rule = runPlan(plan, core).violation?.rule
  let only = plan.faults.map((fault, index) => ({ fault, number: numbers[index] ?? index }))
  for (let again = true; again; ) {
    again = false
    for (const entry of only) {
      const fewer = only.filter(other => other !== entry)
      const result = runPlan({ ...plan, faults: fewer.map(other => other.fault) }, core)
      if (result.violation?.rule !== rule) continue
      only = fewer
      again = true
      break
    }
  }
  return { plan: { ...plan, faults: only.map(entry => entry.fault) }, only: only.map(entry => entry.number) }
}
