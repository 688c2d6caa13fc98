// Tokens that should come out do: whatever way the stream is cut, and whatever came before them.
import { deepEqual, equal, notEqual, ok, throws } from 'node:assert/strict'
import type { Token } from '../../src/core/types.js'
import { createCodec } from '../../src/link/codec.js'
import { frameBytes, wireTimeMs } from '../../src/link/frame-size.js'
import { codecFor, concat, createRandom, KEY, randomBytes, randomToken, tokensIn } from './fixtures.js'

describe('link: codec', () => {
  it('gives back every random token, of one to four groups', () => {
    const random = createRandom(10)
    for (let round = 0; round < 2000; round++) {
      const groups = 1 + (round % 4)
      const codec = codecFor(groups)
      const token = randomToken(random, groups)
      deepEqual(codec.decode(codec.encode(token)), [{ kind: 'token', token }])
    }
  })

  it('puts the same frame on the wire for the same token', () => {
    const token = randomToken(createRandom(11), 4)
    deepEqual(codecFor(4).encode(token), codecFor(4).encode(token))
  })

  it('makes frames of exactly the announced size, at most 128 bytes for four groups', () => {
    const random = createRandom(12)
    for (const groups of [1, 2, 3, 4]) {
      for (let round = 0; round < 50; round++) {
        equal(codecFor(groups).encode(randomToken(random, groups)).length, frameBytes(groups))
      }
    }
    ok(frameBytes(4) <= 128)
    equal(wireTimeMs(4, 10_000), frameBytes(4))
    ok(3 * wireTimeMs(1, 115_200) <= 20, 'the shortest interval is not refused at the default speed with one group')
  })

  it('has zero bytes at both ends of a frame only', () => {
    const random = createRandom(13)
    for (let round = 0; round < 200; round++) {
      const frame = codecFor(2).encode(randomToken(random, 2))
      deepEqual([frame[0], frame.at(-1)], [0, 0])
      ok(!frame.subarray(1, -1).includes(0))
    }
  })

  it('hands out frames that later calls leave alone', () => {
    const codec = codecFor(1)
    const random = createRandom(14)
    const first = codec.encode(randomToken(random, 1))
    const kept = Uint8Array.from(first)
    codec.encode(randomToken(random, 1))
    deepEqual(first, kept)
  })

  it('finds the token wherever the stream is split in two, three or single bytes', () => {
    const token = randomToken(createRandom(15), 4)
    const frame = codecFor(4).encode(token)
    const codec = codecFor(4)
    for (let first = 0; first <= frame.length; first++) {
      deepEqual(
        [...codec.decode(frame.subarray(0, first)), ...codec.decode(frame.subarray(first))],
        [{ kind: 'token', token }]
      )
      for (let second = first; second <= frame.length; second += 7) {
        const cuts = [frame.subarray(0, first), frame.subarray(first, second), frame.subarray(second)]
        deepEqual(tokensIn(cuts.flatMap(cut => codec.decode(cut))), [token])
      }
    }
    const single = [...frame].flatMap(byte => codec.decode(Uint8Array.of(byte)))
    deepEqual(tokensIn(single), [token])
    equal(codec.counters.garbage, 0)
  })

  it('finds the token behind noise, half frames and broken frames, whatever their length', () => {
    const random = createRandom(16)
    for (let round = 0; round < 1000; round++) {
      const codec = codecFor(2)
      const token = randomToken(random, 2)
      const frame = codec.encode(token)
      const half = codec.encode(randomToken(random, 2)).subarray(0, random(frameBytes(2) - 1))
      const noise = randomBytes(random, random(400))
      const before = [half, noise, concat(noise, half), concat(half, noise)][round % 4] ?? noise
      deepEqual(tokensIn(codec.decode(concat(before, frame))), [token])
    }
  })

  it('gives two tokens for two frames that are glued or share their delimiter, in order', () => {
    const random = createRandom(17)
    const codec = codecFor(3)
    const tokens: readonly Token[] = [randomToken(random, 3), randomToken(random, 3)]
    const [first, second] = tokens.map(token => codec.encode(token))
    ok(first && second)
    deepEqual(tokensIn(codec.decode(concat(first, second))), tokens)
    deepEqual(tokensIn(codec.decode(concat(first, second.subarray(1)))), tokens)
    equal(codec.counters.garbage, 0)
  })

  it('decodes a recorded frame again: freshness is for the core to judge', () => {
    const codec = codecFor(1)
    const token = randomToken(createRandom(18), 1)
    const frame = codec.encode(token)
    deepEqual(tokensIn(codec.decode(concat(frame, frame))), [token, token])
  })

  it('lets a token of our own board through: a reflection is for the core to judge', () => {
    const random = createRandom(19)
    for (const board of ['a', 'b'] as const) {
      const token = { ...randomToken(random, 1), board }
      deepEqual(tokensIn(codecFor(1).decode(codecFor(1).encode(token))), [token])
    }
  })

  it('decodes a token with another number of groups than ours', () => {
    const random = createRandom(20)
    for (const theirs of [1, 2, 3, 4]) {
      for (const ours of [1, 2, 3, 4]) {
        const token = randomToken(random, theirs)
        deepEqual(tokensIn(codecFor(ours).decode(codecFor(theirs).encode(token))), [token])
      }
    }
  })

  it('forgets a half-received frame on reset, and the next one is whole', () => {
    const codec = codecFor(1)
    const token = randomToken(createRandom(21), 1)
    const frame = codec.encode(token)
    deepEqual(codec.decode(frame.subarray(0, 40)), [])
    codec.reset()
    deepEqual(codec.decode(frame.subarray(40)), [])
    deepEqual(tokensIn(codec.decode(frame)), [token])
  })

  it('reads datagrams one by one: a cut or overlong one does not spoil the next', () => {
    const codec = codecFor(1)
    const token = randomToken(createRandom(22), 1)
    const frame = codec.encode(token)
    const receive = (datagram: Uint8Array): readonly Token[] => {
      const tokens = tokensIn(codec.decode(datagram))
      codec.reset()
      return tokens
    }
    deepEqual(receive(frame), [token])
    deepEqual(receive(frame.subarray(0, -1)), [])
    deepEqual(receive(new Uint8Array(1400).fill(7)), [])
    deepEqual(receive(new Uint8Array(0)), [])
    // Without a leading delimiter: only the reset stands between it and what came before.
    deepEqual(receive(frame.subarray(1)), [token])
    deepEqual({ ...codec.counters }, { bytes: 3 * frame.length - 2 + 1400, frames: 2, garbage: 2, foreign: 0 })
  })

  it('refuses to send a token that is out of range, as a mistake of the core', () => {
    const good = randomToken(createRandom(23), 1)
    const group = good.groups[0]
    ok(group)
    const bad: readonly Token[] = [
      { ...good, groups: [] },
      { ...good, groups: [group, group] },
      { ...good, nonce: '0000000000000000' },
      { ...good, nonce: '1234' },
      { ...good, peerNonce: '000000000000000g' },
      { ...good, digest: 'ABCDEFABCDEF' },
      { ...good, sequence: 0 },
      { ...good, sequence: 2 ** 48 },
      { ...good, sequence: 1.5 },
      { ...good, echo: -1 },
      { ...good, echo: Number.NaN },
      { ...good, modeNumber: 2 ** 32 },
      { ...good, groups: [{ ...group, grant: 2 ** 32 }] },
      { ...good, groups: [{ ...group, epoch: { number: -1, board: 'a' } }] }
    ]
    for (const token of bad) throws(() => codecFor(1).encode(token), RangeError)
    const codec = codecFor(1)
    throws(() => codec.encode({ ...good, sequence: 0 }), RangeError)
    deepEqual(tokensIn(codec.decode(codec.encode(good))), [good])
  })

  it('cannot be made for a key or a number of groups that make no sense', () => {
    throws(() => createCodec({ key: KEY.subarray(1), groups: 1 }), RangeError)
    for (const groups of [0, 5, 1.5, Number.NaN]) throws(() => createCodec({ key: KEY, groups }), RangeError)
  })

  it('keeps its own copy of the key', () => {
    const key = Uint8Array.from(KEY)
    const codec = createCodec({ key, groups: 1 })
    const token = randomToken(createRandom(24), 1)
    const before = codec.encode(token)
    key.fill(0)
    deepEqual(codec.encode(token), before)
    notEqual(codec.decode(before).length, 0)
  })
})
