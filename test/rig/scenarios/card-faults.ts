// Cards on which something is wrong: the board says so on its console and by its lights, and nobody takes over anything.
import { setTimeout as delay } from 'node:timers/promises'
import { BOARDS } from '../../../board/virtual/names.js'
import { nowMs } from '../../../board/virtual/time.js'
import type { Led, PatternName } from '../../../src/core/panel-table.js'
import { type Card, readFat, writeFat } from '../card.js'
import { fillState, wreckState } from '../card-damage.js'
import type { RigContext, Scenario } from '../scenario.js'

const BOOT_S = 900
const LIGHTS_S = 300
/** For so long nothing may happen. */
const QUIET_MS = 180_000

/** What the lights of a board say whose daemon must not run (`stopped` of the panel's table). */
const STOPPED: Readonly<Record<Led, PatternName>> = { active: 'triple', peer: 'triple', sync: 'dark', fault: 'fast' }

const shows = (
  lights: Readonly<Record<Led, PatternName | null>>,
  wanted: Readonly<Record<Led, PatternName>>
): boolean => (Object.keys(wanted) as Led[]).every(led => lights[led] === wanted[led])

const picture = (lights: Readonly<Record<Led, PatternName | null>>): string =>
  Object.entries(lights)
    .map(([led, pattern]) => `${led} ${pattern ?? '?'}`)
    .join(', ')

/** Neither board cuts the other, and board b, whose card it is, never gets the disk. */
const staysQuiet = async ({ world, expect, row }: RigContext): Promise<void> => {
  const endAt = nowMs() + QUIET_MS
  while (nowMs() < endAt) {
    if (world.broken !== null) throw new Error(`the rig is broken: ${world.broken}`)
    for (const board of BOARDS) {
      expect(!world.harness.relay(board), `board ${board} drives no relay`)
      expect(world.harness.supplies[board].rail, `board ${board} has power`)
    }
    expect(world.usb.at !== 'b', 'the disk does not go to board b')
    await delay(200)
  }
  row('no relay driven, no disk moved to b, for', `${QUIET_MS / 1000} s`)
}

/** `message`: what the console of b says. `partition`: what is to be read on the card's first partition afterwards; null = nothing. */
const faultOfB =
  (message: RegExp, partition: RegExp | null) =>
  async (context: RigContext): Promise<void> => {
    const { boards, world, waitFor, row, expect } = context
    const since = nowMs()
    for (const board of BOARDS) boards[board].restorePower()
    const said = await waitFor(
      'the console of b to say what is wrong',
      () => message.exec(world.consoles.b.said()),
      BOOT_S
    )
    row('the console of b says', `"${said[0].trim()}" after ${((nowMs() - since) / 1000).toFixed(0)} s`)
    let lights = boards.b.lights()
    await waitFor(
      'the lights of b to say that its daemon does not run',
      () => {
        lights = boards.b.lights()
        if (!shows(lights, STOPPED)) throw new Error(`they show: ${picture(lights)}`)
        return true
      },
      LIGHTS_S,
      1000
    )
    row('the lights of b, read at its GPIO', picture(lights))
    const status = await waitFor('the daemon of board a to answer', () => boards.a.status(), BOOT_S, 5000)
    await staysQuiet(context)
    row('board a would say', status.core.ifPeerDied)
    boards.b.pullPower()
    await world.harness.supplies.b.idle()
    if (partition === null) return
    const text = await readFat(world.cards.b, 'baton-errors.txt')
    expect(
      partition.test(text),
      `the first partition of b says why (${partition.source}); it says: ${text.slice(0, 400)}`
    )
    row(
      'baton-errors.txt on the card of b',
      text
        .split('\n')
        .find(line => partition.test(line))
        ?.trim() ?? ''
    )
  }

const misspell = async (card: Card, dir: string): Promise<void> => {
  const text = await readFat(card, 'baton.yaml')
  await writeFat(card, dir, [{ path: 'baton.yaml', text: text.replace('restoreAfterMs', 'restoreAfterMss') }])
}

export const cardFaultScenarios: readonly Scenario[] = [
  {
    name: 'bad-config',
    title: 'a board with a wrong configuration says so on console, lights and card, and nobody takes over',
    change: async (board, card, dir) => (board === 'b' ? misspell(card, dir) : undefined),
    run: faultOfB(/baton: .*restoreAfterMss.*/, /restoreAfterMss/)
  },
  {
    name: 'state-full',
    title: 'a board whose state partition is full says so, and nobody takes over',
    change: async (board, card, dir) => {
      if (board === 'b') await fillState(card, dir)
    },
    run: faultOfB(/baton: .*(is full|cannot be stored).*/, /is full|cannot be stored/)
  },
  {
    name: 'state-corrupt',
    title: 'a board whose state partition cannot be read says so, makes up no record, and nobody takes over',
    change: async (board, card) => {
      if (board === 'b') await wreckState(card)
    },
    run: faultOfB(/baton: The card's state cannot be read.*/, /state cannot be read/)
  }
]
