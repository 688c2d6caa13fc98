// The release test: two boards boot the image, prove their fences, one is cut under load, the other takes over, all returns to normal.

import { BOARDS } from '../../../board/virtual/names.js'
import { nowMs } from '../../../board/virtual/time.js'
import { type BoardId, otherBoard } from '../../../src/core/types.js'
import type { RigContext, Scenario } from '../scenario.js'

const BOOT_S = 900
const NORMAL_S = 600
const MOVE_S = 420
const LOAD_S = 240
const TAKEOVER_S = 600
/** Numbers that are acknowledged before the cut, and by the survivor after it. */
const ACKS = 25

/** The daemon's last word on a drill, at the begin of a line. */
const PROOF_ANSWER = /(?<=^|\n)(proved by |not proved: |the fence is not proved: )[^\n]+/
/** At least one line after the order, then the prompt again. */
const DONE = /\n(?:[^\n]*\n)+[^\n]*board [ab]> $/

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const bootBoth = async ({ boards, waitFor, world, row }: RigContext): Promise<void> => {
  const since = nowMs()
  for (const board of BOARDS) boards[board].restorePower()
  for (const board of BOARDS) {
    await waitFor(`board ${board} to boot and let us in`, () => world.remotes[board].connected, BOOT_S)
    await waitFor(`the daemon of board ${board} to answer`, () => boards[board].status(), NORMAL_S, 5000)
  }
  row('both boards booted, both daemons answer', seconds(nowMs() - since))
}

const prove = async (context: RigContext, from: BoardId): Promise<void> => {
  const { boards, world, row, waitFor, expect, normal } = context
  const peer = otherBoard(from)
  const before = world.machines[peer].boots
  const since = nowMs()
  await boards[from].login()
  const answer = await boards[from].order('fence prove --yes', PROOF_ANSWER, BOOT_S * 1000)
  expect(answer.startsWith('proved by'), `the fence is proved from ${from}; it said: ${answer}`)
  expect(world.machines[peer].boots === before + 1, `board ${peer} lost its power once, and booted again`)
  row(`fence proved from ${from} (${peer} really lost its power)`, `${answer.trim()}; ${seconds(nowMs() - since)}`)
  await waitFor(`board ${peer} to let us in again`, () => world.remotes[peer].connected, BOOT_S)
  await normal(from, NORMAL_S)
}

const moveTo = async (context: RigContext, to: BoardId, words: string, at: BoardId): Promise<void> => {
  const { boards, row, normal } = context
  const since = nowMs()
  await boards[at].login()
  await boards[at].order(words, DONE, MOVE_S * 1000)
  await normal(to, MOVE_S)
  row(`\`${words}\` on the console of ${at}: ${to} serves`, seconds(nowMs() - since))
}

/** Cut the board that serves while the client writes; give it back what the survivor lets it have. */
export const takeover = async (context: RigContext, victim: BoardId): Promise<void> => {
  const { boards, world, row, waitFor, startLoad, findings } = context
  const survivor = otherBoard(victim)
  const client = startLoad()
  await waitFor(
    `${ACKS} numbers acknowledged by ${victim}`,
    () => client.acks.filter(ack => ack[2] === victim).length >= ACKS,
    LOAD_S
  )
  const at = nowMs()
  boards[victim].pullPower()
  context.say(`  power of ${victim} is cut while it serves (${client.acks.length} numbers acknowledged so far)`)
  await waitFor(`${survivor} to drive its relay`, () => world.harness.relay(survivor), TAKEOVER_S, 50)
  row(`${survivor} holds ${victim} off by its relay, after`, seconds(nowMs() - at))
  await waitFor(`the disk at ${survivor}`, () => world.usb.at === survivor, TAKEOVER_S, 50)
  row(`the USB switch points to ${survivor}, after`, seconds(nowMs() - at))
  const first = await waitFor(
    `the client to be answered by ${survivor}`,
    () => client.firstAfter(at, ack => ack[2] === survivor),
    TAKEOVER_S,
    100
  )
  findings.takeovers += 1
  findings.takeoverSeconds = Math.max(findings.takeoverSeconds ?? 0, Math.round((first[3] - at) / 100) / 10)
  row('power cut until the client is answered again', seconds(first[3] - at))
  await waitFor(
    `${ACKS} numbers acknowledged by ${survivor}`,
    () => client.acks.filter(ack => ack[2] === survivor && ack[3] > at).length >= ACKS,
    LOAD_S
  )
}

const comeBack = async (context: RigContext, victim: BoardId): Promise<void> => {
  const { boards, world, row, waitFor, normal } = context
  const survivor = otherBoard(victim)
  const since = nowMs()
  boards[victim].restorePower()
  await waitFor(`${survivor} to release its relay`, () => !world.harness.relay(survivor), NORMAL_S, 200)
  await waitFor(`board ${victim} to let us in again`, () => world.remotes[victim].connected, BOOT_S)
  await normal(survivor, NORMAL_S)
  row(`${victim} is back and stands by`, seconds(nowMs() - since))
}

const countFailedUnits = async ({ boards, waitFor, findings, row }: RigContext): Promise<void> => {
  for (const board of BOARDS) {
    const failed = await waitFor(`the units of board ${board}`, () => boards[board].failedUnits(), 180, 5000)
    findings.failedUnits += failed.length
    row(`failed units on ${board}`, failed.length === 0 ? 'none' : failed.join(', '))
  }
}

export const mainScenario: Scenario = {
  name: 'main',
  title: 'two boards boot the image, prove their fences, and survive a power cut of the one that serves under load',
  run: async context => {
    await bootBoth(context)
    await context.normal('a', NORMAL_S)
    await prove(context, 'a')
    await moveTo(context, 'b', 'switchover main --yes', 'a')
    await prove(context, 'b')
    context.findings.fenceProved = true
    await moveTo(context, 'a', 'recover --yes', 'b')
    await takeover(context, 'a')
    await comeBack(context, 'a')
    await moveTo(context, 'a', 'recover --yes', 'a')
    context.findings.recovered = true
    await countFailedUnits(context)
  }
}
