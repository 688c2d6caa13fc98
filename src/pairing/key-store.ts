// The pair's key on the card while it is changed: stored beside the one in use, then put in its place, the old one kept until
// the other board has the new one, too. Called by pair-boards.ts and the command; the daemon only reads (key-file.ts).
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { KEY_NEW, KEY_PREVIOUS } from '../config/key-file.js'
import { remedyFor, TEMPORARY, writeDurably } from '../driver/state-write.js'

/** Every function resolves; a text says why it failed and what to do, `null` = done and durable. */
export interface KeyStore {
  readonly file: string
  /** Is a key in use, and what did a pairing leave that was cut off? Of a `previous` this board has the newer key in use. */
  look(): Promise<{ readonly present: boolean; readonly left: 'new' | 'previous' | null }>
  /** Beside the one in use. */
  store(key: Uint8Array): Promise<string | null>
  /** What was stored comes into use. The last key that both boards were known to have stays as `previous`. */
  use(): Promise<string | null>
  /** Both boards have the key in use: the previous one goes. */
  finish(): Promise<string | null>
  /** What was stored is never used. */
  discard(): Promise<string | null>
  /** No key at all. */
  forget(): Promise<string | null>
}

const there = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false
  )

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** `file`: an absolute path, the key in use. */
export const createKeyStore = (file: string): KeyStore => {
  const folder = dirname(file)
  const fresh = `${file}${KEY_NEW}`
  const previous = `${file}${KEY_PREVIOUS}`
  const attempt = async (what: string, work: () => Promise<void>): Promise<string | null> => {
    try {
      await work()
      return null
    } catch (error) {
      return `${what} failed: ${error instanceof Error ? error.message : String(error)}; ${remedyFor(error)}`
    }
  }
  const remove = async (...files: readonly string[]): Promise<void> => {
    for (const each of files) for (const name of [each, `${each}${TEMPORARY}`]) await rm(name, { force: true })
    if (await there(folder)) await syncFolder(folder)
  }
  return {
    file,
    look: async () => {
      const [present, hasNew, hasPrevious] = await Promise.all([file, fresh, previous].map(there))
      return { present: present === true, left: hasPrevious ? 'previous' : hasNew ? 'new' : null }
    },
    store: key =>
      attempt(`storing ${fresh}`, async () => {
        await mkdir(folder, { recursive: true, mode: 0o755 })
        await writeDurably(folder, basename(fresh), `${Buffer.from(key).toString('hex')}\n`)
      }),
    use: () =>
      attempt(`putting the key into ${file}`, async () => {
        // A previous one that is there is of a pairing that did not end: that key both boards have had, the one in use perhaps not.
        if ((await there(file)) && !(await there(previous)))
          await writeDurably(folder, basename(previous), await readFile(file, 'utf8'))
        await rename(fresh, file)
        await syncFolder(folder)
      }),
    finish: () => attempt(`removing ${previous}`, () => remove(previous)),
    discard: () => attempt(`removing ${fresh}`, () => remove(fresh)),
    forget: () => attempt(`removing ${file}`, () => remove(file, fresh, previous))
  }
}
