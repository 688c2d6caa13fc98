// A systemd unit as a service: started, stopped and asked by systemctl, each with a deadline. Called by service.ts.
// Such a unit must be disabled in systemd itself: baton decides where it runs.
import { existsSync } from 'node:fs'
import type { ActionOutcome } from '../core/event.js'
import { failureOf } from './command.js'
import type { GroupRunner } from './group-command.js'
import type { ServiceControl } from './service-control.js'

export interface ServiceUnitOptions {
  readonly runner: GroupRunner
  readonly name: string
  readonly unit: string
  readonly startMs: number
  readonly stopMs: number
  /** Where systemd says that it runs; `/run/systemd/system` but for tests. */
  readonly systemdDir?: string
}

const OK: ActionOutcome = { ok: true }
const KILL_MS = 2000

export const createServiceUnit = (options: ServiceUnitOptions): ServiceControl => {
  const { runner, name, unit, startMs, stopMs } = options
  const systemdDir = options.systemdDir ?? '/run/systemd/system'
  const absent = (): string | null =>
    existsSync(systemdDir)
      ? null
      : `the service ${name} is the systemd unit ${unit}, but systemd does not run here; give it a command instead`

  const systemctl = (args: readonly string[], deadlineMs: number) =>
    runner.run('systemctl', ['--no-pager', '--no-ask-password', ...args], { deadlineMs })

  const state = async (deadlineMs: number): Promise<string> => {
    const result = await runner.look('systemctl', ['show', '--property=ActiveState', '--value', '--', unit], {
      deadlineMs
    })
    return result.ok ? result.stdout.trim() : failureOf(result)
  }

  const start = async (): Promise<ActionOutcome> => {
    const reason = absent()
    if (reason !== null) return { ok: false, reason }
    const result = await systemctl(['start', '--', unit], startMs)
    if (result.ok) return OK
    const words = `${failureOf(result)}; see \`journalctl -u ${unit}\``
    return { ok: false, hung: result.hung, reason: `the service ${name} did not start: ${words}` }
  }

  const stopped = (words: string): boolean => words === 'inactive' || words === 'failed'

  const stop = async (): Promise<ActionOutcome> => {
    if (absent() !== null) return OK
    const result = await systemctl(['stop', '--', unit], stopMs)
    if (stopped(await state(KILL_MS))) return OK
    await systemctl(['kill', '--signal=SIGKILL', '--', unit], KILL_MS)
    const last = await systemctl(['stop', '--', unit], KILL_MS)
    const now = await state(KILL_MS)
    if (stopped(now)) return OK
    const why = result.ok ? failureOf(last) : failureOf(result)
    return { ok: false, hung: true, reason: `the service ${name} (unit ${unit}) is ${now} and does not stop: ${why}` }
  }

  return {
    name,
    start,
    stop,
    kill: async () => {
      if (absent() === null) await systemctl(['kill', '--signal=SIGKILL', '--', unit], KILL_MS)
    },
    alive: async deadlineMs => {
      const reason = absent()
      if (reason !== null) return reason
      const words = await state(deadlineMs)
      return words === 'active' || words === 'reloading' ? null : `unit ${unit} is ${words}`
    },
    lastWords: async () => '',
    tidy: async () => undefined
  }
}
