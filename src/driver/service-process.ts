// A plain command as a service, supervised by us: in its own session, with its output in a bounded file, recorded so that
// a later life of the daemon adopts it. Called by service.ts. Must not end with the daemon.
import { rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceConfig } from '../config/types.js'
import type { ActionOutcome } from '../core/event.js'
import type { BoardId, Epoch } from '../core/types.js'
import { bootId, groupMembers, processState, signalProcess, startTimeOf } from './process-table.js'
import type { ServiceControl } from './service-control.js'
import { launchService } from './service-launch.js'
import { boundLog, lastWordsOf } from './service-log.js'
import { epochInWords, readRecord, type ServiceRecord, writeRecord } from './service-record.js'

export interface ServiceProcessOptions {
  readonly group: string
  readonly board: BoardId
  readonly runDir: string
  readonly service: ServiceConfig
  readonly stopMs: number
  /** Its process ended although nobody stopped it. Only for those that this life started. */
  readonly onExit: (reason: string) => void
}

const OK: ActionOutcome = { ok: true }
const KILL_WAIT_MS = 1000

/** Until nothing of the process group lives; false = the time is over. */
const groupEnded = async (pid: number, withinMs: number): Promise<boolean> => {
  const untilAt = performance.now() + withinMs
  for (let waitMs = 5; groupMembers(pid).length > 0; waitMs = Math.min(waitMs * 2, 50)) {
    if (performance.now() >= untilAt) return false
    await delay(waitMs)
  }
  return true
}

export const createServiceProcess = (options: ServiceProcessOptions): ServiceControl => {
  const { group, board, service, runDir, stopMs } = options
  const base = `${runDir}/services/${group}.${service.name}`
  const recordFile = `${base}.json`
  const logFile = `${base}.log`
  let known: ServiceRecord | null | undefined
  let stopping = false
  let ended = 'it does not run'
  let exited: Promise<void> = Promise.resolve()

  /** The live process of this service, adopted from an earlier life if need be. */
  const current = async (): Promise<ServiceRecord | null> => {
    if (known === undefined) known = await readRecord(recordFile)
    if (known === null) return null
    return processState(known.pid)?.startTime === known.startTime ? known : null
  }

  const launch = async (epoch: Epoch): Promise<ActionOutcome> => {
    const launched = await launchService({ group, board, service, epoch, logFile })
    if (!launched.ok) return launched
    const { pid } = launched
    const startTime = (await startTimeOf(pid)) ?? ''
    const mine: ServiceRecord = { pid, startTime, bootId: bootId(), epoch: epochInWords(epoch) }
    known = mine
    stopping = false
    ended = 'its process is gone'
    exited = launched.ended.then(words => {
      if (known !== mine) return
      ended = words
      if (!stopping) options.onExit(words)
    })
    await writeRecord(recordFile, mine)
    return OK
  }

  /** The process group to signal: the live process, or what is left of its group after it. Never a group of strangers. */
  const remains = async (): Promise<number | null> => {
    if ((await current()) !== null) return known?.pid ?? null
    // A pid is not given out again while its group lives: another process by this pid means that our group is gone.
    if (known == null || processState(known.pid) !== null) return null
    return groupMembers(known.pid).length > 0 ? known.pid : null
  }

  const stop = async (): Promise<ActionOutcome> => {
    stopping = true
    const pid = await remains()
    if (pid !== null) {
      signalProcess(-pid, service.stopSignal)
      if (!(await groupEnded(pid, stopMs))) {
        signalProcess(-pid, 'SIGKILL')
        if (!(await groupEnded(pid, KILL_WAIT_MS))) {
          const left = groupMembers(pid).join(', ')
          const reason = `the service ${service.name} cannot be ended: process ${left} outlived SIGKILL`
          return { ok: false, hung: true, reason }
        }
      }
    }
    known = null
    ended = 'it was stopped'
    await rm(recordFile, { force: true }).catch(() => undefined)
    return OK
  }

  const start = async (epoch: Epoch): Promise<ActionOutcome> => {
    if ((await current()) !== null) return OK
    const cleared = await stop()
    if (!cleared.ok) return cleared
    try {
      return await launch(epoch)
    } catch (error) {
      return { ok: false, reason: `the service ${service.name} could not be started: ${String(error)}` }
    }
  }

  return {
    name: service.name,
    start,
    stop,
    kill: async () => {
      stopping = true
      const pid = await remains()
      if (pid !== null) signalProcess(-pid, 'SIGKILL')
    },
    alive: async () => {
      if ((await current()) !== null) return null
      // The kernel shows that it ended a moment before we are told how.
      await Promise.race([exited, delay(50, undefined, { ref: false })])
      return ended
    },
    lastWords: () => lastWordsOf(logFile),
    tidy: () => boundLog(logFile)
  }
}
