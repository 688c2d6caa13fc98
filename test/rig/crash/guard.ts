// Nobody writes outside the state and the boot partition: root and MBR stay as they were flashed, bit for bit. Called by the
// crash-point proof; reads only.
import { readSync } from 'node:fs'
import { type Area, areaAt, type Card } from './card.js'
import type { LogEntry, WriteLog } from './write-log.js'

export interface ForeignWrite {
  /** Which entry of the log; points before it do not know of it. */
  readonly index: number
  readonly problem: string
}

const FOREIGN_MAX = 20

const isIn = ({ from, bytes }: Area, at: number, size: number): boolean => at >= from && at + size <= from + bytes

/** The first sector that the entry changes outside the areas; null = none. */
const changedSector = (log: WriteLog, card: Card, entry: LogEntry, areas: readonly Area[]): number | null => {
  const size = log.sectorBytes
  if (areas.some(area => isIn(area, entry.sector * size, entry.sectors * size))) return null
  const before = Buffer.alloc(size)
  for (let sector = entry.sector; sector < entry.sector + entry.sectors; sector++) {
    if (areas.some(area => isIn(area, sector * size, size))) continue
    readSync(card.descriptor, before, 0, size, sector * size)
    if (entry.kind === 'discard' || !log.read(entry, sector - entry.sector, 1).equals(before)) return sector
  }
  return null
}

/** Every write that changes something outside the areas, at most twenty. */
export const foreignWrites = (log: WriteLog, card: Card, areas: readonly Area[]): readonly ForeignWrite[] => {
  const found: ForeignWrite[] = []
  for (const [index, entry] of log.entries.entries()) {
    if (found.length >= FOREIGN_MAX) break
    const sector = entry.kind === 'mark' ? null : changedSector(log, card, entry, areas)
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
