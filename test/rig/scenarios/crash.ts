// The crash points of a running board: everything that board a writes to its card is logged from its first boot to a power cut
// under load; then its card is looked at as it would have been at 200 points, and booted as it was at five of them.
import { rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { BOARDS, GROUP } from '../../../board/virtual/names.js'
import { run } from '../../../board/virtual/shell.js'
import { cardLogOf, logCard } from '../crash/logged-drive.js'
import { crashLine, playCrash } from '../crash/play.js'
import { type CrashedCard, OUR_CARD } from '../crash/prove.js'
import type { RigContext, Scenario } from '../scenario.js'

const POINTS = 200
const BOOTS = 5
const BOOT_S = 900
const NORMAL_S = 600
const MOVE_S = 420
const MOVES = 3
const ACKS = 25
const ACKS_S = 240
/** At least one line after the order, then the prompt again. */
const DONE = /\n(?:[^\n]*\n)+[^\n]*board [ab]> $/

const baseOf = (card: string): string => `${card}.base`

/** Records, events and reports of all sorts reach the card: moves, modes, a client's load. */
const keepBusy = async ({ boards, normal, startLoad, waitFor, row }: RigContext): Promise<void> => {
  for (const board of BOARDS) boards[board].restorePower()
  await normal('a', BOOT_S + NORMAL_S)
  const client = startLoad()
  await boards.a.login()
  for (let at = 0; at < MOVES; at++) {
    const to = at % 2 === 0 ? 'b' : 'a'
    await boards.a.order(`switchover ${GROUP} --yes`, DONE, MOVE_S * 1000)
    await normal(to, MOVE_S)
    await boards.a.order(at % 2 === 0 ? 'mode manual --yes' : 'mode auto --yes', DONE, MOVE_S * 1000)
  }
  const before = client.acks.length
  await waitFor(`${ACKS} more numbers to be acknowledged`, () => client.acks.length >= before + ACKS, ACKS_S)
  row('moves of the group and changes of the mode while the card was logged', String(2 * MOVES))
}

/** What is wrong with a board that starts from this card; the peer stays off. */
const bootFrom = async ({ world, boards, waitFor, row }: RigContext, crashed: CrashedCard): Promise<string[]> => {
  const problems: string[] = []
  await rename(crashed.file, world.cards.a.path)
  boards.a.restorePower()
  try {
    await waitFor('board a to let us in', () => world.remotes.a.connected, BOOT_S)
    const { core } = await waitFor('its daemon to answer', () => boards.a.status(), NORMAL_S, 5000)
    if (core.storage !== 'ok') problems.push(`its daemon says of its record: ${core.storage}`)
    const failed = await waitFor('its units to be told', () => boards.a.failedUnits(), NORMAL_S, 5000)
    problems.push(...failed.map(unit => `${unit} failed`))
    row(
      `booted from point ${crashed.point.number}`,
      problems.length === 0 ? 'no failed unit, record ok' : problems.join('; ')
    )
  } finally {
    boards.a.pullPower()
    await world.harness.supplies.a.idle()
  }
  return problems
}

export const crashScenario: Scenario = {
  name: 'crash',
  title: `a board that loses its power at any of ${POINTS} points of its writes finds all that it remembered, and boots`,
  minutesMax: 120,
  change: async (board, card) => {
    if (board !== 'a') return
    await run('cp', ['--sparse=always', '--reflink=auto', card.path, baseOf(card.path)], { timeoutMs: 600_000 })
    logCard(card.path)
  },
  run: async context => {
    const { world, boards, say, row, findings } = context
    await keepBusy(context)
    for (const board of BOARDS) boards[board].pullPower()
    for (const board of BOARDS) await world.harness.supplies[board].idle()
    const { path } = world.cards.a
    const log = join(world.names.cards, 'writes.log')
    await rename(cardLogOf(path), log)
    row('log of the card', `${((await stat(log)).size / 1_048_576).toFixed(1)} MiB`)
    const order = {
      ...OUR_CARD,
      card: baseOf(path),
      log,
      points: POINTS,
      seed: world.names.id,
      promise: 'write',
      owner: { board: 'a', groups: [GROUP] },
      claims: [],
      say
    } as const
    const boot = (crashed: CrashedCard): Promise<string[]> => bootFrom(context, crashed)
    const verdict = await playCrash(order, { count: BOOTS, folder: join(world.names.cards, 'crashed'), boot })
    row('crash points', crashLine(verdict))
    findings.failedUnits = verdict.problems.filter(problem => / failed$/.test(problem)).length
    if (verdict.problems.length > 0) throw new Error(verdict.problems.slice(0, 5).join('\n'))
  }
}
