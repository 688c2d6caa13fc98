// The parts of the scenario of the mirrored disk: each breaks one thing, and sees what becomes of the data.
import { setTimeout as delay } from 'node:timers/promises'
import { BOARDS } from '../../../board/virtual/names.js'
import { nowMs } from '../../../board/virtual/time.js'
import { type BoardId, otherBoard } from '../../../src/core/types.js'
import {
  bootBoard,
  changedBlocks,
  equalAt,
  keepDisk,
  moveTo,
  seconds,
  sure,
  underLoad,
  writeData
} from './mirror-steps.js'
import { copiesAt, type MirrorContext, type MirrorPace, resyncBlocks } from './mirror-world.js'

const AWAY_MIB = 16
const ALONE_MIB = 4
const LONG_MIB = 48
/** A board that wrote nothing new still writes its journal. */
const SLACK_BLOCKS = 512

export interface MirrorSetting {
  readonly mountPoint: string
  readonly group: string
  readonly pace: MirrorPace
}

const serves = async ({ boards }: MirrorContext, board: BoardId): Promise<boolean> =>
  (await boards[board].group())?.role === 'active'

const untilServes = (context: MirrorContext, board: BoardId, deadlineS: number): Promise<boolean> =>
  context.waitFor(`board ${board} to serve`, () => serves(context, board), deadlineS, 1000)

/** Looks at a board for a while that must not serve; what it says of it. */
const refusesToServe = async (
  context: MirrorContext,
  board: BoardId,
  { group, pace }: MirrorSetting
): Promise<string> => {
  const { expect, say, world } = context
  const until = nowMs() + pace.watchS * 1000
  say(`  board ${board} is watched for ${pace.watchS} s: it must not serve`)
  let words = ''
  while (nowMs() < until) {
    const copies = await copiesAt(context, board)
    expect(copies?.role !== 'Primary', `board ${board} does not become primary with an old copy`)
    expect(!(await serves(context, board)), `board ${board} does not serve an old copy`)
    words = (await world.remotes[board].run('baton status', 60_000)).stdout
    await delay(3000)
  }
  const plain = words.replace(/\s+/g, ' ')
  expect(/outdated|nobody has said since the boot/.test(plain), `board ${board} says why: ${plain}`)
  const [, what = ''] =
    /((?:switch on board|switch it on|board [ab] has power and is silent|if it does not come, look at)[^;.]*)/.exec(
      plain
    ) ?? []
  expect(what !== '', `board ${board} says what to do about ${group}: ${plain}`)
  return what.trim()
}

/** The active board loses its power under load; whatever was acknowledged is judged at the end of the run. */
export const activeLosesPower = async (context: MirrorContext, victim: BoardId, { pace }: MirrorSetting) => {
  const { boards, findings, normal, row, startLoad, waitFor } = context
  const survivor = otherBoard(victim)
  await underLoad(context, victim)
  const at = nowMs()
  boards[victim].pullPower()
  const first = await waitFor(
    `the client to be answered by ${survivor}`,
    () => startLoad().firstAfter(at, ack => ack[2] === survivor),
    pace.takeoverS,
    100
  )
  findings.takeovers += 1
  findings.takeoverSeconds = Math.max(findings.takeoverSeconds ?? 0, Math.round((first[3] - at) / 100) / 10)
  row(`power of ${victim} cut until the client is answered again`, seconds(first[3] - at))
  await underLoad(context, survivor)
  await bootBoard(context, victim, pace)
  await equalAt(context, survivor, pace.normalS)
  await normal(survivor, pace.normalS)
  row(`${victim} is back, its copy current again, after`, seconds(nowMs() - at))
  await moveTo(context, victim, 'recover --yes', victim, pace)
}

/** The standby is away for a while: a resync copies what changed, and not the whole disk. */
export const standbyAway = async (context: MirrorContext, { mountPoint, pace }: MirrorSetting) => {
  const { boards, expect, findings, normal, row, startLoad } = context
  await underLoad(context, 'a')
  const at = nowMs()
  boards.b.pullPower()
  await underLoad(context, 'a')
  row('standby without power: longest time in which nothing was acknowledged', seconds(startLoad().longestGapMs(at)))
  const kept = await keepDisk(context, 'b')
  await writeData(context, 'a', mountPoint, 'away', AWAY_MIB)
  await bootBoard(context, 'b', pace)
  await equalAt(context, 'a', pace.normalS)
  await normal('a', pace.normalS)
  const copied = await resyncBlocks(context, 'a')
  const changed = await changedBlocks(context, 'b', kept)
  row('blocks that changed while the standby was away; blocks that the resync copied', `${changed}; ${copied}`)
  expect(copied !== null && copied > 0, 'the kernel tells of a resync')
  expect(changed >= AWAY_MIB * 256, 'what was written meanwhile is on the disk of the standby')
  expect((copied ?? 0) <= changed * 1.25 + SLACK_BLOCKS, 'the resync copied little more than what changed')
  findings.facts.resyncBlocks = copied ?? 0
  findings.facts.changedBlocks = changed
}

