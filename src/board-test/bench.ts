// What every part of the board test works with: the configuration, a clock that can be broken off, and a person or nobody.
import { setTimeout as delay } from 'node:timers/promises'
import type { BoardFacts } from '../config/board-kind.js'
import type { Config } from '../config/types.js'
import type { BoardId } from '../core/types.js'

export interface Bench {
  readonly config: Config
  readonly facts: BoardFacts
  readonly peer: BoardId
  /** Monotonic milliseconds. */
  now(): number
  /** Words for a person, as they come. */
  tell(text: string): void
  /** null = nobody can be asked. The answer null = the person wants none of it. */
  readonly ask: ((question: string) => Promise<string | null>) | null
  /** Broken off: no part begins any more, and every wait ends. */
  readonly signal: AbortSignal
}

/** Ends early where the test is broken off. */
export const pause = async ({ signal }: Pick<Bench, 'signal'>, ms: number): Promise<void> => {
  await delay(ms, undefined, { signal }).catch(() => {})
}

/** Ask until it is yes or no; Enter is yes. null = there is nobody, or the question was left. */
export const askYes = async ({ ask }: Pick<Bench, 'ask'>, question: string): Promise<boolean | null> => {
  if (ask === null) return null
  for (let tries = 0; tries < 3; tries += 1) {
    const answer = (await ask(`${question} [Enter = yes, n = no] `))?.trim().toLowerCase()
    if (answer === undefined) return null
    if (['', 'y', 'yes'].includes(answer)) return true
    if (['n', 'no'].includes(answer)) return false
  }
  return null
}
