import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { COBS_RUN_MAX, cobsDecode, cobsEncode } from '../../src/link/cobs.js'
import { createRandom, randomBytes } from './fixtures.js'

const encode = (run: readonly number[]): readonly number[] => {
  const target = new Uint8Array(run.length + 1)
  cobsEncode(Uint8Array.from(run), run.length, target, 0)
  return [...target]
}

const decode = (body: readonly number[], room = 300): readonly number[] | null => {
  const target = new Uint8Array(room)
  const length = cobsDecode(Uint8Array.from(body), body.length, target)
  return length === null ? null : [...target.subarray(0, length)]
}

describe('link: COBS', () => {
  it('encodes the examples of the paper', () => {
    deepEqual(encode([]), [1])
    deepEqual(encode([0]), [1, 1])
    deepEqual(encode([0, 0]), [1, 1, 1])
    deepEqual(encode([0, 0x11, 0]), [1, 2, 0x11, 1])
    deepEqual(encode([0x11, 0x22, 0, 0x33]), [3, 0x11, 0x22, 2, 0x33])
    deepEqual(encode([0x11, 0, 0, 0]), [2, 0x11, 1, 1, 1])
  })

  it('gives every run back, costs one byte and leaves no zero', () => {
    const random = createRandom(2)
    for (let length = 0; length <= COBS_RUN_MAX; length++) {
      for (const zeroOneIn of [1, 2, 20, 1000]) {
        const run = [...randomBytes(random, length)].map(byte => (random(zeroOneIn) === 0 ? 0 : byte))
        const body = encode(run)
        equal(body.length, length + 1)
        ok(!body.includes(0))
        deepEqual(decode(body), run)
      }
    }
  })

  it('refuses bodies whose code bytes point past the end', () => {
    equal(decode([]), null)
    equal(decode([2]), null)
    equal(decode([3, 0x11]), null)
    equal(decode([1, 1, 5, 0x11]), null)
    equal(decode([255, ...Array.from({ length: 100 }, () => 7)]), null)
  })

  it('refuses a body that is longer than the room for it', () => {
    deepEqual(decode([3, 1, 2], 2), [1, 2])
    equal(decode([3, 1, 2], 1), null)
  })

  it('refuses to encode what does not fit, as a mistake of the caller', () => {
    throws(() => cobsEncode(new Uint8Array(254), 254, new Uint8Array(300), 0), RangeError)
    throws(() => cobsEncode(new Uint8Array(4), 4, new Uint8Array(5), 1), RangeError)
  })
})
