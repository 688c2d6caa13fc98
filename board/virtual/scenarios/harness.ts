// Scenarios: relay, sense wire and harness lie or fail. Nothing may be taken that is not proved free.
import { type Context, defineScenarios } from '../scenario.js'

const patient = { config: { watchdog: { timeoutMs: 15_000 } } }

const bTakesNothing = (context: Context, forMs: number): Promise<void> =>
  context.staysTrue(
    'b takes nothing',
    () => {
      const { disk, services, addresses } = context.boards.b.holdings()
      return !disk && !services && !addresses
    },
    forMs
  )

/** a hangs while its power cannot be cut; then it wakes. */
const cutFails = async (context: Context, breakIt: () => void): Promise<void> => {
  const { boards, mark, world, waitFor, expect, serving, reported } = context
  const pid = world.powers.a.pid
  const at = mark()
  breakIt()
  boards.a.hang()
  await waitFor('b drives its relay', () => world.wires.levels('b').relay, 5000)
  await waitFor('b gives up and releases its relay', () => !world.wires.levels('b').relay, 5000)
  await waitFor('b raised the alarm', () => reported('b', /^fencing-failed$/))
  await bTakesNothing(context, 1500)
  boards.a.resume()
  await serving('a', 15_000, at + 1)
  expect(world.powers.a.pid === pid, 'a was never cut')
}

export const harnessScenarios = defineScenarios([
  {
    name: 'sense-pulled',
    title: 'a sense wire that is pulled while tokens come drives no relay, raises an alarm, and moves nothing',
    run: async context => {
      const { boards, mark, world, waitFor, client, expect, staysTrue } = context
      const at = mark()
      const pid = world.powers.a.pid
      world.faults.b.sense = 'pulled'
      world.wires.refresh()
      await waitFor(
        'b distrusts its sense line',
        async () => (await boards.b.status())?.core.fence.senseTrusted === false
      )
      await staysTrue('b drives no relay', () => !world.wires.levels('b').relay && world.powers.a.pid === pid, 2000)
      await bTakesNothing(context, 100)
      expect(client.longestGapMs(at) < 1000, 'the client saw no pause')
      expect((await boards.b.status())?.core.fence.proved === null, 'the proof of the fence is void')
    }
  },
  {
    name: 'sense-pulled-then-cut',
    title: 'a board whose sense line is distrusted takes nothing by itself when its peer loses its power',
    run: async context => {
      const { boards, mark, world, waitFor, serving } = context
      world.faults.b.sense = 'pulled'
      world.wires.refresh()
      await waitFor(
        'b distrusts its sense line',
        async () => (await boards.b.status())?.core.fence.senseTrusted === false
      )
      mark()
      boards.a.pullPower()
      await bTakesNothing(context, 4000)
      boards.a.restorePower()
      await serving('a', 20_000)
    }
  },
  {
    name: 'harness-pulled',
    title: 'with both harnesses pulled and then both links cut nothing is taken',
    run: async context => {
      const { boards, mark, world, client, expect, normal } = context
      const at = mark()
      world.faults.a.harness = false
      world.faults.b.harness = false
      world.wires.refresh()
      await context.waitFor('b sees it', async () => (await boards.b.status())?.core.fence.loop === false)
      await Promise.all([
        world.cables.serialCarries('a', false),
        world.cables.serialCarries('b', false),
        world.cables.ethernetBetween(false)
      ])
      await bTakesNothing(context, 6000)
      expect(client.longestGapMs(at) < 1000, 'the client saw no pause')
      await Promise.all([
        world.cables.serialCarries('a', true),
        world.cables.serialCarries('b', true),
        world.cables.ethernetBetween(true)
      ])
      await context.waitFor('b hears a', async () => (await boards.b.status())?.core.peer.heard === true)
      world.faults.a.harness = true
      world.faults.b.harness = true
      world.wires.refresh()
      await normal('a', 20_000)
    }
  },
  {
    name: 'harness-pulled-at-once-with-the-links',
    title:
      "the standby's harness and both links pulled in one moment look like a dead peer, and still nothing is taken",
    run: async context => {
      const { mark, world } = context
      mark()
      world.faults.a.harness = false
      world.faults.b.harness = false
      world.wires.refresh()
      await Promise.all([
        world.cables.serialCarries('a', false),
        world.cables.serialCarries('b', false),
        world.cables.ethernetBetween(false)
      ])
      await bTakesNothing(context, 6000)
    }
  },
  {
    name: 'relay-stuck',
    title: 'a relay whose contact does not open proves nothing: it is released, the alarm is raised, nothing is taken',
    options: patient,
    run: context =>
      cutFails(context, () => {
        context.world.faults.b.relay = 'stuck-released'
      })
  },
  {
    name: 'relay-late',
    title: 'fencing that is not confirmed by its deadline is given up, and nothing is taken',
    options: patient,
    run: context =>
      cutFails(context, () => {
        context.world.faults.b.relayLateMs = 3000
      })
  },
  {
    name: 'sense-stuck-on',
    title: 'a sense line that is stuck on vetoes the takeover',
    run: async context => {
      const { boards, mark, world, waitFor, reported, serving } = context
      mark()
      world.faults.b.sense = 'stuck-on'
      world.wires.refresh()
      boards.a.pullPower()
      await waitFor('b raised the alarm', () => reported('b', /^fencing-failed$/), 8000)
      await bTakesNothing(context, 1500)
      boards.a.restorePower()
      await serving('a', 20_000)
    }
  }
])
