import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CardPromise } from './boundary.js'
import { openCard } from './card.js'
import { checkFilesystem } from './filesystem-check.js'
import type { Claim } from './floor.js'
import { runLoad, type StateWriter } from './load.js'
import { createLoggedCard } from './logged-card.js'
import { crashLine, playCrash } from './play.js'
import { type CrashedCard, type CrashOrder, type CrashResult, OUR_CARD, proveCrashPoints } from './prove.js'
import { takeArea } from './replay.js'

/** What the example configuration says too. */
const OWNER = { board: 'a', groups: ['main'] } as const

interface Made {
  readonly card: string
  readonly log: string
  readonly claims: readonly Claim[]
}

/** A card under the writers, from its first mount to its unmount. */
const make = async (folder: string, rounds: number, write?: StateWriter, blockBytes = 4096): Promise<Made> => {
  const tree = join(folder, 'tree')
  mkdirSync(join(tree, 'lib'), { recursive: true, mode: 0o755 })
  mkdirSync(join(tree, 'etc'))
  writeFileSync(join(tree, 'etc', 'board'), 'a\n')
  writeFileSync(join(tree, 'etc', 'key'), `${'0123456789abcdef'.repeat(4)}\n`, { mode: 0o600 })
  copyFileSync('board/virtual/example.yaml', join(tree, 'etc', 'baton.yaml'))
  const card = await createLoggedCard(folder, tree, blockBytes)
  try {
    const order = { folder: join(card.mountPoint, 'lib'), log: card.log, owner: OWNER, rounds }
    const claims = await runLoad(write === undefined ? order : { ...order, write })
    return { card: card.base, log: card.log, claims }
  } finally {
    await card.close()
  }
}

const orderOf = (made: Made, points: number, promise: CardPromise): CrashOrder => ({
  ...made,
  ...OUR_CARD,
  points,
  seed: 'test',
  promise,
  owner: OWNER,
  say: () => undefined
})

/** The first ten, for people. */
const problemsOf = ({ points }: CrashResult): string[] =>
  points
    .flatMap(({ point, unclean, stateBad }) =>
      [...unclean, ...stateBad].map(words => `${point.number}/${point.boundary.applied}: ${words}`.slice(0, 200))
    )
    .slice(0, 10)

describe('the crash points of a real ext4 under the real writers', function () {
  this.timeout(180_000)
  let folder: string
  let made: Made

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'baton-crash-test-'))
    made = await make(folder, 45)
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  it('are all clean where the card keeps what was flushed, and no claim is broken', async () => {
    const result = await proveCrashPoints(orderOf(made, 24, 'flush'))
    deepEqual(problemsOf(result), [])
    equal(result.points.length, 24)
    ok(result.withRecord > 18)
    ok(made.claims.some(({ event }) => event !== null) && made.claims.some(({ durable }) => durable !== null))
  })

  it('are all clean where the card keeps each write', async () => {
    const result = await proveCrashPoints(orderOf(made, 14, 'write'))
    deepEqual(problemsOf(result), [])
    equal(result.points.length, 14)
  })

  it('are bad where more was claimed than is on the card', async () => {
    const durable = made.claims[0]?.durable
    ok(durable)
    const ahead = { ...durable, modeNumber: 1_000_000 }
    const claims = [...made.claims, { entries: 1, durable: ahead, event: null }]
    const result = await proveCrashPoints(orderOf({ ...made, claims }, 4, 'flush'))
    match(problemsOf(result).join('\n'), /the mode's number fell back to \d+, and it was 1000000 before \(R14\)/)
  })

  it('make whole cards to be booted, which hold what the point held; a boot that fails is told', async () => {
    const cards: CrashedCard[] = []
    const boot = async (card: CrashedCard): Promise<readonly string[]> => {
      cards.push(card)
      equal(statSync(card.file).size, statSync(made.card).size)
      const [base, crashed] = [openCard(made.card), openCard(card.file)]
      const state = join(folder, 'booted-state')
      await takeArea(crashed, crashed.state, state)
      deepEqual(await checkFilesystem(state), [])
      for (const { close } of [base, crashed]) close()
      return cards.length === 2 ? ['unit x.service failed'] : []
    }
    const boots = { count: 3, folder: join(folder, 'cards'), boot }
    const verdict = await playCrash(orderOf(made, 6, 'write'), boots)
    equal(new Set(cards.map(({ point }) => point.number)).size, 3)
    ok(cards.some(({ point }) => point.torn))
    ok(cards.every(({ file }) => !existsSync(file)))
    match(verdict.problems.join(), /the board of point \d+ .*: unit x\.service failed/)
    equal(
      crashLine(verdict),
      '{"scenario":"crash","points":6,"torn":3,"clean":6,"stateBad":0,"booted":3,"bootsOk":2,"ok":false}'
    )
  })

  it('are bad from the first write to the root on', async () => {
    const [card, log] = [join(folder, 'root-written.img'), join(folder, 'root-written.log')]
    copyFileSync(made.card, card)
    writeFileSync(log, '')
    const node = `driver=blklogwrites,log-sector-size=512,file.driver=file,file.filename=${card},log.driver=file,log.filename=${log}`
    const orders = ['write -P 0 6M 512', 'flush', 'write -P 7 6M 512', 'flush', 'write -P 7 9M 512', 'flush']
    const { status, stderr } = spawnSync('qemu-io', ['--image-opts', node, ...orders.flatMap(order => ['-c', order])])
    equal(status, 0, String(stderr))
    const { points } = await proveCrashPoints(orderOf({ card: made.card, log, claims: [] }, 5, 'write'))
    deepEqual(points.map(({ point, unclean }) => [point.boundary.applied, unclean.join().slice(0, 80)]).slice(0, 3), [
      [0, ''],
      [2, ''],
      [4, 'entry 2 of the log changes sector 12288, in p2, which nothing may write to']
    ])
  })
})

describe('a worse writer of the state', function () {
  this.timeout(180_000)
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-crash-test-'))
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const caught = async (write: StateWriter, words: RegExp): Promise<void> => {
    const result = await proveCrashPoints(orderOf(await make(folder, 20, write), 16, 'flush'))
    match(problemsOf(result).join('\n'), words)
  }

  it('is caught where it leaves out fsync: what it claimed is not there', () =>
    caught(async (to, name, text) => {
      await writeFile(join(to, `${name}.tmp`), text)
      await rename(join(to, `${name}.tmp`), join(to, name))
    }, /the epoch of main fell back to|the durable record is lost/))

  it('is caught where it writes in place: half a record is none', () =>
    caught(async (to, name, text) => {
      const handle = await open(join(to, name), 'w', 0o600)
      await handle.sync()
      await handle.writeFile(text)
      await handle.sync()
      await handle.close()
    }, /state\.json cannot be used: it is (empty|truncated)/))
})
