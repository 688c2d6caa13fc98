// What a new board must be told in `baton setup`: its letter and its configuration. By a person, or by the other board that was told before
// (setup-ears.ts). Never writes over a letter or a configuration that is there.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { formatConfigError } from '../config/issue.js'
import { loadConfig } from '../config/load.js'
import { BOARD_FILE } from '../config/schema.js'
import { whichBoard } from '../config/which-board.js'
import { remedyFor, writeDurably } from '../driver/state-write.js'
import type { BoardId } from '../runtime/status.js'
import { defaultAddresses, defaultText, withAnswers } from '../setup/default-config.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { runPairing } from './pairing.js'
import { CARD } from './pairing-handed.js'
import { askAnswers, askLetter, LEFT } from './setup-ask.js'
import type { Ears } from './setup-ears.js'
import type { Terminal } from './terminal.js'

export interface WalkPlace {
  readonly file: string
  readonly board: BoardId | undefined
  readonly serial: string | undefined
}

export interface Walk extends WalkPlace {
  readonly ears: Ears | null
  readonly socket: string
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** The beginning of a line about one step. */
export const STEP = (what: string): string => `${what.padEnd(15)} `

const left = (terminal: Terminal): ExitCode => {
  terminal.complain('baton: nothing more was done; `baton setup` goes on from here')
  return EXIT.refused
}

/** Something has to be asked, and there is nobody. */
export const missing = (terminal: Terminal, text: string): ExitCode => {
  terminal.complain(`baton: ${text}; nobody can be asked here: run \`baton setup\` on a terminal`)
  return EXIT.refused
}

export const isWritten = (file: string): boolean => {
  try {
    return /^\s*[^#\s]/m.test(readFileSync(file, 'utf8'))
  } catch {
    return false
  }
}

/** null = durable. Readable by all: neither letter nor configuration is a secret. */
const write = async (file: string, text: string): Promise<string | null> => {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 })
    await writeDurably(dirname(file), basename(file), text)
    chmodSync(file, 0o644)
    return null
  } catch (error) {
    return `cannot write ${file}: ${error instanceof Error ? error.message : error}; ${remedyFor(error)}`
  }
}

/** Of a pair, the letter that the other board has not. */
const letterHeard = ({ ears, terminal }: Walk): BoardId | null => {
  const peer = ears?.peer() ?? null
  if (peer === null) return null
  const letter = peer === 'a' ? 'b' : 'a'
  terminal.say(`\n${STEP('letter')}board ${peer} is at the other end of the serial cable: this is board ${letter}`)
  return letter
}

export const letterStep = async (walk: Walk): Promise<ExitCode | null> => {
  const { board, ears, terminal } = walk
  const known = whichBoard(BOARD_FILE, { board, env: terminal.env })
  if (known.ok) {
    terminal.say(`${STEP('letter')}this is board ${known.board}`)
    return null
  }
  // A word that is there and wrong is for a person to mend.
  if (existsSync(BOARD_FILE) || terminal.env.BATON_BOARD || existsSync(CARD)) {
    terminal.complain(formatConfigError(known.error))
    return EXIT.configuration
  }
  if (!terminal.askable) return missing(terminal, `this board has no letter (${BOARD_FILE})`)
  const typed = letterHeard(walk) ?? (await askLetter(ears?.asking ?? terminal))
  const letter = typed === LEFT ? letterHeard(walk) : typed
  if (letter === null) return left(terminal)
  const failed = await write(BOARD_FILE, `${letter}\n`)
  if (failed === null) return null
  terminal.complain(`baton: ${failed}`)
  return EXIT.refused
}

/** Checked beside its place before it is there. */
const writeConfiguration = async ({ board, file, terminal }: Walk, text: string): Promise<ExitCode | null> => {
  const draft = `${file}.draft`
  const failed = (await write(draft, text)) ?? null
  if (failed !== null) {
    terminal.complain(`baton: ${failed}`)
    return EXIT.refused
  }
  const loaded = loadConfig(draft, { board, env: terminal.env })
  rmSync(draft, { force: true })
  if (!loaded.ok) {
    terminal.complain('baton: these answers make no configuration; nothing was written:')
    for (const error of loaded.errors) terminal.complain(formatConfigError(error))
    return EXIT.configuration
  }
  const unwritten = await write(file, text)
  if (unwritten !== null) {
    terminal.complain(`baton: ${unwritten}`)
    return EXIT.refused
  }
  terminal.say(`${STEP('configuration')}written to ${file}; the other board needs the same`)
  if (loaded.config.notices.channels.length > 0)
    terminal.say(
      "                for mail its password is missing: one line  mail: 'the password'  in /etc/baton/secrets, mode 0600"
    )
  return null
}

/** null = the pair has a key, and the configuration of the other board is here if that one had any. */
const handedStep = async ({ board, ears, serial, signal, socket, terminal }: Walk): Promise<ExitCode | null> => {
  terminal.say(`\n${STEP('configuration')}board ${ears?.peer()} is further: what it was told comes with the key`)
  await ears?.close()
  const wish = { name: 'pair', file: undefined, board, serial, yes: false, led: true } as const
  const code = await runPairing(wish, socket, terminal, signal)
  return code === EXIT.ok ? null : code
}

export const configurationStep = async (walk: Walk): Promise<ExitCode | null> => {
  const { ears, file, terminal } = walk
  if (isWritten(file)) {
    terminal.say(`${STEP('configuration')}${file} is there and stays`)
    return null
  }
  if (existsSync(CARD)) {
    terminal.complain(
      'baton: this card has no configuration: put baton.yaml on its first partition, and switch it off and on'
    )
    return EXIT.configuration
  }
  if (!terminal.askable) return missing(terminal, `there is no configuration (${file})`)
  const text = defaultText()
  const ask = async (asking: Terminal) => askAnswers(asking, defaultAddresses(text)[0] ?? '192.168.77.10/24')
  const isHeard = (): boolean => ears !== null && ears.peer() !== null
  let answers = isHeard() ? LEFT : await ask(ears?.asking ?? terminal)
  if (answers === LEFT && isHeard()) {
    const stopped = await handedStep(walk)
    if (stopped !== null) return stopped
    if (isWritten(file)) return null
    terminal.say(`${STEP('configuration')}the other board has none either`)
    answers = await ask(terminal)
  }
  return answers === LEFT ? left(terminal) : writeConfiguration(walk, withAnswers(text, answers))
}
