// Everything between the boards that is no data cable: supplies, relay board, sense and loop wires, USB switch lines.
// Made by world.ts. Reads the boards' outputs, sets their inputs, gives and takes power; decides nothing else.
import type { Led } from '../../src/core/panel-table.js'
import { type BoardId, otherBoard } from '../../src/core/types.js'
import type { Faults } from './faults.js'
import { type GpioWires, makeGpioWires } from './gpio-wires.js'
import { type Drive, loopLevel, opensPeer, senseLevel } from './levels.js'
import { BOARDS, type WorldNames } from './names.js'
import type { BoardPower } from './power.js'
import { makeSupply, type Supply } from './supply.js'
import type { UsbSwitch } from './usb-switch.js'

export interface WireTimes {
  /** The relay's contact moves this long after its coil. */
  readonly relayActMs: number
  /** A board lives this long on its capacitors. */
  readonly holdUpMs: number
}

export interface Wires {
  /** Faults or power changed: compute everything anew. */
  refresh(): void
  readonly supplies: Readonly<Record<BoardId, Supply>>
  /** What a board drives and reads now, for screens and scenarios. */
  levels(board: BoardId): {
    readonly relay: boolean
    readonly sense: boolean
    readonly loop: boolean
    readonly rail: boolean
  }
  /** The four lights as somebody in front of the board sees them now. */
  lights(board: BoardId): Readonly<Record<Led, boolean>>
  close(): void
}

export interface WireOptions {
  readonly names: WorldNames
  readonly times: WireTimes
  readonly faults: Faults
  readonly usb: UsbSwitch
  readonly powers: Readonly<Record<BoardId, BoardPower>>
  readonly died: (board: BoardId) => void
  readonly tell: (text: string) => void
}

export const makeWires = (options: WireOptions): Wires => {
  const { names, times, faults, usb } = options
  /** Contact in each board's supply, as it stands after the relay's time. */
  const contactOpen: Record<BoardId, boolean> = { a: false, b: false }
  const moving: Record<BoardId, NodeJS.Timeout | null> = { a: null, b: null }
  let gpio: Record<BoardId, GpioWires>
  let supplies: Record<BoardId, Supply>
  let closed = false

  const drives = (): Record<BoardId, Drive> => ({
    a: { rail: supplies.a.rail, relay: gpio.a.relay },
    b: { rail: supplies.b.rail, relay: gpio.b.relay }
  })

  const moveContact = (victim: BoardId, open: boolean): void => {
    const driver = otherBoard(victim)
    const pending = moving[victim]
    if (open === contactOpen[victim]) {
      if (pending !== null) clearTimeout(pending)
      moving[victim] = null
      return
    }
    if (pending !== null) return
    const arrive = (): void => {
      moving[victim] = null
      contactOpen[victim] = open
      options.tell(`relay of ${driver}: contact in ${victim}'s supply ${open ? 'opens' : 'closes'}`)
      refresh()
    }
    const actMs = times.relayActMs + faults[driver].relayLateMs
    if (actMs > 0) moving[victim] = setTimeout(arrive, actMs)
    else arrive()
  }

  const refresh = (): void => {
    if (closed) return
    const now = drives()
    for (const board of BOARDS) {
      moveContact(board, opensPeer(otherBoard(board), now, faults))
      supplies[board].give(faults[board].mains && !contactOpen[board])
    }
    for (const board of BOARDS) {
      gpio[board].setInput('sense', senseLevel(board, now, faults))
      gpio[board].setInput('loop', loopLevel(board, now, faults))
      gpio[board].setInput('switchReadback', usb.readback(board))
      gpio[board].setInput('button', !faults[board].buttonDown)
    }
  }

  const make = (board: BoardId): Supply =>
    makeSupply({
      power: options.powers[board],
      holdUpMs: () => (faults[board].mains ? times.holdUpMs : 0),
      changed: refresh,
      died: () => {
        gpio[board].reset()
        options.died(board)
      },
      tell: text => options.tell(`board ${board}: ${text}`)
    })
  supplies = { a: make('a'), b: make('b') }
  const selected = (board: BoardId): void => {
    usb.select(board)
    refresh()
  }
  const lines = (board: BoardId): GpioWires =>
    makeGpioWires(names.of(board, 'gpio'), board === 'a', refresh, () => selected(board))
  gpio = { a: lines('a'), b: lines('b') }

  return {
    refresh,
    supplies,
    levels: board => ({
      relay: gpio[board].relay,
      sense: senseLevel(board, drives(), faults),
      loop: loopLevel(board, drives(), faults),
      rail: supplies[board].rail
    }),
    lights: board => {
      const lit = (led: Led): boolean => supplies[board].rail && gpio[board].lit(led)
      return { active: lit('active'), peer: lit('peer'), sync: lit('sync'), fault: lit('fault') }
    },
    close: () => {
      closed = true
      for (const board of BOARDS) {
        supplies[board].close()
        gpio[board].close()
        const pending = moving[board]
        if (pending !== null) clearTimeout(pending)
      }
    }
  }
}
