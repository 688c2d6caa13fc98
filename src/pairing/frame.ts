// Messages of the pairing on the serial line to frames and back (FORMAT.md). Pure. Frames begin with a type that no token has,
// so that neither is ever taken for the other. What a message is worth is exchange.ts's to judge.
import { cobsDecode, cobsEncode } from '../link/cobs.js'
import { crc32 } from '../link/crc.js'
import { createFrameSplitter } from '../link/frame-splitter.js'
import { hexOf, writeHex } from '../link/hex.js'
import {
  BOARD_CODE,
  CRC_BYTES,
  DELIMITER_BYTES,
  RAW_BYTES_MAX,
  RAW_BYTES_MIN,
  VERSION as TOKEN_VERSION
} from '../link/layout.js'
import { PIECE_BYTES, PIECES_MAX } from './parcel.js'
import { type Traits, traitsByte, traitsOf } from './traits.js'

export type Letter = keyof typeof BOARD_CODE

/** Why a board ends the exchange, told to the other one; the number is on the wire. */
export type StopReason = 'refused' | 'left' | 'same-letter' | 'not-stored' | 'tampered' | 'late'

interface Head {
  /** Who sends. */
  readonly board: Letter
  /** 16 hex digits: the sender's number of this exchange. */
  readonly session: string
  /** The receiver's, as the sender knows it; NO_SESSION = not known. */
  readonly peerSession: string
}

/** What proves that the sender has the new key and means this message. 64 hex digits. */
interface Proved {
  readonly proof: string
}

export type Level = 'agree' | 'stored' | 'done'

/** Every field but the letter is lower-case hex. */
export type Message =
  | (Head & { readonly kind: 'promise'; readonly commitment: string })
  | (Head & { readonly kind: 'reveal'; readonly publicKey: string; readonly nonce: string; readonly traits: Traits })
  | (Head & Proved & { readonly kind: Level })
  | (Head & Proved & { readonly kind: 'stop'; readonly reason: StopReason })
  /** A fresh board has so many pieces of the parcel in a row. */
  | (Head & { readonly kind: 'want'; readonly next: number })
  | (Head & { readonly kind: 'piece'; readonly index: number; readonly total: number; readonly sealed: string })

/** One frame with a right checksum. */
export type Heard =
  | { readonly kind: 'message'; readonly message: Message }
  /** The other board runs its daemon. */
  | { readonly kind: 'token' }
  /** A frame of ours, but of no version that this program knows. */
  | { readonly kind: 'other-version' }

/** First byte of a frame. Versions of a token count from 1 and never reach it. */
export const PAIRING_TYPE = 0x70
/** 2: traits in a reveal, and what is handed over. 3: a new board hands over to another one that has no configuration. */
export const PAIRING_VERSION = 3
export const SESSION_BYTES = 8
export const KEY_BYTES = 32
export const NONCE_BYTES = 16
export const PROOF_BYTES = 32
/** What the seal adds to a piece. */
export const SEAL_BYTES = 16
export const NO_SESSION = '00'.repeat(SESSION_BYTES)
/** Of a stop whose sender has no key yet. */
export const NO_PROOF = '00'.repeat(PROOF_BYTES)

const AT = { type: 0, version: 1, kind: 2, board: 3, session: 4, peerSession: 12, body: 20 } as const
const KINDS: Readonly<Record<Message['kind'], number>> = {
  promise: 1,
  reveal: 2,
  agree: 3,
  stored: 4,
  done: 5,
  stop: 6,
  want: 7,
  piece: 8
}
/** Index and total of a piece. */
const COUNT_BYTES = 2
/** The least of a piece, whose last field takes what there is. */
const BODY_BYTES: Readonly<Record<Message['kind'], number>> = {
  promise: KEY_BYTES,
  reveal: KEY_BYTES + NONCE_BYTES + 1,
  agree: PROOF_BYTES,
  stored: PROOF_BYTES,
  done: PROOF_BYTES,
  stop: 1 + PROOF_BYTES,
  want: COUNT_BYTES,
  piece: 2 * COUNT_BYTES + SEAL_BYTES
}
const REASONS: readonly StopReason[] = ['refused', 'left', 'same-letter', 'not-stored', 'tampered', 'late']

const put = (hex: string, count: number, target: Uint8Array, at: number): void => {
  if (!writeHex(hex, count, target, at)) throw new RangeError(`pairing: ${count} bytes in hex are wanted at ${at}`)
}

const bodyBytes = (message: Message): number =>
  message.kind === 'piece' ? 2 * COUNT_BYTES + message.sealed.length / 2 : BODY_BYTES[message.kind]
const putCount = (count: number, target: Uint8Array, at: number): void =>
  new DataView(target.buffer).setUint16(at, count)

