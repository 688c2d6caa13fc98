// Noise by the megabyte costs bounded memory and work in proportion, and the next token is heard. Source: R10, R12.
import { deepEqual, equal, ok } from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { frameBytes } from '../../src/link/frame-size.js'
import { codecFor, createRandom, OTHER_KEY, randomBytes, randomToken, tokensIn } from './fixtures.js'

const MEGABYTE = 1_000_000

describe('link: a megabyte of noise', () => {
  const cpuMs = (work: () => void): number => {
    const before = process.cpuUsage()
    work()
    const spent = process.cpuUsage(before)
    return (spent.user + spent.system) / 1000
  }

  it('yields nothing, is counted, and the next token is heard', () => {
    const random = createRandom(41)
    const codec = codecFor(4)
    const noise = randomBytes(random, MEGABYTE)
    deepEqual(codec.decode(noise), [])
    const token = randomToken(random, 4)
    deepEqual(tokensIn(codec.decode(codec.encode(token))), [token])
    equal(codec.counters.bytes, MEGABYTE + frameBytes(4))
    // Every run between zeros is one, however long; the last one is ended by the frame's own delimiter.
    equal(
      codec.counters.garbage,
      noise
        .join(' ')
        .split(/(?:^| )0(?= |$)/)
        .filter(run => run !== '').length
    )
  })

  it('is the same noise byte by byte', () => {
    const noise = randomBytes(createRandom(42), MEGABYTE)
    const whole = codecFor(1)
    const single = codecFor(1)
    whole.decode(noise)
    for (let at = 0; at < noise.length; at++) single.decode(noise.subarray(at, at + 1))
    deepEqual({ ...single.counters }, { ...whole.counters })
  })

  it('takes memory for one frame only, also where no delimiter ever comes', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const held = (): number => {
      collect()
      const { heapUsed, external, arrayBuffers } = process.memoryUsage()
      return heapUsed + external + arrayBuffers
    }
    const codec = codecFor(4)
    const chunk = new Uint8Array(4096).fill(0x55)
    codec.decode(chunk)
    const before = held()
    for (let round = 0; round < 4096; round++) codec.decode(chunk)
    const grown = held() - before
    ok(grown < MEGABYTE, `16 MB without a delimiter left ${grown} bytes behind`)
    equal(codec.counters.bytes, 4097 * 4096)
  })

  it('costs work in proportion to its length, of every sort of noise', () => {
    const random = createRandom(43)
    const valid = codecFor(1, OTHER_KEY).encode(randomToken(random, 1))
    const sorts: Readonly<Record<string, (at: number) => number>> = {
      'random bytes': () => random(256),
      'no delimiter': () => 1 + random(255),
      'delimiters only': () => 0,
      'frames of a foreign key': at => valid[at % valid.length] ?? 0
    }
    const SMALL = 40_000
    for (const [name, byteAt] of Object.entries(sorts)) {
      const noise = Uint8Array.from({ length: 16 * SMALL }, (_, at) => byteAt(at))
      const spentMs = (bytes: Uint8Array): number =>
        Math.min(...[1, 2, 3].map(() => cpuMs(() => codecFor(1).decode(bytes))))
      const small = Math.max(spentMs(noise.subarray(0, SMALL)), 1)
      const large = spentMs(noise)
      // CPU time, not wall time. Linear is 16 times, quadratic 256; a margin of four keeps a busy machine out of it.
      ok(large < 64 * small, `${name}: ${small} ms for ${SMALL} bytes, ${large} ms for 16 times as many`)
    }
  })
})
