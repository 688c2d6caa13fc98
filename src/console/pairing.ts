// `baton pair` and `baton unpair`: the person's side of a pairing over the serial cable (src/pairing), and the end of one.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { formatConfigError } from '../config/issue.js'
import { readKeyFile } from '../config/key-file.js'
import { openSerialLink } from '../driver/serial-link.js'
import { createKeyStore, type KeyStore } from '../pairing/key-store.js'
import { type Outcome, outcomeText } from '../pairing/outcome.js'
import { pairBoards } from '../pairing/pair-boards.js'
import { codeBox, progressText } from '../pairing/progress.js'
import { SEED_BYTES } from '../pairing/secret.js'
import { markNew } from '../setup/mark.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { agree, askWord } from './order.js'
import { type Guarded, guardKey } from './pairing-guard.js'
import { type PairingPlace, type PairingWish, pairingPlace } from './pairing-place.js'
import { runAsRoot } from './pipe-terminal.js'
import type { Terminal } from './terminal.js'

type PairingCommand = PairingWish & { readonly name: 'pair' | 'unpair'; readonly yes: boolean }
type Before = Awaited<ReturnType<KeyStore['look']>>
type Ready = Guarded & { readonly ok: true }

/** Made by our card before the daemon may run; it takes a key in at its start. */
const CARD = '/run/baton-card'
const now = (): number => performance.now()

const VOID =
  'The proof of the fence becomes void with it (R4): nothing is taken over by itself until `baton fence prove` was done on both boards.'

/** What a new key costs a board that has one; null = it has none. */
const replaceText = (fingerprint: string | null, present: boolean): string | null => {
  if (!present) return null
  const which = fingerprint === null ? 'that cannot be used' : `(fingerprint ${fingerprint})`
  return `This board has a key already ${which}. Pairing puts a NEW ONE in its place, on both boards. ${VOID} What is served goes on.`
}

const UNPAIR_TEXT = `This takes the pair's key away from this board. Its daemon does not start without one: this board then SERVES NOTHING and takes over nothing until it is paired again. The other board keeps its key: unpair it, too, or pair both anew. ${VOID}`

const nextLines = ({ configuration }: PairingPlace, { hasRecord, maintenance }: Ready): readonly string[] => {
  if (existsSync(CARD) && !hasRecord)
    return [
      'Next: put configuration and letter on both cards if they are not there, then switch both boards off and on.'
    ]
  return [
    'Next, on both boards:',
    ...(configuration === null
      ? ['  write the configuration (`man 5 baton.yaml`), the same on both; `baton check-config FILE`']
      : []),
    ...(hasRecord ? [] : ['  baton init                  the first record of this board']),
    '  systemctl restart batond    as root; then `baton status`: the boards must hear each other',
    '  baton fence prove           one board after the other: without it nothing is taken over by itself (R4)',
    ...(maintenance ? ['  baton mode auto             on one of them, at the end'] : [])
  ]
}

const report = (
  outcome: Outcome,
  place: PairingPlace,
  ready: Ready,
  { present, left }: Before,
  terminal: Terminal
): ExitCode => {
  const { board, keyFile } = place
  const lines = outcomeText(outcome, board, keyFile, present, present && left === null)
  if (outcome.result !== 'paired') {
    for (const line of lines) terminal.complain(`baton: ${line}`)
    return EXIT.refused
  }
  const key = readKeyFile(keyFile)
  if (!key.ok) {
    terminal.complain(formatConfigError(key.error))
    return EXIT.configuration
  }
  for (const line of lines) terminal.say(line)
  terminal.say(`Its fingerprint is ${key.fingerprint}: the other board must show the same.`)
  if (outcome.detail !== '') terminal.complain(`baton: a former key was left on this card: ${outcome.detail}`)
  for (const line of nextLines(place, ready)) terminal.say(line)
  return EXIT.ok
}

const compare =
  (terminal: Terminal) =>
  async (code: string, signal: AbortSignal): Promise<boolean> => {
    terminal.say(`\n${codeBox(code)}\n`)
    terminal.say(
      'Look at the console of the other board. If the codes differ, somebody is between the boards: answer no.'
    )
    const ask = { ...terminal, ask: (question: string) => terminal.ask(question, signal) }
    return (await askWord('Does the other console show the same code? yes / no: ', ask)) === 'yes'
  }

