// The wire format is pinned: a frame made by another program, and FORMAT.md read as a table and held against the code.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { Token } from '../../src/core/types.js'
import { cobsDecode } from '../../src/link/cobs.js'
import { frameBytes, wireTimeMs } from '../../src/link/frame-size.js'
import {
  AT,
  BODY_BYTES_MAX,
  COPY_CODE,
  COPY_SHIFT,
  FRAME_BYTES_MAX,
  GROUP_AT,
  GROUP_BYTES,
  GROUP_FLAG,
  HEADER_BYTES,
  MODE_CODE,
  PEER_COPY_SHIFT,
  RAW_BYTES_MIN,
  ROLE_CODE,
  TOKEN_FLAG,
  VERSION
} from '../../src/link/layout.js'
import { codecFor, tokensIn } from './fixtures.js'

// Made in Python with hmac, zlib and struct from FORMAT.md alone; the key is 00 01 … 1f.
const GOLDEN =
  '000f03620123456789abcdeffedcba9801010101060102030405010101040102010101020708a1b2c3d4e576020101020901010107e33effffffff020101174101fbb7a71f4e399fcaebad43714ddd42405d22aea200'

const TOKEN: Token = {
  board: 'b',
  nonce: '0123456789abcdef',
  peerNonce: 'fedcba9800000000',
  sequence: 0x0102030405,
  echo: 258,
  mode: 'manual',
  modeNumber: 7,
  digest: '00a1b2c3d4e5',
  senior: 'b',
  restarting: false,
  leaving: false,
  stateBad: true,
  lanUp: true,
  relayDriven: false,
  proved: true,
  recovering: true,
  groups: [
    {
      epoch: { number: 9, board: 'b' },
      role: 'active',
      grant: 0,
      wanted: false,
      diskSeen: true,
      fit: true,
      mounted: true,
      started: true,
      copy: 'alone',
      peerCopy: 'outdated'
    },
    {
      epoch: { number: 0xffffffff, board: 'a' },
      role: 'standby',
      grant: 65_536,
      wanted: true,
      diskSeen: false,
      fit: false,
      mounted: false,
      started: false,
      copy: 'current',
      peerCopy: 'unknown'
    }
  ]
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16))

interface Row {
  readonly offset: number
  readonly bytes: number
  readonly field: string
  readonly values: string
}

const rowsOf = (page: string, pattern: RegExp): readonly Row[] =>
  [...page.matchAll(pattern)].map(([, offset, bytes, field, values]) => ({
    offset: Number(offset),
    bytes: Number(bytes),
    field: field ?? '',
    values: values ?? ''
  }))

/** Field by field without a gap: each offset is the sum of the sizes before it. Returns the sum. */
const checkGapless = (rows: readonly Row[]): number =>
  rows.reduce((at, row) => {
    equal(row.offset, at, `offset of ${row.field}`)
    return at + row.bytes
  }, 0)

const offsets = (rows: readonly Row[]): Readonly<Record<string, number>> =>
  Object.fromEntries(rows.map(row => [row.field, row.offset]))

const codes = (values: string): Readonly<Record<string, number>> =>
  Object.fromEntries([...values.matchAll(/(\d+) ([a-zA-Z]+)(?=[,;]|$)/g)].map(([, code, word]) => [word, Number(code)]))

/** The flags that a row names in one word, as masks. What follows the semicolon is about reserved bits. */
const masks = (values: string): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(codes(values.replace(/;.*/, ''))).map(([word, bit]) => [word, 1 << bit]))

