// One life of the daemon: reads what is durable and what the wires say, makes the core, connects it with the drivers, serves the console.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Config, GroupConfig } from '../config/types.js'
import type { Report } from '../core/effect.js'
import type { CoreEvent } from '../core/event.js'
import { createClock } from '../driver/clock.js'
import { createEventLog } from '../driver/event-log.js'
import { keepNotifier } from '../driver/notifier.js'
import { createReportFile } from '../driver/report-file.js'
import { createStateFile } from '../driver/state-file.js'
import type { Clock, Emit } from '../port/ports.js'
import { type ControlServer, serveControl } from './control.js'
import { createDiskDesk, readDiskWish } from './disk-desk.js'
import { diskWork } from './disk-work.js'
import { type OpenDrivers, openDrivers, warmSpawnPath } from './drivers.js'
import { createJournal } from './journal.js'
import { createLoop, type Loop } from './loop.js'
import { createOperatorDesk } from './operator-desk.js'
import { createPairExchange, type PairExchange } from './pair-exchange.js'
import { perform } from './perform.js'
import { createReportDesk, type ReportDesk } from './report-desk.js'
import { createSetupWatch, type SetupWatch } from './setup-watch.js'
import { lockBoard } from './single.js'
import type { DaemonStatus } from './status.js'
import { createTrace, type TraceHeader } from './trace.js'

const BOOT_ID = '/proc/sys/kernel/random/boot_id'
const NONCE_BYTES = 8
/** Of the nonce: enough to tell the lives of one board apart. */
const LIFE_DIGITS = 8
const EARLY_MAX = 1024
const END_MS = 5000
const FLUSH_MS = 2000

/** Facts that come while the core is not made yet wait here, bounded. */
const createEarlyEmit = () => {
  const early: CoreEvent[] = []
  let target: Emit | null = null
  const emit: Emit = event => {
    if (target !== null) target(event)
    else if (early.length < EARLY_MAX) early.push(event)
  }
  const connect = (to: Emit): void => {
    target = to
    for (const event of early.splice(0)) to(event)
  }
  return { emit, connect }
}

const packageVersion = (): string => {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(text) as { version: string }
  return version
}

/** Stop, addresses away, unmount, detach; then attach, check, mount, addresses, start. */
const moveMsMaxOf = ({ deadlines, disk }: GroupConfig): number => {
  const { attachMs, checkMs, mountMs, unmountMs, addressMs, startMs, stopMs } = deadlines
  const diskMs = disk === null ? 0 : unmountMs + 2 * attachMs + checkMs + mountMs
  return stopMs + 2 * addressMs + diskMs + startMs
}

const statusOf = (
  config: Config,
  loop: Loop,
  drivers: OpenDrivers,
  journal: ReturnType<typeof createJournal>,
  exchange: PairExchange,
  setup: SetupWatch,
  clock: Clock,
  startedAt: number,
  worst: { ms: number }
) => {
  const version = packageVersion()
  const moveMsMax = Object.fromEntries(config.groups.map(group => [group.name, moveMsMaxOf(group)]))
  return (): DaemonStatus => {
    worst.ms = Math.max(worst.ms, loop.takeLatenessMaxMs())
    const marked = setup.view()
    const serial = drivers.links.describe('serial')
    const ethernet = drivers.links.describe('ethernet')
    return {
      pair: config.pair,
      core: loop.status(),
      ports: { serial: serial?.port ?? null, ethernet: ethernet?.port ?? null },
      codecs: { serial: serial?.codec ?? null, ethernet: ethernet?.codec ?? null },
      groups: Object.fromEntries([...drivers.groups].map(([name, port]) => [name, port.describe()])),
      moveMsMax,
      watchdog: drivers.watchdog.describe(),
      panel: drivers.panel.describe(),
      exchange: exchange.describe(),
      ...(marked?.marked ? { setup: marked } : {}),
      lastEvent: journal.last(),
      uptimeMs: clock.now() - startedAt,
      pid: process.pid,
      version,
      memoryMiB: process.memoryUsage.rss() / 1_048_576,
      loopLatenessMsMax: worst.ms
    }
  }
}

const traceHeader = (config: Config, clock: Clock): TraceHeader => ({
  trace: 1,
  version: packageVersion(),
  pair: config.pair,
  board: config.board,
  savedAtMs: clock.now(),
  savedWallSeconds: clock.wallSeconds()
})

export interface Daemon {
  /** Planned end (SIGTERM): says "holding" to the peer and leaves everything as it is. */
  end(): void
  /** Resolves when everything is closed and the process may exit; `leave`: it shall not be started again by itself. */
  readonly ended: Promise<'restart' | 'leave'>
}

