// The benchmark of the mirror on two emulated PCs: how fast a file is written while baton serves, and with the same disks brought up by hand. Turn
// by turn in one run, so that a busy machine is busy for all. Run by `npm run bench -- mirror`, and as a scenario of the rig.
import { setTimeout as delay } from 'node:timers/promises'
import { BOARDS, GROUP } from '../../../board/virtual/names.js'
import { nowMs } from '../../../board/virtual/time.js'
import type { BoardId } from '../../../src/core/types.js'
import { compare, FIGURES, type Round, readDd, turnsOf, type Way, type Written } from '../../bench/mirror-figures.js'
import type { DiskSpeed } from '../data-disks.js'
import { MOUNT_POINT } from '../pc/pc-configuration.js'
import type { PcScenario } from '../scenario.js'
import { makeMirror, mirrorOptions } from './mirror.js'
import { bootBoard, sure } from './mirror-steps.js'
import { SETTINGS, WAYS_OF } from './mirror-ways.js'
import { copiesAt, type MirrorContext, type MirrorPace } from './mirror-world.js'

const PACE: MirrorPace = { bootS: 300, normalS: 300, takeoverS: 240, watchS: 90 }
const SEQUENTIAL = { name: 'sequential', words: 'bs=1M count=48 oflag=direct' }
const SMALL = { name: 'small', words: 'bs=4k count=300 oflag=dsync' }
const MIB = 1024 * 1024
const SETTLE_MS = 1500
/** A login, and what the clocks of two machines may be apart. */
const CLOCK_SLACK_S = 5

/**
 * On a Pi the disk or the network is what a write waits for. An emulated processor is so much slower that it would be the limit of all ways, and
 * the daemon's share of it, a few percent of one of a Pi's four, were most of what is measured. So the disks are made slow in the same measure.
 */
const USB_DISK: DiskSpeed = { bytesPerS: 8 * MIB, ordersPerS: 150 }

/** KiB that this board's kernel has sent to the other copy since the mirror is up. */
const sentKiB = async (context: MirrorContext): Promise<number> =>
  Number(/\bns:(\d+)/.exec(await sure(context, 'a', 'cat /proc/drbd'))?.[1] ?? 0)

/** Processor time of the daemon and all that it started, in seconds; 0 = it does not run. */
const daemonSeconds = async (context: MirrorContext, board: BoardId): Promise<number> => {
  const file = '/sys/fs/cgroup/system.slice/batond.service/cpu.stat'
  const words = await sure(context, board, `cat ${file} 2>/dev/null || true`)
  return Number(/^usage_usec (\d+)$/m.exec(words)?.[1] ?? 0) / 1e6
}

/** A new file, written with nothing else to do; a figure that cannot be true ends the run. */
const write = async (context: MirrorContext, { name, words }: typeof SMALL): Promise<Written> => {
  const file = `${MOUNT_POINT}/bench-${name}`
  await sure(context, 'a', `rm -f ${file} && sync -f ${MOUNT_POINT}`)
  await delay(SETTLE_MS)
  const before = await sentKiB(context)
  const since = nowMs()
  const written = readDd(await sure(context, 'a', `LC_ALL=C dd if=/dev/zero of=${file} ${words} 2>&1`))
  const tookS = (nowMs() - since) / 1000
  const { seconds, bytes } = written
  const clocks = `the clock of a agrees with ours: ${seconds.toFixed(2)} s there, ${tookS.toFixed(2)} s here`
  context.expect(seconds <= tookS * 1.05 && seconds >= tookS * 0.8 - CLOCK_SLACK_S, clocks)
  const sent = (await sentKiB(context)) - before
  context.expect(sent * 1024 >= bytes, `all ${bytes} bytes went to the other copy, too: ${sent} KiB were sent`)
  const copies = await copiesAt(context, 'a')
  const kept = copies?.connection === 'Connected' && copies.own === 'UpToDate' && copies.peer === 'UpToDate'
  context.expect(kept, `both copies are kept equal: ${JSON.stringify(copies)}`)
  return written
}

const measure = async (context: MirrorContext, way: Way): Promise<Round> => {
  const large = await write(context, SEQUENTIAL)
  const small = await write(context, SMALL)
  return {
    way,
    sequentialMiBs: large.bytes / MIB / large.seconds,
    smallPerS: small.bytes / 4096 / small.seconds
  }
}

export interface MirrorBench {
  readonly ways: readonly Way[]
  /** Of each way. */
  readonly runs: number
  /** The disks are as fast as they can be: the emulated processor is the limit. */
  readonly unlimited: boolean
  /** What was measured, as it comes. */
  readonly rounds: Round[]
}

/** So much of its emulated processor do daemon and service take while the file is written, in percent. */
const shares = async (context: MirrorContext, work: () => Promise<Round>): Promise<[Round, string]> => {
  const at = (): Promise<readonly number[]> => Promise.all(BOARDS.map(board => daemonSeconds(context, board)))
  const since = nowMs()
  const before = await at()
  const round = await work()
  const after = await at()
  const percent = after.map((value, index) => ((value - (before[index] ?? 0)) / ((nowMs() - since) / 1000)) * 100)
  return [round, percent.map(value => `${value.toFixed(0)} %`).join(' and ')]
}

const play = async (context: MirrorContext, { ways, runs, rounds, unlimited }: MirrorBench): Promise<void> => {
  const { findings, row } = context
  await Promise.all(BOARDS.map(board => bootBoard(context, board, PACE)))
  await makeMirror(context, { mountPoint: MOUNT_POINT, group: GROUP, pace: PACE })
  if (!unlimited) for (const board of BOARDS) await context.world.disks.slow(board, USB_DISK)
  let up: Way = 'baton'
  let warm = false
  for (const way of turnsOf(ways, runs)) {
    if (way !== up) {
      await WAYS_OF[up].down(context)
      await WAYS_OF[way].up(context)
      up = way
      warm = false
    }
    // The first writes after a mirror came up are dearer: its notes of what is in use begin empty.
    if (!warm) await measure(context, way)
    warm = true
    const [round, share] = await shares(context, () => measure(context, way))
    rounds.push(round)
    const words = `${round.sequentialMiBs.toFixed(2)} MiB/s, ${round.smallPerS.toFixed(1)} small writes/s`
    row(
      `${rounds.length} ${way}`,
      way === 'baton' ? `${words}; daemons of a and b take ${share} of a processor` : words
    )
  }
  for (const figure of FIGURES)
    for (const [way, ratio] of Object.entries(compare(rounds, figure).ratios)) {
      findings.facts[`${way}-${figure}`] = ratio
      row(`${figure}: ${way} / hand, medians`, ratio.toFixed(2))
    }
}

export const mirrorBench = (bench: MirrorBench): PcScenario => ({
  name: 'mirror-bench',
  ground: 'pc',
  title: 'how fast the mirror is written while baton serves, and by hand with the same disks (two emulated PCs)',
  config: mirrorOptions(SETTINGS),
  minutesMax: 20 + 5 * bench.ways.length * bench.runs,
  line: ({ findings, problems }) =>
    JSON.stringify({ scenario: 'mirror-bench', ...findings.facts, ok: problems.length === 0 }),
  run: context => play(context, bench)
})

export const mirrorBenchScenario = mirrorBench({ ways: ['baton', 'hand'], runs: 5, unlimited: false, rounds: [] })
