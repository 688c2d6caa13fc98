// The crash-point proof: a card loses its power at many points of its log, and each time its filesystem and the board's records
// must be whole. Called by crash.ts, by the rig and by tests.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BootWatch, createBootWatch } from './boot-check.js'
import { type CardPromise, durableAt } from './boundary.js'
import { type Card, openCard } from './card.js'
import { checkFilesystem, dumpFolders } from './filesystem-check.js'
import { type Claim, createFloor, type Floor } from './floor.js'
import { type ForeignWrite, foreignWrites } from './guard.js'
import { journalWaits } from './journal-waits.js'
import { type CrashPoint, choosePoints } from './points.js'
import { type Owner, type Records, readRecords, readSetup } from './records.js'
import { type AreaReplay, createAreaReplay, makeCard } from './replay.js'
import { openWriteLog, type WriteLog } from './write-log.js'

export interface CrashOrder {
  /** The card's image as it was before the first logged write. */
  readonly card: string
  readonly log: string
  readonly points: number
  readonly seed: string
  readonly promise: CardPromise
  /** Whose records they are while the card does not say so itself. */
  readonly owner: Owner
  readonly claims: readonly Claim[]
  /** Folders of the state partition: the daemon's records, and the board's setup. */
  readonly recordsFolder: string
  readonly setupFolder: string
  /** Files of the boot partition that the board itself changes or removes. */
  readonly bootChanging: readonly string[]
  readonly say: (line: string) => void
}

/** Where a card of our image has them: see the card's fstab, and what its start writes onto the boot partition. */
export const OUR_CARD = {
  recordsFolder: 'lib',
  setupFolder: 'etc',
  bootChanging: ['baton-errors.txt', 'key']
} as const

export interface PointResult {
  readonly point: CrashPoint
  /** Filesystem, or writes where nothing may write. */
  readonly unclean: readonly string[]
  /** The board's records. */
  readonly stateBad: readonly string[]
}

export interface CrashResult {
  readonly entries: number
  readonly points: readonly PointResult[]
  /** Points at which the daemon's record was on the card: where there are none, nothing was proved of it. */
  readonly withRecord: number
}

interface Proof {
  readonly order: CrashOrder
  readonly folder: string
  readonly replay: AreaReplay
  readonly boot: BootWatch
  readonly foreign: readonly ForeignWrite[]
  readonly floor: Floor
}

interface Looked {
  readonly result: PointResult
  readonly records: Records | null
}

/** The records of the image, and what is wrong with them. */
const lookAtRecords = async (image: string, { order, folder }: Proof): Promise<readonly [Records, string[]]> => {
  const dump = join(folder, 'dump')
  const dumped = await dumpFolders(image, [order.recordsFolder, order.setupFolder], dump)
  const own = readSetup(join(dump, order.setupFolder), order.owner)
  const found = await readRecords(join(dump, order.recordsFolder), own.owner ?? order.owner)
  const all = { ...found.records, files: [...found.records.files, ...own.files] }
  return [all, [...dumped, ...own.problems, ...found.problems]]
}

const lookAt = async (point: CrashPoint, proof: Proof): Promise<Looked> => {
  const { applied, until } = point.boundary
  const foreign = [
    ...proof.foreign.filter(({ index }) => index < applied).map(({ problem }) => problem),
    ...(await proof.boot.at(applied, point.extra))
  ]
  const image = await proof.replay.at(applied, point.extra)
  const broken = await checkFilesystem(image)
  if (broken.length > 0) {
    const stateBad = ['its filesystem is broken: the records were not looked for']
    return { result: { point, unclean: [...foreign, ...broken], stateBad }, records: null }
  }
  const [records, bad] = await lookAtRecords(image, proof)
  const fell = proof.floor.judge(records, applied, point.torn ? until : applied)
  return { result: { point, unclean: foreign, stateBad: [...bad, ...fell] }, records }
}

/** Where a point is, for people. */
export const pointWords = ({ number, boundary, torn, extra }: CrashPoint): string =>
  `point ${number} (after entry ${boundary.applied}${torn ? `, ${extra.length} pieces of what was under way` : ''})`

const tellProgress = (order: CrashOrder, at: number, of: number, result: PointResult): void => {
  const words = [...result.unclean, ...result.stateBad]
  for (const problem of words.slice(0, 4)) order.say(`${pointWords(result.point)}: ${problem}`)
  if (at % 50 === 0 || at === of) order.say(`${at} of ${of} points looked at`)
}

const withLog = async <T>(order: CrashOrder, use: (log: WriteLog, card: Card) => Promise<T>): Promise<T> => {
  const card = openCard(order.card)
  try {
    const log = openWriteLog(order.log, card.bytes)
    try {
      return await use(log, card)
    } finally {
      log.close()
    }
  } finally {
    card.close()
  }
}

/** The points of an order; the same each time. Throws where log or card cannot be used. */
const pointsOf = (order: CrashOrder, log: WriteLog, card: Card): readonly CrashPoint[] => {
  const waits = journalWaits(log, card)
  const { points: count, seed, promise } = order
  return choosePoints(log, { count, seed, promise, waits: index => waits.has(index) })
}

/** Look at every point. Rejects only where log or card cannot be used, or this machine lacks a tool. */
export const proveCrashPoints = (order: CrashOrder): Promise<CrashResult> =>
  withLog(order, async (log, card) => {
    const folder = mkdtempSync(join(tmpdir(), 'baton-crash-'))
    const ends: (() => void)[] = [() => rmSync(folder, { recursive: true, force: true })]
    try {
      const claims = order.claims.map(claim => ({ ...claim, entries: durableAt(log.entries, claim.entries) }))
      const replay = await createAreaReplay(log, card, card.state, folder)
      ends.push(replay.close)
      const boot = await createBootWatch(log, card, order.bootChanging, folder)
      ends.push(boot.close)
      const foreign = foreignWrites(log, card, [card.boot, card.state])
      const proof = { order, folder, replay, boot, foreign, floor: createFloor(claims) }
      const points = pointsOf(order, log, card)
      const results: PointResult[] = []
      let withRecord = 0
      for (const point of points) {
        const { result, records } = await lookAt(point, proof)
        results.push(result)
        if (records !== null && records.durable !== null) withRecord += 1
        tellProgress(order, results.length, points.length, result)
      }
      return { entries: log.entries.length, points: results, withRecord }
    } finally {
      for (const end of ends.reverse()) end()
    }
  })

export interface CrashedCard {
  readonly point: CrashPoint
  readonly file: string
}

/**
 * Whole cards as they were at `count` of the points, spread over them, torn ones among them, in `folder` (made if need be): to be
 * booted. Each takes what its files really fill; the caller removes them.
 */
export const makeCrashedCards = (order: CrashOrder, count: number, folder: string): Promise<readonly CrashedCard[]> =>
  withLog(order, async (log, card) => {
    mkdirSync(folder, { recursive: true })
    const points = pointsOf(order, log, card)
    const cards: CrashedCard[] = []
    for (let at = 0; at < Math.min(count, points.length); at++) {
      // Whole and torn points take turns in the choice, and so here.
      const point = points[Math.min(points.length - 1, Math.floor(((at + 0.5) * points.length) / count) + (at % 2))]
      if (point === undefined) continue
      const file = join(folder, `crashed-${point.number}.img`)
      await makeCard(log, card, point.boundary.applied, point.extra, file)
      cards.push({ point, file })
    }
    return cards
  })
