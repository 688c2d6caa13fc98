// What the tests of this room share: seeded numbers, random tokens, and frames that were made wrong on purpose but signed right.
import { createHmac } from 'node:crypto'
import type { BoardId, Copy, Mode, Role, Token, TokenGroup } from '../../src/core/types.js'
import { cobsEncode } from '../../src/link/cobs.js'
import { createCodec } from '../../src/link/codec.js'
import { crc32 } from '../../src/link/crc.js'
import type { Codec, Decoded } from '../../src/port/ports.js'

/** Whole numbers 0..limit-1, the same for the same seed (mulberry32). */
export type Random = (limit: number) => number

export const createRandom = (seed: number): Random => {
  let state = seed >>> 0
  return limit => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000) * limit)
  }
}

export const randomBytes = (random: Random, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => random(256))

const ROLES: readonly Role[] = ['unknown', 'standby', 'taking', 'active', 'releasing', 'failed']
const COPIES: readonly Copy[] = ['unknown', 'current', 'outdated', 'alone']
const MODES: readonly Mode[] = ['auto', 'manual', 'maintenance']

const hexDigits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random(16).toString(16)).join('')

/** Often small, often at the edge, seldom anything: zeros and all-ones bytes are what framing trips over. */
const number = (random: Random, max: number): number =>
  [0, 1, max, random(256), random(65_536) * 65_536, random(max)][random(6)] ?? 0

const flag = (random: Random): boolean => random(2) === 1
const board = (random: Random): BoardId => (flag(random) ? 'a' : 'b')

const randomGroup = (random: Random): TokenGroup => ({
  epoch: { number: number(random, 0xffffffff), board: board(random) },
  role: ROLES[random(ROLES.length)] ?? 'unknown',
  grant: number(random, 0xffffffff),
  wanted: flag(random),
  diskSeen: flag(random),
  fit: flag(random),
  mounted: flag(random),
  started: flag(random),
  copy: COPIES[random(4)] ?? 'unknown',
  peerCopy: COPIES[random(3)] ?? 'unknown'
})

export const randomToken = (random: Random, groups: number): Token => ({
  board: board(random),
  nonce: `${hexDigits(random, 15)}1`,
  peerNonce: flag(random) ? '0000000000000000' : hexDigits(random, 16),
  sequence: Math.max(1, number(random, 0xffffffffffff)),
  echo: number(random, 0xffffffffffff),
  mode: MODES[random(MODES.length)] ?? 'auto',
  modeNumber: number(random, 0xffffffff),
  digest: hexDigits(random, 12),
  senior: board(random),
  restarting: flag(random),
  leaving: flag(random),
  stateBad: flag(random),
  lanUp: flag(random),
  relayDriven: flag(random),
  proved: flag(random),
  recovering: flag(random),
  groups: Array.from({ length: groups }, () => randomGroup(random))
})

/** 00 01 02 … 1f. */
export const KEY = Uint8Array.from({ length: 32 }, (_, index) => index)
export const OTHER_KEY = Uint8Array.from({ length: 32 }, (_, index) => 255 - index)

export const codecFor = (groups: number, key: Uint8Array = KEY): Codec => createCodec({ key, groups })

export const tokensIn = (decoded: readonly Decoded[]): readonly Token[] =>
  decoded.flatMap(one => (one.kind === 'token' ? [one.token] : []))

export const foreignIn = (decoded: readonly Decoded[]): readonly string[] =>
  decoded.flatMap(one => (one.kind === 'foreign' ? [one.foreign] : []))

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Frame around any payload, signed and checked as FORMAT.md says, written again here so that it does not lean on the codec. */
export const frameOfPayload = (payload: Uint8Array, key: Uint8Array = KEY): Uint8Array => {
  const signature = createHmac('sha256', key).update('baton token\0').update(payload).digest().subarray(0, 16)
  return frameOfSigned(concat(payload, signature))
}

export const frameOfSigned = (signed: Uint8Array): Uint8Array => {
  const raw = concat(signed, new Uint8Array(4))
  new DataView(raw.buffer).setUint32(signed.length, crc32(signed, signed.length))
  const frame = new Uint8Array(raw.length + 3)
  cobsEncode(raw, raw.length, frame, 1)
  return frame
}
