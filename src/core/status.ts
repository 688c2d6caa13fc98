// What the core tells about itself: plain data for console, panel and tests. Made by `describe`; decides nothing.
import type { PanelView } from './panel-table.js'
import type { BoardId, Copy, Epoch, FencePurpose, LinkId, Mode, Role } from './types.js'

export interface LinkStatus {
  /** `one-way`: we hear the peer but it does not hear us (or its tokens are not fresh): counts as cut. */
  readonly state: 'two-way' | 'one-way' | 'silent'
  /** Age of the last fresh token in milliseconds; null = none in this life. */
  readonly ageMs: number | null
  readonly roundTripMs: number | null
  /** Tokens of the peer that did not arrive among the last hundred or so, in percent. */
  readonly lossPercent: number
}

export interface GroupStatus {
  readonly name: string
  readonly role: Role
  /** Finer than the role, in words: `checking the disk`, `waiting for the peer to agree`, … */
  readonly doing: string
  readonly epoch: Epoch
  /** Which board has the right to it by the highest epoch and grant known here. */
  readonly owner: BoardId
  readonly home: BoardId
  readonly peerRole: Role | null
  /** Mirrored disks only (R7): what is known of the copies on both boards; `there` as the other one says now. */
  readonly copies?: { readonly here: Copy; readonly there: Copy }
  /** Why it is not served here although it should be; null = nothing is wrong. */
  readonly problem: string | null
}

export interface FenceStatus {
  /** `idle`: relay released, nothing under way. */
  readonly phase: 'idle' | 'preparing' | 'driven' | 'confirmed' | 'restoring' | 'failed' | 'left-off'
  readonly purpose: FencePurpose | null
  /** R4. `wallSeconds`: Unix time label of the proof. */
  readonly proved: { readonly wallSeconds: number; readonly bySense: boolean } | null
  /** How a fencing would be confirmed now. */
  readonly confirmedBy: 'sense and loop' | 'sense' | 'time' | 'agent' | 'nothing'
  readonly relayDriven: boolean
  /** null = not fitted. */
  readonly sense: boolean | null
  readonly senseTrusted: boolean
  readonly loop: boolean | null
  /** One sentence where something is wrong or under way. */
  readonly detail: string | null
}

/** One thing that stands in the way of the normal state, and what is done about it. */
export interface RecoveryItem {
  /** Kebab-case; never changes its meaning. */
  readonly code: string
  readonly group: string | null
  /** A sentence. */
  readonly what: string
  /** Who puts it right: `baton recover`, or a person (then `baton recover` again). */
  readonly by: 'recover' | 'person'
  /** What recovery does, or what the person should do. */
  readonly remedy: string
  /** It interrupts a service or gives something up: a person is asked first. */
  readonly asks: boolean
}

/** What the front panel says, fitted or not. */
export interface PanelStatus extends PanelView {
  /** Names of what needs a person, and whether somebody has acknowledged it. */
  readonly alarms: readonly { readonly alarm: string; readonly acknowledged: boolean }[]
  /** What the button would do if it were held for 3 to 8 s; null = nothing. */
  readonly offer: 'confirm' | 'cut' | 'recover' | 'prove' | null
}

export interface CoreStatus {
  readonly board: BoardId
  readonly mode: Mode
  readonly modeNumber: number
  /** A mode that was ordered and is not yet confirmed by the peer. */
  readonly modeWanted: Mode | null
  /** Milliseconds until the mode ends by itself (while the peer is heard, R14); null = it stays. */
  readonly modeLeftMs: number | null
  /** `normal`: both boards fit; `fallback`: one alone; `starting`: not yet looked or not yet heard. */
  readonly pair: 'starting' | 'normal' | 'fallback'
  readonly senior: BoardId
  readonly peer: {
    readonly heard: boolean
    readonly ageMs: number | null
    readonly links: Readonly<Record<LinkId, LinkStatus>>
    readonly stateBad: boolean
    readonly proved: boolean | null
    readonly lanUp: boolean | null
    readonly sameConfiguration: boolean | null
  }
  readonly fence: FenceStatus
  readonly groups: readonly GroupStatus[]
  readonly lanUp: boolean
  /** Durable state: `ok` or why it is not (R5). */
  readonly storage: string
  /** One sentence: what would happen if the peer died now. */
  readonly ifPeerDied: string
  /** Everything that a person should put right, most important first; empty = all well. */
  readonly warnings: readonly string[]
  /** What stands in the way of the normal state, in the order in which `baton recover` deals with it; empty = normal. */
  readonly recovery: readonly RecoveryItem[]
  /** A recovery is under way on this board. */
  readonly recovering: boolean
  readonly panel: PanelStatus
}
