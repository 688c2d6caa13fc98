// What mirrored disks demand: a link with two ends, and a path that means the disk below the mirror. Source: R7, DESIGN 3.
import type { BoardId } from '../core/types.js'
import type { Path, ReportIssue } from './issue.js'
import type { Checked, CheckedDisk as Disk } from './schema.js'

const BOARDS: readonly BoardId[] = ['a', 'b']

/** What carries over to the mirror's own device names both, and so neither. */
const AMBIGUOUS = /^(UUID=|LABEL=|\/dev\/disk\/by-(uuid|label)\/|\/dev\/drbd)/

/** One mirrored disk. */
export const mirrorRelations = (disk: Disk, path: Path, checked: Checked, report: ReportIssue): void => {
  if (disk.attach !== null)
    report({
      path: [...path, 'attach'],
      value: undefined,
      problem: 'is for shared disks: a mirrored one is on both boards',
      remedy: 'remove disk.attach, or set kind: shared'
    })
  for (const board of BOARDS) {
    const device = disk.device[board]
    if (!AMBIGUOUS.test(device)) continue
    report({
      path: [...path, 'device'],
      value: device,
      problem: 'names the file system, which is the same on the mirror and on both disks below it',
      remedy: 'name the disk or partition itself, as /dev/disk/by-partlabel/baton-data or /dev/disk/by-id/usb-…'
    })
    break
  }
  const lacking = BOARDS.filter(board => checked.boards[board].replication === null)
  if (lacking.length === 1) {
    const [board = 'a'] = lacking
    report({
      path: ['boards', board, 'replication'],
      value: undefined,
      problem: 'is missing, but the other board has it: a link has two ends',
      remedy: `give boards.${board} one, too, or remove that of the other board`
    })
  }
  const unreachable = lacking.find(board => checked.boards[board].ethernet === null)
  if (lacking.length === 2 && unreachable !== undefined)
    report({
      path: ['boards', unreachable, 'replication'],
      value: undefined,
      problem: 'is missing, and so is ethernet: nothing keeps the copies of a mirrored disk equal',
      remedy: 'set boards.a.ethernet and boards.b.ethernet, or replication on both boards; the serial cable is too slow'
    })
}

/** Both ends of the data link of its own. */
export const replicationRelations = (checked: Checked, report: ReportIssue): void => {
  const [a, b] = BOARDS.map(board => checked.boards[board].replication)
  if (a == null || b == null) return
  const versions = [a, b].map(({ address }) => (address.includes(':') ? 6 : 4))
  if (versions[0] === versions[1]) return
  report({
    path: ['boards', 'b', 'replication', 'address'],
    value: b.address,
    problem: `is of another kind than that of board a (${a.address})`,
    remedy: 'use IPv4 on both boards, or IPv6 on both'
  })
}