describe('link: format', () => {
  let page = ''
  let header: readonly Row[] = []
  let group: readonly Row[] = []

  before(async () => {
    // From dist/test/link to src/link.
    const text = await readFile(new URL('../../../src/link/FORMAT.md', import.meta.url), 'utf8')
    // The formatter pads tables; what they say is compared, not how wide they are.
    page = text.replace(/^\|.*$/gm, line => line.replace(/ +/g, ' '))
    header = rowsOf(page, /^\| (\d+) \| (\d+) \| (\w+) \| (.*) \|$/gm)
    group = rowsOf(page, /^\| \+(\d+) \| (\d+) \| (\w+) \| (.*) \|$/gm)
  })

  it('is pinned by a golden frame that another program made', () => {
    equal(Buffer.from(codecFor(2).encode(TOKEN)).toString('hex'), GOLDEN)
    deepEqual(tokensIn(codecFor(2).decode(bytesOf(GOLDEN))), [TOKEN])
  })

  it('is on the page as it is in the code: offsets, sizes, words and bits', () => {
    equal(checkGapless(header), HEADER_BYTES)
    equal(checkGapless(group), GROUP_BYTES)
    deepEqual(offsets(header), { ...AT })
    deepEqual(offsets(group), { ...GROUP_AT })
    const values = (rows: readonly Row[], field: string): string => rows.find(row => row.field === field)?.values ?? ''
    equal(Number(values(header, 'version')), VERSION)
    deepEqual(codes(values(header, 'mode')), { ...MODE_CODE })
    deepEqual(codes(values(group, 'role')), { ...ROLE_CODE })
    deepEqual(codes(/^Both: (.*?); /m.exec(page)?.[1] ?? ''), { ...COPY_CODE })
    match(page, /bits 6 and 7 are the sender's own copy, bits 4 and 5 the receiver's/)
    deepEqual([COPY_SHIFT, PEER_COPY_SHIFT], [6, 4])
    deepEqual(masks(values(header, 'flags')), { ...TOKEN_FLAG })
    deepEqual(masks(values(group, 'flags')), { ...GROUP_FLAG })
  })

  it('can be read from the golden frame by the page alone', () => {
    const body = bytesOf(GOLDEN).subarray(1, -1)
    const raw = new Uint8Array(128)
    equal(cobsDecode(body, body.length, raw), HEADER_BYTES + 2 * GROUP_BYTES + 20)
    const field = (rows: readonly Row[], name: string, base = 0): string => {
      const row = rows.find(one => one.field === name)
      ok(row, name)
      return Buffer.from(raw.subarray(base + row.offset, base + row.offset + row.bytes)).toString('hex')
    }
    equal(field(header, 'board'), '62')
    equal(field(header, 'nonce'), TOKEN.nonce)
    equal(field(header, 'peerNonce'), TOKEN.peerNonce)
    equal(field(header, 'sequence'), '000102030405')
    equal(field(header, 'echo'), '000000000102')
    equal(field(header, 'modeNumber'), '00000007')
    equal(field(header, 'digest'), TOKEN.digest)
    equal(field(header, 'groupCount'), '02')
    equal(field(group, 'epochNumber', HEADER_BYTES + GROUP_BYTES), 'ffffffff')
    equal(field(group, 'grant', HEADER_BYTES + GROUP_BYTES), '00010000')
  })

  it('has its sizes, times, limits and example on the page', () => {
    for (const groups of [1, 2, 3, 4]) {
      const times = [115_200, 9600].map(baud => wireTimeMs(groups, baud).toFixed(2)).join(' | ')
      ok(page.includes(`| ${groups} | ${frameBytes(groups)} | ${times} |`), `size of ${groups} groups`)
    }
    ok(page.includes(`at most ${BODY_BYTES_MAX} bytes, and at least ${RAW_BYTES_MIN} once COBS is undone`))
    ok(page.includes(`at most ${FRAME_BYTES_MAX} bytes, version first`))
    const example = page.slice(page.indexOf('## Example')).match(/^ {4}[0-9a-f ]+$/gm)
    equal(example?.join('').replaceAll(' ', ''), GOLDEN)
    match(page, /foreign: version[\s\S]*foreign: key[\s\S]*foreign: identity/)
  })
})
