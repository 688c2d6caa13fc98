// The world's shape: two boards, their supplies, wires, links, disks and what runs on them. Data only; who changes what is told by the file names beside.
// Nothing here knows what a core believes.
import type { Effect } from '../../src/core/effect.js'
import type { ActionOutcome, CoreEvent, GroupAction } from '../../src/core/event.js'
import type { Settings } from '../../src/core/settings.js'
import type { BoardId, Durable, Epoch, LinkId, Token } from '../../src/core/types.js'
import type { Agenda } from './agenda.js'
import type { Wire } from './codec-wire.js'
import type { CoreModule, CoreState } from './core-module.js'
import type { Fact } from './facts.js'
import { canWrite, mirrorOf } from './mirror.js'
import type { Mirror } from './mirror-world.js'
import type { Plan } from './plan.js'
import type { Prng } from './prng.js'

/** What of one group is on one board. Lives with the board's power, not with the daemon. */
export interface Holding {
  mounted: boolean
  /** Its side of a mirrored disk may be written. */
  primary: boolean
  addresses: boolean
  services: 'none' | 'some' | 'all'
  /** Its login gate is open. Holds nothing (R1). */
  logins: boolean
  /** Epoch that the services were started under: the one that they acknowledge with. */
  epoch: Epoch | null
}

/** A child of some life of the daemon at work. */
export interface Job {
  readonly group: string
  readonly action: GroupAction
  readonly job: number
  readonly epoch: Epoch
  /** Daemon life that began it; another or none now = a leftover. */
  readonly nonce: string
  /** Outlived its kill: it may still do its work when the trouble ends. */
  hung: boolean
  outcome: ActionOutcome | null
}

/** One boot of a board. */
export interface Soc {
  readonly bootId: string
  /** CLOCK_MONOTONIC begins here, and runs at this rate of the world's time. */
  readonly bornAt: number
  readonly rate: number
  readonly offsetMs: number
  readonly holdings: Map<string, Holding>
  readonly jobs: Set<Job>
  /** GPIO level of the relay output. Survives the daemon. */
  relayLevel: boolean
  /** World time; everything on the board stands still until then. */
  stalledUntil: number
  watchdogFedAt: number | null
}

/** One life of the daemon. */
export interface Daemon {
  readonly nonce: string
  readonly settings: Settings
  readonly state: CoreState
  /** World time; the process stands still until then. */
  hungUntil: number
  /** What arrived while it stood still. */
  inbox: CoreEvent[]
  /** Its orders are being carried out: what happens now reaches it after them. */
  stepping: boolean
  /** With a fence agent in place of the relay. */
  agentBusy: boolean
  agentWaits: Extract<Effect, { kind: 'driveRelay' }> | null
  awakening: boolean
  wakeOrder: number
  wakeAt: number
  /** As last told to the core; null = not fitted. */
  sense: boolean | null
  loop: boolean | null
  lanUp: boolean
  /** The button is down since then, by the board's clock; null = it is not. */
  buttonAt: number | null
  readonly diskSeen: Map<string, boolean>
  readonly watched: Set<string>
  /** What it was told of each mirror, as text. */
  readonly mirrors: Map<string, string>
  readonly bornAt: number
}

export interface Store {
  durable: Durable | null
  previous: Durable[]
  problem: string
  /** An older order that has begun, and the newest one that waits. */
  writing: boolean
  waiting: { readonly store: number; readonly text: string } | null
  /** Shows at the next start of the daemon. */
  loss: 'gone' | 'older' | null
  /** False after a fault that R5 cannot see through: invariants on what was stored are off. */
  honest: boolean
}

/** Counters of what is wrong now: overlapping faults of a kind add up. */
export interface Troubles {
  wallCut: number
  harnessPulled: number
  loopCut: number
  senseStuck: (boolean | null)[]
  relayStuck: (boolean | null)[]
  storeFails: number
  storeSlow: number
  actionFails: GroupAction[]
  actionHangs: GroupAction[]
  actionSlow: number
  diskGone: string[]
  lanDown: number
  otherConfiguration: number
  buttonDown: number
}

