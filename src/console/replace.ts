// `baton replace`: at the board that goes on alone, leads through the replacement of the other one. Holds nothing durable but what the
// daemon and the pairing do: run again, it goes on where things are. Must not interrupt what is served here.
import { setTimeout as wait } from 'node:timers/promises'
import { readKeyFile } from '../config/key-file.js'
import { createKeyStore } from '../pairing/key-store.js'
import { outcomeText } from '../pairing/outcome.js'
import { PLAIN } from '../pairing/traits.js'
import type { DaemonStatus, OperatorRequest } from '../runtime/status.js'
import { asRoot } from './as-root.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { agree, askWord, sendOrder } from './order.js'
import { exchange } from './pairing-exchange.js'
import { guardKey } from './pairing-guard.js'
import { parcelOf } from './pairing-parcel.js'
import { type PairingPlace, type PairingWish, pairingPlace } from './pairing-place.js'
import { beforeReplace, peerOf, plugText, replaceText } from './replace-steps.js'
import { fetchStatus } from './status.js'
import { comeBack, stepAside } from './step-aside.js'
import type { Terminal } from './terminal.js'

interface Scene {
  readonly socket: string
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** A board that starts with a new card: its file systems, the import, the daemon. */
const HEARD_MS = 420_000
const LOOK_MS = 1_000
const AGAIN = 'What is served goes on. Run `baton replace` again when you are ready.'

const refuse = ({ terminal }: Scene, text: string): ExitCode => {
  terminal.complain(`baton: ${text}`)
  return EXIT.refused
}

const orders = async (scene: Scene, list: readonly OperatorRequest[]): Promise<ExitCode> => {
  for (const what of list) {
    const code = await sendOrder(scene.socket, what, scene.terminal, scene.signal)
    if (code !== EXIT.ok) return code
  }
  return EXIT.ok
}

/** Agreed, the other board's power off if need be, maintenance, the fresh board in its place and with power. */
const makeReady = async (scene: Scene, status: DaemonStatus): Promise<ExitCode> => {
  const { terminal, socket } = scene
  const before = beforeReplace(status)
  if (before.kind === 'refused') return refuse(scene, `refused: ${before.text}`)
  const refused = await agree(replaceText(status, before), false, terminal)
  if (refused !== null) return refused
  const code = await orders(scene, [
    ...(before.cut ? [{ order: 'fenceOff' } as const] : []),
    ...(before.mode ? [{ order: 'mode', mode: 'maintenance', forMs: 0 } as const] : [])
  ])
  if (code !== EXIT.ok) {
    terminal.complain(
      `baton: without that nothing goes on: the harness must be in, on the board in the place of board ${peerOf(status)}, too; \`baton status\` says what else is wrong. ${AGAIN}`
    )
    return code
  }
  terminal.say(plugText(peerOf(status)))
  if ((await askWord('Type yes when it is done: ', terminal)) !== 'yes') return refuse(scene, AGAIN)
  const now = await fetchStatus(socket)
  return now.ok && now.status.core.fence.relayDriven ? orders(scene, [{ order: 'fenceOn' }]) : EXIT.ok
}

/** Exit code 0: the other board has said that it uses the new key and keeps what it was handed. */
const pairWithFresh = async (scene: Scene, place: PairingPlace, parcel: Uint8Array): Promise<ExitCode> => {
  const { terminal, signal } = scene
  const guarded = await guardKey(place)
  if (!guarded.ok) return refuse(scene, `refused: ${guarded.text}`)
  const keys = createKeyStore(place.keyFile)
  const { present, left } = await keys.look()
  try {
    const what = {
      store: keys,
      traits: { ...PLAIN, fresh: guarded.fresh, handsOver: true },
      parcel,
      there: 'when it has started, hold its button for 10 s, or run `baton pair` there'
    }
    const outcome = await exchange(place, what, terminal, signal)
    const lines = outcomeText(outcome, place.board, place.keyFile, present, present && left === null)
    const done = outcome.result === 'paired'
    for (const line of lines) done ? terminal.say(line) : terminal.complain(`baton: ${line}`)
    if (!done) return EXIT.refused
    const key = readKeyFile(place.keyFile)
    if (key.ok) terminal.say(`Its fingerprint is ${key.fingerprint}: the other board must show the same.`)
    return EXIT.ok
  } finally {
    guarded.lock.release()
  }
}

/** Until the other board is heard; null = not in time, or the person left. */
const hears = async ({ socket, terminal, signal }: Scene, peer: 'a' | 'b'): Promise<DaemonStatus | null> => {
  terminal.say(
    `Waiting for board ${peer} to start with what it was given: some minutes (Ctrl-C ends only the waiting).`
  )
  const endAt = performance.now() + HEARD_MS
  while (!signal.aborted && performance.now() < endAt) {
    const answer = await fetchStatus(socket)
    if (answer.ok && answer.status.core.peer.heard) return answer.status
    await wait(LOOK_MS, undefined, { signal }).catch(() => {})
  }
  return null
}

const LAST =
  'Last: `baton fence prove` here, then `switchover` of each group, and `baton fence prove` at the other board: until then nothing is taken over by itself (R4).'

const end = async (scene: Scene, peer: 'a' | 'b'): Promise<ExitCode> => {
  const { terminal } = scene
  const status = await hears(scene, peer)
  if (status === null)
    return refuse(
      scene,
      `board ${peer} is not heard yet. When it is: \`baton mode auto\`. Its lights and its console say what it waits for; is it a card: switch it off and on once. ${LAST}`
    )
  terminal.say(`Board ${peer} is heard.`)
  if ((await askWord('Mode auto now? yes / no: ', terminal)) === 'yes') {
    const code = await orders(scene, [{ order: 'mode', mode: 'auto', forMs: 0 }])
    if (code !== EXIT.ok) return code
  } else terminal.say('The mode stays maintenance until `baton mode auto`.')
  terminal.say(LAST)
  return EXIT.ok
}

const replace = async (scene: Scene, wish: PairingWish): Promise<ExitCode> => {
  const { terminal, socket } = scene
  const found = pairingPlace(wish, terminal)
  if (!found.ok) {
    for (const line of found.lines) terminal.complain(line)
    return EXIT.configuration
  }
  const place = found.value
  const { board, stateDir, configuration } = place
  if (configuration === null) return refuse(scene, 'refused: this board has no configuration that it could hand over')
  const parcel = parcelOf(configuration, board, terminal)
  if (parcel === null) return EXIT.configuration
  if (!terminal.askable) return refuse(scene, 'refused: it asks on its way: run it on a terminal')
  const answer = await fetchStatus(socket)
  if (!answer.ok) {
    terminal.complain(`baton: ${answer.text}`)
    return EXIT.unreachable
  }
  const ready = await makeReady(scene, answer.status)
  if (ready !== EXIT.ok) return ready
  // Agreed to above.
  const wishAside = { board, stateDir, socket, what: 'the pairing', cost: null, yes: true }
  const aside = await stepAside(wishAside, terminal)
  if (aside.kind === 'refused') return aside.code
  let paired: ExitCode
  try {
    paired = await pairWithFresh(scene, place, parcel)
  } finally {
    await comeBack(aside, terminal)
  }
  if (paired !== EXIT.ok) terminal.complain(`baton: ${AGAIN}`)
  return paired === EXIT.ok ? end(scene, peerOf(answer.status)) : paired
}

/** Exit code 0: the fresh board is heard, with all that it was handed. */
export const runReplace = async (
  wish: PairingWish,
  socket: string,
  terminal: Terminal,
  signal: AbortSignal
): Promise<ExitCode> => {
  const { file, board, serial } = wish
  const lent = await asRoot({ words: ['replace'], options: [file, board, serial] }, terminal, signal)
  return lent ?? replace({ socket, terminal, signal }, wish)
}
