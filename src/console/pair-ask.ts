// Both boards' events or reports for one command: ours from the daemon here, the peer's through it, with both clocks.
// Used by `baton events --pair` and `baton report --pair`. What cannot be had of the peer is said, ours is shown all the same.
import type { ControlMessage, ControlRequest, SideClock } from '../runtime/status.js'
import { ask } from './client.js'
import { durationText } from './duration.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { offsetOf, type Side } from './pair-merge.js'
import type { Terminal } from './terminal.js'

/** `peer`: null = it could not be had, `why` says why not. */
export type BothSides<T> =
  | { readonly ok: true; readonly own: Side<T>; readonly peer: Side<T> }
  | { readonly ok: true; readonly items: readonly T[]; readonly peer: null; readonly why: string }
  | { readonly ok: false; readonly code: ExitCode; readonly text: string }

/** A difference that nobody would notice. */
const OFFSET_MS = 1000

const gather = async (socket: string, request: ControlRequest) => {
  const messages: ControlMessage[] = []
  const end = await ask(socket, request, message => messages.push(message))
  const refused = messages.find(message => message.kind === 'error')
  const whole = messages.some(message => message.kind === 'end')
  const why =
    refused?.kind === 'error'
      ? refused.text
      : end.kind === 'unreachable'
        ? end.text
        : 'the daemon ended; see `baton status`'
  return { messages, problem: whole ? null : why, refused: refused !== undefined }
}

export const askBoth = async <T>(
  socket: string,
  what: 'events' | 'reports',
  recent: number,
  itemOf: (message: ControlMessage) => readonly T[]
): Promise<BothSides<T>> => {
  const mine: ControlRequest = what === 'events' ? { command: 'events', recent, follow: false } : { command: 'reports' }
  const own = await gather(socket, mine)
  if (own.problem !== null) return { ok: false, code: own.refused ? EXIT.refused : EXIT.unreachable, text: own.problem }
  const items = own.messages.flatMap(itemOf)
  const peer = await gather(socket, { command: 'peer', what, recent })
  const clocks = peer.messages.find(message => message.kind === 'clocks')
  if (peer.problem !== null || clocks?.kind !== 'clocks')
    return { ok: true, items, peer: null, why: peer.problem ?? 'its answer had no clock: another version?' }
  return {
    ok: true,
    own: { items, clock: clocks.own },
    peer: { items: peer.messages.flatMap(itemOf), clock: clocks.peer }
  }
}

/** One line where the clocks differ by more than a second. */
export const sayOffset = (own: SideClock, peer: SideClock, terminal: Terminal): void => {
  const offsetMs = offsetOf(own, peer)
  if (Math.abs(offsetMs) <= OFFSET_MS) return
  const way = offsetMs > 0 ? 'ahead of' : 'behind'
  const by = durationText(Math.round(Math.abs(offsetMs) / OFFSET_MS) * OFFSET_MS)
  terminal.say(`the clock of board ${peer.board} is ${by} ${way} ours: its times are shown by our clock`)
}
