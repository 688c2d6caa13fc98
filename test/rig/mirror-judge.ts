// Who has a mirrored disk, and whether all that was acknowledged is on it. Used by the worlds that have a mirror.
import { judgeDisk } from '../../board/virtual/checker.js'
import type { BoardId } from '../../src/core/types.js'
import { type DataDisks, isExt4 } from './data-disks.js'
import type { GroundWorld } from './ground-world.js'
import { holdersOf } from './holders.js'
import type { RigNames } from './names.js'
import type { Remote } from './remote.js'

const LOOK_MS = 20_000

/** Read without another process: a slow board is asked every few seconds. */
const READ = 'while read -r line; do echo "$line"; done </proc/drbd'

/** A mirror is had by who is its primary; a board that lets nobody in says nothing. */
const isPrimary = async (remote: Remote): Promise<boolean> =>
  remote.connected && / ro:Primary\//.test(await remote.look(READ, LOOK_MS))

export const mirrorJudge = (
  names: RigNames,
  disks: DataDisks,
  remote: (board: BoardId) => Remote
): Pick<GroundWorld, 'haveDisk' | 'judgeDisk'> => ({
  haveDisk: () => holdersOf(board => isPrimary(remote(board))),
  judgeDisk: async acks => {
    const last = acks.at(-1)
    // A mirror's file system begins where its disk begins; what DRBD remembers stands at the end.
    const image = disks.file(last?.[2] === 'b' ? 'b' : 'a')
    if (last === undefined || !isExt4(image)) return { lost: [], problems: [] }
    return judgeDisk({ names: { ...names.world, image } }, acks)
  }
})
