// One service of a group with its control and its probe: start until ready, stop, restart if ill, one round of watching.
// Called by service.ts, which knows the order of services and who listens.
import { setTimeout as delay } from 'node:timers/promises'
import type { DeadlinesConfig, ServiceConfig } from '../config/types.js'
import type { ActionOutcome } from '../core/event.js'
import type { Epoch } from '../core/types.js'
import type { GroupRunner } from './group-command.js'
import type { ServiceControl } from './service-control.js'
import { probeService } from './service-probe.js'

/** Mutable: owned by service.ts, changed by the functions below. */
export interface ServiceEntry {
  readonly runner: GroupRunner
  readonly deadlines: DeadlinesConfig
  readonly config: ServiceConfig
  readonly control: ServiceControl
  /** Words for status. */
  state: string
  /** Failed probes in a row. */
  failures: number
  probing: boolean
}

/** So many failed probes in a row are a failed service. */
const FAILURES_MAX = 2

/** Milliseconds between two looks at a service that starts: often at first, since takeover time counts. */
const pauseMs = (round: number): number => (round < 40 ? 5 : round < 90 ? 20 : 100)

/** A command of ours that is dead is `dead` whatever the probe says: another program may answer on its port. */
const look = async (entry: ServiceEntry, timeoutMs: number): Promise<{ dead: boolean; problem: string | null }> => {
  const { config, control, runner } = entry
  const dead = config.unit === null ? await control.alive(timeoutMs) : null
  if (dead !== null) return { dead: true, problem: dead }
  return { dead: false, problem: await probeService(runner, config.probe, timeoutMs, () => control.alive(timeoutMs)) }
}

const waitReady = async (entry: ServiceEntry, deadlineAt: number): Promise<ActionOutcome> => {
  const { name, probe } = entry.config
  for (let round = 0; ; round += 1) {
    const leftMs = Math.max(deadlineAt - performance.now(), 1)
    const { dead, problem } = await look(entry, Math.min(probe.timeoutMs, leftMs))
    if (problem === null) return { ok: true }
    if (dead || performance.now() >= deadlineAt) {
      const words = await entry.control.lastWords()
      const when = dead ? '' : ` within ${entry.deadlines.startMs} ms`
      const last = words === '' ? '' : ` (its last words: ${words})`
      return { ok: false, reason: `the service ${name} did not become ready${when}: ${problem}${last}` }
    }
    await delay(Math.min(pauseMs(round), leftMs))
  }
}

/** Start it and wait for the first answer of its probe, at most `startMs`. */
export const startEntry = async (entry: ServiceEntry, epoch: Epoch): Promise<ActionOutcome> => {
  const deadlineAt = performance.now() + entry.deadlines.startMs
  entry.state = 'starting'
  const started = await entry.control.start(epoch)
  const outcome = started.ok ? await waitReady(entry, deadlineAt) : started
  entry.state = outcome.ok ? 'running' : outcome.reason
  entry.failures = 0
  return outcome
}

export const stopEntry = async (entry: ServiceEntry): Promise<ActionOutcome> => {
  entry.state = 'stopping'
  const outcome = await entry.control.stop()
  entry.state = outcome.ok ? 'stopped' : outcome.reason
  return outcome
}

/** Stop and start it if it is dead or fails its probe now; else leave it alone. */
export const restartEntry = async (entry: ServiceEntry, epoch: Epoch): Promise<ActionOutcome> => {
  const { problem } = await look(entry, entry.config.probe.timeoutMs)
  if (problem === null) return { ok: true }
  const stopped = await stopEntry(entry)
  return stopped.ok ? startEntry(entry, epoch) : stopped
}

/** One probe of a service that should run. Returns why it counts as failed, or null. `judged` is asked after the probe. */
export const watchEntry = async (entry: ServiceEntry, judged: () => boolean): Promise<string | null> => {
  entry.probing = true
  const { problem } = await look(entry, entry.config.probe.timeoutMs)
  entry.probing = false
  if (!judged()) return null
  await entry.control.tidy()
  if (problem === null) {
    entry.failures = 0
    entry.state = 'running'
    return null
  }
  entry.failures += 1
  if (entry.failures < FAILURES_MAX) return null
  entry.failures = 0
  entry.state = problem
  return problem
}
