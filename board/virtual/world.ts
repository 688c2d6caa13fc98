// A world: two boards, a client's place, the LAN between them, wires, cables, one disk. Made by runner, tour and bench.
// Everything it makes carries its id and is swept by its reaper, also when the lab dies. Must not touch the host's interfaces.
import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import type { BoardId } from '../../src/core/types.js'
import { type Cables, makeCables } from './cables.js'
import { makeDisk } from './disk-image.js'
import { type Faults, noFaults } from './faults.js'
import { labConfig, mergeOptions, type Options } from './lab-config.js'
import { makeLan } from './lan.js'
import { BOARDS, distFile, WORLD_MARK, type WorldNames, worldNames } from './names.js'
import { type BoardPower, makePower } from './power.js'
import { startReaper } from './reaper.js'
import { run } from './shell.js'
import { nowMs } from './time.js'
import { makeUsbSwitch, type UsbSwitch } from './usb-switch.js'
import { makeWatchdog, type Watchdog } from './watchdog.js'
import { makeWires, type Wires, type WireTimes } from './wires.js'

export interface WorldOptions {
  /** Options on top of the lab's configuration, the same on both boards. */
  readonly config?: Options
  /** Options that differ on one board (two different files: a fault). */
  readonly configOf?: Partial<Record<BoardId, Options>>
  readonly times?: Partial<WireTimes>
  /** Instead of the daemon: what the init of each board keeps running. */
  readonly daemon?: (names: WorldNames, board: BoardId) => readonly string[]
  /** The boards' wall clocks follow the file `clock-offset` of each board. */
  readonly clockJumps?: boolean
  /** Words for people, as they happen. */
  readonly tell?: (text: string) => void
}

export interface World {
  readonly names: WorldNames
  readonly env: NodeJS.ProcessEnv
  readonly loops: Readonly<Record<BoardId, string>>
  readonly powers: Readonly<Record<BoardId, BoardPower>>
  readonly cables: Cables
  readonly faults: Faults
  readonly wires: Wires
  readonly usb: UsbSwitch
  readonly watchdogs: Readonly<Record<BoardId, Watchdog>>
  /** Everything that happened to the world itself, with the lab's clock. */
  readonly journal: readonly { readonly at: number; readonly text: string }[]
  /** The one resource group as it is configured. */
  readonly groupOptions: Options
  /** Write the configuration anew (before a boot). */
  configure(board: BoardId, over: Options): void
  close(): Promise<void>
}

export const DEFAULT_TIMES: WireTimes = { relayActMs: 3, holdUpMs: 5 }

const freshId = (): string => randomBytes(3).toString('hex')

const prepareBoard = (names: WorldNames, board: BoardId, key: string): void => {
  for (const dir of ['dev', 'gpio', 'log', 'mnt', 'run', 'state']) mkdirSync(names.of(board, dir), { recursive: true })
  mkdirSync(names.of(board, 'state'), { recursive: true, mode: 0o700 })
  writeFileSync(names.of(board, 'key'), `${key}\n`, { mode: 0o600 })
  writeFileSync(names.of(board, 'boot-id'), '\n')
}

/** Mount point of the world's own tmpfs: logs, GPIO files and the disk image live in memory. */
const mountHome = async (names: WorldNames): Promise<void> => {
  mkdirSync(names.dir, { mode: 0o755 })
  await run('mount', ['-t', 'tmpfs', '-o', 'size=256m,mode=755', 'tmpfs', names.dir])
  mkdirSync(names.here())
}

export const makeWorld = async (options: WorldOptions = {}): Promise<World> => {
  const names = worldNames(freshId())
  const reaper = startReaper(names)
  try {
    await mountHome(names)
    return await furnish(names, options, reaper.sweep)
  } catch (error) {
    await reaper.sweep()
    throw error
  }
}

const furnish = async (names: WorldNames, options: WorldOptions, sweep: () => Promise<void>): Promise<World> => {
  const env: NodeJS.ProcessEnv = { ...process.env, [WORLD_MARK]: names.id, BATON_LAB_CLOCK: names.here('clock-offset') }
  const journal: { at: number; text: string }[] = []
  const tell = (text: string): void => {
    journal.push({ at: nowMs(), text })
    appendFileSync(`${names.dir}/world.log`, `${nowMs().toFixed(1)} ${text}\n`)
    options.tell?.(text)
  }
  const key = randomBytes(32).toString('hex')
  for (const board of BOARDS) prepareBoard(names, board, key)
  const configure = (board: BoardId, over: Options): void => {
    const all = mergeOptions(labConfig(names, options.config ?? {}), over)
    writeFileSync(names.of(board, 'baton.yaml'), stringify(all))
  }
  for (const board of BOARDS) configure(board, options.configOf?.[board] ?? {})
  const [, loops] = await Promise.all([makeLan(names), makeDisk(names)])
  const cables = await makeCables(names, env)
  const batond = (board: BoardId): readonly string[] => {
    const clock = ['--import', distFile('board/virtual/clock-jump.js')]
    const flags = ['--config', names.here('baton.yaml'), '--board', board]
    return [process.execPath, ...(options.clockJumps ? clock : []), distFile('src/runtime/batond.js'), ...flags]
  }
  const faults = noFaults()
  const usb = makeUsbSwitch(names, loops, faults)
  const power = (board: BoardId): Promise<BoardPower> =>
    makePower({
      names,
      board,
      loop: loops[board],
      env,
      cables,
      daemon: options.daemon?.(names, board) ?? batond(board),
      ended: () => wires.supplies[board].reset('its init ended')
    })
  const powers = { a: await power('a'), b: await power('b') }
  const watch = (board: BoardId): Watchdog => {
    const timeoutMs = Number(
      (labConfig(names, options.config ?? {}).watchdog as Options | undefined)?.timeoutMs ?? 10_000
    )
    const files = [names.of(board, 'dev/watchdog'), names.of(board, 'sysrq')] as const
    return makeWatchdog(...files, timeoutMs, reason => wires.supplies[board].reset(reason))
  }
  const watchdogs = { a: watch('a'), b: watch('b') }
  for (const board of BOARDS) faults[board].mains = false
  const times = { ...DEFAULT_TIMES, ...options.times }
  const wires = makeWires({ names, times, faults, usb, powers, died: board => watchdogs[board].disarm(), tell })

  const close = async (): Promise<void> => {
    wires.close()
    await Promise.all(BOARDS.map(board => wires.supplies[board].idle()))
    for (const board of BOARDS) watchdogs[board].close()
    cables.close()
    for (const board of BOARDS) powers[board].close()
    await sweep()
  }
  const [groupOptions = {}] = labConfig(names, options.config ?? {}).groups as readonly Options[]
  return { names, env, loops, powers, cables, faults, wires, usb, watchdogs, journal, groupOptions, configure, close }
}
