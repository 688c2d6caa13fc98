// Gives every child of the daemon an ordinary life. Called wherever a child is started (command, line-process, service-launch).
// The daemon itself is protected from the memory killer; what it starts must not be, else a service that eats all memory is
// the last to go. The real-time class needs nothing here: the unit sets CPUSchedulingResetOnFork, and the kernel does it.
import { readFileSync, writeFileSync } from 'node:fs'

const ORDINARY = 0

const adjustmentOf = (pid: number | 'self'): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'latin1'))
  } catch {
    return 0
  }
}

/**
 * Lift the daemon's protection (`OOMScoreAdjust`, below 0) from a child that was just started; what the child starts inherits that.
 * Does nothing where the daemon has none, or where somebody already gave the child a value of its own. Never throws.
 */
export const makeOrdinary = (pid: number | undefined, ordinary = ORDINARY): void => {
  if (pid === undefined) return
  const own = adjustmentOf('self')
  if (own >= ordinary || adjustmentOf(pid) !== own) return
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(ordinary))
  } catch {
    // It has ended already.
  }
}
