// Where a card may lose its power, and what may then be half written. Called by the crash-point proof; pure.
// A card with a cache keeps what was flushed; a card without one (an SD card as Linux sees it) keeps each write that ended.
import type { LogEntry } from './write-log.js'

/** What the card promises: `flush` = durable once flushed; `write` = durable once written, flushes are never sent. */
export type CardPromise = 'flush' | 'write'

/** The first `applied` entries are on the card for certain; of those up to `until` any sector may be, or not. */
export interface Boundary {
  readonly applied: number
  readonly until: number
}

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

/** Sectors that surely belong to one request: adjacent, rising, in one block of the filesystem that begins at `blockFromSector`. */
const continues = (entry: LogEntry, next: LogEntry, blockOf: (sector: number) => number): boolean =>
  entry.kind === 'write' &&
  next.kind === 'write' &&
  !next.flush &&
  next.sector === entry.sector + entry.sectors &&
  blockOf(entry.sector) === blockOf(next.sector + next.sectors - 1)

/** Each write. QEMU's SD card logs a request sector by sector, so what is under way is one block, not one entry. */
const atWrites = (entries: readonly LogEntry[], blockOf: (sector: number) => number): readonly Boundary[] => {
  const points = entries.flatMap((entry, index) => (changesCard(entry) ? [index] : []))
  return [...points, entries.length].map(applied => {
    let until = Math.min(applied + 1, entries.length)
    for (; until < entries.length; until++) {
      const [entry, next] = [entries[until - 1], entries[until]]
      if (entry === undefined || next === undefined || !continues(entry, next, blockOf)) break
    }
    return { applied, until }
  })
}

/** All boundaries of a log, in its order. `blockOf`: the number of the filesystem block that a sector of the log lies in. */
export const findBoundaries = (
  entries: readonly LogEntry[],
  promise: CardPromise,
  blockOf: (sector: number) => number
): readonly Boundary[] => (promise === 'flush' ? atFlushes(entries) : atWrites(entries, blockOf))

/** How many entries must be on the card for what was told after `count` of them: a pure flush at the end changes nothing. */
export const durableAt = (entries: readonly LogEntry[], count: number): number => {
  let durable = Math.min(count, entries.length)
  while (durable > 0 && entries[durable - 1]?.sectors === 0) durable -= 1
  return durable
}
