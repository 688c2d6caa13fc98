// What this board remembers across power cuts, in one file (R5). Called by the runtime. One write at a time, never in the
// loop; the newest order wins, and what it replaced counts as stored with it.
import { open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BoardId, Durable } from '../core/types.js'
import type { Clock, Emit, StatePort } from '../port/ports.js'
import { decodeDurable, encodeDurable } from './state-format.js'
import { remedyFor, TEMPORARY, writeDurably } from './state-write.js'

export const STATE_FILE = 'state.json'
const STATE_BYTES_MAX = 256 * 1024
/** A card that takes longer than this counts as failed (the write may still succeed, and is told then). */
const WRITE_MS_MAX = 5000
const WORLD_WRITABLE = 0o002

type Loaded = Awaited<ReturnType<StatePort['load']>>
const RESTORE = 'the board takes and grants nothing until its record is restored or made anew by provisioning'

const readBounded = async (file: string): Promise<string> => {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    if (size > STATE_BYTES_MAX) throw new Error(`it has ${size} bytes, more than any record`)
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

const writableByAll = async (...paths: readonly string[]): Promise<string | null> => {
  for (const path of paths) if (((await stat(path)).mode & WORLD_WRITABLE) !== 0) return path
  return null
}

/**
 * The durable record in `stateDir/state.json`. `groups` are the names in the configuration: a record without one of them is bad.
 * Emits `stateStored` with the newest store number written, or `stateStoreFailed`.
 */
export const createStateFile = (
  stateDir: string,
  board: BoardId,
  groups: readonly string[],
  emit: Emit,
  clock: Clock
): StatePort => {
  const file = join(stateDir, STATE_FILE)
  let next: { readonly store: number; readonly durable: Durable } | null = null
  let writing = false

  const bad = (problem: string): Loaded => ({
    kind: 'bad',
    reason: `the state in ${file} cannot be used: ${problem}; ${RESTORE}`
  })

  const load = async (): Promise<Loaded> => {
    await rm(`${file}${TEMPORARY}`, { force: true }).catch(() => undefined)
    try {
      const text = await readBounded(file)
      const open = await writableByAll(file, stateDir)
      if (open !== null) return bad(`everybody may write to ${open}: \`chmod o-w ${open}\`, then look who changed it`)
      const decoded = decodeDurable(text, board, groups)
      return decoded.ok ? { kind: 'ok', durable: decoded.durable } : bad(decoded.reason)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        return bad(error instanceof Error ? error.message : String(error))
      const reason = `there is no state in ${file}: this board was never set up, or its record is lost; ${RESTORE}`
      return { kind: 'missing', reason }
    }
  }

  const fail = (store: number, cause: string, remedy: string): void =>
    emit({ kind: 'stateStoreFailed', store, reason: `storing the state in ${file} failed: ${cause}; ${remedy}` })

  const write = async (store: number, durable: Durable): Promise<void> => {
    const late = setTimeout(
      () => fail(store, `not done after ${WRITE_MS_MAX} ms`, 'the card or disk hangs or fails: replace it'),
      WRITE_MS_MAX
    )
    try {
      await writeDurably(stateDir, STATE_FILE, encodeDurable(durable))
      emit({ kind: 'stateStored', store, wallSeconds: clock.wallSeconds() })
    } catch (error) {
      fail(store, error instanceof Error ? error.message : String(error), remedyFor(error))
    } finally {
      clearTimeout(late)
    }
  }

  const writeAll = async (): Promise<void> => {
    if (writing) return
    writing = true
    while (next !== null) {
      const { store, durable } = next
      next = null
      await write(store, durable)
    }
    writing = false
  }

  return {
    load,
    store: (store, durable) => {
      next = { store, durable }
      void writeAll()
    }
  }
}

/** Write a board's first record (provisioning, lab). Refuses nothing: the caller knows that there is none. Rejects with the system's error. */
export const writeFirstState = (stateDir: string, durable: Durable): Promise<void> =>
  writeDurably(stateDir, STATE_FILE, encodeDurable(durable))
