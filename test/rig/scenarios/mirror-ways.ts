// The ways in which the same two disks are kept equal, for the benchmark: by baton, and by hand with drbdsetup(8). Only one is up at a time, and one
// is wholly gone before the next one comes: no daemon of baton runs while a person has the disks.
import { BOARDS, GROUP } from '../../../board/virtual/names.js'
import { type BoardId, otherBoard } from '../../../src/core/types.js'
import { diskWords, netWords } from '../../../src/driver/drbd-words.js'
import type { Way } from '../../bench/mirror-figures.js'
import { DATA_ADDRESS } from '../data-link.js'
import { MOUNT_POINT } from '../pc/pc-configuration.js'
import { equalAt, sure } from './mirror-steps.js'
import type { MirrorContext } from './mirror-world.js'

export interface WayOf {
  /** Until board a writes to a mounted ext4 and both copies are equal. */
  up(context: MirrorContext): Promise<void>
  /** Until no kernel has a mirror any more. */
  down(context: MirrorContext): Promise<void>
}

/** As baton's configuration of this scenario has them. */
export const SETTINGS = { timeoutMs: 3000, rateMaxMiB: 100, rateMinKiB: 4096 } as const
const SECRET = 'what-a-person-would-choose'
const HAND = 'hand'
const PORT = 7788
const CHANGE_S = 300
const ORDER_MS = 240_000

/** Who looks at disks (udev) may have it open for a moment after the unmount. */
const secondary = (context: MirrorContext): Promise<boolean> =>
  context.waitFor(
    'a to become secondary',
    async () => (await context.world.remotes.a.run('drbdsetup secondary 0', ORDER_MS)).ok,
    60,
    500
  )

const noMirror = async (context: MirrorContext, board: BoardId): Promise<void> => {
  const words = await sure(context, board, 'cat /proc/drbd')
  context.expect(!/^ *\d+: cs:(?!Unconfigured)/m.test(words), `board ${board} has no mirror any more: ${words.trim()}`)
}

/** What `baton shutdown` does before the power goes: the board gives away what it holds, and its daemon ends. */
const leave = async (context: MirrorContext, board: BoardId): Promise<void> => {
  const messages = await context.world.remotes[board].ask({ command: 'order', what: { order: 'leave' } }, ORDER_MS)
  const answer = messages.find(message => message.kind === 'answer' && message.final)
  const words = answer?.kind === 'answer' ? answer.text : 'no answer'
  context.expect(answer?.kind === 'answer' && answer.ok, `board ${board} leaves in order: ${words}`)
  await context.waitFor(
    `the daemon of ${board} to end`,
    async () =>
      (await context.world.remotes[board].run('systemctl is-active batond', ORDER_MS)).stdout.trim() === 'inactive',
    CHANGE_S,
    500
  )
}

const baton: WayOf = {
  up: async context => {
    await Promise.all(BOARDS.map(board => sure(context, board, 'systemctl start batond')))
    await equalAt(context, 'a', CHANGE_S)
    await context.normal('a', CHANGE_S)
  },
  down: async context => {
    // The standby first: the group would move to it.
    for (const board of ['b', 'a'] as const) await leave(context, board)
    await sure(context, 'a', `! mountpoint -q ${MOUNT_POINT}`)
    for (const board of ['b', 'a'] as const) {
      await sure(context, board, `drbdsetup down ${GROUP}`)
      await noMirror(context, board)
    }
  }
}

const byHand = (disk: readonly string[], net: readonly string[]): WayOf => ({
  up: async context => {
    const { world } = context
    for (const board of BOARDS) {
      const device = world.disks.device(board)
      const ends = [board, otherBoard(board)].map(end => `ipv4:${DATA_ADDRESS[end]}:${PORT}`)
      const orders = [
        `drbdsetup new-resource ${HAND}`,
        `drbdsetup new-minor ${HAND} 0 0`,
        `drbdmeta 0 v08 ${device} internal apply-al`,
        ['drbdsetup attach 0', device, device, 'internal', ...disk].join(' '),
        ['drbdsetup connect', HAND, ...ends, '--protocol=C', ...net].join(' ')
      ]
      await sure(context, board, orders.join(' && '))
    }
    await equalAt(context, 'a', CHANGE_S)
    await sure(context, 'a', `drbdsetup primary 0 && mount -t ext4 -o noatime /dev/drbd0 ${MOUNT_POINT}`)
  },
  down: async context => {
    await sure(context, 'a', `umount ${MOUNT_POINT}`)
    await secondary(context)
    for (const board of ['b', 'a'] as const) {
      await sure(context, board, `drbdsetup down ${HAND}`)
      await noMirror(context, board)
    }
  }
})

export const WAYS_OF: Readonly<Record<Way, WayOf>> = {
  baton,
  hand: byHand([], []),
  settings: byHand(diskWords(SETTINGS), netWords(SETTINGS, SECRET))
}
