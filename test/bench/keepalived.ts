// The yardstick: Debian's keepalived with adverts every 0.1 s, VRRPv3, whose notify script does the floor's steps.
// It has no fencing of its own and believes any silence; the power cut that is measured is the case in which that is right.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { WorldNames } from '../../board/virtual/names.js'
import type { BoardId } from '../../src/core/types.js'
import type { Contender } from './contender.js'
import { benchFile, takeWords } from './floor.js'

const PRIORITY: Readonly<Record<BoardId, number>> = { a: 254, b: 250 }

/** Write the board's configuration, at a path that the board sees as its own, and return that path. */
const configure = (names: WorldNames, board: BoardId): string => {
  const values: Readonly<Record<string, string>> = {
    BOARD: board,
    PRIORITY: String(PRIORITY[board]),
    MARKER: '10.77.0.200/32',
    TAKE: takeWords(names, board).join(' ')
  }
  const template = readFileSync(benchFile('keepalived.conf'), 'utf8')
  const text = template.replace(/@([A-Z]+)@/g, (_, name: string) => values[name] ?? '')
  writeFileSync(names.of(board, 'keepalived.conf'), text, { mode: 0o644 })
  return names.here('keepalived.conf')
}

export const KEEPALIVED: Contender = {
  key: 'keepalivedMs',
  world: {
    daemon: (names, board) => [
      'keepalived',
      '--dont-fork',
      '--log-console',
      '--vrrp',
      `--use-file=${configure(names, board)}`,
      '--pid=/run/keepalived.pid',
      '--vrrp_pid=/run/keepalived-vrrp.pid'
    ]
  },
  isWatching: world => {
    const log = world.names.of('b', 'log/daemon.log')
    return existsSync(log) && /Entering BACKUP STATE/.test(readFileSync(log, 'utf8'))
  }
}
