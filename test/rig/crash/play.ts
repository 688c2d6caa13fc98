// The crash-point proof from order to verdict: all points looked at, some of them booted, one line for machines. The rig's door
// into this folder; crash.ts calls it without boots.
import { rmSync } from 'node:fs'
import {
  type CrashedCard,
  type CrashOrder,
  type CrashResult,
  makeCrashedCards,
  pointWords,
  proveCrashPoints
} from './prove.js'

export interface CrashBoots {
  readonly count: number
  /** For the cards; each is removed once it was booted. */
  readonly folder: string
  /** Boots a card as a whole board and gives what was wrong: failed units, a record that the daemon refuses. Must end in time. */
  readonly boot: (card: CrashedCard) => Promise<readonly string[]>
}

export interface CrashVerdict {
  readonly points: number
  readonly torn: number
  /** Points with a clean filesystem, and nothing written outside the state partition. */
  readonly clean: number
  /** Points at which a record of the board was lost, unreadable or older than before. */
  readonly stateBad: number
  /** Points at which the daemon's record was on the card. */
  readonly withRecord: number
  readonly booted: number
  readonly bootsOk: number
  /** Why it is not ok, in words. Empty = ok. */
  readonly problems: readonly string[]
}

const PROBLEMS_MAX = 20

const pointProblems = (order: CrashOrder, result: CrashResult): string[] => {
  const few = result.points.length < order.points
  return [
    ...(few ? [`${order.points} points were asked for, and the log has ${result.points.length} that differ`] : []),
    ...(result.withRecord === 0
      ? ['at no point was a record of the daemon on the card: nothing was proved of it']
      : []),
    ...result.points.flatMap(({ point, unclean, stateBad }) =>
      [...unclean, ...stateBad].map(words => `${pointWords(point)}: ${words}`)
    )
  ]
}

interface Booted {
  readonly booted: number
  readonly bootsOk: number
  readonly problems: readonly string[]
}

const bootSome = async (order: CrashOrder, { count, folder, boot }: CrashBoots): Promise<Booted> => {
  const problems: string[] = []
  let [booted, bootsOk] = [0, 0]
  for (const card of await makeCrashedCards(order, count, folder)) {
    order.say(`booting ${pointWords(card.point)}`)
    const found = await boot(card).catch((error: unknown) => [error instanceof Error ? error.message : String(error)])
    booted += 1
    if (found.length === 0) bootsOk += 1
    problems.push(...found.map(words => `the board of ${pointWords(card.point)}: ${words}`))
    rmSync(card.file, { force: true })
  }
  if (booted < count) problems.push(`${count} boots were asked for, and ${booted} were made`)
  return { booted, bootsOk, problems }
}

/** Look at every point, then boot some. Rejects only where log, card or this machine's tools cannot be used at all. */
export const playCrash = async (order: CrashOrder, boots: CrashBoots | null): Promise<CrashVerdict> => {
  const result = await proveCrashPoints(order)
  const none: Booted = { booted: 0, bootsOk: 0, problems: [] }
  const { booted, bootsOk, problems } = boots === null ? none : await bootSome(order, boots)
  return {
    points: result.points.length,
    torn: result.points.filter(({ point }) => point.torn).length,
    clean: result.points.filter(({ unclean }) => unclean.length === 0).length,
    stateBad: result.points.filter(({ stateBad }) => stateBad.length > 0).length,
    withRecord: result.withRecord,
    booted,
    bootsOk,
    problems: [...pointProblems(order, result), ...problems].slice(0, PROBLEMS_MAX)
  }
}

/** The one line that machines read. */
export const crashLine = ({ problems, withRecord: _, ...counts }: CrashVerdict): string =>
  JSON.stringify({ scenario: 'crash', ...counts, ok: problems.length === 0 })
