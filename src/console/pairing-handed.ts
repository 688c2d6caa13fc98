// What a board that goes on alone hands over to this fresh one (`baton replace`): checked by the loader, kept beside what is here, and
// put in use with the key. Used by `baton pair` and by the button. Must not let in what this board could not run with.
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { formatConfigError } from '../config/issue.js'
import { loadConfig } from '../config/load.js'
import { remedyFor, writeDurably } from '../driver/state-write.js'
import type { KeyStore } from '../pairing/key-store.js'
import type { PairingStore } from '../pairing/pair-boards.js'
import { type Parcel, unpackParcel } from '../pairing/parcel.js'
import type { PairingPlace } from './pairing-place.js'

/** Made by our card before the daemon may run. */
export const CARD = '/run/baton-card'
/** On a card `import` removes the first at each boot, and takes the second for the configuration, whatever its first partition holds. */
const BESIDE = '.new'
const HANDED = '.handed'
const FORMER = '.previous'

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

const putBeside = async (file: string, text: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o755 })
  await writeDurably(dirname(file), `${basename(file)}${BESIDE}`, text)
}

/** Keys as ever; with them what was handed over. `onCard`: for tests. */
export const createHandedStore = (
  keys: KeyStore,
  { board, keyFile, stateDir, file }: Pick<PairingPlace, 'board' | 'keyFile' | 'stateDir' | 'file'>,
  onCard = existsSync(CARD)
): PairingStore => {
  let secretsFile: string | null = null
  let handed = false

  /** Why this board cannot run with it; null = it is beside the one in use, durably. */
  const keep = async ({ configuration, secrets }: Parcel): Promise<string | null> => {
    await putBeside(file, configuration)
    const loaded = loadConfig(`${file}${BESIDE}`, { board })
    if (!loaded.ok) {
      const [first] = loaded.errors
      return `the configuration that was handed over is refused here: ${first === undefined ? 'no reason' : formatConfigError(first)}`
    }
    const { config } = loaded
    if (config.keyFile !== keyFile || config.stateDir !== stateDir)
      return `the configuration that was handed over keeps key and record elsewhere (${config.keyFile}, ${config.stateDir}) than this board does (${keyFile}, ${stateDir}): let both boards have the same places`
    secretsFile = secrets === null ? null : config.notices.secretsFile
    if (secretsFile !== null) await putBeside(secretsFile, secrets ?? '')
    return null
  }
  const attempt = async (what: string, work: () => Promise<string | null>): Promise<string | null> => {
    try {
      return await work()
    } catch (error) {
      return `${what} failed: ${words(error)}; ${remedyFor(error)}`
    }
  }
  const drop = async (): Promise<void> => {
    if (!handed) return
    for (const each of [file, ...(secretsFile === null ? [] : [secretsFile])])
      await rm(`${each}${BESIDE}`, { force: true })
  }

  return {
    store: async (key, bytes) => {
      if (bytes !== null) {
        handed = true
        const parcel = unpackParcel(bytes)
        if (parcel === null) return 'what was handed over cannot be read: are both boards of one version?'
        const refused = await attempt(`storing ${file}${BESIDE}`, () => keep(parcel))
        if (refused !== null) return refused
      }
      return keys.store(key)
    },
    // The configuration first: a key without it would start a daemon with another one.
    use: async () => {
      const work = async (): Promise<null> => {
        if (secretsFile !== null) await rename(`${secretsFile}${BESIDE}`, secretsFile)
        if (!onCard && existsSync(file)) await copyFile(file, `${file}${FORMER}`)
        await chmod(`${file}${BESIDE}`, 0o644)
        await rename(`${file}${BESIDE}`, onCard ? `${file}${HANDED}` : file)
        await syncFolder(dirname(file))
        return null
      }
      const failed = handed ? await attempt(`putting ${file} in its place`, work) : null
      return failed ?? keys.use()
    },
    finish: () => keys.finish(),
    discard: async () => (await attempt(`removing ${file}${BESIDE}`, () => drop().then(() => null))) ?? keys.discard()
  }
}
