// What descends from a service but left its process group (a daemon of a daemon): found by the mark in its environment,
// ended by SIGKILL after the service was stopped. Called by service.ts; inspection counts it as a leftover (R6).
import { setTimeout as delay } from 'node:timers/promises'
import type { ActionOutcome } from '../core/event.js'
import type { GroupRunner } from './group-command.js'
import { type MarkedProcess, scanMarks } from './process-scan.js'
import { processState, signalProcess } from './process-table.js'

const KILL_WAIT_MS = 1000

/** Those marked as services of this group, but for the services named in `alive`. */
export const straysOf = (
  group: string,
  marked: readonly MarkedProcess[],
  alive: readonly string[]
): readonly MarkedProcess[] =>
  marked.filter(({ mark, value }) => {
    const [owner, service = ''] = value.split('/', 2)
    return mark === 'BATON_SERVICE' && owner === group && !alive.includes(service)
  })

/** Kill every stray of this group and wait until it is gone. */
export const endStrays = async (
  runner: GroupRunner,
  deadlineMs: number,
  log: (text: string) => void
): Promise<ActionOutcome> => {
  const scan = await scanMarks(runner, null, deadlineMs)
  if (!scan.ok)
    return { ok: false, hung: scan.hung, reason: `looking for processes of stopped services failed: ${scan.reason}` }
  const strays = straysOf(runner.group, scan.value.marked, [])
  if (strays.length === 0) return { ok: true }
  const words = strays.map(({ name, pid, value }) => `${name} (process ${pid} of ${value})`).join(', ')
  log(`left over from stopped services, ended by SIGKILL: ${words}`)
  for (const { pid } of strays) if (pid !== process.pid) signalProcess(pid, 'SIGKILL')
  const untilAt = performance.now() + KILL_WAIT_MS
  while (strays.some(({ pid }) => processState(pid) !== null)) {
    if (performance.now() >= untilAt)
      return { ok: false, hung: true, reason: `left over and cannot be ended: ${words}` }
    await delay(10)
  }
  return { ok: true }
}
