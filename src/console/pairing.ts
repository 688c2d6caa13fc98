// `baton pair` and `baton unpair`: the person's side of a pairing over the serial cable (src/pairing), and the end of one.
import { existsSync } from 'node:fs'
import { formatConfigError } from '../config/issue.js'
import { readKeyFile } from '../config/key-file.js'
import { failureOf, runCommand } from '../driver/command.js'
import { createKeyStore, type KeyStore } from '../pairing/key-store.js'
import { type Outcome, outcomeText } from '../pairing/outcome.js'
import { pairMarked } from '../setup/mark.js'
import { asRoot } from './as-root.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { runInit } from './init.js'
import { agree } from './order.js'
import { exchange } from './pairing-exchange.js'
import { type Guarded, guardKey } from './pairing-guard.js'
import { CARD, createHandedStore } from './pairing-handed.js'
import { parcelOf } from './pairing-parcel.js'
import { type PairingPlace, type PairingWish, pairingPlace } from './pairing-place.js'
import { type Aside, comeBack, stepAside } from './step-aside.js'
import type { Terminal } from './terminal.js'

interface PairingCommand extends PairingWish {
  readonly name: 'pair' | 'unpair'
  readonly yes: boolean
  /** By `baton setup`, which does by itself what comes next. */
  readonly led?: boolean
}
type Before = Awaited<ReturnType<KeyStore['look']>>
type Ready = Guarded & { readonly ok: true }

const REBOOT_MS = 20_000
const PAIRING = 'the pairing (some minutes; a quarter of an hour at most)'
const LEFT_TEXT =
  'an earlier pairing was cut off before its end: the two boards may have different keys. This one puts it right'

const VOID =
  'The proof of the fence becomes void with it (R4): nothing is taken over by itself until `baton fence prove` was done on both boards.'

/** What a new key costs a board that has one; null = it has none. */
const replaceText = (fingerprint: string | null, present: boolean): string | null => {
  if (!present) return null
  const which = fingerprint === null ? 'that cannot be used' : `(fingerprint ${fingerprint})`
  return `This board has a key already ${which}. Pairing puts a NEW ONE in its place, on both boards. ${VOID} What is served goes on.`
}

const UNPAIR_TEXT = `This takes the pair's key away from this board. Its daemon does not start without one: this board then SERVES NOTHING and takes over nothing until it is paired again. The other board keeps its key: unpair it, too, or pair both anew. ${VOID}`

const nextLines = ({
  place: { configuration },
  ready: { hasRecord, maintenance },
  aside
}: Begun): readonly string[] => {
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
    aside.kind === 'aside'
      ? '  baton status                the boards must hear each other'
      : '  systemctl restart batond    as root; then `baton status`: the boards must hear each other',
    '  baton fence prove           one board after the other: without it nothing is taken over by itself (R4)',
    ...(maintenance ? ['  baton mode auto             on one of them, at the end'] : [])
  ]
}

const report = (outcome: Outcome, { place, before }: Begun, command: string, terminal: Terminal): ExitCode => {
  const { board, keyFile } = place
  const { present, left } = before
  const lines = outcomeText(outcome, board, keyFile, present, present && left === null, command)
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
  return EXIT.ok
}

/** It was handed over what it lacked: the card takes it in at its start; elsewhere the first record is made, and the daemon started. */
const settleIn = async ({ place, ready }: Begun, terminal: Terminal): Promise<ExitCode> => {
  if (existsSync(CARD)) {
    terminal.say(
      'This board starts anew now and takes in what it was handed. The other board hears it in some minutes.'
    )
    const result = await runCommand('systemctl', ['reboot'], { deadlineMs: REBOOT_MS })
    if (!result.ok) terminal.complain(`baton: ${failureOf(result)}: switch this board off and on`)
    return EXIT.ok
  }
  if (!ready.hasRecord) {
    const made = await runInit({ file: place.file, board: place.board, newKey: false }, terminal)
    if (made !== EXIT.ok) return made
  }
  terminal.say('Next, on this board: systemctl restart batond, as root. The other board says what comes then.')
  return EXIT.ok
}

interface Begun {
  readonly place: PairingPlace
  readonly ready: Ready
  readonly aside: Aside
  readonly before: Before
}

