// The operator's side of a mirrored disk on real DRBD: an ext4 kept, a mirror made from one board, refused where there is data, compared, a disk replaced, a
// split brain looked at and ended. On two emulated PCs.
import { setTimeout as delay } from 'node:timers/promises'
import { BOARDS, GROUP } from '../../../board/virtual/names.js'
import { nowMs } from '../../../board/virtual/time.js'
import type { BoardId } from '../../../src/core/types.js'
import { MOUNT_POINT } from '../pc/pc-configuration.js'
import type { PcScenario } from '../scenario.js'
import { mirrorLine } from '../summary.js'
import { mirrorOptions } from './mirror.js'
import { bootBoard, equalAt, moveTo, prove, seconds, sure, underLoad, writeData } from './mirror-steps.js'
import { copiesAt, type MirrorContext, type MirrorPace } from './mirror-world.js'

const PACE: MirrorPace = { bootS: 900, normalS: 900, takeoverS: 600, watchS: 60 }
const ORDER_MS = 900_000
const MIB = 1_048_576
/** In the middle of the data of a disk, where a file of the test lies. */
const SPOIL_AT_MIB = 160

/** An order that is to be refused; its words. */
const refused = async ({ world, expect }: MirrorContext, board: BoardId, words: string): Promise<string> => {
  const { ok, stdout, stderr } = await world.remotes[board].run(`baton ${words}`, ORDER_MS)
  expect(!ok, `\`baton ${words}\` on ${board} is refused; it said: ${stdout}${stderr}`)
  return `${stdout}\n${stderr}`.trim().replace(/\s+/g, ' ')
}

const timed = async (context: MirrorContext, board: BoardId, words: string): Promise<string> => {
  const since = nowMs()
  const said = await sure(context, board, `baton ${words}`)
  context.row(`\`baton ${words}\` on ${board}`, `${said.trim().split('\n').at(-1)}; ${seconds(nowMs() - since)}`)
  return said
}

const untilEvent = async (context: MirrorContext, board: BoardId, code: string, count: number): Promise<void> => {
  await context.waitFor(
    `event ${code} on ${board}`,
    async () => {
      const { stdout } = await context.world.remotes[board].run('baton events -n 300', 60_000)
      return stdout.split(`[${code}]`).length > count
    },
    PACE.normalS,
    2000
  )
}

const lastEvent = async (context: MirrorContext, board: BoardId, code: string): Promise<string> => {
  const text = await sure(context, board, 'baton events -n 300')
  return (
    text
      .split('\n')
      .filter(line => line.includes(`[${code}]`))
      .at(-1) ?? ''
  )
}

/** Tried again while the daemon looks whether it can attach the disk. */
const makeExt4 = (context: MirrorContext, board: BoardId, label: string): Promise<string> => {
  const make = `mke2fs -q -F -t ext4 -L ${label} ${context.world.disks.device(board)}`
  return sure(context, board, `for n in $(seq 30); do ${make} && exit 0; sleep 1; done; exit 1`)
}

/** Data on the other board's disk: nothing is touched without its name; then everything is copied from here. */
const createOverData = async (context: MirrorContext): Promise<void> => {
  const { world, expect, row, normal } = context
  const device = world.disks.device('b')
  await makeExt4(context, 'b', 'photos')
  const words = await refused(context, 'a', `disk create ${GROUP} --yes`)
  expect(/board b: .*ext4 labelled photos/.test(words), `the board with data says so: ${words}`)
  const label = await sure(context, 'b', `blkid -p -s LABEL -o value ${device}`)
  expect(label.trim() === 'photos', 'the disk with data is as it was')
  row('data on the disk of b: refused with', words)
  const [, name = ''] = /--serial (b:\S+)/.exec(words) ?? []
  const since = nowMs()
  await timed(context, 'a', `disk create ${GROUP} --serial ${name} --yes`)
  await sure(context, 'a', 'baton mode auto')
  await normal('a', PACE.normalS)
  await equalAt(context, 'a', PACE.normalS)
  row('made over data, served and equal after', seconds(nowMs() - since))
}

