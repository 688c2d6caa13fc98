// Scenarios: the active board stands still with its power on (SIGSTOP of everything on it), and wakes at the worst moments.
import { type Context, defineScenarios } from '../scenario.js'

/** The hung board's own watchdog stays out of the way. */
const patient = { config: { watchdog: { timeoutMs: 15_000 } } }

/** Whatever happened: exactly one of them serves in the end, and the client is answered. */
const oneServes = async ({ client, waitFor, normalAnyhow }: Context): Promise<void> => {
  const board = await normalAnyhow(30_000)
  await waitFor(`the client is answered by ${board}`, () => client.last?.[2] === board && client.sinceMs < 500)
}

export const hangScenarios = defineScenarios([
  {
    name: 'hang-active',
    title: 'an active board that hangs with its power on is cut off, taken over from, and returns as standby',
    options: patient,
    run: async ({ boards, mark, serving, normal }) => {
      mark()
      boards.a.hang()
      await serving('b')
      await normal('b', 20_000)
    }
  },
  {
    name: 'hang-resumed-early',
    title: 'an active board that stood still for less than the dead time goes on, and nobody takes over',
    options: patient,
    run: async context => {
      const { boards, mark, waitFor, normal, world, expect } = context
      mark()
      const pid = world.powers.a.pid
      boards.a.hang()
      await waitFor('b has not heard a for 350 ms', async () => ((await boards.b.status())?.core.peer.ageMs ?? 0) > 350)
      boards.a.resume()
      await oneServes(context)
      await normal('a', 20_000)
      expect(world.powers.a.pid === pid, 'a was not cut')
    }
  },
  {
    name: 'hang-resumed-at-the-fence',
    title: 'an active board that wakes at the moment in which the relay fires is not served twice',
    options: { ...patient, times: { relayActMs: 40 } },
    run: async context => {
      const { boards, mark, waitFor, world } = context
      mark()
      boards.a.hang()
      await waitFor('b drives its relay', () => world.wires.levels('b').relay, 5000)
      boards.a.resume()
      await oneServes(context)
    }
  },
  {
    name: 'hang-resumed-before-the-fence',
    title: 'an active board that wakes just before its peer would fire leaves one holder, whoever that is',
    options: patient,
    run: async context => {
      const { boards, mark, waitFor } = context
      mark()
      boards.a.hang()
      await waitFor('b has not heard a for 940 ms', async () => ((await boards.b.status())?.core.peer.ageMs ?? 0) > 940)
      boards.a.resume()
      await oneServes(context)
    }
  },
  {
    name: 'hang-standby',
    title: 'a standby that hangs costs the service nothing',
    options: patient,
    run: async ({ boards, client, expect, mark, normal, waitFor }) => {
      const at = mark()
      boards.b.hang()
      await waitFor('a is alone', async () => (await boards.a.status())?.core.pair === 'fallback')
      boards.b.resume()
      await normal('a', 25_000)
      expect(client.longestGapMs(at) < 1000, 'the client saw no pause')
    }
  },
  {
    name: 'watchdog-resets-a-hung-board',
    title: 'a hung board whose peer may not fence it is reset by its own watchdog and serves again',
    proved: false,
    run: async ({ boards, mark, serving, world, waitFor }) => {
      const at = mark()
      const pid = world.powers.a.pid
      boards.a.hang()
      await waitFor('a was reset', () => world.powers.a.pid !== null && world.powers.a.pid !== pid, 10_000)
      await serving('a', 20_000, at)
    }
  }
])
