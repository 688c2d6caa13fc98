// One emulated board as a thing that has power or not. Made by rig-world.ts; the supply of the lab's wires tells it when.
// A cut is a SIGKILL of its emulator: the board's memory is gone, and what it had not written with it.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { CutReport } from '../../board/virtual/power.js'
import { nowMs } from '../../board/virtual/time.js'
import type { BoardId } from '../../src/core/types.js'
import type { ConsoleLine } from './console-line.js'
import type { Emulator } from './emulator.js'
import type { EmulatorProcess } from './emulator-process.js'
import type { OnQmpEvent } from './qmp.js'
import type { SerialCable } from './serial-cable.js'

export interface Machine<E extends EmulatorProcess = Emulator> {
  readonly board: BoardId
  readonly emulator: E | null
  /** Instant of the last power-on, and of the last cut; null = never. */
  readonly bootedAt: number | null
  readonly cutAt: number | null
  readonly boots: number
  /** How often it restarted by itself, and whether it switched itself off. */
  readonly resets: number
  readonly halted: boolean
  boot(): Promise<void>
  cut(): Promise<CutReport>
}

export interface MachineOptions<E extends EmulatorProcess> {
  readonly board: BoardId
  /** Folder of its sockets. */
  readonly dir: string
  /** Where its emulator leaves its own words. */
  readonly log: string
  readonly console: ConsoleLine
  readonly cable: SerialCable
  readonly start: (onEvent: OnQmpEvent) => Promise<E>
  /** The wires are laid before the board's first instruction. */
  readonly settle: (emulator: E) => Promise<void>
  /** What its emulator told, beside what is told here. */
  readonly onEvent?: OnQmpEvent
  /** It has restarted by itself. */
  readonly restarted?: (emulator: E) => void
  /** Where its disk was when it lost its power. */
  readonly disk: () => string
  /** It has no power any more. */
  readonly died: () => void
  readonly tell: (text: string) => void
  /** It ended without a cut: nothing that is seen from here on means anything. */
  readonly crashed: (why: string) => void
}

/** A board that is being built again must not find the sockets of its former life. */
const dropSockets = (dir: string): void => {
  for (const name of ['qmp', 'qtest', 'console', 'serial', 'plug']) rmSync(join(dir, name), { force: true })
}

export const makeMachine = <E extends EmulatorProcess>(options: MachineOptions<E>): Machine<E> => {
  const { board, tell } = options
  let emulator: E | null = null
  let bootedAt: number | null = null
  let cutAt: number | null = null
  let boots = 0
  let resets = 0
  let halted = false

  const onEvent: OnQmpEvent = (name, data) => {
    options.onEvent?.(name, data)
    if (name === 'RESET' && bootedAt !== null && nowMs() - bootedAt > 1000) {
      resets += 1
      tell('restarts by itself')
      if (emulator !== null) options.restarted?.(emulator)
    }
    if (name === 'SHUTDOWN') {
      halted = true
      tell('has switched itself off')
    }
  }
  const boot = async (): Promise<void> => {
    dropSockets(options.dir)
    const mine = await options.start(onEvent).catch((error: unknown) => {
      options.crashed(String(error))
      throw error
    })
    emulator = mine
    void mine.ended.then(reason => {
      if (emulator !== mine) return
      emulator = null
      options.crashed(`the emulator of board ${board} ended by itself (${reason}); see ${options.log}`)
    })
    options.console.plug(mine.console)
    options.cable.plug(board, mine.serial)
    await options.settle(mine)
    bootedAt = nowMs()
    boots += 1
    halted = false
    await mine.qmp.order('cont')
  }
  return {
    board,
    get emulator() {
      return emulator
    },
    get bootedAt() {
      return bootedAt
    },
    get cutAt() {
      return cutAt
    },
    get boots() {
      return boots
    },
    get resets() {
      return resets
    },
    get halted() {
      return halted
    },
    boot,
    cut: async () => {
      const mine = emulator
      const at = nowMs()
      cutAt = at
      emulator = null
      options.died()
      await mine?.kill()
      return { at, tookMs: nowMs() - at, disk: options.disk() }
    }
  }
}