/** One block of the standby's disk goes wrong behind the mirror's back. */
const compareCopies = async (context: MirrorContext): Promise<void> => {
  const { world, expect, row, normal } = context
  await writeData(context, 'a', MOUNT_POINT, 'compared', 16)
  await timed(context, 'a', `disk verify ${GROUP}`)
  await untilEvent(context, 'a', 'copies-compared', 1)
  row('both copies compared', await lastEvent(context, 'a', 'copies-compared'))
  const spoil = `dd if=/dev/urandom of=${world.disks.device('b')} bs=4096 count=2 seek=${(SPOIL_AT_MIB * MIB) / 4096} conv=fsync,notrunc`
  await sure(context, 'b', spoil)
  await sure(context, 'a', `baton disk verify ${GROUP}`)
  await untilEvent(context, 'a', 'copies-differ', 1)
  const told = await lastEvent(context, 'a', 'copies-differ')
  row('a block of b went wrong', told)
  expect(/ 8 KiB of/.test(told), 'just what went wrong differs')
  await delay(5000)
  await equalAt(context, 'a', PACE.normalS)
  await normal('a', PACE.normalS)
  await sure(context, 'a', `baton disk verify ${GROUP}`)
  await untilEvent(context, 'a', 'copies-compared', 2)
  row('compared once more', await lastEvent(context, 'a', 'copies-compared'))
}

/** The standby's disk is lost; a blank one is made ready and filled from the board that serves, ordered there. */
const replaceDisk = async (context: MirrorContext): Promise<void> => {
  const { world, row, normal, waitFor } = context
  await underLoad(context, 'a')
  await world.disks.pull('b')
  await waitFor('b to miss its disk', async () => (await copiesAt(context, 'b'))?.own === 'Diskless', 600, 1000)
  await world.disks.replace('b')
  await world.disks.putIn('b')
  await waitFor(
    'the new disk of b',
    async () => (await world.remotes.b.run(`test -b ${world.disks.device('b')}`, 60_000)).ok,
    60
  )
  const since = nowMs()
  await timed(context, 'a', `disk create ${GROUP} --yes`)
  await equalAt(context, 'a', PACE.normalS)
  await normal('a', PACE.normalS)
  row('a blank disk in b, equal after', seconds(nowMs() - since))
}

/** Each board writes alone; both stop; a person compares, gives one up, and what only that had is packed. */
const endSplitBrain = async (context: MirrorContext): Promise<void> => {
  const { boards, world, expect, row, normal, waitFor } = context
  await world.link.cut()
  await waitFor('a to go on alone', async () => (await copiesAt(context, 'a'))?.peer === 'Outdated', 600, 1000)
  await sure(context, 'a', `echo of-a >${MOUNT_POINT}/only-a && sync -f ${MOUNT_POINT}`)
  boards.a.pullPower()
  await waitFor('a to be silent', async () => (await boards.b.status())?.core.peer.heard === false, 600, 1000)
  await timed(context, 'b', `take-stale ${GROUP} --yes`)
  await waitFor('b to serve', async () => (await boards.b.group())?.role === 'active', PACE.normalS, 1000)
  await sure(context, 'b', `echo of-b >${MOUNT_POINT}/only-b && sync -f ${MOUNT_POINT}`)
  await world.link.restore()
  await bootBoard(context, 'a', PACE)
  for (const board of BOARDS)
    await waitFor(
      `${board} to stop with its evidence`,
      async () => {
        const group = await boards[board].group()
        return group?.role === 'standby' && /split brain/.test(group.problem ?? '')
      },
      PACE.normalS,
      1000
    )
  const since = nowMs()
  const compared = await sure(context, 'a', `baton disk compare ${GROUP}`)
  row('`baton disk compare` took', seconds(nowMs() - since))
  for (const [board, name] of [
    ['a', 'only-a'],
    ['b', 'only-b']
  ] as const)
    expect(
      new RegExp(`changed on board ${board} only: \\d+[\\s\\S]*${name}`).test(compared),
      `what only ${board} has is listed: ${compared}`
    )
  const given = await timed(context, 'a', `discard-copy ${GROUP} --yes`)
  expect(/given up/.test(given), `the copy is given up: ${given}`)
  const tar = (await sure(context, 'a', `ls /var/lib/baton/archive/${GROUP}-a-*.tar`)).trim()
  const packed = await sure(context, 'a', `tar -xOf ${tar} only-a`)
  expect(packed.trim() === 'of-a', 'what only the lost copy had is packed')
  row('packed before it was given up', tar)
  await timed(context, 'b', 'recover --stay --yes')
  await waitFor('b to serve again', async () => (await boards.b.group())?.role === 'active', PACE.normalS, 1000)
  await equalAt(context, 'b', PACE.normalS)
  await normal('b', PACE.normalS)
  await sure(context, 'b', `test -e ${MOUNT_POINT}/only-b && test ! -e ${MOUNT_POINT}/only-a`)
  await moveTo(context, 'a', 'recover --yes', 'b', PACE)
}

