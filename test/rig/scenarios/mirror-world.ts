// What the scenario of the mirrored disk asks of a ground, and how it looks at DRBD from outside: the kernel's own words, and the files of the disks.
import { open } from 'node:fs/promises'
import type { BoardId } from '../../../src/core/types.js'
import type { DataDisks } from '../data-disks.js'
import type { DataLink } from '../data-link.js'
import type { GroundWorld } from '../ground-world.js'
import type { RigContext } from '../scenario.js'

export interface MirrorWorld extends GroundWorld {
  readonly link: DataLink
  readonly disks: DataDisks
}

export type MirrorContext = RigContext<MirrorWorld>

/** How long things take on this ground at most, in seconds. */
export interface MirrorPace {
  /** Power on until the daemon answers. */
  readonly bootS: number
  /** Until all is well again. */
  readonly normalS: number
  readonly takeoverS: number
  /** A board that must not serve is watched for so long. */
  readonly watchS: number
}

export const BLOCK_BYTES = 4096
const ASK_MS = 60_000

export interface Copies {
  readonly connection: string
  readonly role: string
  readonly own: string
  readonly peer: string
  /** The kernel holds back I/O. */
  readonly frozen: boolean
  /** Kibibytes that differ. */
  readonly outOfSync: number
}

/** null = the board cannot be asked, or has no mirror. */
export const copiesAt = async ({ world }: MirrorContext, board: BoardId): Promise<Copies | null> => {
  const remote = world.remotes[board]
  if (!remote.connected) return null
  const words = await remote.look('cat /proc/drbd', ASK_MS)
  const [, connection, role, own, peer, flags] =
    /^ 0: cs:(\S+) ro:(\w+)\/\w+ ds:(\w+)\/(\w+) \w ([\w-]+)/m.exec(words) ?? []
  if (connection === undefined || role === undefined || own === undefined || peer === undefined) return null
  return {
    connection,
    role,
    own,
    peer,
    frozen: flags?.startsWith('s') === true,
    outOfSync: Number(/\boos:(\d+)/.exec(words)?.[1] ?? 0)
  }
}

/** What the kernel of this board says of its last resync as the source, in blocks; null = nothing yet. */
export const resyncBlocks = async ({ world }: MirrorContext, board: BoardId): Promise<number | null> => {
  const { stdout } = await world.remotes[board].run('dmesg', ASK_MS)
  const all = [...stdout.matchAll(/Began resync as SyncSource \(will sync \d+ KB \[(\d+) bits set\]\)/g)]
  const last = all.at(-1)?.[1]
  return last === undefined ? null : Number(last)
}

/** Blocks that are not the same in two files, within the first `bytes`; what lies behind is DRBD's own. */
export const differingBlocks = async (one: string, other: string, bytes: number): Promise<number> => {
  const [first, second] = await Promise.all([open(one, 'r'), open(other, 'r')])
  const chunk = 256 * BLOCK_BYTES
  const [mine, theirs] = [Buffer.alloc(chunk), Buffer.alloc(chunk)]
  let count = 0
  try {
    for (let at = 0; at < bytes; at += chunk) {
      const length = Math.min(chunk, bytes - at)
      await Promise.all([first.read(mine, 0, length, at), second.read(theirs, 0, length, at)])
      for (let block = 0; block < length; block += BLOCK_BYTES)
        if (mine.compare(theirs, block, block + BLOCK_BYTES, block, block + BLOCK_BYTES) !== 0) count += 1
    }
    return count
  } finally {
    await Promise.all([first.close(), second.close()])
  }
}
