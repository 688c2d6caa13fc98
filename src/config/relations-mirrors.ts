// What mirrored disks demand: a link with two ends, and a path that means the disk below the mirror. Source: R7, DESIGN 3.
import { BlockList } from 'node:net'
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

/** The board at `own` reaches the other one without a router. */
const reaches = (own: string, other: string): boolean => {
  const [address = '', prefix = ''] = own.split('/')
  const kind = address.includes(':') ? 'ipv6' : 'ipv4'
  const network = new BlockList()
  network.addSubnet(address, Number(prefix), kind)
  return network.check(other.split('/')[0] ?? '', kind)
}

/** The boards ask each other beside the tokens by TCP, at that address and port. */
const portRelations = ({ boards, ethernet, groups, replication }: Checked, report: ReportIssue): void => {
  if (boards.a.replication !== null || boards.b.replication !== null) return
  const taken = groups.findIndex(({ disk }, at) => disk?.kind === 'mirrored' && replication.port + at === ethernet.port)
  if (taken < 0) return
  report({
    path: ['replication', 'port'],
    value: replication.port,
    problem: `gives group ${groups[taken]?.name} the port ${ethernet.port}, which is ethernet.port, at the same address`,
    remedy: 'leave it out (7788), or choose a number away from ethernet.port; each further group has the next one'
  })
}

/** Both ends of the data link of its own. */
export const replicationRelations = (checked: Checked, report: ReportIssue): void => {
  portRelations(checked, report)
  const [a, b] = BOARDS.map(board => checked.boards[board].replication)
  if (a == null || b == null) return
  const versions = [a, b].map(({ address }) => (address.includes(':') ? 6 : 4))
  const path: Path = ['boards', 'b', 'replication', 'address']
  if (versions[0] !== versions[1])
    return report({
      path,
      value: b.address,
      problem: `is of another kind than that of board a (${a.address})`,
      remedy: 'use IPv4 on both boards, or IPv6 on both'
    })
  if (reaches(a.address, b.address) && reaches(b.address, a.address)) return
  report({
    path,
    value: b.address,
    problem: `is in another network than that of board a (${a.address}): the two ends of one cable would not reach each other`,
    remedy: 'give both the same prefix length and the same network, as 10.77.0.1/30 and 10.77.0.2/30'
  })
}
