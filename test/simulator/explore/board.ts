// One board of the explored world as plain data: supply, wires, card, what is held, children at work, and one life of the core.
// Nothing here is shared with the other board: what one does to the other is in world.ts.
import type { GroupAction } from '../../../src/core/event.js'
import type { CoreState } from '../../../src/core/state.js'
import type { BoardId, Durable, Epoch } from '../../../src/core/types.js'

/** What has been ordered and may take effect now or one step of time later: `age` in steps. */
export interface Job {
  action: GroupAction
  /** Number that the core gave; 0 = begun by an earlier life of the daemon. */
  job: number
  epoch: Epoch
  age: number
}

export interface Board {
  id: BoardId
  /** Wall power; the rail behind it; the contact in this board's supply that the peer's relay opens. */
  wall: boolean
  rail: boolean
  contactOpen: boolean
  /** Steps since which rail, contact, sense and loop differ from what they will be. */
  railAge: number
  contactAge: number
  senseAge: number
  loopAge: number
  /** The kernel runs. */
  booted: boolean
  /** Steps until the daemon starts; -1 = nothing will start by itself. */
  startsIn: number
  /** Name of this boot, and GPIO level of the relay: both outlive the daemon. */
  bootId: string
  relayLevel: boolean
  relayOrders: { on: boolean; order: number; age: number }[]
  /** The harness (sense, loop, coil) is pulled out here; the relay that this board drives sticks. */
  harnessPulled: boolean
  lanUp: boolean
  relayStuck: boolean
  disk: Durable
  writing: { store: number; durable: Durable; age: number } | null
  waiting: { store: number; durable: Durable } | null
  mounted: boolean
  /** Its side of a mirrored disk may be written. */
  primary: boolean
  addresses: boolean
  services: 'none' | 'all'
  /** Epoch that the services answer with. */
  servesUnder: Epoch | null
  jobs: Job[]
  core: CoreState | null
}

/** What this board holds right now, in words; empty = nothing (R1). fsck writes, so it counts. */
export const heldBy = (board: Board): readonly string[] => {
  const words: string[] = []
  if (board.mounted) words.push('mounted')
  if (board.primary) words.push('primary')
  if (board.addresses) words.push('addresses')
  if (board.services !== 'none') words.push('services')
  if (board.jobs.some(job => job.action === 'check')) words.push('fsck running')
  return words
}

/** A board without power: nothing runs, only the card remembers. */
export const deadBoard = (id: BoardId, disk: Durable): Board => ({
  id,
  wall: true,
  rail: false,
  contactOpen: false,
  railAge: 0,
  contactAge: 0,
  senseAge: 0,
  loopAge: 0,
  booted: false,
  startsIn: -1,
  bootId: '',
  relayLevel: false,
  relayOrders: [],
  harnessPulled: false,
  lanUp: true,
  relayStuck: false,
  disk,
  writing: null,
  waiting: null,
  mounted: false,
  primary: false,
  addresses: false,
  services: 'none',
  servesUnder: null,
  jobs: [],
  core: null
})

/** The kernel is gone: what it ran, held and drove is gone with it. The write under way reached the card, or not. */
export const kernelDies = (board: Board, landed: boolean): void => {
  daemonDies(board, landed)
  board.booted = false
  board.startsIn = -1
  board.relayLevel = false
  board.mounted = false
  board.primary = false
  board.addresses = false
  board.services = 'none'
  board.servesUnder = null
  board.jobs = []
}

/** The daemon is gone; its children may live on as leftovers. */
export const daemonDies = (board: Board, landed: boolean): void => {
  if (landed && board.writing !== null) board.disk = board.writing.durable
  board.writing = null
  board.waiting = null
  board.relayOrders = []
  for (const job of board.jobs) job.job = 0
  board.core = null
}
