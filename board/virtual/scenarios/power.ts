// Scenarios: a board loses its power, both lose it, one comes back alone.
import { defineScenarios } from '../scenario.js'

export const powerScenarios = defineScenarios([
  {
    name: 'power-cut-active',
    title:
      'the standby takes over when the active board loses power, and the pair returns to normal with the repaired board',
    run: async ({ boards, mark, serving, normal }) => {
      mark()
      boards.a.pullPower()
      await serving('b')
      boards.a.restorePower()
      await normal('b', 20_000)
    }
  },
  {
    name: 'power-cut-twice',
    title: 'each board takes over from the other in turn when it loses its power',
    run: async ({ boards, mark, serving, normal }) => {
      mark()
      boards.a.pullPower()
      await serving('b')
      boards.a.restorePower()
      await normal('b', 20_000)
      boards.b.pullPower()
      await serving('a')
      boards.b.restorePower()
      await normal('a', 20_000)
    }
  },
  {
    name: 'power-cut-standby',
    title: 'the service goes on without a pause when the standby loses its power',
    run: async ({ boards, client, expect, mark, normal, waitFor }) => {
      const at = mark()
      const pid = boards.a.servicePid()
      boards.b.pullPower()
      await waitFor('a is alone', async () => (await boards.a.status())?.core.pair === 'fallback')
      boards.b.restorePower()
      await normal('a', 20_000)
      expect(boards.a.servicePid() === pid, 'the service kept running')
      expect(client.longestGapMs(at) < 1000, 'the client saw no pause')
    }
  },
  {
    name: 'both-off-both-on',
    title: 'when both boards lose power and return together, the last holder serves again and nothing is held twice',
    run: async ({ boards, mark, serving, normal, world }) => {
      boards.a.pullPower()
      await serving('b')
      boards.a.restorePower()
      await normal('b', 20_000)
      mark()
      for (const board of [boards.a, boards.b]) board.pullPower()
      await Promise.all([world.wires.supplies.a.idle(), world.wires.supplies.b.idle()])
      for (const board of [boards.a, boards.b]) board.restorePower()
      await serving('b', 20_000)
      await normal('b', 20_000)
    }
  },
  {
    name: 'one-alone',
    title: 'a board that returns alone sees that its peer has no power, holds it off and serves',
    run: async ({ boards, mark, serving, normal, world, expect }) => {
      mark()
      for (const board of [boards.a, boards.b]) board.pullPower()
      await Promise.all([world.wires.supplies.a.idle(), world.wires.supplies.b.idle()])
      boards.b.restorePower()
      await serving('b', 20_000)
      expect(world.powers.a.pid === null, 'a stayed off')
      boards.a.restorePower()
      await normal('b', 25_000)
    }
  }
])
