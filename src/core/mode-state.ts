// What the core remembers of a change of mode that waits for the peer (R14); a part of CoreState.
import type { Mode } from './types.js'

export interface ModeAsk {
  mode: Mode
  number: number
  previous: Mode
  previousForMs: number
  by: number
  /** Since when it is durable here, and told in tokens; null = not yet. */
  storedAt: number | null
  request: number | null
}
