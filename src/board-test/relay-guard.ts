// Sees to it that a relay that this process drives is released, however the process ends short of SIGKILL.
// Used while the relay is driven and no longer. After a SIGKILL the next daemon finds the level and knows what it means (R8).
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
const TRIES = 3

export interface RelayGuard {
  /** Release it now and stop guarding; why it could not be, or null. May be called again. */
  release(): string | null
}

/**
 * `off` writes the low level and reads it back; it must be synchronous. `told` hears why the process ends.
 * A signal that nobody else in this process waits for ends it afterwards, as it would have.
 */
export const guardRelay = (off: () => string | null, told: (text: string) => void): RelayGuard => {
  let outcome: string | null | undefined
  const release = (): string | null => {
    if (outcome !== undefined) return outcome
    let problem = off()
    for (let more = 1; more < TRIES && problem !== null; more += 1) problem = off()
    // One that failed is tried again at the exit.
    if (problem === null) {
      outcome = null
      stop()
    }
    return problem
  }
  const onExit = (): void => void release()
  const onSignal = (signal: NodeJS.Signals): void => {
    const problem = release()
    stop()
    told(problem === null ? `${signal}: the relay is released` : `${signal}: THE RELAY IS STILL DRIVEN: ${problem}`)
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
  const stop = (): void => {
    for (const signal of SIGNALS) process.removeListener(signal, onSignal)
    process.removeListener('exit', onExit)
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  process.on('exit', onExit)
  return { release }
}
