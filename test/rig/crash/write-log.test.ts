import { deepEqual, equal, match, throws } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countEntries, openWriteLog, type WriteLog } from './write-log.js'

const CARD_BYTES = 1_048_576

/** A log as QEMU writes it. */
const record = (folder: string, orders: readonly string[], sectorBytes = 512): string => {
  const [card, log] = [join(folder, 'card'), join(folder, 'log')]
  for (const file of [card, log]) writeFileSync(file, '')
  truncateSync(card, CARD_BYTES)
  const node = [
    'driver=blklogwrites',
    `log-sector-size=${sectorBytes}`,
    `file.driver=file,file.filename=${card}`,
    `log.driver=file,log.filename=${log}`
  ].join(',')
  const words = orders.flatMap(order => ['-c', order])
  const { status, stderr, stdout } = spawnSync('qemu-io', ['--image-opts', node, ...words], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`qemu-io: ${stderr}${stdout}`)
  return log
}

const bend = (file: string, at: number, bytes: readonly number[]): void => {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Buffer.from(bytes), 0, bytes.length, at)
  closeSync(descriptor)
}

/** Kind, first sector and sectors of each entry; a bare flush as such. */
const shapeOf = ({ entries }: WriteLog): string[] =>
  entries.map(({ kind, flush, sector, sectors }) => (flush && sectors === 0 ? 'flush' : `${kind} ${sector}+${sectors}`))

describe("a log of QEMU's blklogwrites", () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-log-'))
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const withLog = (file: string, look: (log: WriteLog) => void): void => {
    const log = openWriteLog(file, CARD_BYTES)
    try {
      look(log)
    } finally {
      log.close()
    }
  }

  it('is read with writes, flushes, zeros and discards in their order', () => {
    const orders = [
      'write -P 1 0 4096',
      'flush',
      'write -z 16384 8192',
      'discard 32768 4096',
      'write -P 2 512 512',
      'flush'
    ]
    withLog(record(folder, orders), log => {
      deepEqual(shapeOf(log).slice(0, 6), ['write 0+8', 'flush', 'write 32+16', 'discard 64+8', 'write 1+1', 'flush'])
      const [first, , zeros, , second] = log.entries
      if (first === undefined || zeros === undefined || second === undefined) throw new Error('entries are missing')
      deepEqual(log.read(first, 0, 8), Buffer.alloc(4096, 1))
      deepEqual(log.read(zeros, 3, 2), Buffer.alloc(1024))
      deepEqual(log.read(second, 0, 1), Buffer.alloc(512, 2))
      throws(() => log.read(second, 0, 2), /sectors 0 \+ 2 of a write of 1/)
    })
  })

  it('is read with FUA and marks, as dm-log-writes writes them; QEMU only does what they ask for', () => {
    const log = record(folder, ['write 0 512', 'write 1024 512', 'flush'])
    bend(log, 512 + 16, [2])
    withLog(log, ({ entries }) =>
      deepEqual(
        entries.slice(0, 2).map(({ fua }) => fua),
        [true, false]
      )
    )
    const mark = Buffer.alloc(512)
    mark.writeUInt32LE(8, 16)
    mark.writeUInt32LE(5, 24)
    mark.write('claim', 32)
    // In the place of the first write and its data, another mark.
    bend(log, 512, [...mark, ...mark])
    bend(log, 16, [4])
    withLog(log, read => deepEqual(shapeOf(read), ['mark 0+0', 'mark 0+0', 'write 2+1', 'flush']))
  })

  it('is read with odd sizes, which QEMU rounds to whole sectors, and with bigger sectors', () => {
    withLog(record(folder, ['write -P 9 40000 700']), log => {
      const [entry] = log.entries.filter(({ sectors }) => sectors > 0)
      if (entry === undefined) throw new Error('there is no write')
      equal(`${entry.sector}+${entry.sectors}`, '78+2')
      equal(
        log
          .read(entry, 0, 2)
          .subarray(64, 764)
          .every(byte => byte === 9),
        true
      )
      equal(log.read(entry, 0, 2)[764], 0)
    })
    withLog(record(folder, ['write -P 9 8192 4096', 'write -P 8 0 8192'], 4096), log => {
      equal(log.sectorBytes, 4096)
      deepEqual(shapeOf(log).slice(0, 2), ['write 2+1', 'write 0+2'])
    })
  })

  it('tells how many entries it has while it grows', () => {
    const log = record(folder, ['write 0 512', 'flush'])
    withLog(log, ({ entries }) => equal(countEntries(log), entries.length))
    writeFileSync(log, '')
    equal(countEntries(log), 0)
  })

  it('is refused with the place and the remedy where a byte is not what QEMU writes', () => {
    const good = record(folder, ['write -P 1 0 4096', 'flush', 'discard 8192 512', 'flush'])
    const bent = (name: string, at: number, bytes: readonly number[]): string => {
      const file = join(folder, name)
      copyFileSync(good, file)
      bend(file, at, bytes)
      return file
    }
    const refused = (file: string, words: RegExp): void => {
      throws(() => openWriteLog(file, CARD_BYTES), words)
      throws(() => openWriteLog(file, CARD_BYTES), /cannot be used: .*; log again, onto an empty file/)
    }
    refused(bent('magic', 0, [1]), /begins with 0x.*which is no log of writes/)
    refused(bent('version', 8, [2]), /its version is 2/)
    refused(bent('size', 24, [1, 2]), /its sector size is 513/)
    refused(bent('many', 16, [0, 0, 0, 0, 1]), /announces 4294967296 entries, more than/)
    refused(bent('flags', 512 + 16, [16]), /entry 0 of \d, at byte 512, has the unknown flags 16/)
    refused(bent('place', 512, [0, 0, 1]), /entry 0 .* reaches to sector 65536 \+ 8 of a card with 2048/)
    refused(bent('empty', 512 + 8, [0]), /entry 0 .* is of no sectors and no flush/)
    refused(bent('mark', 512 + 24, [5]), /entry 0 .* has a mark of 5 bytes/)
    // One sector less: what follows is data and no entry.
    refused(bent('shifted', 512 + 8, [7]), /entry 1 of \d, at byte 4608, /)
    refused(bent('pad', 512 + 40, [1]), /is followed by other bytes than zeros/)
  })

  it('is refused where it is cut, wherever that is', () => {
    const good = record(folder, ['write -P 1 0 1024', 'flush', 'discard 8192 512', 'flush'])
    const bytes = readFileSync(good)
    let used = 512
    withLog(good, ({ entries }) => {
      for (const { kind, sectors } of entries) used += 512 * (kind === 'write' ? 1 + sectors : 1)
    })
    for (let length = 0; length < used; length += 100) {
      writeFileSync(good, bytes.subarray(0, length))
      throws(() => openWriteLog(good, CARD_BYTES), /cannot be used: it (has less than|ends at byte)/, `${length}`)
    }
    writeFileSync(good, bytes.subarray(0, used))
    withLog(good, log => match(shapeOf(log).join(), /^write 0\+2,flush,discard 16\+1,flush/))
  })
})
