// Power between two emulated PCs: each has a mains plug, and an outlet that the other one's fence agent switches over a serial port.
// Unlike a relay, an outlet stays as it was told when the board that told it dies. Made by pc-world.ts; decides nothing else.
import type { Faults } from '../../../board/virtual/faults.js'
import { BOARDS } from '../../../board/virtual/names.js'
import { makeSupply, type Supply } from '../../../board/virtual/supply.js'
import { type BoardId, otherBoard } from '../../../src/core/types.js'
import { lineSplitter } from '../line-socket.js'
import type { Machine } from '../machine.js'
import type { Wires } from '../wires.js'
import type { PcEmulator } from './pc-emulator.js'
import { askPlug, PLUGGED_IN, type PlugFault, type PlugState, parseQuestion } from './plug.js'

export interface PlugWires extends Wires {
  /** What is wrong with the outlet that this board's agent switches: the peer's. */
  readonly plugFaults: Record<BoardId, PlugFault>
  /** How often this board's agent asked for each action. */
  readonly asked: Readonly<Record<BoardId, Readonly<Record<string, number>>>>
  /** The machine of this board was started: its agent speaks here. */
  listen(board: BoardId, emulator: PcEmulator): void
}

export interface PlugWiresOptions {
  readonly machines: () => Readonly<Record<BoardId, Machine<PcEmulator>>>
  readonly faults: Faults
  readonly tell: (text: string) => void
}

export const makePlugWires = ({ machines, faults, tell }: PlugWiresOptions): PlugWires => {
  const outlets: Record<BoardId, PlugState> = { a: PLUGGED_IN, b: PLUGGED_IN }
  const plugFaults: Record<BoardId, PlugFault> = { a: 'works', b: 'works' }
  const asked: Record<BoardId, Record<string, number>> = { a: {}, b: {} }
  let closed = false

  const refresh = (): void => {
    if (closed) return
    for (const board of BOARDS) supplies[board].give(faults[board].mains && outlets[board].gives)
  }
  const make = (board: BoardId): Supply =>
    makeSupply({
      power: { boot: () => machines()[board].boot(), cut: () => machines()[board].cut() },
      holdUpMs: () => 0,
      changed: refresh,
      died: () => undefined,
      tell: text => tell(`board ${board}: ${text}`)
    })
  const supplies: Record<BoardId, Supply> = { a: make('a'), b: make('b') }

  const take = (board: BoardId, line: string): string | null => {
    const question = parseQuestion(line)
    if (question === null) return null
    const { action } = question
    const peer = otherBoard(board)
    const before = outlets[peer]
    asked[board][action] = (asked[board][action] ?? 0) + 1
    const { state, answer } = askPlug(before, question, plugFaults[board])
    outlets[peer] = state
    if (action === 'on' || action === 'off')
      tell(
        `agent of ${board} asks: ${action}; ${answer === null ? 'no answer' : 'done'}; power of ${peer} ${state.gives ? 'on' : 'off'}`
      )
    if (state.gives !== before.gives) refresh()
    return answer
  }
  return {
    supplies,
    plugFaults,
    asked,
    refresh,
    relay: board => !outlets[otherBoard(board)].gives,
    edges: () => [],
    listen: (board, { plug }) => {
      const split = lineSplitter(line => {
        const answer = take(board, line)
        if (answer !== null) plug.write(`${answer}\n`)
      })
      plug.on('data', bytes => split(bytes.toString('latin1')))
    },
    close: async () => {
      closed = true
      for (const board of BOARDS) supplies[board].close()
    }
  }
}
