// The emulated PCs on trial, with DRBD by hand: no daemon of ours moves the mirror. Proves what its driver builds on: how the kernel
// freezes, whom it calls, what lets it go on, what a power cut leaves.
import { setTimeout as delay } from 'node:timers/promises'
import { BOARDS } from '../../../board/virtual/names.js'
import { nowMs } from '../../../board/virtual/time.js'
import type { BoardId } from '../../../src/core/types.js'
import * as hand from '../pc/drbd-hand.js'
import type { PcWorld } from '../pc/pc-world.js'
import type { PcScenario, RigContext } from '../scenario.js'
import { seconds, sure } from './mirror-steps.js'
import { bootPcs } from './pc-shell.js'

type Context = RigContext<PcWorld>

const SOON_S = 60
const SYNC_S = 180
/** A writer that is let through writes several numbers in this time, also on a busy machine. */
const WRITES_MS = 5000

const statusAt = (context: Context, board: BoardId): Promise<string> => sure(context, board, hand.status())

const seen = (context: Context, board: BoardId, what: string, pattern: RegExp, deadlineS = SOON_S): Promise<string> =>
  context.waitFor(
    `${board} to say: ${what}`,
    async () => {
      const text = await statusAt(context, board)
      if (!pattern.test(text)) throw new Error(`it says: ${text.replace(/\s+/g, ' ')}`)
      return text
    },
    deadlineS,
    500
  )

const bothEqual = async (context: Context, deadlineS: number): Promise<void> => {
  for (const board of BOARDS)
    await seen(context, board, 'both copies are up to date', /disk:UpToDate.*peer-disk:UpToDate/s, deadlineS)
}

const makeMirror = async (context: Context): Promise<void> => {
  const { world, row, expect } = context
  for (const board of BOARDS) {
    const path = await sure(context, board, hand.layHelper())
    expect(
      path === `${hand.HELPER}\n`,
      `the kernel of ${board} has the helper's name as it is; it has ${JSON.stringify(path)}`
    )
    await sure(context, board, hand.makeNotes(world.disks.device(board)))
    await sure(context, board, hand.attach(world.disks.device(board)))
    await sure(context, board, hand.connect(board))
  }
  const version = await sure(context, 'a', 'head -n 1 /proc/drbd; drbdadm --version | tail -n 1')
  row("the kernel's DRBD, and its programs", version.trim().replace('\n', '; '))
  await seen(context, 'a', 'connected', /connection:Connected/)
  await sure(context, 'a', hand.firstCopy())
  await bothEqual(context, SOON_S)
  await sure(context, 'a', hand.startWriting())
  await context.waitFor('a first number to be written', () => sure(context, 'a', hand.written()), SOON_S, 500)
  row('two blank disks', 'one mirror, without a first resync; a writes')
}

const grows = async (context: Context): Promise<boolean> => {
  const before = Number(await sure(context, 'a', hand.written()))
  await delay(WRITES_MS)
  return Number(await sure(context, 'a', hand.written())) > before
}

const cutLink = async (context: Context): Promise<void> => {
  const { world, row, expect } = context
  const since = nowMs()
  await world.link.cut()
  await seen(context, 'a', 'I/O stands still', /suspended:fencing/)
  row('data link cut until the writer stands still', seconds(nowMs() - since))
  const calls = await context.waitFor('the helper to be called', () => sure(context, 'a', hand.helperCalls()), SOON_S)
  row('the kernel called its helper with', calls.trim().replaceAll('\n', '; '))
  expect(calls.includes(`fence-peer ${hand.RESOURCE}`), 'the helper was asked to fence the peer')
  expect(!(await grows(context)), 'nothing is written while the helper said no')
  await sure(context, 'a', 'drbdsetup resume-io 0')
  expect(await grows(context), '`drbdsetup resume-io` lets the writer go on')
  expect(/disk:UpToDate/.test(await statusAt(context, 'b')), 'b knows nothing of it, and calls itself up to date')
  await sure(context, 'b', 'drbdsetup outdate 0')
  expect(/ disk:Outdated/.test(await statusAt(context, 'b')), 'b is outdated by order')
  const refused = await world.remotes.b.run('drbdsetup primary 0', SOON_S * 1000)
  expect(!refused.ok, 'an outdated copy does not become primary')
  row('an outdated copy asked to become primary says', refused.stderr.trim())
}