const pair = async (begun: Begun, led: boolean, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> => {
  if (!terminal.askable) {
    terminal.complain('baton: refused: somebody must compare the code of both boards: run it on a terminal')
    return EXIT.refused
  }
  const { place, ready } = begun
  const { configuration } = place
  const keys = createKeyStore(place.keyFile)
  const { fresh } = ready
  const command = led ? 'baton setup' : 'baton pair'
  // What a board was told when it was set up, the other one need not be told again.
  const parcel = fresh && configuration !== null ? parcelOf(configuration, place.board, terminal) : null
  const what = {
    store: createHandedStore(keys, place),
    traits: { fresh, handsOver: false, offers: parcel !== null, lacks: configuration === null },
    parcel,
    there: `run \`${command}\` there, too`
  }
  const outcome = await pairMarked({
    stateDir: place.stateDir,
    isNew: !ready.hasRecord,
    complain: text => terminal.complain(`baton: ${text}`),
    pair: () => exchange(place, what, terminal, signal)
  })
  const code = report(outcome, begun, command, terminal)
  if (code !== EXIT.ok) return code
  if (outcome.handed === 'here' && (!led || existsSync(CARD))) return settleIn(begun, terminal)
  if (led) return EXIT.ok
  for (const line of nextLines(begun)) terminal.say(line)
  return EXIT.ok
}

const unpair = async ({ place, before }: Begun, terminal: Terminal): Promise<ExitCode> => {
  if (!before.present && before.left === null) {
    terminal.say(`This board has no key (${place.keyFile}): nothing is to be done.`)
    return EXIT.ok
  }
  const failed = await createKeyStore(place.keyFile).forget()
  if (failed !== null) {
    terminal.complain(`baton: ${failed}`)
    return EXIT.refused
  }
  terminal.say('This board has no key any more. `baton pair` on both boards makes a new one.')
  return EXIT.ok
}

/** The place, and the daemon held off, once the person agrees to what it costs; what is wrong is said. */
const begin = async (
  wish: PairingWish & { readonly yes: boolean },
  socket: string,
  what: string,
  costOf: (fingerprint: string | null, before: Before) => string | null,
  terminal: Terminal
): Promise<Begun | ExitCode> => {
  const found = pairingPlace(wish, terminal)
  if (!found.ok) {
    for (const line of found.lines) terminal.complain(line)
    return EXIT.configuration
  }
  const place = found.value
  const { board, stateDir, keyFile } = place
  const before = await createKeyStore(keyFile).look()
  const key = readKeyFile(keyFile)
  const cost = costOf(key.ok ? key.fingerprint : null, before)
  const aside = await stepAside({ board, stateDir, socket, what, cost, yes: wish.yes }, terminal)
  if (aside.kind === 'refused') return aside.code
  const ready = await guardKey(place)
  const refused = ready.ok ? null : `refused: ${ready.text}`
  if (refused !== null) terminal.complain(`baton: ${refused}`)
  // With a daemon that stepped aside the person was asked.
  const code = refused !== null ? EXIT.refused : aside.kind === 'aside' ? null : await agree(cost, wish.yes, terminal)
  if (code === null && ready.ok) return { place, ready, aside, before }
  if (ready.ok) ready.lock.release()
  await comeBack(aside, terminal)
  return code ?? EXIT.refused
}

const runPair = async (
  wish: PairingCommand,
  socket: string,
  terminal: Terminal,
  signal: AbortSignal
): Promise<ExitCode> => {
  const costOf = (fingerprint: string | null, { present, left }: Before): string | null => {
    if (left !== null) terminal.complain(`baton: ${LEFT_TEXT}`)
    return replaceText(fingerprint, present)
  }
  const begun = await begin(wish, socket, PAIRING, costOf, terminal)
  if (typeof begun === 'number') return begun
  let code: ExitCode
  try {
    code = await pair(begun, wish.led === true, terminal, signal)
  } finally {
    begun.ready.lock.release()
    await comeBack(begun.aside, terminal)
  }
  return code
}

/** The record stays, so that this board never forgets its tenures (R5). A daemon that stepped aside does not come back. */
const runUnpair = async (
  wish: PairingWish & { readonly yes: boolean },
  socket: string,
  terminal: Terminal
): Promise<ExitCode> => {
  const costOf = (_: string | null, { present, left }: Before): string | null =>
    present || left !== null ? UNPAIR_TEXT : null
  // No port is needed for that.
  const begun = await begin({ ...wish, serial: 'none' }, socket, 'unpairing', costOf, terminal)
  if (typeof begun === 'number') return begun
  try {
    return await unpair(begun, terminal)
  } finally {
    begun.ready.lock.release()
  }
}

/** Exit code 0: both boards have said that they use the new key; there is none any more. */
export const runPairing = async (
  wish: PairingCommand,
  socket: string,
  terminal: Terminal,
  signal: AbortSignal
): Promise<ExitCode> => {
  const { name, file, board, serial, yes } = wish
  const lent = await asRoot({ words: [name], options: [file, board, serial, yes] }, terminal, signal)
  if (lent !== null) return lent
  return name === 'pair' ? runPair(wish, socket, terminal, signal) : runUnpair(wish, socket, terminal)
}
