// What a board that goes on alone, or was set up first, gives a fresh one: the pieces on their way, asked for in a row. Used by exchange.ts; pure.
// Begins when both persons have agreed, and ends before anything is stored on the fresh board.
import { enter, isGiven, isTaken, type PairingState, type Stepped, speak, TIMES } from './exchange-state.js'
import type { Message } from './frame.js'
import { WINDOW } from './parcel.js'

const same = (state: PairingState): Stepped => ({ state, effects: [] })
/** Of agree, in `peerLevel`. */
const AGREED = 1

/** The other board has `next` pieces: the rest of that window. Only once both persons have agreed. */
export const give = (state: PairingState, next: number, now: number): Stepped => {
  const { own, peer, peerTraits, shared, phase, given, peerLevel, gaveAt, seen } = state
  const agreed = (phase === 'storing' || phase === 'stored') && peerLevel >= AGREED
  if (!agreed || shared === null || next >= given.length || !isGiven(own, peerTraits)) return same(state)
  // Asked again before the line can have carried it.
  if (next % WINDOW !== 0 && now - gaveAt < TIMES.repeat / 2) return same(state)
  const end = Math.min(given.length, next + WINDOW - (next % WINDOW))
  const head = { board: own.board, session: own.session, peerSession: peer?.session ?? seen }
  const messages = given.slice(next, end).map((piece, at): Message => {
    const [index, total] = [next + at, given.length]
    return { ...head, kind: 'piece', index, total, sealed: shared.seal(own.board, index, total, piece) }
  })
  return { state: { ...state, gaveAt: now }, effects: messages.map(message => ({ kind: 'send', message })) }
}

/** One piece: the next one, and of the board that we agreed with, or nothing. With the last one it goes to the card. */
export const take = (state: PairingState, message: Message & { kind: 'piece' }, now: number): Stepped => {
  const { own, shared, phase, taken, takenTotal, peerTraits } = state
  const { index, total, sealed } = message
  if (phase !== 'taking' || shared === null || !isTaken(own, peerTraits) || index !== taken.length) return same(state)
  if (takenTotal !== 0 && total !== takenTotal) return same(state)
  const piece = shared.unseal(own.board === 'a' ? 'b' : 'a', index, total, sealed)
  if (piece === null) return same(state)
  const next: PairingState = { ...state, taken: [...taken, piece], takenTotal: total }
  if (next.taken.length === total)
    return enter(next, 'storing', now, { kind: 'store', key: shared.key, parcel: Buffer.concat(next.taken) })
  return next.taken.length % WINDOW === 0 ? speak(next, now) : same(next)
}
