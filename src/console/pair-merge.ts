// What two boards wrote down in one order, although their wall clocks may be wrong (R11). Pure.
// What the present lives wrote is placed by their monotonic instants; what is older by wall clocks, set right by today's difference.
import type { BoardId, SideClock } from '../runtime/status.js'
import { CLOCK_SET_SECONDS } from './duration.js'

/** When something was written down, as its board knows it. */
export interface Stamp {
  /** Grows with each of this board. */
  readonly sequence: number
  readonly wallSeconds: number
  readonly atMs: number
  readonly life: string | undefined
}

export interface Placed<T> {
  readonly board: BoardId
  readonly item: T
  /** By the wall clock of the board that was asked; null = nothing tells. */
  readonly wallMs: number | null
  /** To the millisecond, or only to the second. */
  readonly exact: boolean
}

export interface Side<T> {
  readonly items: readonly T[]
  readonly clock: SideClock
}

/** How far the peer's wall clock is ahead of ours, in milliseconds. */
export const offsetOf = (own: SideClock, peer: SideClock): number => peer.wallMs - own.wallMs

const place = <T>({ clock, items }: Side<T>, offsetMs: number, stampOf: (item: T) => Stamp): readonly Placed<T>[] => {
  let later: number | null = null
  const placed: Placed<T>[] = []
  // From the newest back: a board's own order is certain, whatever its clock said.
  for (const item of [...items].sort((x, y) => stampOf(y).sequence - stampOf(x).sequence)) {
    const { atMs, life, wallSeconds } = stampOf(item)
    const exact = life === clock.life
    const known = exact || wallSeconds >= CLOCK_SET_SECONDS
    const said = exact ? clock.wallMs - (clock.nowMs - atMs) : wallSeconds * 1000
    const at: number | null = known ? said - offsetMs : later
    later = at === null || later === null ? (at ?? later) : Math.min(at, later)
    placed.push({ board: clock.board, item, wallMs: later, exact })
  }
  return placed.reverse()
}

/** Oldest first; what one board wrote stays in its own order. */
export const mergeSides = <T>(own: Side<T>, peer: Side<T>, stampOf: (item: T) => Stamp): readonly Placed<T>[] => {
  const mine = place(own, 0, stampOf)
  const theirs = place(peer, offsetOf(own.clock, peer.clock), stampOf)
  const merged: Placed<T>[] = []
  let at = 0
  for (const one of mine) {
    for (let other = theirs[at]; other !== undefined && (other.wallMs ?? 0) < (one.wallMs ?? 0); other = theirs[at]) {
      merged.push(other)
      at += 1
    }
    merged.push(one)
  }
  return [...merged, ...theirs.slice(at)]
}
