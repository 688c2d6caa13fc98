// The mark of a board that is being set up, and what its lead says meanwhile. Called by pairing and by `baton setup`.
// The mark is made only on a board that has served nothing yet; it is durable, and nothing else of a set-up is.
import { access, mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SETUP_MARK, SETUP_SAID } from '../config/setup-files.js'
import { remedyFor, writeDurably } from '../driver/state-write.js'
import type { SetupView } from '../port/setup-view.js'

const WORDS = 'This board is being set up: src/ARCHITECTURE.md, section 4. Away when the pair was ready.\n'

const attempt = async (what: string, work: () => Promise<unknown>): Promise<string | null> => {
  try {
    await work()
    return null
  } catch (error) {
    return `${what} failed: ${error instanceof Error ? error.message : String(error)}; ${remedyFor(error)}`
  }
}

export const isMarked = (stateDir: string): Promise<boolean> =>
  access(join(stateDir, SETUP_MARK)).then(
    () => true,
    () => false
  )

/** null = durable. Again and again does no harm. */
export const markSetup = async (stateDir: string): Promise<string | null> => {
  if (await isMarked(stateDir)) return null
  return attempt(`writing ${join(stateDir, SETUP_MARK)}`, async () => {
    await mkdir(stateDir, { recursive: true, mode: 0o700 })
    await writeDurably(stateDir, SETUP_MARK, WORDS)
  })
}

/**
 * Before a board without a record is paired, so that no cut loses it: a new board, which the pair leads on from there if the other one is new,
 * too. Gives what takes the mark away where the pairing fails (null = it was there before), or why it cannot be made.
 */
export const markNew = async (stateDir: string): Promise<(() => Promise<unknown>) | string | null> => {
  if (await isMarked(stateDir)) return null
  return (await markSetup(stateDir)) ?? (() => endSetup(stateDir))
}

export interface MarkedPairing<Ended> {
  readonly stateDir: string
  /** No record is here. */
  readonly isNew: boolean
  /** Why the mark cannot be made: the pairing goes on without it. */
  readonly complain: (text: string) => void
  readonly pair: () => Promise<Ended>
}

/** A pairing, on a board without a record between `markNew` and its end: the mark stays where they are paired and the other board is new, too. */
export const pairMarked = async <Ended extends { readonly result: string; readonly bothFresh: boolean }>({
  stateDir,
  isNew,
  complain,
  pair
}: MarkedPairing<Ended>): Promise<Ended> => {
  const undo = isNew ? await markNew(stateDir) : null
  if (typeof undo === 'string') complain(`the set-up will not go on by itself: ${undo}`)
  const outcome = await pair()
  if (!(outcome.result === 'paired' && outcome.bothFresh) && typeof undo === 'function') await undo()
  return outcome
}

/** null = gone, durably. Also where there was none. */
export const endSetup = (stateDir: string): Promise<string | null> =>
  attempt(`removing ${join(stateDir, SETUP_MARK)}`, async () => {
    await rm(join(stateDir, SETUP_MARK), { force: true })
    const folder = await open(stateDir, 'r')
    await folder.sync().finally(() => folder.close())
  })

/** One clock for all processes of a boot, so that the daemon can tell an old word. */
export const bootMs = (): number => Number(process.hrtime.bigint() / 1_000_000n)

/** What the lead does now, for the daemon to tell. In memory only; a folder that is not there yet is no failure. */
export const sayView = async (runDir: string, view: Omit<SetupView, 'marked'>): Promise<void> => {
  const file = join(runDir, SETUP_SAID)
  await attempt('', async () => {
    await writeFile(`${file}.new`, JSON.stringify({ ...view, atMs: bootMs() }), { mode: 0o644 })
    await rename(`${file}.new`, file)
  })
}
