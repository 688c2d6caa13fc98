// A plain command as a service, supervised by us: in its own session, with its output in a bounded file, recorded so that
// a later life of the daemon adopts it. Called by service.ts. Must not end with the daemon.
import { spawn } from 'node:child_process'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceConfig } from '../config/types.js'
import type { ActionOutcome } from '../core/event.js'
import type { BoardId, Epoch } from '../core/types.js'
import { CHILD_MARK } from './command.js'
import { bootId, groupMembers, processState, signalProcess, startTimeOf } from './process-table.js'
import type { ServiceControl } from './service-control.js'
import { boundLog, lastWordsOf } from './service-log.js'

export interface ServiceProcessOptions {
  readonly group: string
  readonly board: BoardId
  readonly runDir: string
  readonly service: ServiceConfig
  readonly stopMs: number
  /** Its process ended although nobody stopped it. Only for those that this life started. */
  readonly onExit: (reason: string) => void
}

/** What a life leaves to the next one, in `RUNDIR/services/GROUP.NAME.json`. Pid and start time name one process of one boot. */
interface ServiceRecord {
  readonly pid: number
  readonly startTime: string
  readonly bootId: string
  readonly epoch: string
}

/** Environment mark of everything that descends from a service, `GROUP/NAME`. */
export const SERVICE_MARK = 'BATON_SERVICE'
const OK: ActionOutcome = { ok: true }
const KILL_WAIT_MS = 1000

const readRecord = async (file: string): Promise<ServiceRecord | null> => {
  try {
    const { pid, startTime, bootId: boot, epoch } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
    if (!Number.isSafeInteger(pid) || Number(pid) <= 1 || typeof startTime !== 'string') return null
    if (boot !== bootId()) return null
    return { pid: Number(pid), startTime, bootId: boot, epoch: String(epoch) }
  } catch {
    return null
  }
}

const environmentOf = ({ group, board, service }: ServiceProcessOptions, epoch: Epoch): Record<string, string> => {
  const own = { BATON_GROUP: group, BATON_BOARD: board, BATON_EPOCH: `${epoch.number}-${epoch.board}` }
  const inherited = Object.entries(process.env).filter(([name]) => name !== CHILD_MARK && name !== 'NOTIFY_SOCKET')
  const environment = { ...Object.fromEntries(inherited), ...own, [SERVICE_MARK]: `${group}/${service.name}` }
  return environment as Record<string, string>
}

export const createServiceProcess = (options: ServiceProcessOptions): ServiceControl => {
  const { group, service, runDir, stopMs } = options
  const folder = `${runDir}/services`
  const base = `${folder}/${group}.${service.name}`
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

  const record = async (entry: ServiceRecord): Promise<void> => {
    await writeFile(`${recordFile}.tmp`, `${JSON.stringify(entry)}\n`, { mode: 0o600 })
    await rename(`${recordFile}.tmp`, recordFile)
  }

  const launch = async (epoch: Epoch): Promise<ActionOutcome> => {
    const { command, user } = service
    // setpriv replaces itself by the command, so that the pid stays; it also gives the user's groups.
    const become = user === null ? [] : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', '--']
    const [program, ...args] = [...become, ...(command ?? [])]
    if (program === undefined) return { ok: false, reason: `the service ${service.name} has no command` }
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await boundLog(logFile)
    const log = await open(logFile, 'a', 0o600)
    try {
      // Not by execa: it ties a child's life and streams to ours, and this one must outlive us.
      const child = spawn(program, args, {
        detached: true,
        cwd: '/',
        env: environmentOf(options, epoch),
        stdio: ['ignore', log.fd, log.fd]
      })
      const failure = new Promise<string>(resolve => child.once('error', error => resolve(error.message)))
      const { pid } = child
      if (pid === undefined) {
        return { ok: false, reason: `the service ${service.name} could not be started: ${await failure}` }
      }
      child.unref()
      stopping = false
      const startTime = (await startTimeOf(pid)) ?? ''
      const mine: ServiceRecord = { pid, startTime, bootId: bootId(), epoch: `${epoch.number}-${epoch.board}` }
      known = mine
      ended = 'its process is gone'
      exited = new Promise(resolve => {
        child.once('exit', (code, signal) => {
          ended = signal === null ? `it exited with ${code}` : `it was ended by ${signal}`
          if (!stopping && known === mine) options.onExit(ended)
          resolve()
        })
      })
      await record(mine)
      return OK
    } finally {
      await log.close()
    }
  }

  /** The process group to signal: the live process, or what is left of its group after it. Never a group of strangers. */
  const remains = async (): Promise<number | null> => {
    if ((await current()) !== null) return known?.pid ?? null
    // A pid is not given out again while its group lives: another process by this pid means that our group is gone.
    if (known == null || processState(known.pid) !== null) return null
    return groupMembers(known.pid).length > 0 ? known.pid : null
  }

  const endedBy = async (pid: number, untilAt: number): Promise<boolean> => {
    for (let waitMs = 5; groupMembers(pid).length > 0; waitMs = Math.min(waitMs * 2, 50)) {
      if (performance.now() >= untilAt) return false
      await delay(waitMs)
    }
    return true
  }

  const stop = async (): Promise<ActionOutcome> => {
    stopping = true
    const pid = await remains()
    if (pid !== null) {
      signalProcess(-pid, service.stopSignal)
      if (!(await endedBy(pid, performance.now() + stopMs))) {
        signalProcess(-pid, 'SIGKILL')
        if (!(await endedBy(pid, performance.now() + KILL_WAIT_MS))) {
          const left = groupMembers(pid).join(', ')
          return {
            ok: false,
            hung: true,
            reason: `the service ${service.name} cannot be ended: process ${left} outlived SIGKILL`
          }
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
