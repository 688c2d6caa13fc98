// What `drbdsetup events2` tells of one mirror, line by line, and what that means in the core's words. Pure. Used by mirror.ts.
// Must not guess: a word that DRBD does not know counts as unknown, and unknown is never good.
import type { MirrorDisk, MirrorFacts } from '../core/mirror-state.js'

/** DRBD's own words; empty = it has not said. */
export interface DrbdState {
  /** The resource is known to the kernel. */
  readonly there: boolean
  readonly role: string
  readonly suspended: string
  readonly disk: string
  /** N of its /dev/drbdN. */
  readonly minor: string
  readonly connection: string
  readonly peerRole: string
  readonly replication: string
  readonly peerDisk: string
}

export type DrbdEvent =
  | { readonly kind: 'changed'; readonly state: DrbdState }
  /** The kernel runs its helper: `fence-peer`, `split-brain` and others. `status`: as of wait(2), when it has ended; null = it was called. */
  | { readonly kind: 'helper'; readonly name: string; readonly status: number | null }
  /** All that is there has been told; what follows are changes. */
  | { readonly kind: 'whole' }
  | { readonly kind: 'nothing' }

export const NO_STATE: DrbdState = {
  there: false,
  role: '',
  suspended: '',
  disk: '',
  minor: '',
  connection: '',
  peerRole: '',
  replication: '',
  peerDisk: ''
}

const fieldsOf = (words: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    words.flatMap(word => {
      const at = word.indexOf(':')
      return at < 0 ? [] : [[word.slice(0, at), word.slice(at + 1)] as const]
    })
  )

const NOTHING: DrbdEvent = { kind: 'nothing' }

/** What is gone with the object: nothing that was said of it counts any more. */
const GONE: Readonly<Record<string, Partial<DrbdState>>> = {
  resource: NO_STATE,
  device: { disk: '', minor: '' },
  connection: { connection: '', peerRole: '', replication: '', peerDisk: '' },
  'peer-device': { replication: '', peerDisk: '' }
}

/** Which of its words say what. A connection tells the other board's role under the same name. */
const TOLD: Readonly<Record<string, Readonly<Record<string, keyof DrbdState>>>> = {
  resource: { role: 'role', suspended: 'suspended' },
  device: { disk: 'disk', minor: 'minor' },
  connection: { connection: 'connection', role: 'peerRole' },
  'peer-device': { replication: 'replication', 'peer-disk': 'peerDisk' }
}

/** One line of `drbdsetup events2`; lines of other resources and unknown ones say nothing. Source: drbdsetup(8). */
export const readEvent = (state: DrbdState, resource: string, line: string): DrbdEvent => {
  const [action = '', object = '', ...words] = line.trim().split(/\s+/)
  if (action === 'exists' && object === '-') return { kind: 'whole' }
  const fields = fieldsOf(words)
  if (fields.get('name') !== resource) return NOTHING
  if (object === 'helper') {
    const name = fields.get('helper') ?? ''
    return { kind: 'helper', name, status: action === 'call' ? null : Number(fields.get('status')) }
  }
  const told = TOLD[object]
  if (told === undefined) return NOTHING
  if (action === 'destroy') return { kind: 'changed', state: { ...state, ...GONE[object] } }
  const changes = Object.entries(told).flatMap(([word, name]) => {
    const value = fields.get(word)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { kind: 'changed', state: { ...state, there: true, ...Object.fromEntries(changes) } }
}

const DISKS: Readonly<Record<string, MirrorDisk>> = {
  UpToDate: 'upToDate',
  Consistent: 'consistent',
  Inconsistent: 'inconsistent',
  Outdated: 'outdated',
  Diskless: 'failed',
  Failed: 'failed'
}

const diskOf = (word: string): MirrorDisk => DISKS[word] ?? 'unknown'

const FROM_HERE = new Set(['StartingSyncS', 'WFBitMapS', 'SyncSource', 'PausedSyncS', 'Ahead'])
const TO_HERE = new Set(['StartingSyncT', 'WFBitMapT', 'WFSyncUUID', 'SyncTarget', 'PausedSyncT', 'Behind'])
const EQUAL = new Set(['Established', 'VerifyS', 'VerifyT'])

const ATTACHED: ReadonlySet<string> = new Set(['Inconsistent', 'Outdated', 'Consistent', 'UpToDate'])

/** The kernel's word for a copy, ours or the other one's, says that it has its disk. */
export const isAttached = (disk: string): boolean => ATTACHED.has(disk)

/** Which way a resync goes; null = none. */
export const resyncOf = ({ replication }: DrbdState): 'here' | 'peer' | null =>
  TO_HERE.has(replication) ? 'here' : FROM_HERE.has(replication) ? 'peer' : null

/**
 * The replication link carries data. The line about the connection comes before the one that says how the copies stand to each other: until
 * then it is none.
 */
export const isConnected = (state: DrbdState): boolean =>
  state.connection === 'Connected' && (EQUAL.has(state.replication) || resyncOf(state) !== null)

/** The kernel holds back I/O until its fencing handler, or somebody else, says that it may go on alone. */
export const isFrozen = ({ suspended, role }: DrbdState): boolean =>
  role === 'Primary' && suspended.split(',').includes('fencing')

/** `percent` of a resync that is under way, 0..100. */
export const mirrorFacts = (
  state: DrbdState,
  splitBrain: boolean,
  percent: number,
  copy: string | null
): MirrorFacts => {
  const to = resyncOf(state)
  const connected = isConnected(state)
  return {
    connected,
    disk: diskOf(state.disk),
    peerDisk: connected ? diskOf(state.peerDisk) : 'unknown',
    resync: connected && to !== null ? { to, percent } : null,
    splitBrain,
    copy
  }
}
