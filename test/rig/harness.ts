// The harness between two emulated boards: it reads what they drive, and sets what they read, over their GPIO registers.
// Relay, sense, loop, USB switch, lights and button with the lab's own rules (levels.ts, supply.ts). Decides nothing else.
import { setTimeout as delay } from 'node:timers/promises'
import type { Faults } from '../../board/virtual/faults.js'
import { type Drive, loopLevel, opensPeer, senseLevel } from '../../board/virtual/levels.js'
import { BOARDS } from '../../board/virtual/names.js'
import { makeSupply, type Supply } from '../../board/virtual/supply.js'
import { nowMs } from '../../board/virtual/time.js'
import { LEDS, type Led } from '../../src/core/panel-table.js'
import { type BoardId, otherBoard } from '../../src/core/types.js'
import { CODE_WINDOW_MS } from './code-reading.js'
import type { Emulator } from './emulator.js'
import { correction, drivesHigh, type Functions, type Levels, type Line, PINS, REGISTER } from './gpio-registers.js'
import type { Edge } from './light-pattern.js'
import type { Machine } from './machine.js'
import { frameCalmer } from './usb-frames.js'
import type { UsbPlug } from './usb-plug.js'
import type { Wires } from './wires.js'

export interface Harness extends Wires {
  inputs(board: BoardId): Levels
  /** An output line of the board changed, as its emulator told it. */
  edge(board: BoardId, line: number, high: boolean): void
  /** Set the board's inputs now; before its first instruction. */
  settle(board: BoardId, emulator: Emulator): Promise<void>
}

export interface HarnessOptions {
  readonly machines: () => Readonly<Record<BoardId, Machine>>
  /** null = each board has a disk of its own. */
  readonly usb: () => UsbPlug | null
  readonly faults: Faults
  readonly tell: (text: string) => void
}

/** Edges are told as they come; what changes without one (a board's reset) is seen by a look this often. */
const LOOK_MS = 50
/** Longer than what is read of them; the longest is a code. */
const EDGES_KEPT_MS = CODE_WINDOW_MS + 4000

interface Outputs {
  relay: boolean
  switchSelect: boolean
  readonly lit: Record<Led, boolean>
  readonly edges: Record<Led, Edge[]>
  /** Edges that were told; a look that one of them overtook saw what is no longer so. */
  told: number
}

const darkOutputs = (): Outputs => ({
  relay: false,
  switchSelect: false,
  lit: { active: false, peer: false, sync: false, fault: false },
  edges: { active: [], peer: [], sync: [], fault: [] },
  told: 0
})

const lineOf = (bcm: number): Line | null => (Object.keys(PINS) as Line[]).find(name => PINS[name] === bcm) ?? null
const isLed = (line: Line): line is Led => (LEDS as readonly string[]).includes(line)

/** With a new edge; of those that are too old the last one stays, for it says what was so at the beginning. */
const recentEdges = (edges: readonly Edge[], edge: Edge): Edge[] => {
  const first = edges.findLastIndex(({ at }) => at <= edge.at - EDGES_KEPT_MS)
  return [...edges.slice(Math.max(first, 0)), edge]
}

export const makeHarness = ({ machines, usb, faults, tell }: HarnessOptions): Harness => {
  const outputs: Record<BoardId, Outputs> = { a: darkOutputs(), b: darkOutputs() }
  let closed = false

  const drives = (): Record<BoardId, Drive> => ({
    a: { rail: supplies.a.rail, relay: outputs.a.relay },
    b: { rail: supplies.b.rail, relay: outputs.b.relay }
  })
  const refresh = (): void => {
    if (closed) return
    for (const board of BOARDS) {
      supplies[board].give(faults[board].mains && !opensPeer(otherBoard(board), drives(), faults))
    }
  }
  const inputs = (board: BoardId): Levels => ({
    sense: senseLevel(board, drives(), faults),
    loop: loopLevel(board, drives(), faults),
    switchReadback: usb()?.at === board,
    button: !faults[board].buttonDown,
    // To ground on board b, open (pulled up) on board a.
    strap: board === 'a'
  })
  const drive = (board: BoardId, line: Line, high: boolean): void => {
    const own = outputs[board]
    if (isLed(line)) {
      if (own.lit[line] === high) return
      own.lit[line] = high
      own.edges[line] = recentEdges(own.edges[line], { at: nowMs(), lit: high })
    } else if (line === 'relay' && own.relay !== high) {
      own.relay = high
      tell(`relay of ${board} is ${high ? 'driven' : 'released'}: power of ${otherBoard(board)} ${high ? 'off' : 'on'}`)
      refresh()
    } else if (line === 'switchSelect' && own.switchSelect !== high) {
      own.switchSelect = high
      if (high && faults[board].switchObeys) usb()?.select(board)
    }
  }
  const functionsOf = async (emulator: Emulator): Promise<Functions> => ({
    word1: await emulator.qtest.read(REGISTER.functionSelect1),
    word2: await emulator.qtest.read(REGISTER.functionSelect2)
  })
  const setInputs = async (board: BoardId, emulator: Emulator, level: number, functions: Functions): Promise<void> => {
    const { set, clear } = correction(level, functions, inputs(board))
    if (set !== 0) await emulator.qtest.write(REGISTER.set, set)
    if (clear !== 0) await emulator.qtest.write(REGISTER.clear, clear)
  }
  const look = async (board: BoardId, emulator: Emulator): Promise<void> => {
    const { told } = outputs[board]
    const functions = await functionsOf(emulator)
    const level = await emulator.qtest.read(REGISTER.level)
    if (machines()[board].emulator !== emulator) return
    if (outputs[board].told !== told) return
    for (const line of ['relay', 'switchSelect', ...LEDS] as const)
      drive(board, line, drivesHigh(level, functions, line))
    await setInputs(board, emulator, level, functions)
  }
  const watch = async (board: BoardId): Promise<void> => {
    let seen: Emulator | null = null
    let calm = async (): Promise<void> => undefined
    for (;;) {
      await delay(LOOK_MS)
      if (closed) return
      const emulator = machines()[board].emulator
      // A board may lose its power in the middle of a look: then there is nothing to see.
      if (emulator === null) continue
      await look(board, emulator).catch(() => undefined)
      if (emulator !== seen) calm = frameCalmer(emulator.qtest)
      seen = emulator
      await calm().catch(() => undefined)
    }
  }
  const make = (board: BoardId): Supply =>
    makeSupply({
      power: { boot: () => machines()[board].boot(), cut: () => machines()[board].cut() },
      holdUpMs: () => 0,
      changed: refresh,
      died: () => {
        const before = outputs[board].relay
        outputs[board] = darkOutputs()
        if (before) refresh()
      },
      tell: text => tell(`board ${board}: ${text}`)
    })
  const supplies: Record<BoardId, Supply> = { a: make('a'), b: make('b') }
  const watching = BOARDS.map(watch)

  return {
    supplies,
    refresh,
    relay: board => outputs[board].relay,
    inputs,
    edges: (board, led) => outputs[board].edges[led],
    edge: (board, line, high) => {
      const name = lineOf(line)
      outputs[board].told += 1
      if (name !== null) drive(board, name, high)
    },
    settle: async (board, emulator) => setInputs(board, emulator, 0, await functionsOf(emulator)),
    close: async () => {
      closed = true
      for (const board of BOARDS) supplies[board].close()
      await Promise.all(watching)
    }
  }
}
