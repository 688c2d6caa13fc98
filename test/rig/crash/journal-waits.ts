// Where ext4 waits between writes that follow each other on the card: before the commit block of its journal, and after it.
// Called by the crash-point proof; reads the log only.
import type { Card } from './card.js'
import type { LogEntry, WriteLog } from './write-log.js'

/** Big-endian at the beginning of each block of jbd2's own in the journal; a commit block has type 2. */
const JBD2_MAGIC = 0xc03b3998
const COMMIT = 2
const HEAD_BYTES = 8

/** Numbers of the entries before which the filesystem had waited. */
export const journalWaits = (log: WriteLog, card: Card): ReadonlySet<number> => {
  const blockOf = ({ sector }: LogEntry): number =>
    Math.floor((sector * log.sectorBytes - card.state.from) / card.blockBytes)
  const beginsBlock = ({ sector }: LogEntry): boolean =>
    (sector * log.sectorBytes - card.state.from) % card.blockBytes === 0
  const isCommit = (entry: LogEntry): boolean => {
    if (entry.kind !== 'write' || entry.sectors === 0 || !beginsBlock(entry)) return false
    const head = log.read(entry, 0, 1).subarray(0, HEAD_BYTES)
    return head.readUInt32BE(0) === JBD2_MAGIC && head.readUInt32BE(4) === COMMIT
  }
  const waits = new Set<number>()
  let commitBlock: number | null = null
  for (const [index, entry] of log.entries.entries()) {
    if (isCommit(entry)) {
      waits.add(index)
      commitBlock = blockOf(entry)
    } else if (commitBlock !== null && blockOf(entry) !== commitBlock) {
      waits.add(index)
      commitBlock = null
    }
  }
  return waits
}
