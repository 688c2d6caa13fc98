// The services of a group: started in the order of the configuration and stopped in the reverse one, each watched by its
// probe. Called by group-port.ts. Decides nothing: a failed probe is told, restarting is the core's order.
import { setTimeout as delay } from 'node:timers/promises'
import type { DeadlinesConfig, ServiceConfig } from '../config/types.js'
import type { ActionOutcome } from '../core/event.js'
import type { BoardId, Epoch } from '../core/types.js'
import type { Emit } from '../port/ports.js'
import type { GroupRunner } from './group-command.js'
import type { ServiceControl } from './service-control.js'
import { probeService } from './service-probe.js'
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

interface Entry {
  readonly config: ServiceConfig
  readonly control: ServiceControl
  state: string
  failures: number
  probing: boolean
  timer: NodeJS.Timeout | null
}

const OK: ActionOutcome = { ok: true }
/** So many failed probes in a row are a failed service. */
const FAILURES_MAX = 2
const STRAY_SCAN_MS = 2000

/** Milliseconds between two looks at a service that starts: often at first, since takeover time counts. */
const pauseMs = (round: number): number => (round < 40 ? 5 : round < 90 ? 20 : 100)

export const createServices = (context: ServicesContext): Services => {
  const { runner, deadlines, emit, log } = context
  let watching = false
  let acting = 0

  const tell = (entry: Entry, reason: string): void => {
    entry.state = reason
    entry.failures = 0
    if (watching && acting === 0) {
      emit({ kind: 'serviceFailed', group: runner.group, service: entry.config.name, reason })
    }
  }

  const makeControl = (config: ServiceConfig, onExit: (reason: string) => void): ServiceControl =>
    config.unit !== null
      ? createServiceUnit({ runner, name: config.name, unit: config.unit, ...deadlines })
      : createServiceProcess({ ...context, group: runner.group, service: config, stopMs: deadlines.stopMs, onExit })

  const entries: readonly Entry[] = context.services.map(config => {
    const control = makeControl(config, reason => tell(entry, `its process is gone: ${reason}`))
    const entry: Entry = { config, control, state: 'not looked at', failures: 0, probing: false, timer: null }
    return entry
  })

  const look = (entry: Entry, timeoutMs: number) =>
    probeService(runner, entry.config.probe, timeoutMs, () => entry.control.alive(timeoutMs))

  const waitReady = async (entry: Entry, deadlineAt: number): Promise<ActionOutcome> => {
    const { name, probe } = entry.config
    for (let round = 0; ; round += 1) {
      const leftMs = Math.max(deadlineAt - performance.now(), 1)
      const dead = entry.config.unit === null ? await entry.control.alive(leftMs) : null
      const problem = dead ?? (await look(entry, Math.min(probe.timeoutMs, leftMs)))
      if (problem === null) return OK
      if (dead !== null || performance.now() >= deadlineAt) {
        const words = await entry.control.lastWords()
        const when = dead === null ? ` within ${deadlines.startMs} ms` : ''
        return {
          ok: false,
          reason: `the service ${name} did not become ready${when}: ${problem}${words && ` (its last words: ${words})`}`
        }
      }
      await delay(Math.min(pauseMs(round), leftMs))
    }
  }

  const startOne = async (entry: Entry, epoch: Epoch): Promise<ActionOutcome> => {
    const deadlineAt = performance.now() + deadlines.startMs
    entry.state = 'starting'
    const started = await entry.control.start(epoch)
    const outcome = started.ok ? await waitReady(entry, deadlineAt) : started
    entry.state = outcome.ok ? 'running' : outcome.reason
    entry.failures = 0
    return outcome
  }

  const stopOne = async (entry: Entry): Promise<ActionOutcome> => {
    entry.state = 'stopping'
    const outcome = await entry.control.stop()
    entry.state = outcome.ok ? 'stopped' : outcome.reason
    return outcome
  }

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
        const outcome = await startOne(entry, epoch)
        if (!outcome.ok) return outcome
      }
      return OK
    })

  const stop = () =>
    act(async () => {
      // One that does not stop keeps none of the others running: all are tried, the first failure is told.
      let first: ActionOutcome = OK
      for (const entry of entries.toReversed()) {
        const outcome = await stopOne(entry)
        if (first.ok) first = outcome
      }
      const strays = entries.length === 0 ? OK : await endStrays(runner, STRAY_SCAN_MS, log)
      return first.ok ? strays : first
    })

  const restart = (epoch: Epoch) =>
    act(async () => {
      for (const entry of entries) {
        const dead = await entry.control.alive(entry.config.probe.timeoutMs)
        if ((dead ?? (await look(entry, entry.config.probe.timeoutMs))) === null) continue
        const stopped = await stopOne(entry)
        const outcome = stopped.ok ? await startOne(entry, epoch) : stopped
        if (!outcome.ok) return outcome
      }
      return OK
    })

  const round = async (entry: Entry): Promise<void> => {
    if (entry.probing || acting > 0) return
    entry.probing = true
    const { probe } = entry.config
    const dead = entry.config.unit === null ? await entry.control.alive(probe.timeoutMs) : null
    const problem = dead ?? (await look(entry, probe.timeoutMs))
    entry.probing = false
    if (acting > 0) return
    if (problem === null) {
      entry.failures = 0
      entry.state = 'running'
    } else {
      entry.failures += 1
      if (entry.failures >= FAILURES_MAX) tell(entry, problem)
    }
    await entry.control.tidy()
  }

  const watch = (on: boolean): void => {
    watching = on
    for (const entry of entries) {
      if (entry.timer !== null) clearInterval(entry.timer)
      entry.failures = 0
      entry.timer = on ? setInterval(() => void round(entry), entry.config.probe.everyMs) : null
    }
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
