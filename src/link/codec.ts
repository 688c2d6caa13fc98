// Received bytes to verified tokens, and tokens to frames: one codec per link. The order of its checks is that of FORMAT.md.
// Whether a token is fresh, or our own reflected, is the core's to judge (R12).
import { GROUPS_MAX, type Token } from '../core/types.js'
import type { Codec, Decoded } from '../port/ports.js'
import { cobsDecode, cobsEncode } from './cobs.js'
import { crc32 } from './crc.js'
import { frameBytes } from './frame-size.js'
import { createFrameSplitter } from './frame-splitter.js'
import { AT, CRC_BYTES, PAYLOAD_BYTES_MAX, RAW_BYTES_MAX, RAW_BYTES_MIN, SIGNATURE_BYTES, VERSION } from './layout.js'
import { readToken } from './read-token.js'
import { createSigner, type Signer } from './signature.js'
import { writeToken } from './write-token.js'

export interface CodecOptions {
  /** The pair's key, 32 bytes (key.ts). */
  readonly key: Uint8Array
  /** Groups of this board's configuration, 1..4: what is sent. Tokens with another number are still received. */
  readonly groups: number
}

/** One body between delimiters to what it says; null = noise. `raw` is room to work in. */
const judge = (body: Uint8Array, length: number, raw: Uint8Array, signer: Signer): Decoded | null => {
  const rawLength = cobsDecode(body, length, raw)
  if (rawLength === null || rawLength < RAW_BYTES_MIN) return null
  const signedLength = rawLength - CRC_BYTES
  const crc = new DataView(raw.buffer, raw.byteOffset + signedLength, CRC_BYTES).getUint32(0)
  if (crc !== crc32(raw, signedLength)) return null
  if (raw[AT.version] !== VERSION) return { kind: 'foreign', foreign: 'version' }
  const payloadLength = signedLength - SIGNATURE_BYTES
  if (!signer.matches(raw.subarray(0, payloadLength), raw.subarray(payloadLength, signedLength))) {
    return { kind: 'foreign', foreign: 'key' }
  }
  const token = readToken(raw, payloadLength)
  return token === null ? { kind: 'foreign', foreign: 'identity' } : { kind: 'token', token }
}

/** Frame with delimiters, a new array each time. `raw` is room to work in. */
const frameOf = (token: Token, raw: Uint8Array, signer: Signer): Uint8Array => {
  const payloadLength = writeToken(token, raw)
  raw.set(signer.sign(raw.subarray(0, payloadLength)), payloadLength)
  const signedLength = payloadLength + SIGNATURE_BYTES
  new DataView(raw.buffer, raw.byteOffset + signedLength, CRC_BYTES).setUint32(0, crc32(raw, signedLength))
  const frame = new Uint8Array(frameBytes(token.groups.length))
  cobsEncode(raw, signedLength + CRC_BYTES, frame, 1)
  return frame
}

/**
 * A codec for one link. `decode` never throws and holds at most one frame of bytes. `encode` throws RangeError for a token
 * that is out of range or has not our number of groups; so does this function for a key or a number of groups that it cannot
 * use. For datagrams: `decode`, then `reset`, so that no datagram can spoil the next. Counters are live:
 * `frames` = tokens that came out, `foreign` = checksum right but not ours, `garbage` = every other body, cut or whole.
 */
export const createCodec = (options: CodecOptions): Codec => {
  const { groups } = options
  if (!Number.isInteger(groups) || groups < 1 || groups > GROUPS_MAX) {
    throw new RangeError(`a codec for ${groups} groups cannot be made: it must be 1..${GROUPS_MAX}`)
  }
  const signer = createSigner(options.key)
  const splitter = createFrameSplitter()
  const received = new Uint8Array(RAW_BYTES_MAX)
  const sending = new Uint8Array(PAYLOAD_BYTES_MAX + SIGNATURE_BYTES + CRC_BYTES)
  const counters = { bytes: 0, frames: 0, garbage: 0, foreign: 0 }
  const countGarbage = (): void => {
    counters.garbage++
  }
  return {
    encode: token => {
      if (token.groups.length !== groups) {
        throw new RangeError(`cannot encode a token of ${token.groups.length} groups: this pair has ${groups}`)
      }
      return frameOf(token, sending, signer)
    },
    decode: bytes => {
      const out: Decoded[] = []
      counters.bytes += bytes.length
      const onBody = (body: Uint8Array, length: number): void => {
        const decoded = judge(body, length, received, signer)
        if (decoded === null) {
          countGarbage()
        } else {
          counters[decoded.kind === 'token' ? 'frames' : 'foreign']++
          out.push(decoded)
        }
      }
      splitter.feed(bytes, onBody, countGarbage)
      return out
    },
    reset: () => {
      if (splitter.reset()) countGarbage()
    },
    counters
  }
}