/** Resolves when the loop runs. Rejects only where nothing useful could run (control socket taken by a live daemon). */
export const startDaemon = async (config: Config, key: Uint8Array, log: (report: Report) => void): Promise<Daemon> => {
  const alone = await lockBoard(config.stateDir, config.board)
  if (!alone.ok) throw new Error(alone.reason)
  const clock = createClock()
  const startedAt = clock.now()
  const early = createEarlyEmit()
  const nonce = randomBytes(NONCE_BYTES).toString('hex')
  const life = nonce.slice(0, LIFE_DIGITS)
  const store = createReportFile(config.stateDir)
  const reports = createReportDesk(config.settings, life, clock, store)
  const onTrouble = (report: Report): void => journal.report(report)
  const events = createEventLog(config.stateDir, clock, { life, isBusy: () => reports.busy, onTrouble })
  const journal = createJournal(events, log)
  const state = createStateFile(
    config.stateDir,
    config.board,
    config.groups.map(group => group.name),
    early.emit,
    clock
  )
  const [loaded] = await Promise.all([state.load(), warmSpawnPath()])
  const drivers = await openDrivers(config, key, early.emit, clock, journal.report)
  const { initial } = drivers.fence
  const boot = {
    nonce,
    bootId: readFileSync(BOOT_ID, 'utf8').trim(),
    durable: loaded.kind === 'ok' ? loaded.durable : null,
    stateProblem: loaded.kind === 'ok' ? null : loaded.reason,
    relayDriven: initial.relayDriven,
    sense: initial.sense,
    loop: initial.loop,
    lanUp: drivers.lan.up
  }
  const desk = createOperatorDesk(early.emit)
  let exit = (_order: 'restart' | 'leave'): void => {}
  const ended = new Promise<'restart' | 'leave'>(resolve => {
    exit = resolve
  })
  const performing = {
    ...drivers,
    state,
    report: journal.report,
    answer: (request: number, ok: boolean, final: boolean, text: string) => desk.answered(request, { ok, final, text }),
    exit: (order: 'restart' | 'leave') => exit(order)
  }
  const trace = createTrace()
  const loop = createLoop(
    config.settings,
    boot,
    clock,
    effect => perform(performing, early.emit, effect),
    trace,
    reports
  )
  const setup = createSetupWatch(config, journal.report)
  const exchange = createPairExchange({
    config,
    key,
    clock,
    wallMs: clock.wallMs,
    life,
    events: journal.recent,
    reports: reports.list,
    setup: setup.view,
    disk: createDiskDesk(loop.status, diskWork(config)).answer,
    diskWish: () => readDiskWish(config.runDir)
  })
  const control = await serveControl({
    path: config.socket,
    group: config.socketGroup,
    handlers: {
      status: statusOf(config, loop, drivers, journal, exchange, setup, clock, startedAt, { ms: 0 }),
      order: desk.ask,
      peer: exchange.ask,
      events: (recent, alarms) => (alarms ? journal.alarms(recent) : journal.recent(recent)),
      reports: reports.list,
      trace: () => [JSON.stringify(traceHeader(config, clock)), ...trace.lines()],
      follow: journal.follow
    }
  })
  if (!control.ok) throw new Error(control.reason)
  loop.start()
  early.connect(loop.emit)
  const notifier = keepNotifier(config, journal.report, () => reports.busy, clock.now)
  const close = (): Promise<void> => {
    notifier.close()
    setup.close()
    return closeAll(loop, drivers, control.value, journal, reports, exchange)
  }
  // The core's own word (`leave`) ends the daemon just as a signal does; a core that does not answer is not waited for.
  const ending = ended.then(async order => {
    await close()
    return order
  })
  const end = (): void => {
    desk.ask({ order: 'restart' }, () => {})
    setTimeout(() => exit('restart'), END_MS).unref()
  }
  return { end, ended: ending }
}

const closeAll = async (
  loop: Loop,
  drivers: OpenDrivers,
  control: ControlServer,
  journal: ReturnType<typeof createJournal>,
  reports: ReportDesk,
  exchange: PairExchange
): Promise<void> => {
  loop.stop()
  await Promise.all([control.close(), exchange.close()])
  for (const port of drivers.groups.values()) port.close()
  drivers.loginGates.close()
  drivers.mirrorDoor?.close()
  drivers.lan.close()
  drivers.fence.close()
  drivers.panel.close()
  await drivers.links.close()
  await drivers.watchdog.close(true)
  // A card that hangs must not keep the daemon from ending.
  const late = new Promise(resolve => setTimeout(resolve, FLUSH_MS).unref())
  await Promise.race([Promise.all([journal.flush(), reports.close()]), late])
}
