// One emulated board as a thing that has power or not. Made by rig-world.ts; the supply of the lab's wires tells it when.
// A cut is a SIGKILL of its emulator: the board's memory is gone, and what it had not written with it.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { CutReport } from '../../board/virtual/power.js'
import { nowMs } from '../../board/virtual/time.js'
import type { BoardId } from '../../src/core/types.js'
import type { ConsoleLine } from './console-line.js'
import { type Emulator, type EmulatorOptions, startEmulator } from './emulator.js'
import type { SerialCable } from './serial-cable.js'
import { parkSpareCores } from './spare-cores.js'
import { DISK_ID, type UsbPlug } from './usb-plug.js'

export interface Machine {
  readonly board: BoardId
  readonly emulator: Emulator | null
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

export interface MachineOptions {
  readonly board: BoardId
  /** Everything of the emulator but what this board tells on the way. */
  readonly emulator: Omit<EmulatorOptions, 'onEdge' | 'onEvent'>
  readonly console: ConsoleLine
  readonly cable: SerialCable
  readonly usb: () => UsbPlug
  readonly onEdge: (line: number, high: boolean) => void
  /** The wires are laid before the board's first instruction. */
  readonly settle: (emulator: Emulator) => Promise<void>
  /** It has no power any more. */
  readonly died: () => void
  readonly tell: (text: string) => void
  /** It ended without a cut: nothing that is seen from here on means anything. */
  readonly crashed: (why: string) => void
}

/** A board that is being built again must not find the sockets of its former life. */
const dropSockets = (dir: string): void => {
  for (const name of ['qmp', 'qtest', 'console', 'serial']) rmSync(join(dir, name), { force: true })
}

export const makeMachine = (options: MachineOptions): Machine => {
  const { board, tell } = options
  let emulator: Emulator | null = null
  let bootedAt: number | null = null
  let cutAt: number | null = null
  let boots = 0
  let resets = 0
  let halted = false

  const onEvent: EmulatorOptions['onEvent'] = (name, data) => {
    if (name === 'DEVICE_DELETED' && data.device === DISK_ID) options.usb().pulled(board)
    if (name === 'RESET' && bootedAt !== null && nowMs() - bootedAt > 1000) {
      resets += 1
      tell('restarts by itself')
      // The emulator has laid its boot code anew, and three cores wait in it again.
      if (emulator !== null) void parkSpareCores(emulator.qtest).catch(() => undefined)
    }
    if (name === 'SHUTDOWN') {
      halted = true
      tell('has switched itself off')
    }
  }
  const boot = async (): Promise<void> => {
    dropSockets(options.emulator.dir)
    const mine = await startEmulator({ ...options.emulator, onEdge: options.onEdge, onEvent }).catch(
      (error: unknown) => {
        options.crashed(String(error))
        throw error
      }
    )
    emulator = mine
    void mine.ended.then(reason => {
      if (emulator !== mine) return
      emulator = null
      options.crashed(`the emulator of board ${board} ended by itself (${reason}); see ${options.emulator.log}`)
    })
    options.console.plug(mine.console)
    options.cable.plug(board, mine.serial)
    await options.settle(mine)
    if (!(await parkSpareCores(mine.qtest))) tell('its spare cores cannot be sent to sleep: it will be slow')
    await options.usb().booting(board, mine)
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
      return { at, tookMs: nowMs() - at, disk: options.usb().at === board ? 'was here' : 'was not here' }
    }
  }
}
