// The daemon's two clocks. Only the runtime makes one; the core gets instants as arguments and never asks.
import type { Clock } from '../port/ports.js'

/** Monotonic milliseconds since this process began (with fraction) and wall-clock seconds for labels. Source: R11. */
export const createClock = (): Clock => ({
  now: () => performance.now(),
  wallSeconds: () => Math.floor(Date.now() / 1000)
})
