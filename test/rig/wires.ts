// What lies between two emulated boards, whatever they are: who has power, who holds whose power off, what lights up. Types only;
// harness.ts makes those of two Pis, pc/plug-wires.ts those of two PCs.
import type { Supply } from '../../board/virtual/supply.js'
import type { Led } from '../../src/core/panel-table.js'
import type { BoardId } from '../../src/core/types.js'
import type { Edge } from './light-pattern.js'

export interface Wires {
  readonly supplies: Readonly<Record<BoardId, Supply>>
  /** Faults changed: compute everything anew. */
  refresh(): void
  /** This board holds the other one's power off. */
  relay(board: BoardId): boolean
  /** What the light did lately. */
  edges(board: BoardId, led: Led): readonly Edge[]
  close(): Promise<void>
}
