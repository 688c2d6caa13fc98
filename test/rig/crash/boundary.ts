// Where a card may lose its power, and what may then be half written. Called by the crash-point proof; pure.
// A card with a cache keeps what was flushed; a card without one (an SD card as Linux sees it) keeps each request that ended.
import type { LogEntry } from './write-log.js'

/** What the card promises: `flush` = durable once flushed; `write` = durable once written, flushes are never sent. */
export type CardPromise = 'flush' | 'write'

/** The first `applied` entries are on the card for certain; of those up to `until` any sector may be, or not. */
export interface Boundary {
  readonly applied: number
  readonly until: number
}

/** More than one request to a card ever has. */
const REQUEST_ENTRIES_MAX = 2048

const changesCard = ({ sectors }: LogEntry): boolean => sectors > 0

/** The card as it was before the first write, and each flush after at least one write. */
const atFlushes = (entries: readonly LogEntry[]): readonly Boundary[] => {
  const applied = [0]
  let changed = false
  entries.forEach((entry, index) => {
    if (entry.flush && changed) {
      applied.push(index)
      changed = false
    }
    changed ||= changesCard(entry)
  })
  return applied.map((from, at) => ({ applied: from, until: applied[at + 1] ?? entries.length }))
}

const follows = (entry: LogEntry | undefined, next: LogEntry | undefined): boolean =>
  entry?.kind === 'write' && next?.kind === 'write' && !next.flush && next.sector === entry.sector + entry.sectors

/**
 * Each write. QEMU's SD card logs a request sector by sector, so what is under way is not one entry but all that follow each other
 * on the card, save where the filesystem waits between them: `waits(index)` before that entry.
 */
const atWrites = (entries: readonly LogEntry[], waits: (index: number) => boolean): readonly Boundary[] => {
  const boundaries: Boundary[] = [{ applied: entries.length, until: entries.length }]
  let end = entries.length
  for (let at = entries.length - 1; at >= 0; at--) {
    if (!follows(entries[at], entries[at + 1]) || waits(at + 1)) end = at + 1
    const entry = entries[at]
    if (entry !== undefined && changesCard(entry))
      boundaries.push({ applied: at, until: Math.min(end, at + REQUEST_ENTRIES_MAX) })
  }
  return boundaries.reverse()
}

/** All boundaries of a log, in its order. `waits`: whoever wrote entry `index` had waited for the one before to be durable. */
export const findBoundaries = (
  entries: readonly LogEntry[],
  promise: CardPromise,
  waits: (index: number) => boolean
): readonly Boundary[] => (promise === 'flush' ? atFlushes(entries) : atWrites(entries, waits))

/** How many entries must be on the card for what was told after `count` of them: a pure flush at the end changes nothing. */
export const durableAt = (entries: readonly LogEntry[], count: number): number => {
  let durable = Math.min(count, entries.length)
  while (durable > 0 && entries[durable - 1]?.sectors === 0) durable -= 1
  return durable
}
