import { equal } from 'node:assert/strict'
import { crc32 as zlibCrc32 } from 'node:zlib'
import { crc32 } from '../../src/link/crc.js'
import { createRandom, randomBytes } from './fixtures.js'

describe('link: checksum', () => {
  it('gives the check value that the catalogue of CRCs lists', () => {
    const digits = new TextEncoder().encode('123456789')
    equal(crc32(digits, digits.length), 0xcbf43926)
    equal(crc32(digits, 0), 0)
  })

  it('agrees with zlib on random bytes and ignores what lies behind the length', () => {
    const random = createRandom(1)
    for (let length = 0; length < 200; length++) {
      const bytes = randomBytes(random, 200)
      equal(crc32(bytes, length), zlibCrc32(bytes.subarray(0, length)))
    }
  })
})
