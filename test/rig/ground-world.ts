// What every emulated pair offers to a scenario and to its judges, whatever the boards are. Types only; rig-world.ts makes the
// world of two Pis, pc/pc-world.ts that of two PCs.
import type { DiskVerdict } from '../../board/virtual/checker.js'
import type { Ack } from '../../board/virtual/client.js'
import type { Faults } from '../../board/virtual/faults.js'
import type { BoardId } from '../../src/core/types.js'
import type { ConsoleLine } from './console-line.js'
import type { DataDisks } from './data-disks.js'
import type { DataLink } from './data-link.js'
import type { EmulatorProcess } from './emulator-process.js'
import type { Machine } from './machine.js'
import type { RigNames } from './names.js'
import type { Remote } from './remote.js'
import type { SerialCable } from './serial-cable.js'
import type { Wires } from './wires.js'

export interface GroundWorld {
  readonly names: RigNames
  readonly env: NodeJS.ProcessEnv
  readonly faults: Faults
  readonly harness: Wires
  readonly cable: SerialCable
  readonly machines: Readonly<Record<BoardId, Machine<EmulatorProcess>>>
  readonly consoles: Readonly<Record<BoardId, ConsoleLine>>
  readonly remotes: Readonly<Record<BoardId, Remote>>
  /** Why nothing that is seen means anything any more; null = all well. */
  readonly broken: string | null
  /** Boards that have the disk at the same moment, seen from outside. */
  haveDisk(): Promise<readonly BoardId[]>
  /** Both boards are without power: is all that was acknowledged on the disk? */
  judgeDisk(acks: readonly Ack[]): Promise<DiskVerdict>
  close(): Promise<void>
}

/** With a mirror between the boards: a disk of its own in each, and a network for it alone. */
export interface MirrorWorld extends GroundWorld {
  readonly link: DataLink
  readonly disks: DataDisks
}
