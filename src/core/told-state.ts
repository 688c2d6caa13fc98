// What the log was told last, so that news is told once; a part of CoreState, written by notices.ts and alarms.ts.
import type { LinkId } from './types.js'

export interface ToldState {
  /** null = nothing yet. */
  peerHeard: boolean | null
  heardSince: number
  links: Partial<Record<LinkId, boolean>>
  /** What lasts, by name: since when, or -1 where it was said. */
  lasting: Record<string, number>
}
