// Scenarios: cables between the boards are cut, lose one direction, or carry noise and old tokens.
import { type Context, defineScenarios } from '../scenario.js'

const linkState = async ({ boards }: Context, board: 'a' | 'b', link: 'serial' | 'ethernet'): Promise<string> =>
  (await boards[board].status())?.core.peer.links[link].state ?? 'unknown'

const serial = async ({ world }: Context, on: boolean): Promise<void> => {
  await Promise.all([world.cables.serialCarries('a', on), world.cables.serialCarries('b', on)])
}

/** Roles and boots stay as they are for a while, and the client does not notice. */
const nothingMoves = async (context: Context, at: number, forMs: number): Promise<void> => {
  const { boards, world, client, staysTrue, expect } = context
  const pids = [world.powers.a.pid, world.powers.b.pid]
  await staysTrue(
    'a serves, b holds nothing, nobody is cut',
    () => {
      const b = boards.b.holdings()
      const still = world.powers.a.pid === pids[0] && world.powers.b.pid === pids[1]
      return still && boards.a.holdings().services && !b.disk && !b.services
    },
    forMs
  )
  expect(client.longestGapMs(at) < 1000, 'the client saw no pause')
}

export const linkScenarios = defineScenarios([
  {
    name: 'serial-cut',
    title: 'with the serial cable cut and Ethernet alive nothing moves, and both boards say that the link is gone',
    run: async context => {
      const at = context.mark()
      await serial(context, false)
      await context.waitFor('both say so', async () => {
        const states = await Promise.all([linkState(context, 'a', 'serial'), linkState(context, 'b', 'serial')])
        return states.every(state => state === 'silent')
      })
      await nothingMoves(context, at, 2000)
      await serial(context, true)
      await context.normal('a')
    }
  },
  {
    name: 'ethernet-cut',
    title: 'with Ethernet between the boards cut and the serial cable alive nothing moves',
    run: async context => {
      const at = context.mark()
      await context.world.cables.ethernetBetween(false)
      await context.waitFor('a says so', async () => (await linkState(context, 'a', 'ethernet')) === 'silent')
      await nothingMoves(context, at, 2000)
      await context.world.cables.ethernetBetween(true)
      await context.normal('a')
    }
  },
  {
    name: 'ethernet-of-the-active-pulled',
    title:
      "when the active board's Ethernet cable is pulled the group moves over the serial link to the board with a LAN",
    run: async ({ mark, world, serving, normal }) => {
      mark()
      await world.cables.ethernetPlugged('a', false)
      await serving('b', 20_000)
      await world.cables.ethernetPlugged('a', true)
      await normal('b', 20_000)
    }
  },
  {
    name: 'ethernet-of-the-standby-pulled',
    title: "when the standby's Ethernet cable is pulled nothing moves",
    run: async context => {
      const at = context.mark()
      await context.world.cables.ethernetPlugged('b', false)
      await context.waitFor('a says so', async () => (await linkState(context, 'a', 'ethernet')) === 'silent')
      await nothingMoves(context, at, 2000)
      await context.world.cables.ethernetPlugged('b', true)
      await context.normal('a')
    }
  },
  {
    name: 'both-cut',
    title:
      'with both links cut one board stays alone; the other gets its power back once, is then left off, and never fires back',
    timeoutMs: 90_000,
    run: async context => {
      const { boards, mark, world, client, expect, waitFor, staysTrue, normal, reported } = context
      const at = mark()
      const pid = world.powers.a.pid
      await Promise.all([serial(context, false), world.cables.ethernetBetween(false)])
      await waitFor('b is cut', () => !world.wires.levels('b').rail)
      await waitFor('b gets its power back', () => world.wires.levels('b').rail)
      await waitFor(
        'b is cut again and left off',
        () => !world.wires.levels('b').rail && reported('a', /peer-left-off/),
        20_000
      )
      await staysTrue(
        'a serves and b stays off',
        () => !world.wires.levels('b').rail && boards.a.holdings().services,
        4000
      )
      expect(world.powers.a.pid === pid, 'a was never cut')
      expect(client.longestGapMs(at) < 1000, 'the client saw no pause')
      await Promise.all([serial(context, true), world.cables.ethernetBetween(true)])
      const answer = await boards.a.order({ order: 'fenceOn' })
      expect(answer.ok, `fence on is done (${answer.text})`)
      await normal('a', 25_000)
    }
  },
  {
    name: 'both-cut-and-the-active-without-lan',
    title: 'with both links cut and the LAN of the active board dead the fit standby takes over',
    timeoutMs: 90_000,
    run: async context => {
      const { mark, world, serving, normal } = context
      mark()
      await Promise.all([serial(context, false), world.cables.ethernetPlugged('a', false)])
      await serving('b', 20_000)
      await Promise.all([serial(context, true), world.cables.ethernetPlugged('a', true)])
      await normal('b', 30_000)
    }
  },
  {
    name: 'one-way-link',
    title: 'a serial link that carries one direction only counts as cut, and nothing moves',
    run: async context => {
      const at = context.mark()
      await context.world.cables.serialCarries('b', false)
      await context.waitFor('b says one-way', async () => (await linkState(context, 'b', 'serial')) === 'one-way')
      await nothingMoves(context, at, 2000)
      await context.world.cables.serialCarries('b', true)
      await context.normal('a')
    }
  },
  {
    name: 'one-way-links',
    title:
      'with both links carrying one direction only there is one holder at any time, and the pair returns to normal',
    timeoutMs: 90_000,
    run: async context => {
      const { mark, world, boards, staysTrue, client, waitFor } = context
      mark()
      await Promise.all([world.cables.serialCarries('b', false), world.cables.ethernetHears('a', false)])
      await staysTrue(
        'one board at most holds the disk',
        () => !(boards.a.holdings().disk && boards.b.holdings().disk),
        4000
      )
      await Promise.all([world.cables.serialCarries('b', true), world.cables.ethernetHears('a', true)])
      await waitFor('the client is answered', () => client.sinceMs < 200, 20_000)
      if (!world.wires.levels('b').rail) await boards.a.order({ order: 'fenceOn' })
      await context.normal(client.last?.[2] === 'b' ? 'b' : 'a', 30_000)
    }
  },
  {
    name: 'noise-and-old-tokens',
    title: 'a megabyte of noise and recorded old tokens on both links moves nothing',
    run: async context => {
      const at = context.mark()
      const { cables } = context.world
      for (const board of ['a', 'b'] as const) {
        await cables.serialNoise(board, 1_000_000)
        await cables.ethernetNoise(board, 8000)
      }
      await nothingMoves(context, at, 5000)
      for (const board of ['a', 'b'] as const) {
        await cables.serialReplay(board, 300_000)
        await cables.ethernetReplay(board, 3000)
      }
      await nothingMoves(context, at, 3000)
      const counted = await context.boards.a.status()
      context.expect((counted?.codecs.serial?.garbage ?? 0) > 0, 'a counted the noise on its serial link')
      context.expect((counted?.codecs.ethernet?.garbage ?? 0) > 0, 'a counted the noise on its Ethernet link')
      await context.normal('a', 20_000)
    }
  },
  {
    name: 'old-tokens-after-a-cut',
    title: 'recorded tokens of a dead board, played back on both links, keep nobody from taking over',
    run: async ({ boards, mark, serving, world, normal }) => {
      mark()
      boards.a.pullPower()
      await world.cables.serialReplay('b', 20_000)
      await world.cables.ethernetReplay('b', 200)
      await serving('b')
      boards.a.restorePower()
      await normal('b', 20_000)
    }
  }
])
