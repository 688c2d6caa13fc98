import { deepEqual, match } from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CardPromise } from './boundary.js'
import type { Claim } from './floor.js'
import { runLoad, type StateWriter } from './load.js'
import { createLoggedCard, type LoggedCard } from './logged-card.js'
import { type CrashOrder, type CrashResult, proveCrashPoints } from './prove.js'

const OWNER = { board: 'a', groups: ['files'] } as const

describe('the crash points of a real ext4 under the real writers', function () {
  this.timeout(120_000)
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-crash-test-'))
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const run = async (rounds: number, write?: StateWriter, blockBytes = 4096): Promise<[LoggedCard, Claim[]]> => {
    const tree = join(folder, 'tree')
    mkdirSync(join(tree, 'lib'), { recursive: true, mode: 0o755 })
    mkdirSync(join(tree, 'etc'))
    writeFileSync(join(tree, 'etc', 'board'), 'a\n')
    const card = await createLoggedCard(folder, tree, blockBytes)
    try {
      const state = { folder: join(card.mountPoint, 'lib'), log: card.log, owner: OWNER, rounds }
      return [card, await runLoad(write === undefined ? state : { ...state, write })]
    } finally {
      await card.close()
    }
  }

  const orderOf = (card: LoggedCard, claims: readonly Claim[], points: number, promise: CardPromise): CrashOrder => ({
    card: card.base,
    log: card.log,
    points,
    seed: 'test',
    promise,
    owner: OWNER,
    claims,
    recordsFolder: 'lib',
    setupFolder: 'etc',
    say: () => undefined
  })

  /** The first ten, for people. */
  const problemsOf = ({ points }: CrashResult): string[] =>
    points
      .flatMap(({ point, unclean, stateBad }) =>
        [...unclean, ...stateBad].map(words => `${point.number}/${point.boundary.applied}: ${words}`.slice(0, 200))
      )
      .slice(0, 10)

  it('are all clean with the way in which the daemon writes, and no claim is broken', async () => {
    const [card, claims] = await run(60)
    const result = await proveCrashPoints(orderOf(card, claims, 40, 'flush'))
    deepEqual(problemsOf(result), [])
    console.log(
      result.entries,
      result.withRecord,
      result.points.length,
      result.points.filter(({ point }) => point.torn).length
    )
    const through = await proveCrashPoints(orderOf(card, claims, 40, 'write'))
    deepEqual(problemsOf(through), [])
    console.log(
      through.entries,
      through.withRecord,
      through.points.length,
      through.points.filter(({ point }) => point.torn).length
    )
  })

  it('are all clean with blocks of 1 KiB', async () => {
    const [card, claims] = await run(60, undefined, 1024)
    const result = await proveCrashPoints(orderOf(card, claims, 40, 'flush'))
    deepEqual(problemsOf(result), [])
  })

  it('catch a writer without fsync', async () => {
    const [card, claims] = await run(60, async (to, name, text) => {
      await writeFile(join(to, `${name}.tmp`), text)
      await rename(join(to, `${name}.tmp`), join(to, name))
    })
    const result = await proveCrashPoints(orderOf(card, claims, 40, 'flush'))
    match(problemsOf(result).join('\n'), /the epoch of files fell back|durable record is lost/)
    console.log(problemsOf(result).slice(0, 5))
  })

  it('catch a writer without rename', async () => {
    const [card, claims] = await run(60, async (to, name, text) => {
      const handle = await open(join(to, name), 'w', 0o600)
      await handle.writeFile(text)
      await handle.sync()
      await handle.close()
    })
    const result = await proveCrashPoints(orderOf(card, claims, 40, 'flush'))
    match(problemsOf(result).join('\n'), /cannot be used/)
    console.log(problemsOf(result).slice(0, 5))
  })
})
