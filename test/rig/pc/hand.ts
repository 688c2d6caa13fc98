// What a person may do to two emulated PCs by words: power, links, disks, outlets. One order a line; used by scenarios/pc-shell.ts.
import type { BoardId } from '../../../src/core/types.js'
import type { PcWorld } from './pc-world.js'
import type { PlugFault } from './plug.js'

type Act = (world: PcWorld, board: BoardId) => Promise<void> | void

const power =
  (on: boolean): Act =>
  ({ faults, harness }, board) => {
    faults[board].mains = on
    harness.refresh()
  }
const outlet =
  (fault: PlugFault): Act =>
  ({ harness }, board) => {
    harness.plugFaults[board] = fault
  }

/** With a board behind it. */
const OF_A_BOARD: Readonly<Record<string, { readonly what: string; readonly act: Act }>> = {
  on: { what: 'mains plug in', act: power(true) },
  off: { what: 'mains plug out, at once', act: power(false) },
  pull: { what: 'pull the disk of the mirror', act: ({ disks }, board) => disks.pull(board) },
  put: { what: 'put it in again', act: ({ disks }, board) => disks.putIn(board) },
  replace: { what: 'a blank disk in its place (pulled, or no power)', act: ({ disks }, board) => disks.replace(board) },
  break: { what: 'each read and write of the disk fails', act: ({ disks }, board) => disks.break(board, true) },
  mend: { what: 'none does any more', act: ({ disks }, board) => disks.break(board, false) },
  unplug: { what: 'data link: no carrier at this board', act: ({ link }, board) => link.plug(board, false) },
  plug: { what: 'data link: carrier again', act: ({ link }, board) => link.plug(board, true) },
  'agent-works': { what: 'the fence agent of this board works', act: outlet('works') },
  'agent-silent': { what: 'it gets no answer', act: outlet('silent') },
  'agent-lies': { what: 'it is told off, and the power stays', act: outlet('lies') },
  'agent-stuck': { what: 'its order is taken, and nothing happens', act: outlet('stuck') }
}

const OF_BOTH: Readonly<
  Record<string, { readonly what: string; readonly act: (world: PcWorld) => Promise<void> | void }>
> = {
  cut: { what: 'data link carries nothing, carriers stay', act: ({ link }) => link.cut() },
  restore: { what: 'data link carries again', act: ({ link }) => link.restore() },
  'serial-cut': {
    what: 'null-modem cable out',
    act: ({ cable }) => {
      cable.carries = false
    }
  },
  'serial-restore': {
    what: 'null-modem cable in',
    act: ({ cable }) => {
      cable.carries = true
    }
  }
}

/** All orders, one a line. */
export const handHelp = (): readonly string[] => [
  ...Object.entries(OF_A_BOARD).map(([name, { what }]) => `${name} a|b`.padEnd(18) + what),
  ...Object.entries(OF_BOTH).map(([name, { what }]) => name.padEnd(18) + what)
]

/** Carry out one line; what is to be said about it. Never throws. */
export const carryOut = async (world: PcWorld, line: string): Promise<string> => {
  const [name = '', board, more] = line.trim().split(/\s+/)
  const ofBoard = OF_A_BOARD[name]
  const ofBoth = OF_BOTH[name]
  try {
    if (ofBoard !== undefined && (board === 'a' || board === 'b') && more === undefined) await ofBoard.act(world, board)
    else if (ofBoth !== undefined && board === undefined) await ofBoth.act(world)
    else return `no order "${line.trim()}"; there are:\n${handHelp().join('\n')}`
    return `done: ${line.trim()}`
  } catch (error) {
    return `not done: ${line.trim()}: ${error instanceof Error ? error.message : String(error)}`
  }
}
