// The daemon's two clocks. Only the runtime makes one; the core gets instants as arguments and never asks.
import type { Clock } from '../port/ports.js'

/** The wall clock in milliseconds, to compare it with the other board's; a label like the other (R11). */
export interface DaemonClock extends Clock {
  wallMs(): number
}

/** Monotonic milliseconds since this process began (with fraction) and wall-clock seconds for labels. Source: R11. */
export const createClock = (): DaemonClock => ({
  now: () => performance.now(),
  wallSeconds: () => Math.floor(Date.now() / 1000),
  wallMs: () => Date.now()
})
