// What the scenarios of two new boards have in common: how they begin, how their persons agree, and what ready means. Used by them alone.
import { existsSync } from 'node:fs'
import type { BoardId } from '../../src/core/types.js'
import { BOARDS } from './names.js'
import { blankDisk, keepLeads, type LeadKeeper, pairBoards, takeOutOfTheBox } from './new-pair.js'
import type { Context, Scenario } from './scenario.js'
import type { World } from './world.js'

/** A busy machine takes its time to kill a board and to start three programs on it. */
const PATIENT = {
  config: {
    token: { deadMs: 3000, stallMs: 1000, latenessMs: 500, answerMs: 8000 },
    fence: { holdUpMs: 500, holdMs: 2500, headStartMs: 3000, deadlineMs: 8000 },
    startup: { bootMs: 20_000, listenMs: 25_000 },
    watchdog: { timeoutMs: 15_000 }
  }
}
export const LONG_MS = 240_000
export const NEW: Pick<Scenario, 'options' | 'start' | 'timeoutMs' | 'prepare'> = {
  options: PATIENT,
  start: 'off',
  timeoutMs: 900_000,
  prepare: async world => {
    takeOutOfTheBox(world)
    await blankDisk(world)
  }
}
export const marked = (world: World, board: BoardId): boolean => existsSync(world.names.of(board, 'state/setup'))
export const words = async ({ boards }: Context, board: BoardId): Promise<string> =>
  (await boards[board].status())?.setup?.words ?? ''

/** Power on, pair at both consoles, and have the units lead. */
export const begin = async (context: Context, led: readonly BoardId[] = BOARDS): Promise<LeadKeeper> => {
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
export const prove = async (context: Context, of: readonly BoardId[] = BOARDS): Promise<BoardId> => {
  const asks = async (board: BoardId): Promise<BoardId | null> =>
    new RegExp(`board ${board} is to cut`).test(await words(context, board)) ? board : null
  const board = await context.waitFor(
    'a board asks for its proof',
    async () => {
      for (const one of of) if ((await asks(one)) !== null) return one
      return null
    },
    LONG_MS
  )
  const { ok, text } = await context.boards[board].order({ order: 'fenceProve' }, LONG_MS)
  context.expect(ok, text)
  return board
}

export const becomesReady = async (context: Context, leads: LeadKeeper): Promise<void> => {
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

export const withLeads = async (leads: LeadKeeper, context: Context, work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    for (const board of BOARDS) for (const line of leads.said(board).split('\n')) context.say(`lead ${board}: ${line}`)
    throw error
  } finally {
    await leads.close()
  }
}
