// What a sabotage is: one rule of the core taken away by an edit of its source, and how the loss must show. Types only; the lists are beside it.
import type { FaultLevel } from '../draw.js'

/** `find` stands exactly once in that file, or the list is out of date and says so. */
export interface Edit {
  /** From `src`, like `core/evidence.ts`. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

export type Shown =
  /** A run of one of these levels, in turn, seeds from 1 on, breaks a rule within so many runs. */
  | { readonly by: 'runs'; readonly levels: readonly FaultLevel[]; readonly runsMax: number }
  /** No run can show it: this mocha test fails. `file` from `test`, without its ending. */
  | { readonly by: 'test'; readonly file: string; readonly title: string }

export interface Sabotage {
  /** Rule, or rule and part: `R3.loop`. */
  readonly name: string
  /** What the core no longer does. */
  readonly gone: string
  readonly edits: readonly Edit[]
  readonly shown: Shown
}

/** Runs that a sabotage may take at most to be caught, where nothing else is said. */
export const RUNS_MAX = 600

export const byRuns = (levels: readonly FaultLevel[], runsMax: number = RUNS_MAX): Shown => ({
  by: 'runs',
  levels,
  runsMax
})

export const byTest = (file: string, title: string): Shown => ({ by: 'test', file, title })
