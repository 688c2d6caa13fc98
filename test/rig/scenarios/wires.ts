// The rig itself, on trial: relay, sense, loop, USB switch, lights and judge, with boards that only sleep and a hand on their registers.
import { setTimeout as delay } from 'node:timers/promises'
import { BOARDS } from '../../../board/virtual/names.js'
import { nowMs } from '../../../board/virtual/time.js'
import { type BoardId, otherBoard } from '../../../src/core/types.js'
import { isSet, type Line, PINS, REGISTER } from '../gpio-registers.js'
import { WINDOW_MS } from '../light-pattern.js'
import type { RigContext, Scenario } from '../scenario.js'
import { driveLine, makeSleepingBoards } from '../sleeping-boards.js'
import { areParked } from '../spare-cores.js'

const SOON_S = 60
/** A tenth of a round lit: `flash` of the panel's table. */
const FLASH = { litMs: 200, roundMs: 2000 }

const drive = async ({ world, expect }: RigContext, board: BoardId, line: Line, high: boolean): Promise<void> => {
  const { emulator } = world.machines[board]
  expect(emulator !== null, `board ${board} has power`)
  if (emulator !== null) await driveLine(emulator, line, high)
}

/** What the board itself would read. */
const reads = async ({ world }: RigContext, board: BoardId, line: Line): Promise<boolean | null> => {
  const level = await world.machines[board].emulator?.qtest.read(REGISTER.level)
  return level === undefined ? null : isSet(level, PINS[line])
}

const boot = async (context: RigContext): Promise<void> => {
  const { boards, world, waitFor } = context
  for (const board of BOARDS) boards[board].restorePower()
  for (const board of BOARDS) {
    await waitFor(`board ${board} to have power`, () => world.machines[board].emulator !== null, SOON_S, 50)
    for (const line of ['sense', 'loop', 'button'] as const)
      await waitFor(`${line} of ${board} to read high`, () => reads(context, board, line), SOON_S, 50)
  }
  // As a daemon opens its lines: outputs, and low.
  for (const board of BOARDS)
    for (const line of ['relay', 'switchSelect', 'active'] as const) await drive(context, board, line, false)
  context.expect((await reads(context, 'a', 'strap')) === true, 'the strap of a reads high: board a')
  context.expect((await reads(context, 'b', 'strap')) === false, 'the strap of b reads low: board b')
  context.row('sense, loop, button and strap', 'read as they should on both')
}

/** As a board does that starts anew after it was paired: it keeps its power, and its emulator lays everything anew. */
const restart = async (context: RigContext): Promise<void> => {
  const { world, waitFor, row, expect } = context
  const machine = world.machines.a
  const { boots, resets, emulator } = machine
  await emulator?.qmp.order('system_reset')
  await waitFor('a to have restarted', () => machine.resets === resets + 1, SOON_S, 20)
  await waitFor(
    'its spare cores to sleep again',
    () => (machine.emulator === null ? false : areParked(machine.emulator.qtest)),
    SOON_S,
    50
  )
  for (const line of ['sense', 'loop', 'button', 'strap'] as const)
    await waitFor(`${line} of a to read high again`, () => reads(context, 'a', line), SOON_S, 50)
  expect(machine.boots === boots && world.harness.supplies.a.rail, 'it had power all the time')
  row('a board that restarts by itself', 'keeps its power, finds its wires again, and its spare cores sleep')
}

const moveDisk = async (context: RigContext, to: BoardId): Promise<void> => {
  const { world, waitFor, row } = context
  const from = otherBoard(to)
  await drive(context, to, 'switchSelect', true)
  await drive(context, to, 'switchSelect', false)
  await waitFor(`the disk at ${to}`, () => world.usb.at === to, SOON_S, 20)
  await waitFor(`${to} to read that the switch points to it`, () => reads(context, to, 'switchReadback'), SOON_S, 20)
  await waitFor(
    `${from} to read that it does not`,
    async () => !(await reads(context, from, 'switchReadback')),
    SOON_S,
    20
  )
  row(`a pulse on the select line of ${to}`, `the disk is plugged into ${to}`)
}

const cutByRelay = async (context: RigContext, from: BoardId): Promise<void> => {
  const { world, waitFor, row, expect } = context
  const peer = otherBoard(from)
  const { boots } = world.machines[peer]
  await drive(context, from, 'relay', true)
  await waitFor(`sense of ${from} to read low`, async () => (await reads(context, from, 'sense')) === false, SOON_S, 20)
  expect(world.machines[peer].emulator === null, `board ${peer} has no power`)
  expect((await reads(context, from, 'loop')) === true, `the loop of ${from} is whole`)
  await drive(context, from, 'relay', false)
  await waitFor(`sense of ${from} to read high`, () => reads(context, from, 'sense'), SOON_S, 20)
  await waitFor(`board ${peer} to boot`, () => world.machines[peer].boots > boots, SOON_S, 50)
  await drive(context, peer, 'relay', false)
  expect(world.machines[peer].boots === boots + 1, `board ${peer} lost its power once`)
  row(`the relay of ${from}, driven and let go`, `cut ${peer}, and ${peer} booted again`)
}

const dieWhileDriving = async (context: RigContext): Promise<void> => {
  const { boards, world, waitFor, row } = context
  await drive(context, 'b', 'relay', true)
  await waitFor('a to lose its power', () => world.machines.a.emulator === null, SOON_S, 20)
  boards.b.pullPower()
  await waitFor('a to have power', () => world.machines.a.emulator !== null, SOON_S, 20)
  await waitFor('sense of a to read low', async () => (await reads(context, 'a', 'sense')) === false, SOON_S, 20)
  row('a board that dies while it drives its relay', 'lets its peer have power')
}

const blink = async (context: RigContext): Promise<void> => {
  const { boards, expect, row } = context
  await drive(context, 'a', 'active', false)
  const beganAt = nowMs()
  const until = (at: number): Promise<void> => delay(Math.max(0, beganAt + at - nowMs()))
  // One round more than is read of it.
  for (let at = 0; at <= WINDOW_MS; at += FLASH.roundMs) {
    await until(at)
    await drive(context, 'a', 'active', true)
    await until(at + FLASH.litMs)
    await drive(context, 'a', 'active', false)
  }
  await until(WINDOW_MS + FLASH.roundMs)
  const { active, fault } = boards.a.lights()
  expect(active === 'flash' && fault === 'dark', `the lights read flash and dark; they read ${active} and ${fault}`)
  row('a light that flashes every two seconds', 'is read as flash')
}

export const wiresScenario: Scenario = {
  name: 'wires',
  title:
    'the rig itself: relay, sense, loop, switch, button and lights do what they say, with boards that only sleep (no image)',
  cards: makeSleepingBoards,
  minutesMax: 15,
  run: async context => {
    await boot(context)
    await moveDisk(context, 'a')
    await moveDisk(context, 'b')
    await cutByRelay(context, 'a')
    await cutByRelay(context, 'b')
    await blink(context)
    await restart(context)
    await dieWhileDriving(context)
  }
}
