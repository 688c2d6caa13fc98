// Tokens that should not come out do not: damaged, cut, forged and foreign frames, and plain noise. Source: R12.
import { deepEqual, equal, ok } from 'node:assert/strict'
import { NO_NONCE } from '../../src/core/types.js'
import { frameBytes } from '../../src/link/frame-size.js'
import { AT, BODY_BYTES_MAX, GROUP_AT, HEADER_BYTES, payloadBytes, VERSION } from '../../src/link/layout.js'
import { createSigner } from '../../src/link/signature.js'
import { writeToken } from '../../src/link/write-token.js'
import {
  codecFor,
  concat,
  createRandom,
  foreignIn,
  frameOfPayload,
  frameOfSigned,
  KEY,
  OTHER_KEY,
  randomBytes,
  randomToken,
  tokensIn
} from './fixtures.js'

const ZERO = Uint8Array.of(0)

/** Payload of a good token with some bytes overwritten, in a frame whose signature and checksum are right. */
const tampered = (groups: number, change: (payload: Uint8Array) => void): Uint8Array => {
  const payload = new Uint8Array(payloadBytes(groups))
  writeToken(randomToken(createRandom(30), groups), payload)
  change(payload)
  return frameOfPayload(payload)
}

describe('link: hostile bytes', () => {
  it('give no token, no foreign frame and no exception when any single bit of a frame is flipped', () => {
    const random = createRandom(31)
    for (const groups of [1, 2, 3, 4]) {
      const frame = codecFor(groups).encode(randomToken(random, groups))
      for (let bit = 0; bit < frame.length * 8; bit++) {
        const flipped = Uint8Array.from(frame)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const codec = codecFor(groups)
        deepEqual(codec.decode(concat(flipped, ZERO)), [], `bit ${bit} of a frame of ${groups} groups`)
        ok(codec.counters.garbage > 0)
      }
    }
  })

  it('give no token when any single payload or signature bit is flipped and the checksum is made right again', () => {
    const payload = new Uint8Array(payloadBytes(4))
    writeToken(randomToken(createRandom(32), 4), payload)
    const signed = concat(payload, createSigner(KEY).sign(payload))
    for (let bit = 0; bit < signed.length * 8; bit++) {
      const flipped = Uint8Array.from(signed)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const decoded = codecFor(4).decode(frameOfSigned(flipped))
      deepEqual(decoded, [{ kind: 'foreign', foreign: bit < 8 ? 'version' : 'key' }], `bit ${bit}`)
    }
  })

  it('give no token when a frame is cut at any length, from either end', () => {
    const token = randomToken(createRandom(33), 4)
    const frame = codecFor(4).encode(token)
    for (let length = 0; length < frame.length - 1; length++) {
      const codec = codecFor(4)
      deepEqual(codec.decode(concat(frame.subarray(0, length), ZERO)), [], `first ${length} bytes`)
      deepEqual(codec.decode(concat(ZERO, frame.subarray(frame.length - length))), [], `last ${length} bytes`)
      // The next frame is none the worse for it.
      deepEqual(tokensIn(codec.decode(frame)), [token])
    }
  })

  it('give no token when a byte is lost, doubled or inserted at any place inside a frame', () => {
    const random = createRandom(34)
    const frame = codecFor(2).encode(randomToken(random, 2))
    for (let at = 1; at < frame.length - 1; at++) {
      const head = frame.subarray(0, at)
      const tail = frame.subarray(at)
      deepEqual(codecFor(2).decode(concat(head, tail.subarray(1))), [], `byte ${at} lost`)
      deepEqual(codecFor(2).decode(concat(head, tail.subarray(0, 1), tail)), [], `byte ${at} doubled`)
      for (const byte of [0, 1, 255]) {
        // A zero right behind the leading delimiter is one more delimiter: the frame is as good as before.
        if (byte === 0 && at === 1) continue
        deepEqual(codecFor(2).decode(concat(head, Uint8Array.of(byte), tail)), [], `${byte} inserted at ${at}`)
      }
    }
  })

  it('are garbage when a frame is oversized, also where its checksum and signature are right', () => {
    // Body lengths: payload + 16 + 4 + 1.
    const inside = frameOfPayload(concat(ZERO, randomBytes(createRandom(35), BODY_BYTES_MAX - 22)))
    const outside = frameOfPayload(concat(ZERO, randomBytes(createRandom(35), BODY_BYTES_MAX - 21)))
    equal(inside.length, 128)
    equal(outside.length, 129)
    const codec = codecFor(1)
    deepEqual(foreignIn(codec.decode(inside)), ['version'])
    deepEqual(codec.decode(outside), [])
    deepEqual({ ...codec.counters }, { bytes: 257, frames: 0, garbage: 1, foreign: 1 })
    const token = randomToken(createRandom(36), 1)
    const overlong = new Uint8Array(10_000).fill(1)
    deepEqual(tokensIn(codec.decode(concat(ZERO, overlong, codec.encode(token)))), [token])
    equal(codec.counters.garbage, 2)
  })

  it('are a foreign key when signed with another key, whatever the fields say', () => {
    const random = createRandom(37)
    for (let round = 0; round < 200; round++) {
      const frame = codecFor(2, OTHER_KEY).encode(randomToken(random, 2))
      deepEqual(codecFor(2).decode(frame), [{ kind: 'foreign', foreign: 'key' }])
    }
    deepEqual(foreignIn(codecFor(1).decode(frameOfPayload(Uint8Array.of(VERSION, 2, 3), OTHER_KEY))), ['key'])
    const oneBitOff = Uint8Array.from(KEY)
    oneBitOff[31] = (KEY[31] ?? 0) ^ 1
    deepEqual(foreignIn(codecFor(1, oneBitOff).decode(codecFor(1).encode(randomToken(random, 1)))), ['key'])
  })

  it('are a foreign version when the first byte is another, before the signature is looked at', () => {
    for (const version of [0, 1, 255]) {
      const change = (payload: Uint8Array): void => {
        payload[AT.version] = version
      }
      deepEqual(foreignIn(codecFor(1).decode(tampered(1, change))), ['version'])
    }
    deepEqual(foreignIn(codecFor(1).decode(frameOfPayload(Uint8Array.of(1), OTHER_KEY))), ['version'])
    // One byte less than version, signature and checksum is no frame of any version.
    deepEqual(codecFor(1).decode(frameOfSigned(new Uint8Array(16).fill(2))), [])
  })

  it('are a foreign identity when signed right but impossible', () => {
    const impossible: Readonly<Record<string, (payload: Uint8Array) => void>> = {
      'board c': payload => payload.fill(0x63, AT.board, AT.board + 1),
      'board 0': payload => payload.fill(0, AT.board, AT.board + 1),
      'nonce zero': payload => payload.fill(0, AT.nonce, AT.nonce + 8),
      'sequence zero': payload => payload.fill(0, AT.sequence, AT.sequence + 6),
      'mode 3': payload => payload.fill(3, AT.mode, AT.mode + 1),
      'no groups': payload => payload.fill(0, AT.groupCount, AT.groupCount + 1),
      'five groups': payload => payload.fill(5, AT.groupCount, AT.groupCount + 1),
      'one group more than there is': payload => payload.fill(4, AT.groupCount, AT.groupCount + 1),
      'one group less than there is': payload => payload.fill(2, AT.groupCount, AT.groupCount + 1),
      'role 6': payload => payload.fill(6, HEADER_BYTES + GROUP_AT.role, HEADER_BYTES + GROUP_AT.role + 1),
      'the receiver alone': payload =>
        payload.fill(0x31, HEADER_BYTES + GROUP_AT.role, HEADER_BYTES + GROUP_AT.role + 1),
      'reserved group flag': payload =>
        payload.fill(0x40, HEADER_BYTES + GROUP_AT.flags, HEADER_BYTES + GROUP_AT.flags + 1)
    }
    for (const [name, change] of Object.entries(impossible)) {
      deepEqual(codecFor(3).decode(tampered(3, change)), [{ kind: 'foreign', foreign: 'identity' }], name)
    }
    equal(tokensIn(codecFor(3).decode(tampered(3, () => {}))).length, 1)
  })

  it('are a foreign identity when signed right but of any other length than a token has', () => {
    const payload = new Uint8Array(104)
    writeToken(randomToken(createRandom(38), 4), payload)
    for (let length = 1; length <= 104; length++) {
      const expected = length === payloadBytes(4) ? [] : ['identity']
      deepEqual(foreignIn(codecFor(4).decode(frameOfPayload(payload.slice(0, length)))), expected, `${length} bytes`)
    }
  })

  it('are a foreign identity when signed right with five whole groups', () => {
    const payload = new Uint8Array(payloadBytes(5))
    writeToken(randomToken(createRandom(38), 4), payload)
    payload[AT.groupCount] = 5
    deepEqual(foreignIn(codecFor(4).decode(frameOfPayload(payload))), ['identity'])
  })

  it('leave an unknown peer nonce and an echo of nothing as good values', () => {
    const token = { ...randomToken(createRandom(39), 1), peerNonce: NO_NONCE, echo: 0 }
    deepEqual(tokensIn(codecFor(1).decode(codecFor(1).encode(token))), [token])
  })

  it('never throw and never make a token out of bytes mixed from good frames', () => {
    const random = createRandom(40)
    const frames = Array.from({ length: 8 }, () => codecFor(2).encode(randomToken(random, 2)))
    const length = frameBytes(2)
    for (let round = 0; round < 5000; round++) {
      const [left, right] = [frames[random(8)], frames[random(8)]]
      const cut = 1 + random(length - 2)
      if (!left || !right || left === right) continue
      // Same head and same tail as a good frame, yet not one: unless both halves agree, nothing comes out.
      const mixed = concat(left.subarray(0, cut), right.subarray(cut))
      if (frames.some(frame => frame.every((byte, at) => byte === mixed[at]))) continue
      deepEqual(codecFor(2).decode(mixed), [])
    }
  })
})