const restoreLink = async (context: Context): Promise<void> => {
  const since = nowMs()
  await context.world.link.restore()
  await bothEqual(context, SYNC_S)
  context.row('data link restored until both are equal again', seconds(nowMs() - since))
}

const cutPower = async (context: Context): Promise<void> => {
  const { world, boards, row, expect } = context
  const last = Number(await sure(context, 'a', hand.written()))
  const since = nowMs()
  boards.a.pullPower()
  await world.harness.supplies.a.idle()
  await seen(context, 'b', 'a is gone', /connection:(?!Connected)/)
  row('power of a cut until b notices', seconds(nowMs() - since))
  const refused = await world.remotes.b.run('drbdsetup primary 0', SOON_S * 1000)
  expect(!refused.ok, 'b does not become primary while its helper says no')
  await sure(context, 'b', hand.helperAnswers(7))
  await sure(context, 'b', 'drbdsetup primary 0')
  await sure(context, 'b', `e2fsck -p ${hand.DEVICE} || [ $? = 1 ]`)
  await sure(context, 'b', `mkdir -p ${hand.MOUNT_POINT} && mount ${hand.DEVICE} ${hand.MOUNT_POINT}`)
  const there = Number(await sure(context, 'b', hand.lastNumber()))
  expect(there >= last, `number ${last}, which a's disk was said to have, is on b's: its last one is ${there}`)
  row('last number that a wrote, and last one on b', `${last}, ${there}`)
}

const comeBack = async (context: Context): Promise<void> => {
  const { world, boards, row, waitFor } = context
  const since = nowMs()
  boards.a.restorePower()
  await waitFor('a to let us in again', () => world.remotes.a.connected, SYNC_S * 2, 500)
  await sure(context, 'a', hand.layHelper())
  await sure(context, 'a', hand.attach(world.disks.device('a')))
  await seen(context, 'a', 'its copy is consistent, and no more', / disk:Consistent/)
  await sure(context, 'a', hand.connect('a'))
  await bothEqual(context, SYNC_S)
  row('a booted, and is equal again, after', seconds(nowMs() - since))
}

/** A disk that is pulled, put back, and broken: the writer on b goes on over the link each time. */
const loseDisks = async (context: Context): Promise<void> => {
  const { world, row, expect } = context
  const writes = async (): Promise<void> =>
    void (await sure(context, 'b', `echo more >>${hand.MOUNT_POINT}/more; sync ${hand.MOUNT_POINT}/more`))
  await world.disks.pull('b')
  await writes()
  await seen(context, 'b', 'it has no disk', / disk:Diskless.*peer-disk:UpToDate/s)
  await world.disks.putIn('b')
  const device = world.disks.device('b')
  await context.waitFor('b to see the disk', () => sure(context, 'b', `test -e ${device} && echo yes`), SOON_S)
  await sure(context, 'b', hand.attach(device))
  await bothEqual(context, SYNC_S)
  row('a disk that was pulled from the primary and put back', 'equal again')
  await world.disks.break('b', true)
  await writes()
  await seen(context, 'b', 'it has no disk again', / disk:Diskless.*peer-disk:UpToDate/s)
  await world.disks.break('b', false)
  await sure(context, 'b', hand.attach(device))
  await bothEqual(context, SYNC_S)
  expect((await sure(context, 'b', `cat ${hand.MOUNT_POINT}/more`)) === 'more\nmore\n', 'both lines are there')
  row('a disk of the primary whose every write failed', 'no writer saw an error; equal again')
}

export const drbdScenario: PcScenario = {
  name: 'drbd',
  ground: 'pc',
  title:
    'the emulated PCs and their kernels on trial: a mirror by hand freezes, goes on, resyncs and survives a power cut',
  minutesMax: 30,
  run: async context => {
    await bootPcs(context)
    await makeMirror(context)
    await cutLink(context)
    await restoreLink(context)
    await cutPower(context)
    await comeBack(context)
    await loseDisks(context)
  }
}
