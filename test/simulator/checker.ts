// Runs the invariants over the world's facts and stops the run at the first that breaks. Made anew for each run by run.ts.
import type { Fact, FactKind } from './facts.js'
import { createInvariants } from './invariants/all.js'
import type { Invariant, Verdict } from './invariants/invariant.js'
import type { Past } from './judge.js'
import { remember } from './judge.js'
import type { World } from './world.js'

type Check = (world: World, past: Past, fact: Fact) => Verdict

export interface Checker {
  readonly tell: (world: World, past: Past, fact: Fact) => void
}

export const createChecker = (invariants: readonly Invariant[] = createInvariants()): Checker => {
  const byKind = new Map<FactKind, { readonly invariant: Invariant; readonly check: Check }[]>()
  for (const invariant of invariants)
    for (const [kind, check] of Object.entries(invariant.checks)) {
      const list = byKind.get(kind as FactKind) ?? []
      list.push({ invariant, check: check as Check })
      byKind.set(kind as FactKind, list)
    }
  return {
    tell: (world, past, fact) => {
      if (world.violation !== null) return
      remember(world, past, fact)
      for (const { invariant, check } of byKind.get(fact.kind) ?? []) {
        if (world.beyond !== null && invariant.afterBeyond !== true) continue
        const verdict = check(world, past, fact)
        if (verdict === null) continue
        judge(world, invariant, verdict)
        return
      }
    }
  }
}

const judge = (world: World, invariant: Invariant, verdict: string | { readonly beyond: string }): void => {
  if (typeof verdict !== 'string') {
    world.beyond = verdict.beyond
    return
  }
  const assumed = invariant.assumes.find(assumption => assumption.broken(world))
  if (assumed === undefined) world.violation = { rule: invariant.rule, text: `${verdict} (${invariant.says})` }
  else world.beyond = assumed.name
}
