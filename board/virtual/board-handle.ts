// One board as a scenario sees it: ask its daemon, give it orders, look at it from outside, do it harm.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { BoardId } from '../../src/core/types.js'
import type { DaemonStatus, GroupStatus, LogEntry, OperatorRequest, TakeoverReport } from '../../src/runtime/status.js'
import { askDaemon } from './control.js'
import { type Holdings, holdingsOf } from './holdings.js'
import { GROUP } from './names.js'
import { type BoardProcess, boardProcesses } from './processes.js'
import type { World } from './world.js'

const ORDER_WORDS: Readonly<Record<OperatorRequest['order'], string>> = {
  switchover: 'switchover',
  mode: 'mode',
  fenceProve: 'prove the fence',
  fenceOff: 'fence off',
  fenceOn: 'fence on',
  confirm: 'confirm',
  takeStale: 'take a stale copy',
  discardCopy: 'give up a copy',
  verify: 'compare the copies',
  recover: 'recover',
  restart: 'restart',
  leave: 'leave'
}

export interface Answer {
  readonly ok: boolean
  readonly text: string
}

export interface BoardHandle {
  readonly id: BoardId
  /** null = no power, no daemon, or it does not answer. */
  status(): Promise<DaemonStatus | null>
  /** The lab's one group, as this daemon tells it. */
  group(): Promise<GroupStatus | null>
  /** Give an order and wait for its final answer; progress is told on the way. */
  order(what: OperatorRequest, timeoutMs?: number): Promise<Answer>
  events(): Promise<readonly LogEntry[]>
  /** What `baton report` shows, oldest first. */
  reports(): Promise<readonly TakeoverReport[]>
  holdings(): Holdings
  processes(): readonly BoardProcess[]
  daemonPid(): number | null
  servicePid(): number | null
  signalDaemon(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void
  /** A daemon that dies now is not started again until `releaseDaemon`. */
  holdDaemon(): void
  releaseDaemon(): void
  hang(): void
  resume(): void
  /** Mains plug of this board. */
  pullPower(): void
  restorePower(): void
  /** Hold the panel's button down for so long. */
  pressButton(forMs: number): Promise<void>
  /** What daemon and init wrote. */
  log(): string
}

const DAEMON = /batond\.js/
const SERVICE = /^\S*perl \S*service\.pl/

export const boardHandle = (world: World, id: BoardId, tell: (text: string) => void): BoardHandle => {
  const { names, powers, faults, wires } = world
  const power = powers[id]
  const socket = names.of(id, 'run/baton.sock')
  const processes = (): readonly BoardProcess[] => (power.pid === null ? [] : boardProcesses(power.pid))
  const pidOf = (pattern: RegExp): number | null =>
    processes().find(one => one.pid !== power.pid && one.state !== 'Z' && pattern.test(one.command))?.pid ?? null
  const status = async (): Promise<DaemonStatus | null> => {
    if (power.pid === null) return null
    const messages = await askDaemon(socket, { command: 'status' }, 1000).catch(() => [])
    const first = messages.find(message => message.kind === 'status')
    return first?.kind === 'status' ? first.status : null
  }
  const file = names.of(id, 'hold-daemon')
  return {
    id,
    status,
    group: async () => (await status())?.core.groups.find(group => group.name === GROUP) ?? null,
    order: async (what, timeoutMs = 20_000) => {
      const messages = await askDaemon(socket, { command: 'order', what }, timeoutMs)
      const answers = messages.flatMap(message => (message.kind === 'answer' ? [message] : []))
      const refused = messages.find(message => message.kind === 'error')
      const last = answers.find(answer => answer.final)
      const text = last?.text ?? (refused?.kind === 'error' ? refused.text : 'no answer')
      tell(`board ${id}: ${ORDER_WORDS[what.order]}: ${text}`)
      return { ok: last?.ok ?? false, text }
    },
    events: async () => {
      const messages = await askDaemon(socket, { command: 'events', recent: 500, follow: false }, 2000)
      return messages.flatMap(message => (message.kind === 'event' ? [message.entry] : []))
    },
    reports: async () => {
      const messages = await askDaemon(socket, { command: 'reports' }, 2000)
      return messages.flatMap(message => (message.kind === 'report' ? [message.report] : []))
    },
    holdings: () => holdingsOf(power.pid, world.loops[id]),
    processes,
    daemonPid: () => pidOf(DAEMON),
    servicePid: () => pidOf(SERVICE),
    signalDaemon: signal => {
      const pid = pidOf(DAEMON)
      if (pid === null) throw new Error(`board ${id} runs no daemon`)
      process.kill(pid, signal)
    },
    holdDaemon: () => writeFileSync(file, ''),
    releaseDaemon: () => rmSync(file, { force: true }),
    hang: () => power.signalAll('SIGSTOP'),
    resume: () => power.signalAll('SIGCONT'),
    pullPower: () => {
      faults[id].mains = false
      wires.refresh()
    },
    restorePower: () => {
      faults[id].mains = true
      wires.refresh()
    },
    pressButton: async forMs => {
      faults[id].buttonDown = true
      wires.refresh()
      await delay(forMs)
      faults[id].buttonDown = false
      wires.refresh()
    },
    log: () => {
      const path = names.of(id, 'log/daemon.log')
      return existsSync(path) ? readFileSync(path, 'utf8') : ''
    }
  }
}
