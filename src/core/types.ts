// Words of the core: boards, links, epochs, roles, tokens, durable state. Types only; every room may read them.
// Instants (`…At`) are monotonic milliseconds of this board's own clock; durations end in `Ms`.

export type BoardId = 'a' | 'b'
export type LinkId = 'serial' | 'ethernet'
export const LINK_IDS: readonly LinkId[] = ['serial', 'ethernet']

/** Number that only grows, one per tenure of a group; compared number first, then board (R5). Number 0..2^32-1; 0 = never held. */
export interface Epoch {
  readonly number: number
  readonly board: BoardId
}

export type Mode = 'auto' | 'manual' | 'maintenance'

/**
 * A board's relation to one group. `taking`, `active`, `releasing` and `unknown` count as holding (R1, R6);
 * `standby` and `failed` are said only after inspection found nothing held. `failed` = could not serve it, please take it.
 */
export type Role = 'unknown' | 'standby' | 'taking' | 'active' | 'releasing' | 'failed'

/**
 * What a copy of a mirrored disk is (R7). `current`: in this boot of its board it was said, or seen, to have everything. `alone`: a durable record
 * says that it alone has. `outdated`: a durable record says that it may lack something. `unknown`: nothing of these, or there is no mirror.
 */
export type Copy = 'unknown' | 'current' | 'outdated' | 'alone'

/** One group's entry in a token; the order is that of the configuration. */
export interface TokenGroup {
  /** The highest epoch that the sender knows (durable at the sender). */
  readonly epoch: Epoch
  readonly role: Role
  /** Epoch number granted to the receiver of this token (R2a), 0 = none. */
  readonly grant: number
  /** The sender asks the receiver to grant it this group (a planned switchover). */
  readonly wanted: boolean
  /** The sender could reach the group's disk (or the switch that moves it) at its last look. */
  readonly diskSeen: boolean
  /** The sender could take this group now, as far as it knows (disk, LAN, no failure on record). */
  readonly fit: boolean
  /** How far its taking or releasing has come at the sender, for people: its disk is mounted (always, where it has none). */
  readonly mounted: boolean
  /** The same: its services run. */
  readonly started: boolean
  /** Mirrored disks (R7): what the sender's own copy is. */
  readonly copy: Copy
  /** The sender holds the mirror, and says what the receiver's copy is: `outdated` = store that it is, for I go on alone; never `alone`. */
  readonly peerCopy: Copy
}

/** What one board says to the other, on each link, every `token.intervalMs`. */
export interface Token {
  readonly board: BoardId
  /** Boot nonce of the sender's daemon life: 16 lower-case hex digits, never all zero. */
  readonly nonce: string
  /** The receiver's boot nonce as the sender knows it; 16 zeros = not known yet. */
  readonly peerNonce: string
  /** Grows by one with every token sent on any link of this life. 1..2^48-1: 2^32 would be used up in 497 days at 20 ms. */
  readonly sequence: number
  /** Highest sequence of `peerNonce` that the sender received on this link; 0 = none. */
  readonly echo: number
  readonly mode: Mode
  readonly modeNumber: number
  /** Digest of the configuration: 12 lower-case hex digits. */
  readonly digest: string
  /** Who the sender believes is senior (R9). */
  readonly senior: BoardId
  /** A planned restart of the daemon: what is held stays held. */
  readonly restarting: boolean
  /** An ordered halt: nothing is held here any more, and this board falls silent on purpose. Nobody need fence it for that. */
  readonly leaving: boolean
  /** Durable state cannot be written, is missing or too old (R5): this board takes and grants nothing. */
  readonly stateBad: boolean
  /** The service LAN adapter of the sender has a carrier. */
  readonly lanUp: boolean
  /** The sender drives its relay (holds our power off, or tries to). */
  readonly relayDriven: boolean
  /** `fence prove` succeeded in the sender's direction and still counts (R4). */
  readonly proved: boolean
  /** A recovery was ordered at the sender and is under way: the receiver forgets what it could not serve, and looks again. */
  readonly recovering: boolean
  /** 1..4 entries, in the order of the configuration. */
  readonly groups: readonly TokenGroup[]
}

export const NO_NONCE = '0000000000000000'
export const GROUPS_MAX = 4

/** What a board remembers of one group across power cuts. */
export interface DurableGroup {
  /** Highest epoch known; its board owns the group unless `grant` is set. */
  readonly epoch: Epoch
  /** Epoch number granted to the peer and not yet seen taken; 0 = none (R2a: durable before it is sent). */
  readonly grant: number
  /** Mirrored disks only (R7): what is known for certain of this board's own copy; absent or null = nothing. */
  readonly mirror?: DurableMirror | null
}

/**
 * R7. `alone`: "I alone am current". `outdated`: the holder was told that it may go on without this copy. `epoch`: of the tenure that made it so.
 * `copy`: name of the copy that "alone" speaks of (`MirrorFacts.copy`); absent = it was not known.
 */
export interface DurableMirror {
  readonly says: 'alone' | 'outdated'
  readonly epoch: Epoch
  readonly copy?: string
}

/** The durable record of a board, written whole and atomically. Source: R4, R5, R6, R8, R14. */
export interface Durable {
  readonly board: BoardId
  readonly groups: Readonly<Record<string, DurableGroup>>
  readonly mode: Mode
  readonly modeNumber: number
  /** Milliseconds that the mode was ordered for; 0 = until changed. Counts anew after a restart. */
  readonly modeForMs: number
  /** R4: fingerprint of the wiring that was proved, and the wall-clock second (label only). */
  readonly proof: { readonly wiring: string; readonly wallSeconds: number; readonly bySense: boolean } | null
  /** R8: fencings that began in start-up silence, or were to restart the peer (R13), and were not followed by two-way hearing. */
  readonly startFences: number
  /** R6: this boot must end by a reset; the watchdog is not fed in that boot any more. */
  readonly mustReset: { readonly bootId: string; readonly reason: string } | null
  /** R15: groups stopped with their evidence; only the operator clears it. Group name to reason. */
  readonly evidence: Readonly<Record<string, string>>
  /** The relay was ordered on and why, so that a later life of the daemon knows. */
  readonly relay: { readonly purpose: FencePurpose; readonly bootId: string } | null
}

/**
 * Why the relay is driven. `hold` = the peer had no power when we began. `left-off` = R8, stays until the operator acts.
 * `cycle` = R13, cut once and given back: it alone has a current copy of a mirrored disk.
 */
export type FencePurpose = 'takeover' | 'hold' | 'operator' | 'confirm' | 'proof' | 'left-off' | 'cycle'

/** Order of two epochs: negative, zero or positive like a sort function. Source: R5. */
export const compareEpochs = (x: Epoch, y: Epoch): number =>
  x.number !== y.number ? x.number - y.number : x.board === y.board ? 0 : x.board < y.board ? -1 : 1

export const otherBoard = (board: BoardId): BoardId => (board === 'a' ? 'b' : 'a')

/** True where a role means that something of the group may be held (R1, R6). */
export const isHolding = (role: Role): boolean =>
  role === 'unknown' || role === 'taking' || role === 'active' || role === 'releasing'
