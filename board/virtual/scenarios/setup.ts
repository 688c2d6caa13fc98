// Scenarios: two new boards become a pair that is ready: paired, led, a blank disk prepared, the fence proved both ways.
import { existsSync, readFileSync } from 'node:fs'
import { type BoardId, otherBoard } from '../../../src/core/types.js'
import { BOARDS } from '../names.js'
import { keepLeads, type LeadKeeper, setUpAt } from '../new-pair.js'
import { becomesReady, begin, LONG_MS, marked, NEW, prove, withLeads, words } from '../pair-story.js'
import { type Context, defineScenarios } from '../scenario.js'

/** Each time a lead says something new it is killed, soon after. */
const killAtEachWord = (context: Context, leads: LeadKeeper) => {
  const heard = new Set<string>()
  let killed = 0
  const look = async (board: BoardId): Promise<void> => {
    const now = `${board} ${(await words(context, board)).slice(0, 40)}`
    if (now === `${board} ` || heard.has(now)) return
    heard.add(now)
    setTimeout(
      () => {
        if (leads.kill(board)) killed += 1
      },
      (killed * 61) % 400
    )
  }
  const timer = setInterval(() => BOARDS.forEach(board => void look(board)), 250)
  return {
    stop: (): number => {
      clearInterval(timer)
      return killed
    }
  }
}

export const setupScenarios = defineScenarios([
  {
    name: 'pair',
    title: 'two new boards and a blank disk become a pair that is ready, led by itself; a power cut is then survived',
    ...NEW,
    run: async context => {
      const { boards, mark, serving, waitFor } = context
      const leads = await begin(context)
      await withLeads(leads, context, async () => {
        const first = await prove(context)
        // The lead of the first one may still say for a moment that it asks.
        await prove(context, [otherBoard(first)])
        await becomesReady(context, leads)
        await waitFor('both boards tell it as an event', async () =>
          (await Promise.all(BOARDS.map(board => boards[board].events()))).every(events =>
            events.some(({ code, text }) => code === 'setup' && /ready/.test(text))
          )
        )
        const at = mark()
        boards.a.pullPower()
        await serving('b', 30_000, at)
        boards.a.restorePower()
        await context.normal('b', LONG_MS)
      })
    }
  },
  {
    name: 'pair-by-setup',
    title:
      'two persons type `baton setup` on two boards without key and record, say yes, and end with a pair that is ready',
    ...NEW,
    run: async context => {
      const { boards, mark, normal, waitFor, world } = context
      for (const board of BOARDS) {
        boards[board].holdDaemon()
        boards[board].restorePower()
      }
      await waitFor('both boards are on', () => BOARDS.every(board => world.powers[board].pid !== null))
      // As the unit, that starts nothing before the record is there.
      const start = async (board: BoardId): Promise<void> => {
        await waitFor(`${board} has a record`, () => existsSync(world.names.of(board, 'state/state.json')), LONG_MS)
        boards[board].releaseDaemon()
      }
      // The unit is there, too: whoever comes second on a board watches, and asks.
      const leads = keepLeads(world)
      await withLeads(leads, context, async () => {
        const typed = await Promise.all(BOARDS.flatMap(board => [setUpAt(context, board), start(board).then(() => 0)]))
        context.say(`setup was typed ${typed.join(' + ')} times`)
        // The unit may have come first on a board, and takes its mark away a look after the person was told.
        await waitFor('no board is marked any more', () => BOARDS.every(board => !marked(world, board)), LONG_MS)
      })
      await normal('a', LONG_MS)
      const at = mark()
      boards.a.pullPower()
      await context.serving('b', 30_000, at)
    }
  },
  {
    name: 'pair-lead-killed',
    title: 'a set-up whose leads are killed at each of their words, and whose boards lose power, comes to the same end',
    ...NEW,
    run: async context => {
      const { boards, expect, world } = context
      const leads = await begin(context)
      await withLeads(leads, context, async () => {
        const killer = killAtEachWord(context, leads)
        const first = await prove(context)
        const record = world.names.of(first, 'state/state.json')
        await context.waitFor('the proof is durable', () => /"proof": ?\{/.test(readFileSync(record, 'utf8')))
        for (const board of BOARDS) boards[board].pullPower()
        await context.waitFor('both boards are off', () => BOARDS.every(board => world.powers[board].pid === null))
        for (const board of BOARDS) boards[board].restorePower()
        // The lead of the first one may still say for a moment that it asks.
        await prove(context, [otherBoard(first)])
        const killed = killer.stop()
        expect(killed >= 4, `leads were killed: ${killed}`)
        await becomesReady(context, leads)
      })
    }
  }
])
