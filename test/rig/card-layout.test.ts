import { deepEqual, equal, throws } from 'node:assert/strict'
import { cardBytes, parsePartitions } from './card-layout.js'

const MIB = 1024 * 1024

const tableWith = (entries: readonly (readonly [number, number, number])[]): Buffer => {
  const sector = Buffer.alloc(512)
  entries.forEach(([type, start, count], i) => {
    const at = 446 + i * 16
    sector.writeUInt8(type, at + 4)
    sector.writeUInt32LE(start, at + 8)
    sector.writeUInt32LE(count, at + 12)
  })
  sector.writeUInt16LE(0xaa55, 510)
  return sector
}

describe('the layout of a card', () => {
  it('partitions are read with their numbers, in bytes, empty entries left out', () => {
    const sector = tableWith([
      [0x0c, 8192, 524_288],
      [0, 0, 0],
      [0x83, 532_480, 1_843_200]
    ])
    deepEqual(parsePartitions(sector), [
      { number: 1, type: 0x0c, startBytes: 4 * MIB, sizeBytes: 256 * MIB },
      { number: 3, type: 0x83, startBytes: 260 * MIB, sizeBytes: 900 * MIB }
    ])
  })

  it('a partition beyond two gibibytes keeps its place', () => {
    const [partition] = parsePartitions(tableWith([[0x83, 0xffff_0000, 8]]))
    equal(partition?.startBytes, 0xffff_0000 * 512)
  })

  it('what is no partition table is refused', () => {
    throws(() => parsePartitions(Buffer.alloc(512)), /no partition table/)
    throws(() => parsePartitions(Buffer.alloc(100)), /no partition table/)
  })

  it('a card is the next power of two', () => {
    equal(cardBytes(2048 * MIB), 2048 * MIB)
    equal(cardBytes(2048 * MIB + 1), 4096 * MIB)
    equal(cardBytes(1300 * MIB), 2048 * MIB)
    equal(cardBytes(3 * MIB), 4 * MIB)
  })
})
