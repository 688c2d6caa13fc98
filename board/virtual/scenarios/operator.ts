// Scenarios: what people order. Switchovers, modes, confirmations, the proof of the fence.
import { GROUP } from '../names.js'
import { type Context, defineScenarios } from '../scenario.js'

const bTakesNothing = (context: Context, forMs: number): Promise<void> =>
  context.staysTrue(
    'b takes nothing',
    () => {
      const { disk, services, addresses } = context.boards.b.holdings()
      return !disk && !services && !addresses
    },
    forMs
  )

export const operatorScenarios = defineScenarios([
  {
    name: 'switchover-20-times',
    title: 'the group goes there and back twenty times by order, and nothing is lost',
    timeoutMs: 180_000,
    run: async ({ boards, mark, serving, waitFor, expect, say }) => {
      mark()
      for (let round = 1; round <= 20; round += 1) {
        for (const [from, to] of [
          ['a', 'b'],
          ['b', 'a']
        ] as const) {
          const answer = await boards[from].order({ order: 'switchover', group: GROUP })
          expect(answer.ok, `switchover ${round} from ${from} to ${to}: ${answer.text}`)
          await serving(to)
          await waitFor(`${from} stands by`, async () => (await boards[from].group())?.role === 'standby')
        }
        say(`there and back: ${round}`)
      }
    }
  },
  {
    name: 'switchover-asked-at-the-standby',
    title: 'a switchover may be ordered at the standby as well',
    run: async ({ boards, mark, serving, normal, expect }) => {
      mark()
      const answer = await boards.b.order({ order: 'switchover', group: GROUP })
      expect(answer.ok, answer.text)
      await serving('b')
      await normal('b')
    }
  },
  {
    name: 'shutdown-standby',
    title: 'a standby that is shut down in order is left alone: it keeps its power, and nobody starts it again',
    run: async ({ boards, mark, serving, expect, staysTrue, waitFor, world }) => {
      await serving('a')
      mark()
      const { pid } = world.powers.b
      const answer = await boards.b.order({ order: 'leave' })
      expect(answer.ok, answer.text)
      await waitFor('a knows that b left', async () =>
        ((await boards.a.status())?.core.warnings ?? []).some(words => /shut down in order/.test(words))
      )
      await staysTrue(
        'b keeps its power, and no daemon runs there',
        () => world.powers.b.pid === pid && boards.b.daemonPid() === null,
        6000
      )
      await serving('a')
      boards.b.pullPower()
      await waitFor('b is off', () => !world.wires.levels('b').rail)
      boards.b.restorePower()
      await waitFor('b stands by again', async () => (await boards.b.group())?.role === 'standby', 25_000)
    }
  },
  {
    name: 'manual-without-confirmation',
    title: 'in manual mode a power cut moves nothing until somebody says so; the board that returns serves again',
    run: async context => {
      const { boards, mark, serving, expect, waitFor } = context
      const answer = await boards.a.order({ order: 'mode', mode: 'manual', forMs: 0 })
      expect(answer.ok, answer.text)
      await waitFor('b is in manual mode', async () => (await boards.b.status())?.core.mode === 'manual')
      mark()
      boards.a.pullPower()
      await bTakesNothing(context, 4000)
      boards.a.restorePower()
      await serving('a', 20_000)
    }
  },
  {
    name: 'manual-with-confirmation',
    title: 'in manual mode the standby takes over when the operator confirms that the peer is off',
    run: async context => {
      const { boards, mark, serving, expect, waitFor, normal } = context
      const answer = await boards.a.order({ order: 'mode', mode: 'manual', forMs: 0 })
      expect(answer.ok, answer.text)
      await waitFor('b is in manual mode', async () => (await boards.b.status())?.core.mode === 'manual')
      mark()
      boards.a.pullPower()
      await bTakesNothing(context, 1500)
      const confirmed = await boards.b.order({ order: 'confirm' })
      expect(confirmed.ok, confirmed.text)
      await serving('b')
      boards.a.restorePower()
      await boards.b.order({ order: 'fenceOn' })
      await normal('b', 25_000)
    }
  },
  {
    name: 'confirmation-refused',
    title: 'a confirmation that the peer is off is refused while the peer is heard, and while its power is seen',
    options: { config: { watchdog: { timeoutMs: 15_000 } } },
    proved: false,
    run: async context => {
      const { boards, mark, expect, waitFor, serving } = context
      const at = mark()
      const heard = await boards.b.order({ order: 'confirm' })
      expect(!heard.ok, `refused: ${heard.text}`)
      boards.a.hang()
      await waitFor('b does not hear a', async () => (await boards.b.status())?.core.peer.heard === false)
      await waitFor(
        'b has not heard a for a second',
        async () => ((await boards.b.status())?.core.peer.ageMs ?? 0) > 1000
      )
      const powered = await boards.b.order({ order: 'confirm' })
      expect(!powered.ok, `refused: ${powered.text}`)
      await bTakesNothing(context, 500)
      boards.a.resume()
      await serving('a', 15_000, at)
    }
  },
  {
    name: 'unproved-fence',
    title: 'without a proved fence a power cut is not taken over by itself',
    proved: false,
    run: async context => {
      const { boards, mark, serving } = context
      mark()
      boards.a.pullPower()
      await bTakesNothing(context, 4000)
      boards.a.restorePower()
      await serving('a', 20_000)
    }
  },
  {
    name: 'prove-the-fence',
    title: 'the fence is proved for real in both directions, and then a power cut is taken over',
    proved: false,
    timeoutMs: 90_000,
    run: async ({ boards, mark, serving, normal, expect, waitFor }) => {
      const first = await boards.a.order({ order: 'fenceProve' }, 30_000)
      expect(first.ok, first.text)
      await normal('a', 20_000)
      const move = await boards.a.order({ order: 'switchover', group: GROUP })
      expect(move.ok, move.text)
      await normal('b', 20_000)
      const second = await boards.b.order({ order: 'fenceProve' }, 30_000)
      expect(second.ok, second.text)
      await normal('b', 20_000)
      await waitFor(
        'a knows that b has proved its fence',
        async () => (await boards.a.status())?.core.peer.proved === true
      )
      mark()
      boards.b.pullPower()
      await serving('a')
      boards.b.restorePower()
      await normal('a', 20_000)
    }
  },
  {
    name: 'maintenance',
    title: 'in maintenance nobody is cut and nothing moves, whatever falls silent',
    run: async context => {
      const { boards, mark, serving, expect, waitFor, world } = context
      const answer = await boards.a.order({ order: 'mode', mode: 'maintenance', forMs: 0 })
      expect(answer.ok, answer.text)
      await waitFor('b is in maintenance', async () => (await boards.b.status())?.core.mode === 'maintenance')
      mark()
      const pid = world.powers.a.pid
      boards.a.holdDaemon()
      boards.a.signalDaemon('SIGTERM')
      await bTakesNothing(context, 2500)
      boards.a.releaseDaemon()
      await serving('a', 20_000)
      expect(world.powers.a.pid === pid, 'a was not cut')
    }
  }
])
