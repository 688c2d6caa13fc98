// What an invariant is: a rule's number, and what it says to facts of the world. Each stands in a file of its own; checker.ts runs them all.
import type { Fact, FactKind } from '../facts.js'
import type { Past } from '../judge.js'
import type { World } from '../world.js'

/** `null`: all well. Text: what broke. `beyond`: broken, yet only under a fault that this rule is allowed to assume away. */
export type Verdict = null | string | { readonly beyond: string }

export type Checks = {
  readonly [K in FactKind]?: (world: World, past: Past, fact: Extract<Fact, { kind: K }>) => Verdict
}

export interface Invariant {
  /** Rule of the design, like `R1`. */
  readonly rule: string
  /** A sentence. */
  readonly says: string
  /** Faults that it is allowed to assume away, by name. */
  readonly assumes: readonly Assumption[]
  /** It also holds for a while after another rule was broken beyond its assumptions: what limits the damage (R15). */
  readonly afterBeyond?: boolean
  readonly checks: Checks
}

export interface Assumption {
  readonly name: string
  readonly broken: (world: World) => boolean
}

/** No card was swapped, no record lost behind the core's back (R5). */
export const HONEST_STORAGE: Assumption = {
  name: 'storage that lost or rolled back its record',
  broken: world => !world.boards.a.store.honest || !world.boards.b.store.honest
}

/** Orders that a taking of a group consists of. */
export const TAKING: ReadonlySet<string> = new Set([
  'check',
  'mount',
  'setAddresses',
  'checkAndSetAddresses',
  'startServices'
])
