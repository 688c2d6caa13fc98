// `baton setup`: leads a person from an installed board to a pair that is ready; what is done already is said and skipped. `--lead` is the
// same without a person: the unit baton-setup, after a pairing. Both do only what is left to do, and may be ended and begun anew at any moment.
import { networkInterfaces } from 'node:os'
import { formatConfigError } from '../config/issue.js'
import { loadConfig } from '../config/load.js'
import type { Config } from '../config/types.js'
import { lockBoard } from '../runtime/single.js'
import type { BoardId } from '../runtime/status.js'
import { defaultAddresses } from '../setup/default-config.js'
import { findings, leftToWish } from '../setup/findings.js'
import { type LeadEnd, lead } from '../setup/lead.js'
import { lookAround } from '../setup/look.js'
import { isMarked } from '../setup/mark.js'
import { isReady, nextStep } from '../setup/step.js'
import { asRoot } from './as-root.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { askWord } from './order.js'
import { COLUMNS, wrap } from './screen.js'
import { walkToDaemon } from './setup-walk.js'
import { configFile, type Terminal } from './terminal.js'

export interface SetupOptions {
  /** Without a person, and only while this board is marked. */
  readonly lead: boolean
  /** Started as root by a command that has the person (pipe-terminal.ts). */
  readonly pipe: boolean
  readonly file: string | undefined
  readonly board: BoardId | undefined
  /** For the pairing; undefined = that of the configuration, else the only one there is. */
  readonly serial: string | undefined
}

const LABEL_COLUMNS = 16
const LINES_MAX = 4
const LOCK_AGAIN_MS = 5_000

/** A lock of its own: two leads on one board would give each order twice. */
const lockLead = ({ board, stateDir }: Config) => lockBoard(`${stateDir}/setup`, board)

const say = (terminal: Terminal, label: string, words: string): void => {
  const lines = wrap(words, COLUMNS - LABEL_COLUMNS, LINES_MAX)
  for (const [at, line] of lines.entries())
    terminal.say((at === 0 ? label.padEnd(LABEL_COLUMNS) : ' '.repeat(LABEL_COLUMNS)) + line)
}

const sayFindings = async (config: Config, socket: string, terminal: Terminal): Promise<void> => {
  const sight = await lookAround(config, socket)
  terminal.say(`What board ${config.board} finds:`)
  for (const { what, words } of findings(config, sight, networkInterfaces())) say(terminal, `  ${what}`, words)
}

const sayEnd = (config: Config, end: LeadEnd, terminal: Terminal): ExitCode => {
  if (end.kind === 'left') {
    terminal.complain('baton: the set-up is not at its end; `baton setup` goes on with what is left')
    return EXIT.refused
  }
  if (end.kind === 'ended') {
    terminal.complain(`baton: ${end.words}`)
    return EXIT.refused
  }
  const { own } = end.sight
  const wishes = typeof own === 'string' ? [own] : leftToWish(config, own, networkInterfaces(), defaultAddresses())
  terminal.say(`READY: board ${config.board} and the other one are a pair; either takes over from the other.`)
  if (wishes.length > 0) terminal.say('What is still to wish for:')
  for (const words of wishes) say(terminal, '  !', words)
  return EXIT.ok
}

/** As a unit: what is said goes to the journal, and by the daemon's events to every console; nobody is asked. */
const runLead = async (config: Config, socket: string, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> => {
  const { stateDir } = config
  if (!(await isMarked(stateDir))) {
    terminal.say('this board is not being set up: nothing is to be done')
    return EXIT.ok
  }
  // A person leads here: what is left when they have gone is ours.
  let lock = await lockLead(config)
  while (!lock.ok && !signal.aborted && (await isMarked(stateDir))) {
    await new Promise(resolve => setTimeout(resolve, LOCK_AGAIN_MS))
    lock = await lockLead(config)
  }
  if (!lock.ok) return EXIT.ok
  const tell = (text: string): void => terminal.say(`set-up: ${text}`)
  const end = await lead({ config, socket, tell, consent: null, acts: true, signal })
  lock.value.release()
  if (end.kind === 'left') return EXIT.ok
  sayEnd(config, end, terminal)
  // It has done what it was started for.
  return EXIT.ok
}

const runWithPerson = async (
  config: Config,
  socket: string,
  terminal: Terminal,
  signal: AbortSignal
): Promise<ExitCode> => {
  await sayFindings(config, socket, terminal)
  const sight = await lookAround(config, socket)
  const ready = typeof sight.own !== 'string' && isReady(sight.own)
  const isNew = await isMarked(config.stateDir)
  if (!terminal.askable || !isNew) {
    if (ready) return sayEnd(config, { kind: 'ready', sight }, terminal)
    const { words } = nextStep(sight)
    terminal.complain(
      `baton: not ready: ${isNew ? words : 'this board has served, and `baton recover` says what is left'}`
    )
    return EXIT.refused
  }
  const lock = await lockLead(config)
  const consent = async (words: string, over: AbortSignal): Promise<boolean> => {
    terminal.say(words)
    const asking = { ...terminal, ask: (question: string) => terminal.ask(question, over) }
    return (await askWord('Type yes to cut it now: ', asking)) === 'yes'
  }
  const end = await lead({
    config,
    socket,
    tell: text => terminal.say(`... ${text}`),
    consent,
    acts: lock.ok,
    signal
  })
  if (lock.ok) lock.value.release()
  if (end.kind === 'ready') await sayFindings(config, socket, terminal)
  return sayEnd(config, end, terminal)
}

/** Exit code 0: both boards are ready; 1: not yet, and what is missing was said; 4: the configuration is wrong. */
export const runSetup = async (
  options: SetupOptions,
  socket: string,
  terminal: Terminal,
  signal: AbortSignal
): Promise<ExitCode> => {
  const { board, file, serial } = options
  const lent = await asRoot({ words: ['setup'], options: [options.lead, file, board, serial] }, terminal, signal)
  if (lent !== null) return lent
  if (!options.lead) {
    const stopped = await walkToDaemon({ file: file ?? configFile(terminal), board, serial }, socket, terminal, signal)
    if (stopped !== null) return stopped
  }
  const loaded = loadConfig(file ?? configFile(terminal), { board, env: terminal.env })
  if (!loaded.ok) {
    for (const error of loaded.errors) terminal.complain(formatConfigError(error))
    return EXIT.configuration
  }
  return options.lead
    ? runLead(loaded.config, socket, terminal, signal)
    : runWithPerson(loaded.config, socket, terminal, signal)
}
