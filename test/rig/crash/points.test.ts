import { deepEqual, equal, ok } from 'node:assert/strict'
import { createPrng } from '../../simulator/prng.js'
import { durableAt, findBoundaries } from './boundary.js'
import { choosePoints } from './points.js'
import { tear } from './tear.js'
import type { LogEntry, WriteLog } from './write-log.js'

const write = (sector: number, sectors = 1, fua = false): LogEntry => ({
  kind: 'write',
  flush: false,
  fua,
  sector,
  sectors,
  dataAt: sector
})
const FLUSH: LogEntry = { kind: 'write', flush: true, fua: false, sector: 0, sectors: 0, dataAt: 0 }
const never = (): boolean => false

describe('a card that keeps what was flushed', () => {
  const entries = [write(1), write(2), FLUSH, FLUSH, write(3), FLUSH, write(4)]

  it('can be cut at the beginning and at each flush after a write; what follows is open until the next one', () => {
    deepEqual(findBoundaries(entries, 'flush', never), [
      { applied: 0, until: 2 },
      { applied: 2, until: 5 },
      { applied: 5, until: 7 }
    ])
  })

  it('keeps a flush with data apart: what it carries is not durable by it', () => {
    const carrying = { ...write(9), flush: true }
    deepEqual(findBoundaries([write(1), carrying, FLUSH], 'flush', never), [
      { applied: 0, until: 1 },
      { applied: 1, until: 2 },
      { applied: 2, until: 3 }
    ])
  })

  it('has what was told after a flush from that flush on', () => {
    deepEqual(
      [0, 2, 3, 4, 5, 99].map(count => durableAt(entries, count)),
      [0, 2, 2, 2, 5, 7]
    )
  })
})

describe('a card that keeps each request', () => {
  it('can be cut at each write; open is what follows it on the card, up to where the filesystem waits', () => {
    const entries = [write(8), write(9), write(10), write(30), write(31)]
    const untils = (waits: (index: number) => boolean): number[] =>
      findBoundaries(entries, 'write', waits).map(({ until }) => until)
    deepEqual(untils(never), [3, 3, 3, 5, 5, 5])
    deepEqual(
      untils(index => index === 2),
      [2, 2, 3, 5, 5, 5]
    )
  })

  it('never joins a discard to a write, nor a write to one that goes back', () => {
    const discard: LogEntry = { ...write(9), kind: 'discard' }
    deepEqual(
      findBoundaries([write(8), discard, write(10), write(10)], 'write', never).map(({ until }) => until),
      [1, 2, 3, 4, 4]
    )
  })
})

describe('what is torn', () => {
  const entries = [write(0, 8), write(20, 4, true), write(30, 8), { ...write(40, 8), kind: 'discard' as const }]
  const tornOf = (seed: number, promise: 'flush' | 'write') =>
    tear(entries, { applied: 0, until: 4 }, promise, createPrng(`${seed}`, 'test'))
  const seeds = Array.from({ length: 400 }, (_, seed) => seed)

  it('is the same for the same seed, in order, inside its writes, and a discard whole or not at all', () => {
    for (const seed of seeds) {
      const pieces = tornOf(seed, 'flush')
      deepEqual(pieces, tornOf(seed, 'flush'))
      let last = -1
      for (const { entry, from, sectors } of pieces) {
        ok(sectors > 0 && from >= 0 && from + sectors <= entry.sectors)
        ok(entries.indexOf(entry) >= last)
        last = entries.indexOf(entry)
        if (entry.kind === 'discard') equal(sectors, entry.sectors)
      }
    }
  })

  it('has every way of being torn: nothing, all, the middle of a write, a later write without an earlier one', () => {
    const found = seeds.map(seed => tornOf(seed, 'flush'))
    const has = (look: (pieces: (typeof found)[number]) => boolean): boolean => found.some(look)
    ok(has(pieces => pieces.length === 0))
    ok(has(pieces => pieces.reduce((sum, { sectors }) => sum + sectors, 0) === 28))
    ok(has(pieces => pieces.some(({ entry, sectors }) => sectors < entry.sectors)))
    ok(
      has(pieces => !pieces.some(({ entry }) => entry.sector === 0) && pieces.some(({ entry }) => entry.sector === 30))
    )
  })

  it('never loses what ended with FUA before a later write was begun', () => {
    for (const seed of seeds) {
      const pieces = tornOf(seed, 'flush')
      if (pieces.some(({ entry }) => entry.sector >= 30))
        ok(pieces.some(({ entry, sectors }) => entry.sector === 20 && sectors === 4))
    }
  })
})

describe('the points of a log', () => {
  const logOf = (entries: readonly LogEntry[]): WriteLog => ({
    file: 'log',
    sectorBytes: 512,
    entries,
    read: () => Buffer.alloc(0),
    close: () => undefined
  })
  const entries = Array.from({ length: 1000 }, (_, at) => [write(at, 2), write(5000 + at, 2), FLUSH]).flat()
  const choose = (log: WriteLog, count: number, seed: string) =>
    choosePoints(log, { count, seed, promise: 'flush', waits: never })

  it('are as many as wanted, in order, the first and the last among them, half of them torn, by the seed', () => {
    const points = choose(logOf(entries), 200, 'x')
    const applied = points.map(({ boundary }) => boundary.applied)
    equal(points.length, 200)
    equal(points.filter(({ torn }) => torn).length, 100)
    deepEqual([applied[0], applied.at(-1)], [0, 2999])
    deepEqual(
      applied,
      [...applied].sort((x, y) => x - y)
    )
    // One of each part: no stretch of the log is left out.
    for (let part = 1; part < 199; part++)
      ok(Math.floor((applied[part] ?? 0) / 3 / 5) >= part - 1 && (applied[part] ?? 0) / 3 <= (part + 1) * 5.1)
    deepEqual(choose(logOf(entries), 200, 'x'), points)
    ok(choose(logOf(entries), 200, 'y').some(({ boundary }, at) => boundary.applied !== applied[at]))
  })

  it('take a boundary again only with other sectors torn, and are fewer where there are no more', () => {
    const few = choose(logOf(entries.slice(0, 9)), 40, 'x')
    const names = few.map(({ boundary, extra }) => `${boundary.applied} ${JSON.stringify(extra)}`)
    equal(new Set(names).size, few.length)
    ok(few.length > 4 && few.length < 40)
  })
})
