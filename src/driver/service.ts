// The services of a group: started in the order of the configuration and stopped in the reverse one, each watched by its
// probe. Called by group-port.ts. Decides nothing: a failed probe is told, restarting is the core's order.
import type { DeadlinesConfig, ServiceConfig } from '../config/types.js'
import type { ActionOutcome } from '../core/event.js'
import type { BoardId, Epoch } from '../core/types.js'
import type { Emit } from '../port/ports.js'
import type { GroupRunner } from './group-command.js'
import type { ServiceControl } from './service-control.js'
import { restartEntry, type ServiceEntry, startEntry, stopEntry, watchEntry } from './service-entry.js'
import { createServiceProcess } from './service-process.js'
import { endStrays } from './service-stray.js'
import { createServiceUnit } from './service-unit.js'

export interface Services {
  start(epoch: Epoch): Promise<ActionOutcome>
  stop(): Promise<ActionOutcome>
  /** Only those that are dead or fail their probe. */
  restart(epoch: Epoch): Promise<ActionOutcome>
  /** R15: SIGKILL to all, without waiting for anything. */
  kill(): Promise<void>
  /** Probe regularly and emit `serviceFailed`. */
  watch(on: boolean): void
  /** Names of those whose process or unit lives. */
  alive(deadlineMs: number): Promise<readonly string[]>
  describe(): readonly { readonly service: string; readonly state: string }[]
}

export interface ServicesContext {
  readonly runner: GroupRunner
  readonly board: BoardId
  readonly runDir: string
  readonly services: readonly ServiceConfig[]
  readonly deadlines: DeadlinesConfig
  readonly emit: Emit
  readonly log: (text: string) => void
}

const OK: ActionOutcome = { ok: true }

const makeControl = (
  context: ServicesContext,
  config: ServiceConfig,
  onExit: (reason: string) => void
): ServiceControl => {
  const { runner, deadlines } = context
  return config.unit !== null
    ? createServiceUnit({ runner, name: config.name, unit: config.unit, ...deadlines })
    : createServiceProcess({ ...context, group: runner.group, service: config, stopMs: deadlines.stopMs, onExit })
}

export const createServices = (context: ServicesContext): Services => {
  const { runner, deadlines, emit, log } = context
  let timers: NodeJS.Timeout[] = []
  let acting = 0

  const tell = (entry: ServiceEntry, reason: string): void => {
    entry.state = reason
    if (timers.length === 0 || acting > 0) return
    emit({ kind: 'serviceFailed', group: runner.group, service: entry.config.name, reason })
  }

  const entries: readonly ServiceEntry[] = context.services.map(config => {
    const control = makeControl(context, config, reason => tell(entry, `its process is gone: ${reason}`))
    const entry = { runner, deadlines, config, control, state: 'not looked at', failures: 0, probing: false }
    return entry
  })

  /** While an action is under way, probes are not judged. */
  const act = async (action: () => Promise<ActionOutcome>): Promise<ActionOutcome> => {
    acting += 1
    try {
      return await action()
    } finally {
      acting -= 1
    }
  }

  const start = (epoch: Epoch) =>
    act(async () => {
      for (const entry of entries) {
        const outcome = await startEntry(entry, epoch)
        if (!outcome.ok) return outcome
      }
      return OK
    })

  const stop = () =>
    act(async () => {
      // One that does not stop keeps none of the others running: all are tried, the first failure is told.
      let first: ActionOutcome = OK
      for (const entry of entries.toReversed()) {
        const outcome = await stopEntry(entry)
        if (first.ok) first = outcome
      }
      const strays = entries.length === 0 ? OK : await endStrays(runner, deadlines.stopMs, log)
      return first.ok ? strays : first
    })

  const restart = (epoch: Epoch) =>
    act(async () => {
      for (const entry of entries) {
        const outcome = await restartEntry(entry, epoch)
        if (!outcome.ok) return outcome
      }
      return OK
    })

  const round = async (entry: ServiceEntry): Promise<void> => {
    if (entry.probing || acting > 0) return
    const reason = await watchEntry(entry, () => acting === 0)
    if (reason !== null) tell(entry, reason)
  }

  const watch = (on: boolean): void => {
    for (const timer of timers) clearInterval(timer)
    for (const entry of entries) entry.failures = 0
    timers = on ? entries.map(entry => setInterval(() => void round(entry), entry.config.probe.everyMs)) : []
  }

  const alive = async (deadlineMs: number): Promise<readonly string[]> => {
    const problems = await Promise.all(entries.map(entry => entry.control.alive(deadlineMs)))
    for (const [index, entry] of entries.entries()) {
      if (entry.state !== 'not looked at') continue
      entry.state = problems[index] === null ? 'running' : 'stopped'
    }
    return entries.filter((_, index) => problems[index] === null).map(entry => entry.config.name)
  }

  return {
    start,
    stop,
    restart,
    kill: async () => {
      await Promise.all(entries.map(entry => entry.control.kill()))
    },
    watch,
    alive,
    describe: () => entries.map(entry => ({ service: entry.config.name, state: entry.state }))
  }
}
