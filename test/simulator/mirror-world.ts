// The shape of a mirrored disk in the world: two copies that live on disks, two sides that live in kernels, and what clients were promised. Data only.
import type { MirrorDisk, MirrorFacts } from '../../src/core/mirror-state.js'
import type { BoardId, Epoch } from '../../src/core/types.js'
import type { Soc } from './world.js'

/** What is on one board's disk. Lives through everything but its operator. */
export interface Copy {
  /** Numbers of the writes that it holds. */
  content: Set<number>
  /** Changes when its board goes on alone; `ancestors`: all that came before. Tells older from newer, and neither from split. */
  generation: string
  ancestors: Set<string>
  /** Half of a resync, or a disk that was just made. */
  inconsistent: boolean
  /** Its own metadata: it was parted in order from one that went on, or the other one's: that was left behind. */
  outdated: boolean
  peerOut: boolean
  /** Its board was primary and never stopped in order. */
  crashed: boolean
  stamp: Epoch | null
  /** Given by chance when its disk was made ready. */
  readonly name: string
}

/** The replication in one boot's kernel. The daemon may die and come back meanwhile. */
export interface Side {
  readonly soc: Soc
  /** The daemon ordered the copies connected. */
  wanted: boolean
  discard: boolean
  standalone: boolean
  /** The local disk answers. */
  attached: boolean
  connected: boolean
  known: Extract<MirrorDisk, 'upToDate' | 'consistent'>
  primary: boolean
  /** The other copy is out since the link was lost: the daemon said so, or it is known to be behind. */
  alone: boolean
  /** Its question; 0 = none. I/O stands still. */
  question: number
  /** Life and question that were told. */
  asked: string
  /** Generation of what it has shown last as primary; without a disk it takes no other one's copy, and no older disk of its own. */
  shown: string
  /** The last question that was answered with no. */
  refused: number
  /** The link is silent since then, and so long it takes to notice. */
  silentAt: number | null
  noticeMs: number
  /** A write that reached the local disk only and was never acknowledged. */
  inFlight: number | null
}

export interface Mirror {
  readonly group: string
  /** How likely the driver's next look sees what is new, and how long a dead peer may go unnoticed, in this run. */
  lookChance: number
  noticeMsMax: number
  readonly copies: Record<BoardId, Copy>
  readonly sides: Record<BoardId, Side | null>
  sync: { readonly to: BoardId; readonly startedAt: number; readonly tookMs: number } | null
  retryAt: number
  questions: number
  writes: number
  /** Numbers of the writes that clients were promised. */
  acknowledged: number[]
  /** An operator took a copy that lacks some: nothing is judged any more until both are equal. */
  forced: boolean
}

export const createCopy = (name: string): Copy => ({
  content: new Set(),
  generation: 'g0',
  ancestors: new Set(),
  inconsistent: false,
  outdated: false,
  peerOut: false,
  crashed: false,
  stamp: null,
  name
})

export const createMirror = (group: string): Mirror => ({
  group,
  lookChance: 0.6,
  noticeMsMax: 900,
  copies: { a: createCopy('a'), b: createCopy('b') },
  sides: { a: null, b: null },
  sync: null,
  retryAt: 0,
  questions: 0,
  writes: 0,
  acknowledged: [],
  forced: false
})

export const diskOf = (copy: Copy, side: Side): MirrorDisk =>
  !side.attached ? 'failed' : copy.inconsistent ? 'inconsistent' : copy.outdated ? 'outdated' : side.known

/** New, and nothing was ever copied to it. */
export const isBlank = ({ content, generation }: Copy): boolean => generation.startsWith('blank') && content.size === 0

export const isUsable = (copy: Copy, side: Side | null): boolean => side?.attached === true && !copy.inconsistent

/** Everything that was promised is in it. */
export const isWhole = (mirror: Mirror, copy: Copy): boolean =>
  !copy.inconsistent && mirror.acknowledged.every(write => copy.content.has(write))

/** As the driver on that board sees it. */
export const factsOf = (mirror: Mirror, id: BoardId, now: number): MirrorFacts | null => {
  const side = mirror.sides[id]
  const peer = id === 'a' ? 'b' : 'a'
  const other = mirror.sides[peer]
  if (side === null) return null
  const { sync } = mirror
  const running = sync !== null && side.connected
  return {
    connected: side.connected,
    disk: diskOf(mirror.copies[id], side),
    peerDisk: side.connected && other !== null ? diskOf(mirror.copies[peer], other) : 'unknown',
    resync: running
      ? { to: sync.to === id ? 'here' : 'peer', percent: Math.floor((2 * (now - sync.startedAt)) / sync.tookMs) * 50 }
      : null,
    splitBrain: side.standalone,
    copy: side.attached ? mirror.copies[id].name : null
  }
}
