// The mirrored disk on real DRBD: power cuts under load, a standby that was away, a lost replication link, a stale copy, a pulled disk, resyncs
// that are cut off. On two emulated PCs, which is quicker, and on two emulated Pis with the card's image.
import { setTimeout as delay } from 'node:timers/promises'
import type { Options } from '../../../board/virtual/lab-config.js'
import { BOARDS, GROUP } from '../../../board/virtual/names.js'
import { nowMs } from '../../../board/virtual/time.js'
import type { BoardId } from '../../../src/core/types.js'
import { MOUNT_POINT as PI_MOUNT_POINT } from '../configuration.js'
import { serialOf } from '../data-disks.js'
import { DATA_ADDRESS } from '../data-link.js'
import { DATA, MOUNT_POINT, pcConfiguration } from '../pc/pc-configuration.js'
import { SCSI_DISK } from '../pc/pc-emulator.js'
import type { PcScenario, PiMirrorScenario } from '../scenario.js'
import { mirrorLine } from '../summary.js'
import {
  activeLosesPower,
  bothOffStaleFirst,
  diskPulled,
  linkCutThenActiveDies,
  type MirrorSetting,
  resyncInterrupted,
  standbyAway
} from './mirror-parts.js'
import { bootBoard, equalAt, moveTo, prove, sameData, seconds, sure } from './mirror-steps.js'
import type { MirrorContext } from './mirror-world.js'

/** Blank disks to a mirror that serves, from one board. */
export const makeMirror = async (context: MirrorContext, { group, pace }: MirrorSetting): Promise<void> => {
  const { world, row, normal, waitFor } = context
  for (const board of BOARDS)
    await waitFor(
      `the disk of ${board} to be seen there`,
      async () => (await world.remotes[board].run(`test -e ${world.disks.device(board)}`, 60_000)).ok,
      pace.bootS
    )
  const since = nowMs()
  const words = await sure(context, 'a', `baton disk create ${group} --yes`)
  row('`baton disk create` on a said at the end', words.trim().split('\n').at(-1) ?? '')
  await equalAt(context, 'a', pace.normalS)
  await normal('a', pace.normalS)
  row('two blank disks became a mirror that serves, after', seconds(nowMs() - since))
}

const endsEqual = async (context: MirrorContext, { mountPoint }: MirrorSetting): Promise<void> => {
  const { boards, client, findings, row, waitFor } = context
  for (const board of BOARDS) {
    const failed = await waitFor(`the units of board ${board}`, () => boards[board].failedUnits(), 180, 5000)
    findings.failedUnits += failed.length
    row(`failed units on ${board}`, failed.length === 0 ? 'none' : failed.join(', '))
  }
  await client?.stop()
  await sure(context, 'a', `sync -f ${mountPoint}`)
  // What the file system writes by itself is written by then.
  await delay(20_000)
  for (const board of BOARDS) boards[board].pullPower()
  await delay(3000)
  await sameData(context)
}

/** Everything that the issue names, in one go; the same on each ground. */
export const runMirror = async (context: MirrorContext, setting: MirrorSetting): Promise<void> => {
  const { findings } = context
  await Promise.all(BOARDS.map(board => bootBoard(context, board, setting.pace)))
  await makeMirror(context, setting)
  await prove(context, 'a', setting.pace)
  await moveTo(context, 'b', `switchover ${setting.group} --yes`, 'a', setting.pace)
  await prove(context, 'b', setting.pace)
  await moveTo(context, 'a', 'recover --yes', 'b', setting.pace)
  findings.fenceProved = true
  await activeLosesPower(context, 'a', setting)
  await standbyAway(context, setting)
  await linkCutThenActiveDies(context, setting)
  await bothOffStaleFirst(context, setting)
  await diskPulled(context, setting)
  await resyncInterrupted(context, setting)
  findings.recovered = true
  await endsEqual(context, setting)
}

const replicationOf = (board: BoardId): Options => ({
  replication: { address: `${DATA_ADDRESS[board]}/24`, interface: DATA }
})

const device = (board: BoardId): string => SCSI_DISK.path(serialOf(board))

/** A mirrored disk under the ground's group, and the link that keeps it equal. */
export const mirrorOptions = (replication: Options): Options => {
  const [group] = pcConfiguration().groups as readonly Options[]
  const disk: Options = { kind: 'mirrored', device: { a: device('a'), b: device('b') }, mountPoint: MOUNT_POINT }
  return {
    boards: { a: replicationOf('a'), b: replicationOf('b') },
    replication,
    groups: [{ ...group, disk }]
  }
}

export const mirrorPcScenario: PcScenario = {
  name: 'mirror-pc',
  ground: 'pc',
  title: 'two disks kept equal: nothing that was acknowledged is lost, and no stale copy is served (two emulated PCs)',
  // A slow resync can be cut off in its middle.
  config: mirrorOptions({ timeoutMs: 3000, rateMaxMiB: 2, rateMinKiB: 500 }),
  minutesMax: 90,
  line: mirrorLine,
  run: context =>
    runMirror(context, {
      mountPoint: MOUNT_POINT,
      group: GROUP,
      pace: { bootS: 300, normalS: 300, takeoverS: 240, watchS: 90 }
    })
}

export const mirrorScenario: PiMirrorScenario = {
  name: 'mirror',
  mirror: true,
  title:
    'two disks kept equal: nothing that was acknowledged is lost, and no stale copy is served (the card on two emulated Pis)',
  config: { replication: { timeoutMs: 10_000, rateMaxMiB: 2, rateMinKiB: 500 } },
  minutesMax: 150,
  line: mirrorLine,
  run: context =>
    runMirror(context, {
      mountPoint: PI_MOUNT_POINT,
      group: GROUP,
      pace: { bootS: 900, normalS: 900, takeoverS: 600, watchS: 240 }
    })
}
