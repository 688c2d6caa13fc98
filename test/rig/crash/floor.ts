// What a board must not forget: whatever one crash point showed, or the daemon had claimed as durable, later ones show too.
// Called by the crash-point proof; pure.
import { compareEpochs, type Durable } from '../../../src/core/types.js'
import type { Records } from './records.js'

/** What was told as durable when the log had `entries` entries; null = nothing of that kind. */
export interface Claim {
  readonly entries: number
  readonly durable: Durable | null
  /** Every event up to this sequence. */
  readonly event: number | null
}

const missing = (floor: Records, now: Records): string[] =>
  floor.files.filter(name => !now.files.includes(name)).map(name => `${name} is lost: it was on the card before`)

const fellBack = (word: string, floor: number | null, now: number | null): string[] =>
  floor !== null && (now ?? -1) < floor
    ? [`the newest ${word} is ${now ?? 'none'}, and ${floor} was on the card before`]
    : []

const epochsFell = (floor: Durable, now: Durable): string[] =>
  Object.entries(floor.groups).flatMap(([name, { epoch, grant }]) => {
    const held = now.groups[name]
    if (held === undefined) return [`group ${name} is forgotten`]
    const words = (number: number, board: string): string => `${number}${board}`
    const fell = compareEpochs(held.epoch, epoch) < 0
    if (fell) {
      const [is, was] = [words(held.epoch.number, held.epoch.board), words(epoch.number, epoch.board)]
      return [`the epoch of ${name} fell back to ${is}, and it was ${was} before (R5)`]
    }
    // A grant stands until a tenure above it (R2a): within one epoch it is never taken back.
    return compareEpochs(held.epoch, epoch) === 0 && held.grant < grant
      ? [`the grant of ${name} fell back to ${held.grant}, and it was ${grant} before (R2a)`]
      : []
  })

const durableFell = (floor: Durable | null, now: Durable | null): string[] => {
  if (floor === null) return []
  if (now === null) return ['the durable record is lost: it was on the card before (R5)']
  const mode =
    now.modeNumber < floor.modeNumber
      ? [`the mode's number fell back to ${now.modeNumber}, and it was ${floor.modeNumber} before (R14)`]
      : []
  return [...epochsFell(floor, now), ...mode]
}

/** What `now` lacks of `floor`. */
export const forgotten = (floor: Records, now: Records): readonly string[] => [
  ...durableFell(floor.durable, now.durable),
  ...fellBack('event without a gap before it', floor.event, now.event),
  ...fellBack('alarm', floor.alarm, now.alarm),
  ...fellBack('report', floor.report, now.report),
  ...missing(floor, now)
]

interface Level {
  readonly from: number
  readonly records: Records
}

const NOTHING: Records = { durable: null, event: null, alarm: null, report: null, files: [] }

export interface Floor {
  /** What a point with the first `applied` entries lacks. What it shows binds those that have the first `until` of them. */
  judge(now: Records, applied: number, until: number): readonly string[]
}

/** `claims`: with `entries` as the number that must be on the card for them. */
export const createFloor = (claims: readonly Claim[]): Floor => {
  let levels: Level[] = claims.map(({ entries, ...claimed }) => ({
    from: entries,
    records: { ...NOTHING, ...claimed }
  }))
  return {
    judge: (now, applied, until) => {
      const binding = levels.filter(({ from }) => from <= applied)
      const problems = [...new Set(binding.flatMap(({ records }) => forgotten(records, now)))]
      if (problems.length > 0) return problems
      // What a whole point shows includes all that bound it; a torn one shows luck, which binds only what comes after its window.
      const still = until === applied ? levels.filter(({ from }) => from > applied) : levels
      levels = [...still, { from: until, records: now }]
      return problems
    }
  }
}
