// `baton init`: the first record of a new board, and on request the pair's key. Never overwrites either:
// a board whose record is lost must not pretend that it was never part of a tenure (R5).
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { firstState } from '../config/first-state.js'
import { formatConfigError } from '../config/issue.js'
import { readKeyFile } from '../config/key-file.js'
import { loadConfig } from '../config/load.js'
import { STATE_FILE, writeFirstState } from '../driver/state-file.js'
import type { BoardId } from '../runtime/status.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { configFile, type Terminal } from './terminal.js'

const KEY_BYTES = 32

export interface InitOptions {
  /** undefined = the board's own. */
  readonly file: string | undefined
  readonly board: BoardId | undefined
  readonly newKey: boolean
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

// null = made.
const makeKey = (keyFile: string): string | null => {
  try {
    mkdirSync(dirname(keyFile), { recursive: true, mode: 0o755 })
    writeFileSync(keyFile, `${randomBytes(KEY_BYTES).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true })
    return null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      return `cannot write ${keyFile}: ${words(error)}; run it as root`
    return `${keyFile} is there already: the other board may use it. Move it away first if you want a new key on both boards`
  }
}

const makeState = async (stateDir: string, state: Parameters<typeof writeFirstState>[1]): Promise<string | null> => {
  const file = join(stateDir, STATE_FILE)
  if (existsSync(file)) {
    return `${file} is there already: this board has a record, and it must not forget it. If it is really a new board, move the file away`
  }
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
    await writeFirstState(stateDir, state)
    return null
  } catch (error) {
    return `cannot write ${file}: ${words(error)}; run it as root, on a file system with room`
  }
}

/** Exit code 1 where something is there already or cannot be written, 4 for a wrong configuration or key. */
export const runInit = async (options: InitOptions, terminal: Terminal): Promise<ExitCode> => {
  const loaded = loadConfig(options.file ?? configFile(terminal), { board: options.board, env: terminal.env })
  if (!loaded.ok) {
    for (const error of loaded.errors) terminal.complain(formatConfigError(error))
    return EXIT.configuration
  }
  const { config } = loaded
  const noKey = options.newKey ? makeKey(config.keyFile) : null
  if (noKey !== null) {
    terminal.complain(`baton: ${noKey}`)
    return EXIT.refused
  }
  if (options.newKey) terminal.say(`made the pair's key ${config.keyFile}: copy it to the other board, mode 0600`)
  const key = readKeyFile(config.keyFile)
  if (!key.ok) {
    terminal.complain(formatConfigError(key.error))
    return EXIT.configuration
  }
  const noState = await makeState(config.stateDir, firstState(config))
  if (noState !== null) {
    terminal.complain(`baton: ${noState}`)
    return EXIT.refused
  }
  terminal.say(
    `board ${config.board} of pair ${config.pair} is ready: first record in ${join(config.stateDir, STATE_FILE)}`
  )
  terminal.say(`key fingerprint ${key.fingerprint}: the other board must show the same`)
  return EXIT.ok
}
