// The way of `baton setup` from an installed package to a running daemon: letter, configuration, key, record, start. What is there is said and
// skipped. Never writes over a letter, a configuration, a key or a record that is there.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { formatConfigError } from '../config/issue.js'
import { readKeyFile } from '../config/key-file.js'
import { loadConfig } from '../config/load.js'
import type { Config } from '../config/types.js'
import { failureOf, runCommand } from '../driver/command.js'
import { LOG_FILE } from '../driver/event-log.js'
import { createStateFile, STATE_FILE } from '../driver/state-file.js'
import { ownStatus } from '../setup/look.js'
import { isMarked, markSetup } from '../setup/mark.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { runInit } from './init.js'
import { runPairing } from './pairing.js'
import { CARD } from './pairing-handed.js'
import { openEars } from './setup-ears.js'
import { configurationStep, isWritten, letterStep, missing, STEP, type Walk, type WalkPlace } from './setup-told.js'
import { configFile, type Terminal } from './terminal.js'

const START_MS = 60_000
/** Somebody else than systemd may start it. */
const ELSEWHERE_MS = 8_000

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
  const code = await runPairing({ name: 'pair', file, board, serial, yes: false, led: true }, socket, terminal, signal)
  return code === EXIT.ok ? null : code
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
  // A file that was named is this board's alone.
  const mayHear = terminal.askable && !existsSync(CARD) && place.file === configFile(terminal) && !isWritten(place.file)
  const ears = mayHear ? await openEars(place, terminal) : null
  const walk: Walk = { ...place, ears, socket, terminal, signal }
  const early = (await letterStep(walk)) ?? (await configurationStep(walk))
  await ears?.close()
  if (early !== null) return early
  const loaded = loadConfig(place.file, { board: place.board, env: terminal.env })
  if (!loaded.ok) {
    for (const error of loaded.errors) terminal.complain(formatConfigError(error))
    return EXIT.configuration
  }
  const { config } = loaded
  return (await keyStep(walk, config)) ?? (await recordStep(walk, config)) ?? startStep(walk)
}
