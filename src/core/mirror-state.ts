// Words of mirrored disks: what the driver tells of one, and what the core remembers of it (R7). Types only.

/**
 * One copy, as the mirror itself sees it. `consistent`: it could be used, and nobody knows yet whether it lacks something; `inconsistent`: half of a
 * resync; `failed`: its disk does not answer. `upToDate` proves nothing by itself: a board that lost its peer goes on calling its copy so (R7).
 */
export type MirrorDisk = 'unknown' | 'upToDate' | 'consistent' | 'inconsistent' | 'outdated' | 'failed'

/** All that the driver knows of a mirror, told at its start and at each change; facts of one group arrive in the order in which they happened. */
export interface MirrorFacts {
  /** The replication link carries data: what is written on one board is on the other, too, before it is acknowledged. */
  readonly connected: boolean
  readonly disk: MirrorDisk
  /** As the replication link says; `unknown` while it is down. */
  readonly peerDisk: MirrorDisk
  /** Which copy is being brought up to date, and how far in percent (0..100); null = none. */
  readonly resync: { readonly to: 'here' | 'peer'; readonly percent: number } | null
  /** Both copies have writes that the other lacks: the mirror refuses to connect. */
  readonly splitBrain: boolean
  /** Name of our copy, given by chance when its disk was made ready: another disk has another one. null = not known (yet). */
  readonly copy: string | null
}

export interface MirrorView {
  /** As the driver said last; null = it has not spoken in this life. */
  seen: MirrorFacts | null
  /** When the driver said so, and when "I alone" was ordered last: only what is seen after that can end it. */
  seenAt: number
  aloneAt: number
  /** The replication link is up, or down, since then. */
  linkSince: number
  /** Our copy is up to date by the mirror's own account since then; 0 = it is not. What the holder says counts only if it heard us since. */
  goodSince: number
  /** It has failed, or is incomplete, since then; 0 = neither. */
  lostSince: number
  /** In this boot the holder said that our copy is current, or both copies were seen equal, and nothing withdrew it since (R7). */
  current: boolean
  /** The driver asks whether it may go on alone, and I/O waits; 0 = no question. */
  question: number
  askedAt: number
  /** When we last told the peer that its copy is current: what it said before proves nothing of being outdated now. */
  saidAt: number
  /** A planned end: the mirror was disconnected, so that the holder goes on in order. */
  parted: boolean
}
