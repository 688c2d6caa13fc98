// The root of the configuration: every option that baton knows, by the name that the file uses.
// OPTIONS.md is generated from it (options-page.ts); load.ts checks files with it.
import { integer, text, type ValueOf } from './option.js'
import { absolutePath, boardSection } from './schema-board.js'
import { groupSection } from './schema-group.js'
import { noticesSection } from './schema-notices.js'
import { replicationSection } from './schema-replication.js'
import {
  fenceSection,
  lanSection,
  releaseSection,
  startupSection,
  tokenSection,
  watchdogSection
} from './schema-timing.js'
import { list, section } from './section.js'

/** Where a board's letter is found if neither --board nor BATON_BOARD says it. */
export const BOARD_FILE = '/etc/baton/board'

export const rootSection = section('One file, the same on both boards.', {
  pair: text({
    doc: 'Name of the pair, shown in status and messages.',
    pattern: /^[A-Za-z0-9._-]{1,32}$/,
    says: '1..32 of letters, digits, . _ -',
    fallback: 'baton'
  }),
  stateDir: absolutePath(
    'Durable state of this board; on a disk that survives a power cut and does not move.',
    '/var/lib/baton'
  ),
  runDir: absolutePath('Volatile files: sockets, pid files of services.', '/run/baton'),
  keyFile: absolutePath("The pair's key, 0600, the same on both boards.", '/etc/baton/key'),
  boardFile: absolutePath(
    'One letter, a or b: which board this is. --board and BATON_BOARD come before it.',
    BOARD_FILE
  ),
  socket: absolutePath('Where the `baton` command reaches the daemon.', '/run/baton/baton.sock'),
  socketGroup: text({
    doc: 'Members of this group may use the socket beside root. If the group does not exist, only root.',
    pattern: /^[a-z_][a-z0-9_-]{0,31}$/,
    says: "a group's name",
    fallback: 'baton'
  }),
  token: tokenSection,
  fence: fenceSection,
  startup: startupSection,
  release: releaseSection,
  lan: lanSection,
  watchdog: watchdogSection,
  serial: section('The serial link; its ports are boards.X.serial.', {
    baud: integer({
      doc: 'Speed, 8N1. 115200: what every adapter can do; a token takes up to 11 ms.',
      min: 9600,
      max: 921_600,
      unit: 'baud',
      fallback: 115_200
    })
  }),
  ethernet: section('The Ethernet link; its addresses are boards.X.ethernet.', {
    port: integer({
      doc: 'UDP port of both boards; TCP for `baton events --pair`. 7337: not assigned to anything common.',
      min: 1,
      max: 65_535,
      unit: '',
      fallback: 7337
    })
  }),
  replication: replicationSection,
  boards: section('What differs between the boards.', { a: boardSection, b: boardSection }),
  groups: list('Resource groups, most important first.', groupSection, 1, 4),
  notices: noticesSection
})

/** The checked file: both boards, defaults filled in. */
export type Checked = ValueOf<typeof rootSection>
export type CheckedBoard = Checked['boards']['a']
export type CheckedGroup = Checked['groups'][number]
export type CheckedDisk = NonNullable<CheckedGroup['disk']>
