// Scenarios: two new boards become a pair that is ready: paired, led, a blank disk prepared, the fence proved both ways.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { BoardId } from '../../../src/core/types.js'
import { BOARDS } from '../names.js'
import {
  atTerminal,
  blankDisk,
  keepLeads,
  type LeadKeeper,
  pairBoards,
  runOn,
  setUpAt,
  takeOutOfTheBox
} from '../new-pair.js'
import { type Context, defineScenarios, type Scenario } from '../scenario.js'
import { run } from '../shell.js'
import type { World } from '../world.js'

/** A busy machine takes its time to kill a board and to start three programs on it. */
const PATIENT = {
  config: {
    token: { deadMs: 3000, stallMs: 1000, latenessMs: 500, answerMs: 8000 },
    fence: { holdUpMs: 500, holdMs: 2500, headStartMs: 3000, deadlineMs: 8000 },
    startup: { bootMs: 20_000, listenMs: 25_000 },
    watchdog: { timeoutMs: 15_000 }
  }
}
const LONG_MS = 120_000
const NEW: Pick<Scenario, 'options' | 'start' | 'timeoutMs' | 'prepare'> = {
  options: PATIENT,
  start: 'off',
  timeoutMs: 400_000,
  prepare: async world => {
    takeOutOfTheBox(world)
    await blankDisk(world)
  }
}
const marked = (world: World, board: BoardId): boolean => existsSync(world.names.of(board, 'state/setup'))
const words = async ({ boards }: Context, board: BoardId): Promise<string> =>
  (await boards[board].status())?.setup?.words ?? ''

/** Power on, pair at both consoles, and have the units lead. */
const begin = async (context: Context, led: readonly BoardId[] = BOARDS): Promise<LeadKeeper> => {
  const { boards, world } = context
  for (const board of BOARDS) {
    boards[board].holdDaemon()
    boards[board].restorePower()
  }
  await context.waitFor('both boards are on', () => BOARDS.every(board => world.powers[board].pid !== null))
  await pairBoards(context)
  return keepLeads(world, led)
}

/** Wait until the lead asks for a board's proof, and give that board's person's consent at its console. */
const prove = async (context: Context): Promise<BoardId> => {
  const asks = async (board: BoardId): Promise<BoardId | null> =>
    new RegExp(`board ${board} is to cut`).test(await words(context, board)) ? board : null
  const board = await context.waitFor(
    'a board asks for its proof',
    async () => (await asks('a')) ?? (await asks('b')),
    LONG_MS
  )
  const { ok, text } = await context.boards[board].order({ order: 'fenceProve' }, LONG_MS)
  context.expect(ok, text)
  return board
}

const becomesReady = async (context: Context, leads: LeadKeeper): Promise<void> => {
  const { expect, normal, waitFor, world } = context
  await waitFor('no board is marked any more', () => BOARDS.every(board => !marked(world, board)), LONG_MS)
  for (const board of BOARDS)
    await waitFor(`the lead of ${board} said READY`, () => /READY: board/.test(leads.said(board)), LONG_MS)
  await normal('a', LONG_MS)
  for (const board of BOARDS) {
    const status = await context.boards[board].status()
    expect(status?.core.fence.proved !== null, `the fence of ${board} is proved`)
  }
}

const withLeads = async (leads: LeadKeeper, context: Context, work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    for (const board of BOARDS) for (const line of leads.said(board).split('\n')) context.say(`lead ${board}: ${line}`)
    throw error
  } finally {
    await leads.close()
  }
}

const hashOf = (world: World): string => createHash('sha256').update(readFileSync(world.names.image)).digest('hex')

