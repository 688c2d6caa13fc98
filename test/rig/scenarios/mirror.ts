// The mirrored disk on real DRBD: power cuts under load, a standby that was away, a lost replication link, a stale copy, a pulled disk, resyncs
// that are cut off. On two emulated PCs; the same on two emulated Pis with the card's image is in mirror-pi.ts.
import { setTimeout as delay } from 'node:timers/promises'
import type { Options } from '../../../board/virtual/lab-config.js'
import { BOARDS, GROUP } from '../../../board/virtual/names.js'
import { nowMs } from '../../../board/virtual/time.js'
import type { BoardId } from '../../../src/core/types.js'
import { serialOf } from '../pc/data-disks.js'
import { DATA_ADDRESS } from '../pc/data-link.js'
import { DATA, MOUNT_POINT, pcConfiguration } from '../pc/pc-configuration.js'
import type { PcScenario } from '../scenario.js'
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
import { copiesAt, type MirrorContext } from './mirror-world.js'

/** In maintenance nobody takes what is not there yet. */
const setMode = async ({ world, waitFor, boards }: MirrorContext, mode: 'maintenance' | 'auto'): Promise<void> => {
  await world.remotes.a.ask({ command: 'order', what: { order: 'mode', mode, forMs: 0 } }, 60_000)
  await waitFor(
    `the mode to be ${mode} on both boards`,
    async () => {
      const both = await Promise.all(BOARDS.map(board => boards[board].status()))
      return both.every(status => status?.core.mode === mode)
    },
    120
  )
}

/** Blank disks to a mirror that serves. */
const makeMirror = async (context: MirrorContext, { pace }: MirrorSetting): Promise<void> => {
  const { world, row, normal, waitFor } = context
  const since = nowMs()
  for (const board of BOARDS)
    await waitFor(
      `the disk of ${board} to be seen there`,
      async () => (await world.remotes[board].run(`test -e ${world.disks.device(board)}`, 60_000)).ok,
      pace.bootS
    )
  await setMode(context, 'maintenance')
  await Promise.all(
    BOARDS.map(board =>
      sure(
        context,
        board,
        `drbdmeta --force 0 v08 ${world.disks.device(board)} internal create-md && systemctl restart batond`
      )
    )
  )
  await waitFor(
    'both blank copies to be connected',
    async () => {
      const copies = await copiesAt(context, 'a')
      return copies?.connection === 'Connected' && copies.peer === 'Inconsistent'
    },
    pace.normalS
  )
  await sure(
    context,
    'a',
    'drbdsetup new-current-uuid 0 --clear-bitmap && drbdsetup primary 0 && mkfs.ext4 -q -F /dev/drbd0 && udevadm settle && drbdsetup secondary 0'
  )
  await equalAt(context, 'a', pace.normalS)
  await setMode(context, 'auto')
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

const device = (board: BoardId): string => `/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_${serialOf(board)}`

const configuration = (): Options => {
  const [group] = pcConfiguration().groups as readonly Options[]
  const disk: Options = { kind: 'mirrored', device: { a: device('a'), b: device('b') }, mountPoint: MOUNT_POINT }
  return {
    boards: { a: replicationOf('a'), b: replicationOf('b') },
    // A slow resync can be cut off in its middle.
    replication: { timeoutMs: 3000, rateMaxMiB: 2, rateMinKiB: 500 },
    groups: [{ ...group, disk }]
  }
}

export const mirrorPcScenario: PcScenario = {
  name: 'mirror-pc',
  ground: 'pc',
  title: 'two disks kept equal: nothing that was acknowledged is lost, and no stale copy is served (two emulated PCs)',
  config: configuration(),
  minutesMax: 90,
  line: mirrorLine,
  run: context =>
    runMirror(context, {
      mountPoint: MOUNT_POINT,
      group: GROUP,
      pace: { bootS: 300, normalS: 300, takeoverS: 240, watchS: 90 }
    })
}