/** The replication link is cut while tokens live: I/O waits for the standby's word, then goes on. */
const goAlone = async (context: MirrorContext, { mountPoint }: MirrorSetting): Promise<void> => {
  const { row, startLoad, waitFor, world } = context
  const at = nowMs()
  await world.link.cut()
  await waitFor(
    'a to go on alone',
    async () => {
      const copies = await copiesAt(context, 'a')
      return (
        copies !== null && !copies.connection.startsWith('Connected') && !copies.frozen && copies.peer === 'Outdated'
      )
    },
    120,
    500
  )
  await underLoad(context, 'a')
  row('replication link cut: longest time in which nothing was acknowledged', seconds(startLoad().longestGapMs(at)))
  await writeData(context, 'a', mountPoint, 'alone', ALONE_MIB)
}

const backTogether = async (context: MirrorContext, { pace }: MirrorSetting): Promise<void> => {
  await context.world.link.restore()
  await equalAt(context, 'a', pace.normalS)
  await context.normal('a', pace.normalS)
}

export const linkCutThenActiveDies = async (context: MirrorContext, setting: MirrorSetting): Promise<void> => {
  const { boards, findings, row } = context
  await goAlone(context, setting)
  boards.a.pullPower()
  row('the outdated standby alone refuses, and says', await refusesToServe(context, 'b', setting))
  findings.facts.staleRefused = true
  await bootBoard(context, 'a', setting.pace)
  await untilServes(context, 'a', setting.pace.normalS)
  await underLoad(context, 'a')
  await backTogether(context, setting)
}

export const bothOffStaleFirst = async (context: MirrorContext, setting: MirrorSetting): Promise<void> => {
  const { boards, row } = context
  await goAlone(context, setting)
  for (const board of BOARDS) boards[board].pullPower()
  await delay(5000)
  await bootBoard(context, 'b', setting.pace)
  row('both were off, the stale one is on first: it waits, and says', await refusesToServe(context, 'b', setting))
  await bootBoard(context, 'a', setting.pace)
  await untilServes(context, 'a', setting.pace.bootS + setting.pace.normalS)
  await underLoad(context, 'a')
  await backTogether(context, setting)
}

export const diskPulled = async (context: MirrorContext, { mountPoint, pace }: MirrorSetting): Promise<void> => {
  const { row, startLoad, waitFor, world } = context
  await underLoad(context, 'a')
  const at = nowMs()
  await world.disks.pull('a')
  const first = await waitFor(
    'the client to be answered by b',
    () => startLoad().firstAfter(at, ack => ack[2] === 'b'),
    pace.takeoverS,
    100
  )
  row('disk of the active board pulled until the client is answered by the other', seconds(first[3] - at))
  row('longest time in which nothing was acknowledged', seconds(startLoad().longestGapMs(at)))
  await writeData(context, 'b', mountPoint, 'pulled', ALONE_MIB)
  await world.disks.putIn('a')
  await equalAt(context, 'b', pace.normalS)
  // A disk that failed is trusted again when somebody says so.
  await moveTo(context, 'a', 'recover --yes', 'a', pace)
}

/** The target, the source, and the target once more lose their power in the middle of one resync. */
export const resyncInterrupted = async (context: MirrorContext, setting: MirrorSetting): Promise<void> => {
  const { boards, expect, findings, normal, row, waitFor } = context
  const { mountPoint, pace } = setting
  boards.b.pullPower()
  await underLoad(context, 'a')
  await writeData(context, 'a', mountPoint, 'long', LONG_MIB)
  await bootBoard(context, 'b', pace)
  let interrupted = 0
  for (const victim of ['b', 'a', 'b'] as const) {
    const left = await waitFor(
      'a resync that is under way',
      async () => {
        const copies = await copiesAt(context, 'a')
        return copies?.connection === 'SyncSource' && copies.outOfSync > 1024 && copies.outOfSync
      },
      pace.normalS,
      300
    )
    boards[victim].pullPower()
    interrupted += 1
    row(
      `power of ${victim} (${victim === 'a' ? 'source' : 'target'}) cut in the middle of the resync`,
      `${left} KiB to go`
    )
    await delay(3000)
    if (victim === 'a') {
      expect(!(await serves(context, 'b')), 'b does not serve half a copy')
      await bootBoard(context, 'a', pace)
      await untilServes(context, 'a', pace.normalS)
    } else {
      await underLoad(context, 'a')
      await bootBoard(context, 'b', pace)
    }
  }
  await equalAt(context, 'a', pace.normalS)
  await normal('a', pace.normalS)
  findings.facts.resyncsInterrupted = interrupted
  await sure(context, 'a', `rm -f ${mountPoint}/long ${mountPoint}/away && sync -f ${mountPoint}`)
}
