// Runs a saved trace of a daemon through a core and compares: the same facts at the same instants must give the same orders.
// Used by replay.ts and the tests. Knows no world: all that happened is in the trace.
import { isDeepStrictEqual } from 'node:util'
import type { Effect } from '../../src/core/effect.js'
import type { CoreEvent } from '../../src/core/event.js'
import type { CoreState as State } from '../../src/core/state.js'
import { type TraceHeader, type TracePart, unpackPart } from '../../src/runtime/trace.js'
import type { CoreModule } from './core-module.js'

export interface Difference {
  readonly now: number
  /** null = the core's memory at a snapshot, not the orders of a step. */
  readonly event: CoreEvent | null
  readonly recorded: unknown
  readonly replayed: unknown
}

export interface Replay {
  readonly steps: number
  readonly snapshots: number
  readonly firstAt: number
  readonly lastAt: number
  readonly difference: Difference | null
}

export type OnStep = (event: CoreEvent, now: number, effects: readonly Effect[]) => void

export type Saved =
  | { readonly ok: true; readonly header: TraceHeader; readonly parts: readonly TracePart[] }
  | { readonly ok: false; readonly reason: string }

/** The text of a file that `baton trace` saved. */
export const readTrace = (text: string): Saved => {
  const [first = '', ...lines] = text.split('\n').filter(line => line !== '')
  try {
    const header = JSON.parse(first) as TraceHeader
    if (header.trace !== 1) return { ok: false, reason: 'it is a trace of another version' }
    const parts = lines.map(unpackPart)
    if (parts[0]?.state === null) return { ok: false, reason: 'it does not begin with a snapshot' }
    return { ok: true, header, parts }
  } catch (error) {
    return { ok: false, reason: `it is no trace: ${(error as Error).message}` }
  }
}

/** As it would have been recorded. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown

/** Stops at the first difference. A core that throws is a difference, too. */
export const replay = (parts: readonly TracePart[], core: CoreModule, onStep: OnStep = () => {}): Replay => {
  const [first] = parts
  let state: object | null = null
  let steps = 0
  let snapshots = 0
  const firstAt = first?.steps[0]?.[1] ?? 0
  let lastAt = firstAt
  const end = (difference: Difference | null): Replay => ({ steps, snapshots, firstAt, lastAt, difference })
  for (const part of parts) {
    if (part.state !== null) {
      snapshots += 1
      const recorded: State = part.state
      if (state !== null && !isDeepStrictEqual(plain(state), recorded))
        return end({ now: lastAt, event: null, recorded, replayed: plain(state) })
      state = recorded
    }
    for (const [event, now, recorded] of part.steps) {
      steps += 1
      lastAt = now
      let replayed: unknown
      try {
        const effects = core.step(state ?? {}, event, now)
        onStep(event, now, effects)
        replayed = plain(effects)
      } catch (error) {
        replayed = `the core failed: ${(error as Error).stack ?? String(error)}`
      }
      if (!isDeepStrictEqual(replayed, recorded)) return end({ now, event, recorded, replayed })
    }
  }
  return end(null)
}