export interface Board {
  readonly id: BoardId
  rail: boolean
  railOrder: number
  /** The contact in *this* board's supply is open (the peer's relay acts on it). */
  contactOpen: boolean
  soc: Soc | null
  /** Booting, from rail or reset. */
  bootOrder: number
  daemon: Daemon | null
  /** The last planned end that an operator asked for. */
  planned: 'restart' | 'leave' | null
  /** The supervisor leaves the daemon alone (a planned halt). */
  halted: boolean
  readonly store: Store
  readonly troubles: Troubles
}

/** One direction of one link. */
export interface Cable {
  cut: number
  bad: { readonly loss: number; readonly dup: number; readonly delayMs: number }[]
  heldBy: number
  held: Token[]
  /** Instant of the latest delivery: bytes of a cable do not overtake each other. */
  lastArrivalAt: number
  /** Since when nothing is wrong with it; Infinity while something is. */
  cleanSince: number
}

export interface Random {
  readonly link: Prng
  readonly power: Prng
  readonly store: Prng
  readonly action: Prng
  readonly daemon: Prng
  readonly mirror: Prng
}

export interface Violation {
  readonly rule: string
  readonly text: string
}

export interface World {
  readonly plan: Plan
  readonly core: CoreModule
  readonly agenda: Agenda
  readonly random: Random
  readonly boards: Readonly<Record<BoardId, Board>>
  /** By sender. */
  readonly cables: Readonly<Record<LinkId, Record<BoardId, Cable>>>
  readonly groups: readonly string[]
  /** The real codec between the boards; null = tokens pass as objects. */
  readonly wire: Wire | null
  /** What the checker and the tracer are told. */
  readonly tell: (fact: Fact) => void
  /** Faults that wait for a moment. */
  readonly armed: { readonly board: BoardId; readonly order: string; readonly fire: () => void }[]
  /** The run ends at once: what broke, or the assumption that no longer holds. */
  violation: Violation | null
  /** The epoch that the shared disk of a group remembers. */
  readonly stamps: Map<string, Epoch>
  /** The mirrored disks, by group. */
  readonly mirrors: Map<string, Mirror>
  /** Faults that keep the copies apart now. */
  replicationCut: number
  beyond: string | null
  events: number
  requests: number
}

/** This board's own monotonic clock, in milliseconds. */
export const clockOf = (world: World, soc: Soc): number => soc.offsetMs + (world.agenda.now - soc.bornAt) * soc.rate

/** Nothing of it here. */
export const emptyHolding = (): Holding => ({
  mounted: false,
  primary: false,
  addresses: false,
  services: 'none',
  logins: false,
  epoch: null
})

export const holdingOf = (board: Board, group: string): Holding | null => board.soc?.holdings.get(group) ?? null

/** What a board holds of a group right now, in words; empty = nothing (R1). Work on the disk counts: fsck writes. */
export const heldBy = (board: Board, group: string): string[] => {
  const soc = board.soc
  if (soc === null) return []
  const words: string[] = []
  const holding = soc.holdings.get(group)
  if (holding?.mounted) words.push('mounted')
  if (holding?.primary) words.push('primary')
  if (holding?.addresses) words.push('addresses')
  if (holding !== undefined && holding.services !== 'none') words.push(`services (${holding.services})`)
  for (const job of soc.jobs) if (job.group === group && job.action === 'check' && !job.hung) words.push('fsck running')
  return words
}

/** The group answers clients from this board. */
export const serves = (world: World, board: Board, group: string): boolean => {
  const holding = holdingOf(board, group)
  if (holding === null || holding.services !== 'all' || !holding.addresses) return false
  const diskless = world.plan.settings.a.groups.find(entry => entry.name === group)?.disk === null
  const mirror = mirrorOf(world, group)
  // What stands still answers nobody.
  if (mirror !== null && !canWrite(world, mirror, board.id)) return false
  return (holding.mounted || diskless) && (board.soc?.stalledUntil ?? 0) <= world.agenda.now
}
