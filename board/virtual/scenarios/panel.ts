// Scenarios: the lights of the front panel as files show them, and the button as a finger presses it.
import { setTimeout as delay } from 'node:timers/promises'
import { type PanelView, panelOf, type Whole } from '../../../src/core/panel-table.js'
import type { BoardId } from '../../../src/core/types.js'
import { GROUP } from '../names.js'
import { picture, sees, stillMs, watchLights } from '../panel-eye.js'
import { type Context, defineScenarios } from '../scenario.js'
import { nowMs } from '../time.js'

/** A hung board is not reset while somebody looks at it. */
const patient = { watchdog: { timeoutMs: 15_000 } }
/** A board that was cut gets its power back by the operator only. */
const byHand = { ...patient, fence: { restoreAfterMs: 0 } }
/** Recognised as dead: nothing has changed for this long. */
const DEAD_MS = 3000

type Lights = Omit<PanelView, 'whole'>
const WELL = { sync: 'none', fault: 'none' } as const
const SERVES: Lights = { active: 'serving', peer: 'well', ...WELL }
const STANDS_BY: Lights = { active: 'standby', peer: 'well', ...WELL }

const shows = async (context: Context, board: BoardId, view: Lights | Whole, deadlineMs = 10_000): Promise<void> => {
  const whole = typeof view === 'string' ? view : null
  const panel = panelOf(typeof view === 'string' ? { ...SERVES, whole } : { ...view, whole })
  const words = whole ?? JSON.stringify(view)
  const since = nowMs()
  const seen = await watchLights(context.world, board, sights => sees(sights, panel) || nowMs() - since > deadlineMs)
  context.expect(sees(seen, panel), `the lights of ${board} show ${words}; seen last: ${picture(seen)}`)
  context.say(`the lights of ${board} show ${words} (after ${Math.round(nowMs() - since)} ms)`)
}

const standsStill = async (context: Context, board: BoardId): Promise<void> => {
  const since = nowMs()
  const seen = await watchLights(
    context.world,
    board,
    sights => stillMs(sights) >= DEAD_MS - 50 || nowMs() - since > 2 * DEAD_MS
  )
  const tookMs = Math.round(nowMs() - since)
  context.expect(tookMs < DEAD_MS + 300, `the lights of ${board} stand still at once; it took ${tookMs} ms to see it`)
  context.say(`the lights of ${board} stand still for ${Math.round(stillMs(seen))} ms: its daemon is dead`)
}

/** Both boards obey a mode. */
const mode = async (context: Context, wanted: 'auto' | 'manual' | 'maintenance'): Promise<void> => {
  const answer = await context.boards.a.order({ order: 'mode', mode: wanted, forMs: 0 })
  context.expect(answer.ok, answer.text)
}

const takesNothing = (context: Context, board: BoardId, forMs: number): Promise<void> =>
  context.staysTrue(
    `${board} takes nothing and drives no relay`,
    () => {
      const { disk, services, addresses } = context.boards[board].holdings()
      return !disk && !services && !addresses && !context.world.wires.levels(board).relay
    },
    forMs
  )

const bounces = async ({ world }: Context, board: BoardId): Promise<void> => {
  for (let i = 0; i < 200; i++) {
    world.faults[board].buttonDown = i % 2 === 0
    world.wires.refresh()
    await delay(5 + (i % 7) * 3)
  }
  world.faults[board].buttonDown = false
  world.wires.refresh()
}

/** A board that stood still while the hand was on it obeys nothing (R9): on a busy machine the person tries again. */
const heldUntilObeyed = async (context: Context, board: BoardId, hand: () => Promise<void>): Promise<void> => {
  for (let tries = 0; tries < 5 && !context.reported(board, /^button-prove$/); tries++) {
    await hand()
    await delay(500)
  }
  context.expect(context.reported(board, /^button-prove$/), 'the log says that it was the button')
  await context.waitFor(`${board} proves`, () => context.reported(board, /^fence-proved$/), 30_000)
}

const showsStart = async (context: Context): Promise<void> => {
  const { boards } = context
  boards.b.holdDaemon()
  boards.a.restorePower()
  boards.b.restorePower()
  await shows(context, 'a', 'test')
  await shows(context, 'a', 'starting')
  boards.b.releaseDaemon()
  await context.normal('a', 20_000)
  await shows(context, 'a', { ...SERVES, fault: 'provable' })
  await shows(context, 'b', { ...STANDS_BY, fault: 'unproved' })
}

const showsDeath = async (context: Context): Promise<void> => {
  const { boards } = context
  await mode(context, 'maintenance')
  await shows(context, 'b', { ...STANDS_BY, active: 'safe', fault: 'unproved' })
  boards.b.signalDaemon('SIGSTOP')
  await standsStill(context, 'b')
  boards.b.signalDaemon('SIGCONT')
  await shows(context, 'b', { ...STANDS_BY, active: 'safe', fault: 'unproved' })
  boards.b.holdDaemon()
  boards.b.signalDaemon('SIGKILL')
  await standsStill(context, 'b')
  boards.b.releaseDaemon()
  await shows(context, 'b', 'test')
  await context.normal('a', 20_000)
  await mode(context, 'auto')
}

