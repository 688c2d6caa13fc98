// Nobody writes outside the state partition: root, boot partition and MBR stay as they were flashed, bit for bit. Called by the
// crash-point proof; reads only.
import { readSync } from 'node:fs'
import { areaAt, type Card } from './card.js'
import type { LogEntry, WriteLog } from './write-log.js'

export interface ForeignWrite {
  /** Which entry of the log; points before it do not know of it. */
  readonly index: number
  readonly problem: string
}

const FOREIGN_MAX = 20

const isInState = (log: WriteLog, card: Card, { sector, sectors }: LogEntry): boolean =>
  sector * log.sectorBytes >= card.state.from &&
  (sector + sectors) * log.sectorBytes <= card.state.from + card.state.bytes

/** The first sector that the entry changes outside the state partition; null = none. */
const changedSector = (log: WriteLog, card: Card, entry: LogEntry): number | null => {
  const size = log.sectorBytes
  const before = Buffer.alloc(size)
  for (let at = 0; at < entry.sectors; at++) {
    const where = (entry.sector + at) * size
    if (where >= card.state.from && where + size <= card.state.from + card.state.bytes) continue
    readSync(card.descriptor, before, 0, size, where)
    if (entry.kind === 'discard' || !log.read(entry, at, 1).equals(before)) return entry.sector + at
  }
  return null
}

/** Every write that changes something outside the state partition, at most twenty. */
export const foreignWrites = (log: WriteLog, card: Card): readonly ForeignWrite[] => {
  const found: ForeignWrite[] = []
  for (const [index, entry] of log.entries.entries()) {
    if (found.length >= FOREIGN_MAX) break
    if (entry.kind === 'mark' || entry.sectors === 0 || isInState(log, card, entry)) continue
    const sector = changedSector(log, card, entry)
    if (sector === null) continue
    const area = areaAt(card, sector * log.sectorBytes)
    const act = entry.kind === 'discard' ? 'discards' : 'changes'
    found.push({
      index,
      problem: `entry ${index} of the log ${act} sector ${sector}, in ${area}, which nothing may write to`
    })
  }
  return found
}