const exchange = (place: PairingPlace, store: KeyStore, terminal: Terminal, signal: AbortSignal): Promise<Outcome> => {
  const { board, serial } = place
  terminal.say(
    `This is board ${board}. Looking for the other board on ${serial.device}: run \`baton pair\` there, too (Ctrl-C ends it).`
  )
  return pairBoards({
    board,
    seed: randomBytes(SEED_BYTES),
    openLine: onBytes => openSerialLink(serial, { now, onBytes }),
    store,
    now,
    tell: progress => terminal.say(`... ${progressText(progress, board)}`),
    compare: compare(terminal),
    signal
  })
}

const pair = async (
  place: PairingPlace,
  ready: Ready,
  yes: boolean,
  terminal: Terminal,
  signal: AbortSignal
): Promise<ExitCode> => {
  const store = createKeyStore(place.keyFile)
  const before = await store.look()
  const { present, left } = before
  if (left !== null)
    terminal.complain(
      `baton: an earlier pairing was cut off before its end (${place.keyFile}.${left} is there): the two boards may have different keys. This one puts it right`
    )
  const refused = await agree(replaceText(ready.fingerprint, present), yes, terminal)
  if (refused !== null) return refused
  if (!terminal.askable) {
    terminal.complain('baton: refused: somebody must compare the code of both boards: run it on a terminal')
    return EXIT.refused
  }
  const undo = ready.hasRecord ? null : await markNew(place.stateDir)
  if (typeof undo === 'string') terminal.complain(`baton: the set-up will not go on by itself: ${undo}`)
  const outcome = await exchange(place, store, terminal, signal)
  if (outcome.result !== 'paired' && typeof undo === 'function') await undo()
  return report(outcome, place, ready, before, terminal)
}

const unpair = async (place: PairingPlace, yes: boolean, terminal: Terminal): Promise<ExitCode> => {
  const store = createKeyStore(place.keyFile)
  const { present, left } = await store.look()
  if (!present && left === null) {
    terminal.say(`This board has no key (${place.keyFile}): nothing is to be done.`)
    return EXIT.ok
  }
  const refused = await agree(UNPAIR_TEXT, yes, terminal)
  if (refused !== null) return refused
  const failed = await store.forget()
  if (failed !== null) {
    terminal.complain(`baton: ${failed}`)
    return EXIT.refused
  }
  terminal.say('This board has no key any more. `baton pair` on both boards makes a new one.')
  return EXIT.ok
}

/** The place, and the daemon held off; what is wrong is said. */
const begin = async (wish: PairingWish, terminal: Terminal): Promise<[PairingPlace, Ready] | ExitCode> => {
  const place = pairingPlace(wish, terminal)
  if (!place.ok) {
    for (const line of place.lines) terminal.complain(line)
    return EXIT.configuration
  }
  const guarded = await guardKey(place.value)
  if (guarded.ok) return [place.value, guarded]
  terminal.complain(`baton: refused: ${guarded.text}`)
  return EXIT.refused
}

const runPair = async (
  wish: PairingWish & { readonly yes: boolean },
  terminal: Terminal,
  signal: AbortSignal
): Promise<ExitCode> => {
  const begun = await begin(wish, terminal)
  if (!Array.isArray(begun)) return begun
  const [place, ready] = begun
  try {
    return await pair(place, ready, wish.yes, terminal, signal)
  } finally {
    ready.lock.release()
  }
}

/** The record stays, so that this board never forgets its tenures (R5). */
const runUnpair = async (wish: PairingWish & { readonly yes: boolean }, terminal: Terminal): Promise<ExitCode> => {
  // No port is needed for that.
  const begun = await begin({ ...wish, serial: 'none' }, terminal)
  if (!Array.isArray(begun)) return begun
  const [place, ready] = begun
  try {
    return await unpair(place, wish.yes, terminal)
  } finally {
    ready.lock.release()
  }
}

/**
 * Exit code 0: both boards have said that they use the new key; there is none any more. Other users than root are lent root's hand by
 * `sudo`, for the board's own place alone: with options the root of the command line would write a key to any file.
 */
export const runPairing = async (wish: PairingCommand, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> => {
  const { name, file, board, serial, yes } = wish
  if (process.getuid?.() !== 0) {
    if (file === undefined && board === undefined && serial === undefined && !yes)
      return runAsRoot([name], terminal, signal)
    terminal.complain(`baton: refused: only root may give options to ${name}`)
    return EXIT.refused
  }
  return name === 'pair' ? runPair(wish, terminal, signal) : runUnpair(wish, terminal)
}