const writeBody = (message: Message, raw: Uint8Array): void => {
  switch (message.kind) {
    case 'promise':
      return put(message.commitment, KEY_BYTES, raw, AT.body)
    case 'reveal':
      put(message.publicKey, KEY_BYTES, raw, AT.body)
      put(message.nonce, NONCE_BYTES, raw, AT.body + KEY_BYTES)
      raw[AT.body + KEY_BYTES + NONCE_BYTES] = traitsByte(message.traits)
      return
    case 'agree':
    case 'stored':
    case 'done':
      return put(message.proof, PROOF_BYTES, raw, AT.body)
    case 'stop':
      raw[AT.body] = REASONS.indexOf(message.reason)
      return put(message.proof, PROOF_BYTES, raw, AT.body + 1)
    case 'want':
      return putCount(message.next, raw, AT.body)
    case 'piece':
      putCount(message.index, raw, AT.body)
      putCount(message.total, raw, AT.body + COUNT_BYTES)
      return put(message.sealed, message.sealed.length / 2, raw, AT.body + 2 * COUNT_BYTES)
  }
}

/** With both delimiters, a new array each time. Throws RangeError for fields of a wrong length: a mistake in the caller. */
export const encodeMessage = (message: Message): Uint8Array => {
  const length = AT.body + bodyBytes(message)
  const raw = new Uint8Array(length + CRC_BYTES)
  raw[AT.type] = PAIRING_TYPE
  raw[AT.version] = PAIRING_VERSION
  raw[AT.kind] = KINDS[message.kind]
  raw[AT.board] = BOARD_CODE[message.board]
  put(message.session, SESSION_BYTES, raw, AT.session)
  put(message.peerSession, SESSION_BYTES, raw, AT.peerSession)
  writeBody(message, raw)
  new DataView(raw.buffer).setUint32(length, crc32(raw, length))
  const frame = new Uint8Array(raw.length + 1 + DELIMITER_BYTES)
  cobsEncode(raw, raw.length, frame, 1)
  return frame
}

const readMessage = (raw: Uint8Array, length: number): Message | null => {
  const kind = (Object.keys(KINDS) as Message['kind'][]).find(name => KINDS[name] === raw[AT.kind])
  const board = (['a', 'b'] as const).find(letter => BOARD_CODE[letter] === raw[AT.board])
  if (kind === undefined || board === undefined) return null
  const more = length - AT.body - BODY_BYTES[kind]
  if (kind === 'piece' ? more < 1 || more > PIECE_BYTES : more !== 0) return null
  const session = hexOf(raw, AT.session, SESSION_BYTES)
  const head = { board, session, peerSession: hexOf(raw, AT.peerSession, SESSION_BYTES) }
  if (session === NO_SESSION) return null
  const countAt = (at: number): number => new DataView(raw.buffer, raw.byteOffset).getUint16(at)
  switch (kind) {
    case 'promise':
      return { ...head, kind, commitment: hexOf(raw, AT.body, KEY_BYTES) }
    case 'reveal': {
      const nonce = hexOf(raw, AT.body + KEY_BYTES, NONCE_BYTES)
      const traits = traitsOf(raw[AT.body + KEY_BYTES + NONCE_BYTES] ?? 0xff)
      return traits === null ? null : { ...head, kind, publicKey: hexOf(raw, AT.body, KEY_BYTES), nonce, traits }
    }
    case 'agree':
    case 'stored':
    case 'done':
      return { ...head, kind, proof: hexOf(raw, AT.body, PROOF_BYTES) }
    case 'stop': {
      const reason = REASONS[raw[AT.body] ?? 0xff]
      return reason === undefined ? null : { ...head, kind, reason, proof: hexOf(raw, AT.body + 1, PROOF_BYTES) }
    }
    case 'want':
      return { ...head, kind, next: countAt(AT.body) }
    case 'piece': {
      const [index, total] = [countAt(AT.body), countAt(AT.body + COUNT_BYTES)]
      if (total > PIECES_MAX || index >= total) return null
      return { ...head, kind, index, total, sealed: hexOf(raw, AT.body + 2 * COUNT_BYTES, SEAL_BYTES + more) }
    }
  }
}

const judge = (body: Uint8Array, length: number, raw: Uint8Array): Heard | null => {
  const rawLength = cobsDecode(body, length, raw)
  if (rawLength === null || rawLength < RAW_BYTES_MIN) return null
  const end = rawLength - CRC_BYTES
  if (new DataView(raw.buffer, raw.byteOffset + end, CRC_BYTES).getUint32(0) !== crc32(raw, end)) return null
  if (raw[AT.type] === TOKEN_VERSION) return { kind: 'token' }
  if (raw[AT.type] !== PAIRING_TYPE || raw[AT.version] !== PAIRING_VERSION) return { kind: 'other-version' }
  const message = readMessage(raw, end)
  return message === null ? null : { kind: 'message', message }
}

/**
 * Bytes, cut in any way, to what they say; everything else is noise and says nothing. Holds at most one frame of bytes and
 * never throws.
 */
export const createMessageReader = (): ((bytes: Uint8Array) => readonly Heard[]) => {
  const splitter = createFrameSplitter()
  const raw = new Uint8Array(RAW_BYTES_MAX)
  return bytes => {
    const out: Heard[] = []
    const onBody = (body: Uint8Array, length: number): void => {
      const heard = judge(body, length, raw)
      if (heard !== null) out.push(heard)
    }
    splitter.feed(bytes, onBody, () => {})
    return out
  }
}
