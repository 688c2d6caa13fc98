// Unmounts the disk of a group: never lazily, never by force. Says who keeps it busy, and ends those where the
// configuration allows it. Called by the disk driver.
import { setTimeout as delay } from 'node:timers/promises'
import type { ActionOutcome } from '../core/event.js'
import { type CommandResult, failureOf } from './command.js'
import type { GroupRunner } from './group-command.js'
import { mountAt } from './mount-table.js'
import { type Holder, holdersInWords, scanHolders } from './process-scan.js'
import { processState, signalProcess } from './process-table.js'

export interface UnmountOptions {
  readonly mountPoint: string
  readonly killUsers: boolean
  readonly deadlineMs: number
}

const RETRY_MS = 50
/** A process that just ended may take this long to let go: busy until then is not yet a refusal. */
const LET_GO_MS = 300
const STACK_MAX = 8

const signal = (holders: readonly Holder[], name: 'SIGTERM' | 'SIGKILL'): void => {
  for (const holder of holders) if (holder.pid > 1 && holder.pid !== process.pid) signalProcess(holder.pid, name)
}

/** Resolves when all have ended or the time is over. */
const waitForEnd = async (holders: readonly Holder[], untilAt: number): Promise<void> => {
  while (performance.now() < untilAt && holders.some(holder => processState(holder.pid) !== null)) await delay(10)
}

const busy = (result: CommandResult): boolean => /busy/i.test(result.stderr)

/** `umount`, repeated until nothing is mounted there, the deadline is over, or it cannot succeed. */
export const unmountDisk = async (
  runner: GroupRunner,
  options: UnmountOptions,
  log: (text: string) => void
): Promise<ActionOutcome> => {
  const { mountPoint, killUsers } = options
  const deadlineAt = performance.now() + options.deadlineMs
  const letGoBy = performance.now() + Math.min(LET_GO_MS, options.deadlineMs / 2)
  const leftMs = () => Math.max(deadlineAt - performance.now(), 1)
  let stacked = 0
  let ended = 0
  let lastHolders = ''
  for (;;) {
    const mount = mountAt(mountPoint)
    if (mount === null) return { ok: true }
    const result = await runner.run('umount', ['--', mountPoint], { deadlineMs: leftMs(), killAfterMs: 200 })
    if (result.ok) {
      stacked += 1
      if (stacked <= STACK_MAX) continue
    }
    if (result.hung || result.timedOut || !busy(result)) {
      return { ok: false, hung: result.hung, reason: `unmounting ${mountPoint} failed: ${failureOf(result)}` }
    }
    if (performance.now() < letGoBy) {
      await delay(RETRY_MS / 2)
      continue
    }
    const scan = await scanHolders(runner, mount.device, mount.source, leftMs())
    const holders = scan.ok ? scan.value : []
    if (holders.length > 0) lastHolders = holdersInWords(holders)
    if (!killUsers || performance.now() + RETRY_MS >= deadlineAt) {
      const who =
        lastHolders ||
        (scan.ok ? 'no process that could be found; perhaps another mount, swap or loop device' : scan.reason)
      const remedy = killUsers ? '' : '; end it, or allow `killUsers` in the disk of this group'
      return { ok: false, hung: false, reason: `${mountPoint} is busy and stays mounted: used by ${who}${remedy}` }
    }
    if (holders.length === 0) {
      await delay(RETRY_MS)
      continue
    }
    const name = ended === 0 ? 'SIGTERM' : 'SIGKILL'
    ended += 1
    log(`${mountPoint} is busy: ${name} to ${lastHolders}`)
    signal(holders, name)
    await waitForEnd(holders, performance.now() + Math.min(1000, leftMs() / 3))
  }
}