export const panelScenarios = defineScenarios([
  {
    name: 'panel-table',
    title: 'the GPIO files show the patterns of the panel table, and a dead daemon is seen within three seconds',
    options: { config: patient },
    proved: false,
    start: 'off',
    timeoutMs: 150_000,
    run: async context => {
      const { boards, expect, mark, normal } = context
      await showsStart(context)
      await showsDeath(context)
      const proof = await boards.a.order({ order: 'fenceProve' }, 30_000)
      expect(proof.ok, proof.text)
      await normal('a', 20_000)
      await shows(context, 'a', SERVES)
      mark()
      boards.b.pullPower()
      await shows(context, 'a', { ...SERVES, peer: 'gone', fault: 'urgent' })
      await boards.a.pressButton(300)
      await shows(context, 'a', { ...SERVES, peer: 'gone', fault: 'acknowledged' })
      boards.b.holdDaemon()
      boards.b.restorePower()
      await shows(context, 'a', { ...SERVES, peer: 'booting', fault: 'warning' })
      boards.b.releaseDaemon()
      await normal('a', 20_000)
      await shows(context, 'a', SERVES)
    }
  },
  {
    name: 'button',
    title: 'the button acknowledges, confirms and recovers when held for 3 to 8 s, and never otherwise',
    options: { config: byHand },
    proved: false,
    timeoutMs: 150_000,
    run: async context => {
      const { boards, expect, mark, normal, reported, serving, waitFor } = context
      const { a, b } = boards
      mark()
      a.hang()
      await waitFor('b offers nothing: it sees that a has power', async () => {
        const panel = (await b.status())?.core.panel
        return panel?.fault === 'urgent' && panel.offer === null
      })
      await b.pressButton(4000)
      await waitFor('b refuses', () => reported('b', /^button-refused$/))
      await takesNothing(context, 'b', 1000)
      a.resume()
      await normal('a', 20_000)
      a.pullPower()
      await waitFor('b offers to confirm', async () => (await b.status())?.core.panel.offer === 'confirm')
      await shows(context, 'b', { ...STANDS_BY, peer: 'gone', fault: 'offer' })
      await b.pressButton(300)
      await shows(context, 'b', { ...STANDS_BY, peer: 'gone', fault: 'acknowledged' })
      await b.pressButton(2000)
      await b.pressButton(9000)
      await bounces(context, 'b')
      const stuck = b.pressButton(16_500)
      await waitFor('b says that its button is stuck', () => reported('b', /^button-stuck$/), 20_000)
      await stuck
      await takesNothing(context, 'b', 1000)
      const held = b.pressButton(5500)
      await shows(context, 'b', 'armed')
      const since = mark()
      await held
      await serving('b', 15_000, since)
      expect(reported('b', /^button-confirm$/), 'the log says that it was the button')
      a.restorePower()
      await takesNothing(context, 'a', 500)
      await b.pressButton(4000)
      await normal('b', 25_000)
      expect(reported('b', /^button-recover$/), 'the log says that it was the button')
    }
  },
  {
    name: 'button-manual',
    title: 'in manual mode the button cuts a board that hangs, and only a second press takes over',
    options: { config: byHand },
    run: async context => {
      const { boards, expect, mark, normal, reported, serving, waitFor, world } = context
      await mode(context, 'manual')
      await waitFor('b is in manual mode', async () => (await boards.b.status())?.core.mode === 'manual')
      mark()
      boards.a.hang()
      await waitFor('b offers to cut', async () => (await boards.b.status())?.core.panel.offer === 'cut')
      await boards.b.pressButton(4000)
      await waitFor('a is cut', () => !world.wires.levels('b').sense)
      await waitFor('b offers to confirm', async () => (await boards.b.status())?.core.panel.offer === 'confirm')
      expect(!boards.b.holdings().disk, 'b has taken nothing yet')
      const since = mark()
      await boards.b.pressButton(4000)
      await serving('b', 15_000, since)
      expect(reported('b', /^button-cut$/) && reported('b', /^button-confirm$/), 'the log says so')
      await waitFor('b offers to recover', async () => (await boards.b.status())?.core.panel.offer === 'recover')
      await boards.b.pressButton(4000)
      await normal('b', 25_000)
    }
  },
  {
    name: 'button-prove',
    title: 'the button proves the fence of the board that serves, and does nothing on the board that stands by',
    options: { config: patient },
    proved: false,
    timeoutMs: 120_000,
    run: async context => {
      const { boards, expect, mark, normal, reported, serving, waitFor, world } = context
      const { a, b } = boards
      await shows(context, 'a', { ...SERVES, fault: 'provable' })
      await shows(context, 'b', { ...STANDS_BY, fault: 'unproved' })
      const { pid } = world.powers.a
      // Both at once: that of b is let go first, and must not cut the board that serves.
      const bothHands = async (): Promise<void> => void (await Promise.all([a.pressButton(5000), b.pressButton(4000)]))
      await heldUntilObeyed(context, 'a', bothHands)
      expect(reported('b', /^button-refused$/), 'b refused')
      expect(world.powers.a.pid === pid, 'a was not cut')
      await normal('a', 20_000)
      await shows(context, 'a', SERVES)
      await waitFor('a hands over', async () => (await a.order({ order: 'switchover', group: GROUP })).ok, 30_000)
      await normal('b', 20_000)
      await shows(context, 'b', { ...SERVES, fault: 'provable' })
      await heldUntilObeyed(context, 'b', () => b.pressButton(4000))
      await normal('b', 20_000)
      expect((await b.status())?.core.panel.offer === null, 'nothing more is offered')
      mark()
      b.pullPower()
      await serving('a')
      b.restorePower()
      await normal('a', 20_000)
    }
  }
])
