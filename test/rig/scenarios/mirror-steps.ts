// Steps of the scenario of the mirrored disk: making it, and what every part of the scenario needs.
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BOARDS } from '../../../board/virtual/names.js'
import { nowMs } from '../../../board/virtual/time.js'
import type { BoardId } from '../../../src/core/types.js'
import { BLOCK_BYTES, copiesAt, differingBlocks, type MirrorContext, type MirrorPace } from './mirror-world.js'

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const ACKS = 15
const LOAD_S = 240
const RUN_MS = 600_000
/** The end of a disk is DRBD's; the begin up to there is data, whatever its size. */
const DATA_BYTES = 255 * 1024 * 1024

/** Run as root there; throws with its words where it fails. */
export const sure = async ({ world }: MirrorContext, board: BoardId, command: string): Promise<string> => {
  const { ok, stdout, stderr } = await world.remotes[board].run(command, RUN_MS)
  if (!ok) throw new Error(`on ${board}: \`${command}\` failed: ${(stderr || stdout).trim().slice(-500)}`)
  return stdout
}

export const bootBoard = async (context: MirrorContext, board: BoardId, { bootS }: MirrorPace): Promise<void> => {
  const { boards, waitFor, world } = context
  boards[board].restorePower()
  await waitFor(`board ${board} to let us in`, () => world.remotes[board].connected, bootS, 500)
  await waitFor(`the daemon of ${board} to answer`, () => boards[board].status(), bootS, 1000)
}

/** Until the kernel of `board` sees both copies equal. */
export const equalAt = (context: MirrorContext, board: BoardId, deadlineS: number): Promise<boolean> =>
  context.waitFor(
    `both copies to be equal, as ${board} sees it`,
    async () => {
      const copies = await copiesAt(context, board)
      return copies?.connection === 'Connected' && copies.own === 'UpToDate' && copies.peer === 'UpToDate'
    },
    deadlineS,
    1000
  )

/** As an operator would type it, over ssh; the answer. */
const order = async (context: MirrorContext, board: BoardId, words: string): Promise<string> => {
  const answer = await sure(context, board, `baton ${words}`)
  return answer.trim().split('\n').at(-1) ?? ''
}

export const prove = async (context: MirrorContext, from: BoardId, pace: MirrorPace): Promise<void> => {
  const since = nowMs()
  const answer = await order(context, from, 'fence prove --yes')
  await context.normal(from, pace.bootS + pace.normalS)
  context.row(`fence proved from ${from}`, `${answer}; ${seconds(nowMs() - since)}`)
}

export const moveTo = async (context: MirrorContext, to: BoardId, words: string, at: BoardId, pace: MirrorPace) => {
  const since = nowMs()
  await order(context, at, words)
  await context.normal(to, pace.normalS)
  context.row(`\`baton ${words}\` on ${at}: ${to} serves`, seconds(nowMs() - since))
}

/** So many numbers are acknowledged by `board` from now on. */
export const underLoad = async ({ startLoad, waitFor }: MirrorContext, board: BoardId): Promise<void> => {
  const client = startLoad()
  const since = nowMs()
  await waitFor(
    `${ACKS} numbers acknowledged by ${board}`,
    () => client.acks.filter(ack => ack[2] === board && ack[3] > since).length >= ACKS,
    LOAD_S,
    200
  )
}

/** Random bytes in a file on the mirror, on the disk when this ends. */
export const writeData = (
  context: MirrorContext,
  board: BoardId,
  mountPoint: string,
  name: string,
  mebibytes: number
) =>
  sure(
    context,
    board,
    `dd if=/dev/urandom of=${mountPoint}/${name} bs=1M count=${mebibytes} conv=fsync status=none && sync -f ${mountPoint}`
  )

/** A copy of a board's disk as it is now; the board has no power. */
export const keepDisk = async ({ world }: MirrorContext, board: BoardId): Promise<string> => {
  const kept = join(world.names.cards, `kept-${board}.img`)
  await copyFile(world.disks.file(board), kept)
  return kept
}

/** Blocks of the data that are not as they were in the kept copy. */
export const changedBlocks = ({ world }: MirrorContext, board: BoardId, kept: string): Promise<number> =>
  differingBlocks(world.disks.file(board), kept, DATA_BYTES)

/** Both boards have no power: the data of both disks is the same, byte for byte. */
export const sameData = async ({ world, row, expect }: MirrorContext): Promise<void> => {
  const [a, b] = BOARDS.map(board => world.disks.file(board))
  const count = await differingBlocks(a ?? '', b ?? '', DATA_BYTES)
  row('blocks that differ between the two disks at the end', `${count} of ${DATA_BYTES / BLOCK_BYTES}`)
  expect(count === 0, 'both disks hold the same data')
}
