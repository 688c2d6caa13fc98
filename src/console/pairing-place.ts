// Where a pairing happens on this board: letter, key file, serial port; from the configuration, or without one. Reads only.
import { readFileSync } from 'node:fs'
import { formatConfigError } from '../config/issue.js'
import { loadConfig } from '../config/load.js'
import { BOARD_FILE, rootSection } from '../config/schema.js'
import type { SerialConfig } from '../config/types.js'
import { whichBoard } from '../config/which-board.js'
import { AUTO, onlyAdapter } from '../driver/serial-adapter.js'
import type { BoardId } from '../runtime/status.js'
import { configFile, type Terminal } from './terminal.js'

export interface PairingWish {
  /** undefined = the board's own. */
  readonly file: string | undefined
  readonly board: BoardId | undefined
  /** undefined = that of the configuration, else the only one there is. */
  readonly serial: string | undefined
}

export interface PairingPlace {
  readonly board: BoardId
  readonly keyFile: string
  readonly stateDir: string
  readonly serial: SerialConfig
  /** null = there is none yet. */
  readonly configuration: string | null
  /** Where the configuration is, or would be. */
  readonly file: string
}

const BAUD = 115_200

type Found =
  | { readonly ok: true; readonly value: PairingPlace }
  | { readonly ok: false; readonly lines: readonly string[] }
type Port = { readonly ok: true; readonly device: string } | { readonly ok: false; readonly text: string }

/** A file that is not there, or that holds only comments: the board is not configured yet, which is no mistake. */
const isConfigured = (file: string): boolean => {
  try {
    return /^\s*[^#\s]/m.test(readFileSync(file, 'utf8'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}

/** The only serial adapter, or which there are. */
const onlyPort = (): Port => {
  const found = onlyAdapter()
  if (found.ok) return { ok: true, device: found.value }
  return { ok: false, text: `${found.reason}: plug in the one to the other board, or name its port with --serial` }
}

const fallbackOf = (name: string): string => {
  const option = rootSection.inside.find(([each]) => each === name)?.[1]
  return String(option?.fallback ?? '')
}

const unconfigured = (wish: PairingWish, { env }: Pick<Terminal, 'env'>): Found => {
  const which = whichBoard(BOARD_FILE, { board: wish.board, env })
  if (!which.ok) return { ok: false, lines: [formatConfigError(which.error)] }
  const port: Port = wish.serial === undefined ? onlyPort() : { ok: true, device: wish.serial }
  if (!port.ok) return { ok: false, lines: [`baton: ${port.text}`] }
  return {
    ok: true,
    value: {
      board: which.board,
      keyFile: fallbackOf('keyFile'),
      stateDir: fallbackOf('stateDir'),
      serial: { device: port.device, baud: BAUD },
      configuration: null,
      file: configFile({ env })
    }
  }
}

/** Never throws. The lines of a refusal say what to do. A configuration that is wrong is refused: it may name another key file. */
export const pairingPlace = (wish: PairingWish, terminal: Pick<Terminal, 'env'>): Found => {
  const file = wish.file ?? configFile(terminal)
  if (wish.file === undefined && !isConfigured(file)) return unconfigured(wish, terminal)
  // Lines of the board are opened by nobody here: a board that is not known may be paired.
  const loaded = loadConfig(file, { board: wish.board, env: terminal.env, elsewhere: true })
  if (!loaded.ok) return { ok: false, lines: loaded.errors.map(formatConfigError) }
  const { board, keyFile, stateDir, serial } = loaded.config
  const baud = serial?.baud ?? BAUD
  const device = wish.serial ?? serial?.device
  const port: Port = device === undefined || device === AUTO ? onlyPort() : { ok: true, device }
  if (!port.ok) return { ok: false, lines: [`baton: ${port.text}`] }
  const place = { board, keyFile, stateDir, serial: { device: port.device, baud }, configuration: file, file }
  return { ok: true, value: place }
}
