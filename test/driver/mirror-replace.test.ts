// A disk in the place of a copy that is made ready by itself. The program is a record of what it was asked.
import { deepEqual, equal, match } from 'node:assert/strict'
import { type DiskAsk, replaceDisk } from '../../src/driver/mirror-replace.js'

const MIRROR_BYTES = 64e9

describe('a disk that is replaced by itself', () => {
  let asked: string[] = []
  const ask =
    (bytes: unknown, made: Readonly<Record<string, unknown>> | string = { ok: true }): DiskAsk =>
    async ({ doing, serial }) => {
      asked.push(`${doing} ${serial}`)
      return doing === 'look' ? { ok: true, words: '/dev/sda, 64 GB: blank', told: { bytes } } : made
    }

  beforeEach(() => {
    asked = []
  })

  it('is made ready where it is as large as the mirror, or a little less is told of it', async () => {
    for (const bytes of [MIRROR_BYTES, MIRROR_BYTES - 1_048_576, 100e9]) {
      asked = []
      equal(await replaceDisk(ask(bytes), 'data', MIRROR_BYTES), null)
      deepEqual(asked, ['look null', 'make null'])
    }
  })

  it('is left as it is where it is too small, and it is said so', async () => {
    const why = await replaceDisk(ask(32e9), 'data', MIRROR_BYTES)
    match(why ?? '', /\/dev\/sda, 64 GB: blank: it is too small for a copy of the mirror/)
    deepEqual(asked, ['look null'])
  })

  it('is judged by the one who makes it where a size is not known', async () => {
    equal(await replaceDisk(ask(32e9), 'data', 0), null)
    equal(await replaceDisk(ask(undefined), 'data', MIRROR_BYTES), null)
    const words = 'it holds ext4 labelled photos'
    equal(await replaceDisk(ask(64e9, { ok: false, words }), 'data', MIRROR_BYTES), words)
    equal(await replaceDisk(ask(64e9, 'it said nothing'), 'data', MIRROR_BYTES), 'it said nothing')
  })

  it('is not made where nobody could look at it', async () => {
    equal(await replaceDisk(async () => 'the program was killed', 'data', MIRROR_BYTES), 'the program was killed')
  })
})