/** An ext4 with a file in it, over all of a's disk, becomes the first copy. */
const keepFiles = async (context: MirrorContext): Promise<void> => {
  const { world, expect, row, normal } = context
  const device = world.disks.device('a')
  await makeExt4(context, 'a', 'photos')
  await sure(
    context,
    'a',
    `mount -t ext4 ${device} /mnt && dd if=/dev/urandom of=/mnt/photo bs=1M count=40 status=none`
  )
  await sure(context, 'a', 'sha256sum </mnt/photo >/root/sum && umount /mnt')
  const words = await refused(context, 'a', `disk create ${GROUP} --keep --yes`)
  expect(/BECOMES THE FIRST COPY/.test(words), `--yes alone does not do it: ${words}`)
  const [, name = ''] = /on (\/dev\/\w+) of board a/.exec(words) ?? []
  const since = nowMs()
  await timed(context, 'a', `disk create ${GROUP} --keep --serial a:${name} --yes`)
  await normal('a', PACE.normalS)
  await equalAt(context, 'a', PACE.normalS)
  row('an ext4 that was kept, served and equal after', seconds(nowMs() - since))
  const same = await sure(context, 'a', `sha256sum <${MOUNT_POINT}/photo | cmp - /root/sum && echo same`)
  expect(same.trim() === 'same', 'the kept file is there, byte for byte')
}

/** Both disks blank again, and nothing held: as a person would, with both daemons stopped. */
const takeApart = async (context: MirrorContext): Promise<void> => {
  const { boards, world, waitFor } = context
  await sure(context, 'a', 'baton mode maintenance --yes')
  for (const board of BOARDS) await sure(context, board, 'systemctl stop batond')
  for (const board of BOARDS) {
    const device = world.disks.device(board)
    await sure(context, board, `pkill -f '[s]ervice.pl'; sleep 1; umount ${MOUNT_POINT}; drbdsetup down ${GROUP}`)
    await sure(context, board, `dd if=/dev/zero of=${device} bs=1M status=none; blockdev --flushbufs ${device}`)
  }
  for (const board of BOARDS) await sure(context, board, 'systemctl start batond')
  for (const board of BOARDS) await waitFor(`the daemon of ${board}`, () => boards[board].status(), PACE.bootS, 1000)
}

export const mirrorCreateScenario: PcScenario = {
  name: 'mirror-create',
  ground: 'pc',
  title:
    'a mirror is made, compared, repaired and taken apart by the operator, and nothing is lost that nobody gave up (two emulated PCs)',
  config: mirrorOptions({ timeoutMs: 10_000, rateMaxMiB: 50, rateMinKiB: 4096 }),
  minutesMax: 120,
  line: mirrorLine,
  run: async context => {
    await Promise.all(BOARDS.map(board => bootBoard(context, board, PACE)))
    await keepFiles(context)
    await takeApart(context)
    await createOverData(context)
    await prove(context, 'a', PACE)
    await moveTo(context, 'b', `switchover ${GROUP} --yes`, 'a', PACE)
    await prove(context, 'b', PACE)
    await moveTo(context, 'a', 'recover --yes', 'b', PACE)
    context.findings.fenceProved = true
    await compareCopies(context)
    await replaceDisk(context)
    await endSplitBrain(context)
    context.findings.recovered = true
  }
}
