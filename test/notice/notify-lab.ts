// The notices' own process beside a real control socket and a real event log: what the daemon is to it. Used by the tests here.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import type { Level } from '../../src/core/effect.js'
import { createClock } from '../../src/driver/clock.js'
import { createEventLog, type EventLog } from '../../src/driver/event-log.js'
import { FILE, QUICK_FILE } from '../../src/notice/store.js'
import { type ControlServer, serveControl } from '../../src/runtime/control.js'
import type { DaemonStatus } from '../../src/runtime/status.js'
import { NORMAL } from '../console/fixture-status.js'

const NOTIFY = fileURLToPath(new URL('../../src/notice/notify.js', import.meta.url))
const BATON = fileURLToPath(new URL('../../src/console/baton.js', import.meta.url))

const GROUP = {
  name: 'files',
  home: 'a',
  addresses: [{ address: '10.1.0.50/24', interface: 'eth0' }]
}

export interface NotifyLab {
  readonly config: string
  readonly secrets: string
  readonly state: string
  /** One life of the daemon: its event log and its socket. */
  startDaemon(life: string): Promise<void>
  endDaemon(): Promise<void>
  report(level: Level, code: string, text: string): void
  /** What the daemon says of itself. */
  status: DaemonStatus
  startNotify(): void
  /** SIGKILL, as a power cut is for a process. */
  killNotify(): Promise<void>
  /** Lines that it said to the daemon. */
  said(): string
  /** `baton notice …`. */
  baton(...words: string[]): Promise<{ readonly code: number | null; readonly text: string }>
  close(): Promise<void>
}

export const makeNotifyLab = (folder: string, notices: object, env: NodeJS.ProcessEnv = {}): NotifyLab => {
  const state = join(folder, 'state')
  const run = join(folder, 'run')
  for (const each of [state, run]) mkdirSync(each, { recursive: true })
  const config = join(folder, 'baton.yaml')
  const secrets = join(folder, 'secrets')
  const socket = join(run, 'baton.sock')
  writeFileSync(
    config,
    stringify({
      pair: 'shop',
      stateDir: state,
      runDir: run,
      socket,
      fence: { by: 'none' },
      boards: { a: { kind: 'virtual', ethernet: '10.0.0.1' }, b: { kind: 'virtual', ethernet: '10.0.0.2' } },
      groups: [GROUP],
      notices: { secretsFile: secrets, ...notices }
    })
  )
  let log: EventLog | null = null
  let server: ControlServer | null = null
  let child: ChildProcess | null = null
  let said = ''
  const lab: NotifyLab = {
    config,
    secrets,
    state,
    status: NORMAL,
    async startDaemon(life) {
      const events = createEventLog(state, createClock(), { life, isBusy: () => false })
      log = events
      const handlers = {
        status: () => lab.status,
        order: () => () => undefined,
        events: events.recent,
        trace: () => [],
        reports: () => [],
        peer: () => undefined,
        follow: events.subscribe
      }
      const made = await serveControl({ path: socket, group: 'root', handlers })
      if (!made.ok) throw new Error(made.reason)
      server = made.value
    },
    async endDaemon() {
      await server?.close()
      await log?.flush()
      server = null
    },
    report: (level, code, text) => void log?.append({ level, code, text, group: 'files' }),
    startNotify() {
      const started = spawn(process.execPath, [NOTIFY, '--config', config, '--board', 'b'], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, ...env }
      })
      started.stdout?.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      child = started
    },
    async killNotify() {
      const victim = child
      if (victim === null || victim.exitCode !== null || victim.signalCode !== null) return
      const gone = new Promise(resolve => victim.once('exit', resolve))
      victim.kill('SIGKILL')
      await gone
    },
    said: () => said,
    baton: (...words) =>
      new Promise(resolve => {
        const command = spawn(process.execPath, [BATON, 'notice', ...words, '--config', config, '--board', 'b'], {
          env: process.env
        })
        let text = ''
        for (const stream of [command.stdout, command.stderr])
          stream.setEncoding('utf8').on('data', part => (text += part))
        command.once('close', code => resolve({ code, text }))
      }),
    async close() {
      await lab.killNotify()
      await lab.endDaemon()
    }
  }
  return lab
}

/** Everything has arrived, and the process has noted it: a kill from now on makes nothing come twice. */
export const isNoted = (lab: NotifyLab): boolean => {
  try {
    const kept = [FILE, QUICK_FILE].map(name => join(lab.state, name)).filter(file => existsSync(file))
    const { channels } = kept
      .map(file => JSON.parse(readFileSync(file, 'utf8')) as { written: number; channels: object })
      .reduce((newest, each) => (each.written > newest.written ? each : newest))
    const queues = Object.values(channels as Record<string, { queue: { waiting: unknown[]; sending: unknown } }>)
    return queues.length > 0 && queues.every(({ queue }) => queue.waiting.length === 0 && queue.sending === null)
  } catch {
    return false
  }
}

/** Everything that the process left on disk. */
export const leftOnDisk = (lab: NotifyLab): string =>
  [join(lab.state, FILE), join(lab.state, QUICK_FILE), join(lab.state, '../run/notices.json')]
    .filter(file => existsSync(file))
    .map(file => readFileSync(file, 'utf8'))
    .join('\n')
