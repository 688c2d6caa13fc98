// Which sectors of the writes under way reached the card when its power was cut: chance, by a seed. Called by the crash-point
// proof; pure. Whole writes are kept, lost or torn; what ended before the cut with FUA is never lost.
import type { Prng } from '../../simulator/prng.js'
import type { Boundary, CardPromise } from './boundary.js'
import type { LogEntry } from './write-log.js'

/** `sectors` of the entry from its `from`-th on. */
export interface Piece {
  readonly entry: LogEntry
  readonly from: number
  readonly sectors: number
}

/** The whole of an entry. */
export const wholeOf = (entry: LogEntry): Piece => ({ entry, from: 0, sectors: entry.sectors })

/** How likely a write survives: one likelihood for each cut, so that some lose nearly all and some nearly nothing. */
const LIKELY = [0.1, 0.5, 0.9]
/** Of the writes of more than one sector, those that are torn inside. */
const TORN = 0.5

const runsOf = (entry: LogEntry, keeps: () => boolean): Piece[] => {
  const pieces: Piece[] = []
  let from: number | null = null
  for (let at = 0; at <= entry.sectors; at++) {
    const kept = at < entry.sectors && keeps()
    if (kept) from ??= at
    else if (from !== null) {
      pieces.push({ entry, from, sectors: at - from })
      from = null
    }
  }
  return pieces
}

const survives = (entry: LogEntry, likely: number, random: Prng): Piece[] => {
  const tearable = entry.kind === 'write' && entry.sectors > 1
  if (tearable && random.chance(TORN)) return runsOf(entry, () => random.chance(likely))
  return random.chance(likely) ? [wholeOf(entry)] : []
}

/** What of the entries after `boundary` is on the card besides, in the log's order. */
export const tear = (
  entries: readonly LogEntry[],
  { applied, until }: Boundary,
  promise: CardPromise,
  random: Prng
): readonly Piece[] => {
  const open = entries.slice(applied, until).filter(({ sectors }) => sectors > 0)
  if (open.length === 0) return []
  const likely = random.pick(LIKELY)
  // The cut comes somewhere in the window: later writes were not even begun.
  const begun = promise === 'flush' ? open.slice(0, 1 + random.int(open.length)) : open
  return begun.flatMap((entry, at) =>
    promise === 'flush' && entry.fua && at < begun.length - 1 ? [wholeOf(entry)] : survives(entry, likely, random)
  )
}