/** Each time a lead says something new it is killed, soon after. */
const killAtEachWord = (context: Context, leads: LeadKeeper) => {
  const last: Record<BoardId, string> = { a: '', b: '' }
  let killed = 0
  const look = async (board: BoardId): Promise<void> => {
    const now = await words(context, board)
    if (now === '' || now === last[board]) return
    last[board] = now
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

const fillDisk = async (world: World): Promise<void> => {
  await blankDisk(world)
  // Somebody's: a swap signature, and something behind it.
  await run('mkswap', [world.names.image])
  const handle = await open(world.names.image, 'r+')
  await handle.write(Buffer.from("somebody's only photograph\n"), 0, 27, 9_000_000)
  await handle.sync()
  await handle.close()
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
        const second = await prove(context)
        context.expect(first !== second, `each board proved its own direction: ${first}, ${second}`)
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
        const second = await prove(context)
        expect(first !== second, `each board proved its own direction: ${first}, ${second}`)
        const killed = killer.stop()
        expect(killed >= 4, `leads were killed: ${killed}`)
        await becomesReady(context, leads)
      })
    }
  },
  {
    name: 'pair-disk-with-data',
    title:
      'a disk that holds anything is not touched by the set-up, and is made anew only by its serial number and a yes',
    ...NEW,
    prepare: async world => {
      takeOutOfTheBox(world)
      await fillDisk(world)
    },
    run: async context => {
      const { expect, serving, waitFor, world } = context
      const before = hashOf(world)
      const leads = await begin(context)
      await withLeads(leads, context, async () => {
        const found = await waitFor(
          'a lead says that the disk is not touched',
          async () => BOARDS.find(board => /is not touched/.test(leads.said(board)) && world.usb.at === board),
          LONG_MS
        )
        await context.staysTrue('the disk is as it was', () => hashOf(world) === before, 8000)
        const refused = await runOn(world, found, ['disk', 'prepare', '--yes'])
        expect(
          refused.code === 1 && /swap/.test(refused.text),
          `it is refused without its serial number: ${refused.text}`
        )
        const wrong = await runOn(world, found, ['disk', 'prepare', '--serial', 'another', '--yes'])
        expect(wrong.code === 1 && hashOf(world) === before, `another serial number is none: ${wrong.text}`)
        await atTerminal(world, found, ['disk', 'prepare'], async ({ answer, expect: see }) => {
          await see(/Serial number.*: $/, LONG_MS)
          await answer(world.names.image, /IS LOST[\s\S]*Type yes to do it: $/, LONG_MS)
          await answer('yes', /is prepared/, LONG_MS)
        })
        await serving(found, LONG_MS)
        await prove(context)
        await prove(context)
        await becomesReady(context, leads)
      })
    }
  },
  {
    name: 'pair-with-a-survivor',
    title:
      'a new board that is paired with one that is not being set up does nothing by itself, and leaves the disk alone',
    ...NEW,
    // Nobody serves here; an ext4 for the judge of the disk.
    mend: async world => {
      await run('mke2fs', ['-q', '-F', '-t', 'ext4', world.names.image])
    },
    run: async context => {
      const { waitFor, world } = context
      const before = hashOf(world)
      const leads = await begin(context, ['b'])
      await withLeads(leads, context, async () => {
        rmSync(world.names.of('a', 'state/setup'))
        await waitFor('the set-up of b has ended', () => !marked(world, 'b'), LONG_MS)
        await waitFor('its lead says why', () => /board a is not being set up/.test(leads.said('b')), LONG_MS)
        await context.staysTrue('the disk is as it was', () => hashOf(world) === before, 3000)
      })
    }
  },
  {
    name: 'pair-by-setup',
    title:
      'two persons type `baton setup` on two boards without key and record, say yes, and end with a pair that is ready',
    ...NEW,
    run: async context => {
      const { boards, expect, mark, normal, waitFor, world } = context
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
      const typed = await Promise.all(BOARDS.flatMap(board => [setUpAt(context, board), start(board).then(() => 0)]))
      context.say(`setup was typed ${typed.join(' + ')} times`)
      expect(
        BOARDS.every(board => !marked(world, board)),
        'no board is marked any more'
      )
      await normal('a', LONG_MS)
      const at = mark()
      boards.a.pullPower()
      await context.serving('b', 30_000, at)
    }
  }
])
