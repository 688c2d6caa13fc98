// What one board asks the other beside the tokens, over TCP: hello, signed request (with a text, where it is about a disk), signed chunks of the
// answer (FORMAT.md).
// Bytes to messages and back, bounded; sockets and deadlines are the runtime's. Source: R12.
import type { BoardId } from '../core/types.js'
import { EXCHANGE_SIGNATURE_BYTES, type ExchangeSigner } from './signature.js'

/** What can be asked for; the number is on the wire. */
export type ExchangeWhat = 'events' | 'reports' | 'setup' | 'disk'
const WHATS: readonly ExchangeWhat[] = ['events', 'reports', 'setup', 'disk']
/** Bytes of the text that follows a request about a disk, at most. */
export const TEXT_BYTES_MAX = 1024

export interface ExchangeRequest {
  /** Who asks. */
  readonly board: BoardId
  readonly what: ExchangeWhat
  /** How many at most, 1..65 535; the answerer has its own bound. `disk`: bytes of the text that follows. */
  readonly count: number
  readonly nonce: Uint8Array
}

/** Both nonces are of this one connection: no answer of another one, and no request of another one, is good here. */
export interface ExchangeSession {
  /** Who answers. */
  readonly answerer: BoardId
  readonly helloNonce: Uint8Array
  readonly requestNonce: Uint8Array
}

export const EXCHANGE_NONCE_BYTES = 16
const MAGIC = new Uint8Array([0x42, 0x54, 0x58, 0x31]) // BTX1
export const HELLO_BYTES = MAGIC.length + EXCHANGE_NONCE_BYTES
const REQUEST_BODY_BYTES = MAGIC.length + 4 + EXCHANGE_NONCE_BYTES
export const REQUEST_BYTES = REQUEST_BODY_BYTES + EXCHANGE_SIGNATURE_BYTES
/** Length (4), flags (1), signature. */
export const CHUNK_HEAD_BYTES = 5 + EXCHANGE_SIGNATURE_BYTES
export const CHUNK_PAYLOAD_MAX = 32_768
/** With it an answer is at most two mebibytes. */
export const CHUNKS_MAX = 64
const LAST = 1

const text = (words: string): Uint8Array => new TextEncoder().encode(words)
const REQUEST_LABEL = text('baton exchange request\0')
const TEXT_LABEL = text('baton exchange text\0')
const CHUNK_LABEL = text('baton exchange answer\0')
const boardByte = (board: BoardId): number => board.charCodeAt(0)

const join = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const startsRight = (bytes: Uint8Array): boolean => MAGIC.every((byte, at) => bytes[at] === byte)

export const writeHello = (nonce: Uint8Array): Uint8Array => join(MAGIC, nonce)

/** The nonce of a hello of exactly HELLO_BYTES, or null. */
export const readHello = (bytes: Uint8Array): Uint8Array | null =>
  bytes.length === HELLO_BYTES && startsRight(bytes) ? bytes.slice(MAGIC.length) : null

export const writeRequest = (request: ExchangeRequest, helloNonce: Uint8Array, signer: ExchangeSigner): Uint8Array => {
  const { board, count, nonce, what } = request
  const body = join(MAGIC, new Uint8Array([boardByte(board), WHATS.indexOf(what), count >> 8, count & 0xff]), nonce)
  return join(body, signer.sign([REQUEST_LABEL, helloNonce, body]))
}

/** A request of exactly REQUEST_BYTES that `asker` made for this very connection, or null. */
export const readRequest = (
  bytes: Uint8Array,
  helloNonce: Uint8Array,
  asker: BoardId,
  signer: ExchangeSigner
): ExchangeRequest | null => {
  if (bytes.length !== REQUEST_BYTES || !startsRight(bytes)) return null
  const body = bytes.subarray(0, REQUEST_BODY_BYTES)
  if (!signer.matches([REQUEST_LABEL, helloNonce, body], bytes.subarray(REQUEST_BODY_BYTES))) return null
  const what = WHATS[body[5] ?? 0xff]
  const count = ((body[6] ?? 0) << 8) | (body[7] ?? 0)
  if (body[4] !== boardByte(asker) || what === undefined || count === 0) return null
  return { board: asker, what, count, nonce: body.slice(8) }
}

/** Bytes that follow the request: a text and its signature, or nothing. null = no request has so many. */
export const textLength = ({ what, count }: ExchangeRequest): number | null =>
  what !== 'disk' ? 0 : count > TEXT_BYTES_MAX ? null : count + EXCHANGE_SIGNATURE_BYTES

/** What follows a request whose `count` is the length of `words`. Both nonces are in it: a text is good for its own request alone. */
export const writeText = (
  { nonce }: ExchangeRequest,
  words: Uint8Array,
  helloNonce: Uint8Array,
  signer: ExchangeSigner
): Uint8Array => join(words, signer.sign([TEXT_LABEL, helloNonce, nonce, words]))

/** The text of exactly `textLength` bytes; null = its signature is wrong. */
export const readText = (
  bytes: Uint8Array,
  { count, nonce }: ExchangeRequest,
  helloNonce: Uint8Array,
  signer: ExchangeSigner
): Uint8Array | null => {
  const words = bytes.subarray(0, count)
  if (bytes.length !== count + EXCHANGE_SIGNATURE_BYTES) return null
  return signer.matches([TEXT_LABEL, helloNonce, nonce, words], bytes.subarray(count)) ? words : null
}

const chunkParts = (session: ExchangeSession, index: number, flags: number, payload: Uint8Array): Uint8Array[] => [
  CHUNK_LABEL,
  session.helloNonce,
  session.requestNonce,
  new Uint8Array([boardByte(session.answerer), index >> 8, index & 0xff, flags]),
  payload
]

/** `payload`: at most CHUNK_PAYLOAD_MAX bytes. `index` counts from 0 in its connection. */
export const writeChunk = (
  session: ExchangeSession,
  index: number,
  last: boolean,
  payload: Uint8Array,
  signer: ExchangeSigner
): Uint8Array => {
  const head = new Uint8Array(5)
  const flags = last ? LAST : 0
  new DataView(head.buffer).setUint32(0, payload.length)
  head[4] = flags
  return join(head, signer.sign(chunkParts(session, index, flags, payload)), payload)
}

/** How many bytes the chunk has that begins here; null = not known yet; 'bad' = no chunk of ours. */
export const chunkLength = (bytes: Uint8Array): number | null | 'bad' => {
  if (bytes.length < CHUNK_HEAD_BYTES) return null
  const payload = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  return payload > CHUNK_PAYLOAD_MAX ? 'bad' : CHUNK_HEAD_BYTES + payload
}

/** One whole chunk, number `index` of its connection; null = its signature is wrong. */
export const readChunk = (
  bytes: Uint8Array,
  session: ExchangeSession,
  index: number,
  signer: ExchangeSigner
): { readonly last: boolean; readonly payload: Uint8Array } | null => {
  const flags = bytes[4] ?? 0
  const payload = bytes.subarray(CHUNK_HEAD_BYTES)
  const signature = bytes.subarray(5, CHUNK_HEAD_BYTES)
  if (index >= CHUNKS_MAX || !signer.matches(chunkParts(session, index, flags, payload), signature)) return null
  return { last: (flags & LAST) !== 0, payload }
}
