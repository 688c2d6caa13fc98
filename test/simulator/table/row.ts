// Words of the fault table as a test: a row is one scripted run and what must come of it. Types and small helpers only.
import type { GroupSettings, Settings, Timing, Wiring } from '../../../src/core/settings.js'
import type { BoardId } from '../../../src/core/types.js'
import type { Fault, Plan, Trouble } from '../plan.js'

export interface Row {
  /** Of the golden file: `NAME.golden.txt`. */
  readonly name: string
  /** A sentence: what the pair does. Title of the test and of the story. */
  readonly says: string
  /** The row of the fault table, in its words; and where it comes from, where an older system brought it. */
  readonly row: string
  readonly faults: readonly Fault[]
  /** Seconds after the first fault at which the story ends. */
  readonly forS: number
  /** Who serves each group at the end; null = nobody. */
  readonly servedBy: Readonly<Record<string, BoardId | null>>
  /** The longest time in seconds that any group may be away; 0 = never. */
  readonly awayS: number
  readonly pair?: Pair
}

export interface Pair {
  readonly wiring?: Partial<Wiring>
  readonly timing?: Partial<Timing>
  readonly groups?: readonly GroupSettings[]
  readonly proved?: boolean
  /** The story goes on where the assumptions end. */
  readonly unjudged?: boolean
  /** The replication link of mirrored disks is a cable of its own. */
  readonly ownCable?: boolean
}

/** The pair has found itself by then. */
export const FIRST_FAULT_MS = 10_000
const S = 1000

/** Shipped defaults but for the boot: these boards are up in ten seconds, not in a minute. */
const TIMING: Timing = {
  tokenIntervalMs: 100,
  deadMs: 1000,
  stallMs: 250,
  headStartMs: 1500,
  latenessMs: 100,
  relayActMs: 20,
  holdUpMs: 500,
  settleMs: 100,
  holdMs: 3000,
  fenceDeadlineMs: 10_000,
  restoreAfterMs: 10_000,
  bootMs: 20_000,
  listenMs: 25_000,
  confirmMs: 60_000,
  answerMs: 5000,
  releaseMs: 60_000,
  lanGraceMs: 5000,
  watchdogMs: 1000
}

const WIRING: Wiring = { fence: 'relay', sense: true, loop: true, fingerprint: 'w1' }

/** A group with a disk, at home on that board. */
export const group = (name: string, home: BoardId, over: Partial<GroupSettings> = {}): GroupSettings => ({
  name,
  home,
  failback: 'manual',
  failbackAfterMs: 10_000,
  restartsMax: 2,
  restartWindowMs: 60_000,
  disk: 'shared',
  loginGate: false,
  ...over
})

/** Something goes wrong that many seconds after the story's beginning, for that many seconds (0 = it is over at once). */
export const at = (seconds: number, trouble: Trouble, forS = 0): Fault => ({
  at: FIRST_FAULT_MS + seconds * S,
  forMs: forS * S,
  moment: null,
  trouble
})

/** Longer than any story. */
export const FOR_EVER = 100_000

/** The plan of a row: a calm world in which only the row's faults happen. */
export const planOf = (row: Row): Plan => {
  const { wiring, timing, groups, proved, unjudged, ownCable } = row.pair ?? {}
  const settings = (board: BoardId): Settings => ({
    board,
    digest: 'd1d1d1d1d1d1',
    timing: { ...TIMING, ...timing },
    wiring: { ...WIRING, ...wiring },
    groups: groups ?? [group('files', 'a')]
  })
  const faultsEndAt = FIRST_FAULT_MS + row.forS * S
  return {
    seed: `table ${row.name}`,
    settings: { a: settings('a'), b: settings('b') },
    proved: proved ?? true,
    codec: false,
    calm: true,
    unjudged: unjudged ?? false,
    ...(ownCable === undefined ? {} : { ownCable }),
    faults: row.faults,
    faultsEndAt,
    endAt: faultsEndAt + 150 * S
  }
}
