// The way of `baton setup` from an installed package to a running daemon: letter, configuration, key, record, start. What is there is said and
// skipped. Never writes over a letter, a configuration, a key or a record that is there.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { formatConfigError } from '../config/issue.js'
import { readKeyFile } from '../config/key-file.js'
import { loadConfig } from '../config/load.js'
import { BOARD_FILE } from '../config/schema.js'
import type { Config } from '../config/types.js'
import { whichBoard } from '../config/which-board.js'
import { failureOf, runCommand } from '../driver/command.js'
import { LOG_FILE } from '../driver/event-log.js'
import { createStateFile, STATE_FILE } from '../driver/state-file.js'
import { remedyFor, writeDurably } from '../driver/state-write.js'
import type { BoardId } from '../runtime/status.js'
import { defaultAddresses, defaultText, withAnswers } from '../setup/default-config.js'
import { ownStatus } from '../setup/look.js'
import { isMarked, markSetup } from '../setup/mark.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { runInit } from './init.js'
import { runPairing } from './pairing.js'
import { CARD } from './pairing-handed.js'
import { askAnswers, askLetter, LEFT } from './setup-ask.js'
import type { Terminal } from './terminal.js'

export interface WalkPlace {
  readonly file: string
  readonly board: BoardId | undefined
  readonly serial: string | undefined
}

interface Walk extends WalkPlace {
  readonly socket: string
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

const START_MS = 60_000
/** Somebody else than systemd may start it. */
const ELSEWHERE_MS = 8_000
const STEP = (what: string): string => `${what.padEnd(15)} `

const left = (terminal: Terminal): ExitCode => {
  terminal.complain('baton: nothing more was done; `baton setup` goes on from here')
  return EXIT.refused
}

const missing = (terminal: Terminal, text: string): ExitCode => {
  terminal.complain(`baton: ${text}; nobody can be asked here: run \`baton setup\` on a terminal`)
  return EXIT.refused
}

const isWritten = (file: string): boolean => {
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

const letterStep = async ({ board, terminal }: Walk): Promise<ExitCode | null> => {
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
  const letter = await askLetter(terminal)
  if (letter === LEFT) return left(terminal)
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

const configurationStep = async (walk: Walk): Promise<ExitCode | null> => {
  const { file, terminal } = walk
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
  const answers = await askAnswers(terminal, defaultAddresses(text)[0] ?? '192.168.77.10/24')
  return answers === LEFT ? left(terminal) : writeConfiguration(walk, withAnswers(text, answers))
}

const keyStep = async (
  { board, file, serial, signal, socket, terminal }: Walk,
  config: Config
): Promise<ExitCode | null> => {
  const key = readKeyFile(config.keyFile)
  if (key.ok) {
    terminal.say(`${STEP('key')}fingerprint ${key.fingerprint}: the other board must show the same`)
    return null
  }
  if (!terminal.askable) return missing(terminal, `there is no key of the pair (${config.keyFile})`)
  terminal.say(`${STEP('key')}there is none: the boards make one over the serial cable`)
  const code = await runPairing({ name: 'pair', file, board, serial, yes: false }, socket, terminal, signal)
  if (code !== EXIT.ok) return code
  terminal.say(`${STEP('key')}made; what comes next is done here, one after the other`)
  return null
}

/** A record that was lost is not made anew as if this board had never served (R5); null = it is the first one. */
const whyNoFirstRecord = (stateDir: string): string | null => {
  if (existsSync(CARD))
    return 'the first record of a card is made at its start: switch this board off and on; the set-up goes on by itself'
  if (!existsSync(join(stateDir, LOG_FILE))) return null
  return `there is no record in ${stateDir}, but a daemon has run here: was it lost? If this board never served: \`baton init\`, then \`baton setup\``
}

/** The mark first: a record without it would be a board that served, for all that the next life knows. */
const recordStep = async ({ board, file, terminal }: Walk, config: Config): Promise<ExitCode | null> => {
  const { groups, stateDir } = config
  const clock = { now: () => 0, wallSeconds: () => 0 }
  const names = groups.map(({ name }) => name)
  const record = await createStateFile(stateDir, config.board, names, () => {}, clock).load()
  const served = record.kind === 'ok' && Object.values(record.durable.groups).some(({ epoch }) => epoch.number > 0)
  if (record.kind === 'bad') {
    terminal.complain(`baton: ${record.reason}`)
    return EXIT.refused
  }
  if (served && !(await isMarked(stateDir))) {
    terminal.say(`${STEP('record')}this board has served: nothing is done by itself`)
    return null
  }
  const lost = record.kind === 'missing' ? whyNoFirstRecord(stateDir) : null
  if (lost !== null) {
    terminal.complain(`baton: ${lost}`)
    return EXIT.refused
  }
  const unmarked = await markSetup(stateDir)
  if (unmarked !== null) {
    terminal.complain(`baton: ${unmarked}`)
    return EXIT.refused
  }
  if (record.kind === 'ok') {
    terminal.say(`${STEP('record')}${join(stateDir, STATE_FILE)} is there`)
    return null
  }
  const code = await runInit({ file, board, newKey: false }, terminal)
  return code === EXIT.ok ? null : code
}

const startStep = async ({ signal, socket, terminal }: Walk): Promise<ExitCode | null> => {
  if (typeof (await ownStatus(socket)) !== 'string') {
    terminal.say(`${STEP('daemon')}runs`)
    return null
  }
  terminal.say(`${STEP('daemon')}starting it`)
  const started = await runCommand('systemctl', ['start', 'batond.service'], { deadlineMs: START_MS, marked: false })
  const until = performance.now() + (started.ok ? START_MS : ELSEWHERE_MS)
  while (!signal.aborted && performance.now() < until) {
    if (typeof (await ownStatus(socket)) !== 'string') return null
    await delay(500)
  }
  const why = started.ok ? `it does not answer at ${socket}` : failureOf(started)
  terminal.complain(`baton: the daemon does not run: ${why}; see \`journalctl -u batond\``)
  return EXIT.unreachable
}

/** null = the daemon runs, and a new board is marked; else why it went no further was said. */
export const walkToDaemon = async (
  place: WalkPlace,
  socket: string,
  terminal: Terminal,
  signal: AbortSignal
): Promise<ExitCode | null> => {
  const walk: Walk = { ...place, socket, terminal, signal }
  const early = (await letterStep(walk)) ?? (await configurationStep(walk))
  if (early !== null) return early
  const loaded = loadConfig(place.file, { board: place.board, env: terminal.env })
  if (!loaded.ok) {
    for (const error of loaded.errors) terminal.complain(formatConfigError(error))
    return EXIT.configuration
  }
  const { config } = loaded
  return (await keyStep(walk, config)) ?? (await recordStep(walk, config)) ?? startStep(walk)
}
