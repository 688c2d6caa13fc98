// The real codec between the boards, for the runs that their seed chose: tokens become signed frames and come back out of bytes.
// Used by cables.ts. Draws from a stream of its own, so that a run through the codec is the same run as the one with objects.
import type { BoardId, LinkId, Token } from '../../src/core/types.js'
import { createCodec } from '../../src/link/codec.js'
import type { Codec, Decoded } from '../../src/port/ports.js'
import { createPrng } from './prng.js'

export interface Wire {
  /** The frame of one token. Throws where the codec cannot say it: that run has failed. */
  encode(from: BoardId, link: LinkId, token: Token): Uint8Array
  /** What the receiver's decoder makes of it; serial bytes come in pieces. */
  decode(from: BoardId, link: LinkId, bytes: Uint8Array): readonly Decoded[]
  /** What arrives of a frame that a bad cable spoiled; null = nothing at all. */
  spoil(bytes: Uint8Array): Uint8Array | null
}

/** One run in a hundred. */
const SHARE = 0.01
const NOISE_BYTES_MAX = 300
const KEY = Uint8Array.from({ length: 32 }, (_, index) => (index * 7 + 1) & 0xff)

/** Does this seed's run go through the codec? */
export const seedWantsCodec = (seed: string): boolean => createPrng(seed, 'codec?').chance(SHARE)

export const createWire = (seed: string, groups: number): Wire => {
  const random = createPrng(seed, 'codec')
  const codecs = new Map<string, Codec>()
  const codecOf = (end: 'sends' | 'hears', from: BoardId, link: LinkId): Codec => {
    const name = `${end} ${from} ${link}`
    const known = codecs.get(name)
    if (known !== undefined) return known
    const made = createCodec({ key: KEY, groups })
    codecs.set(name, made)
    return made
  }
  return {
    encode: (from, link, token) => codecOf('sends', from, link).encode(token),
    decode: (from, link, bytes) => {
      const codec = codecOf('hears', from, link)
      if (link === 'ethernet') {
        const decoded = codec.decode(bytes)
        codec.reset()
        return decoded
      }
      const cut = random.int(bytes.length + 1)
      return [...codec.decode(bytes.subarray(0, cut)), ...codec.decode(bytes.subarray(cut))]
    },
    spoil: bytes => {
      const kind = random.pick(['nothing', 'flip', 'cut', 'noise'] as const)
      if (kind === 'nothing') return null
      if (kind === 'cut') return bytes.subarray(0, random.int(bytes.length))
      if (kind === 'noise') return Uint8Array.from({ length: 1 + random.int(NOISE_BYTES_MAX) }, () => random.int(256))
      const flipped = Uint8Array.from(bytes)
      const at = random.int(flipped.length)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random.int(8))
      return flipped
    }
  }
}
