// Which room may import what: the table of src/ARCHITECTURE.md as data. Read by tidy.test.ts.
// A new entry here is a decision about the design: say why beside it.
import type { Import, SourceFile } from './source.js'

export interface Room {
  /** Rooms whose values and types it may import, itself aside. */
  readonly rooms: readonly string[]
  /** Rooms of which it may import types only. */
  readonly types: readonly string[]
  /** Node's own modules; `*` = any. */
  readonly node: readonly string[]
  readonly libraries: readonly string[]
}

export const ROOMS: Readonly<Record<string, Room>> = {
  core: { rooms: [], types: [], node: [], libraries: [] },
  // Tokens are words of the core; what a codec promises stands in port.
  link: { rooms: ['core'], types: ['port'], node: ['node:crypto'], libraries: [] },
  port: { rooms: [], types: ['core', 'link'], node: [], libraries: [] },
  config: {
    rooms: ['core'],
    types: ['port'],
    node: ['node:fs', 'node:path', 'node:crypto', 'node:net', 'node:assert', 'node:url', 'node:os'],
    libraries: ['convict', 'yaml']
  },
  runtime: { rooms: ['core', 'link', 'port', 'config'], types: [], node: ['*'], libraries: ['pino'] },
  driver: {
    rooms: ['port', 'core'],
    types: ['config'],
    node: ['*'],
    libraries: ['serialport', 'onoff', 'execa', 'pino']
  },
  // The notices' own process: it shares the daemon's words and files, never its memory or its loop.
  notice: {
    rooms: ['core', 'port', 'config'],
    types: ['runtime'],
    node: ['*'],
    libraries: ['nodemailer', 'mqtt', 'yaml']
  },
  // A program's work beside the daemon: it opens the same lines and links, while the daemon is locked out.
  'board-test': { rooms: ['config', 'core', 'driver', 'link', 'port'], types: [], node: ['*'], libraries: [] },
  // Two boards on their way to a key. It knows the wire of the tokens, to be told from them.
  pairing: {
    rooms: ['link', 'core'],
    types: ['port'],
    node: ['node:crypto', 'node:fs', 'node:fs/promises', 'node:path', 'node:util'],
    libraries: []
  },
  // A program's work beside the daemon, as an operator would do it: it asks and orders over the control socket, and makes a disk.
  setup: { rooms: ['config', 'core', 'driver', 'port'], types: ['runtime'], node: ['*'], libraries: ['yaml'] },
  console: { rooms: [], types: ['runtime', 'core', 'port'], node: ['*'], libraries: [] },
  panel: { rooms: [], types: ['runtime', 'core', 'port'], node: ['*'], libraries: [] }
}

/** Single files that may import more, by the start of both paths, each with its reason. */
export const EXCEPTIONS: readonly { readonly file: string; readonly target: string; readonly why: string }[] = [
  { file: 'src/config/', target: 'src/link/frame-size.ts', why: 'an interval must fit the frame on its wire' },
  { file: 'src/config/', target: 'src/link/key.ts', why: 'the key file is checked with the configuration' },
  { file: 'src/runtime/batond', target: 'src/driver/', why: 'the daemon is where ports and drivers meet' },
  { file: 'src/runtime/daemon', target: 'src/driver/', why: 'the daemon is where ports and drivers meet' },
  { file: 'src/runtime/drivers', target: 'src/driver/', why: 'the daemon is where ports and drivers meet' },
  {
    file: 'src/runtime/fault-lights.ts',
    target: 'src/driver/',
    why: 'it lights the lights of a board without a daemon'
  },
  {
    file: 'src/runtime/disk-work.ts',
    target: 'src/driver/disk-program.ts',
    why: 'it puts a desk and a program together'
  },
  { file: 'src/runtime/journal.ts', target: 'src/driver/event-log.ts', why: 'it shapes the lines of that log' },
  { file: 'src/runtime/token-links.ts', target: 'src/driver/', why: 'it puts a codec and a driver together per link' },
  { file: 'src/runtime/pair-exchange.ts', target: 'src/driver/', why: 'it puts signed frames and a door together' },
  { file: 'src/notice/', target: 'src/driver/command.ts', why: 'a program that tells has the same deadline and kill' },
  { file: 'src/notice/', target: 'src/driver/clock.ts', why: 'a process of its own makes its own clock' },
  { file: 'src/notice/store.ts', target: 'src/driver/state-write.ts', why: 'one way to write a file durably' },
  { file: 'src/notice/notify.ts', target: 'src/runtime/single.ts', why: 'one sender a board, locked as the daemon is' },
  { file: 'src/notice/follow.ts', target: 'src/console/client.ts', why: 'it is a reader of the control socket' },
  { file: 'src/console/notice.ts', target: 'src/config/', why: 'channels are tested without a daemon' },
  { file: 'src/console/notice.ts', target: 'src/driver/notifier.ts', why: 'the test runs the very program' },
  { file: 'src/board-test/run-test.ts', target: 'src/runtime/single.ts', why: 'the lock that daemons take, too' },
  { file: 'src/console/board.ts', target: 'src/board-test/', why: 'the board is tested without a daemon' },
  { file: 'src/console/board.ts', target: 'src/config/', why: 'the board is tested without a daemon' },
  {
    file: 'src/console/secrets.ts',
    target: 'src/notice/secrets.ts',
    why: 'one reader of secrets, who checks them, too'
  },
  { file: 'src/console/letter.ts', target: 'src/board-test/strap.ts', why: 'the strap is read without a daemon' },
  { file: 'src/console/arguments.ts', target: 'src/config/suggest.ts', why: 'one measure of what was probably meant' },
  { file: 'src/console/check-config', target: 'src/config/', why: 'it checks a configuration without a daemon' },
  { file: 'src/console/network.ts', target: 'src/driver/command.ts', why: 'it asks `ip`, with a deadline (R10)' },
  {
    file: 'src/console/shutdown.ts',
    target: 'src/driver/command.ts',
    why: 'it asks `systemctl`, with a deadline (R10)'
  },
  { file: 'src/pairing/key-store.ts', target: 'src/driver/state-write.ts', why: 'one way to write a file durably' },
  { file: 'src/pairing/key-store.ts', target: 'src/config/key-file.ts', why: 'who reads the key names its files' },
  {
    file: 'src/pairing/pair-button.ts',
    target: 'src/driver/',
    why: 'a program: it puts button, lights and line together'
  },
  {
    file: 'src/pairing/pair-button.ts',
    target: 'src/runtime/',
    why: 'it wants the lights of a board without a daemon'
  },
  {
    file: 'src/pairing/pair-button.ts',
    target: 'src/console/pairing-',
    why: 'the place and the guard of `baton pair`'
  },
  { file: 'src/console/step-aside.ts', target: 'src/driver/command.ts', why: 'it asks systemd, with a deadline (R10)' },
  { file: 'src/console/step-aside.ts', target: 'src/runtime/single.ts', why: 'it looks whether a daemon runs' },
  { file: 'src/console/pairing', target: 'src/driver/command.ts', why: 'a card starts anew with its key' },
  {
    file: 'src/console/pairing-handed.ts',
    target: 'src/driver/state-write.ts',
    why: 'one way to write a file durably'
  },
  { file: 'src/console/replace', target: 'src/pairing/', why: 'it pairs with a fresh board' },
  { file: 'src/console/replace', target: 'src/config/', why: 'it hands the configuration over' },
  { file: 'src/console/pairing', target: 'src/pairing/', why: 'a board is paired before a daemon can run' },
  { file: 'src/console/pairing', target: 'src/config/', why: 'a board is paired before a daemon can run' },
  { file: 'src/console/pairing', target: 'src/driver/serial-link.ts', why: 'the pairing goes over that line' },
  { file: 'src/console/pairing', target: 'src/driver/serial-adapter.ts', why: 'the port that the line would take' },
  {
    file: 'src/console/pairing',
    target: 'src/driver/state-file.ts',
    why: 'a record in service forbids a change of key'
  },
  { file: 'src/console/pairing', target: 'src/runtime/single.ts', why: 'it holds off the daemon meanwhile' },
  { file: 'src/setup/look.ts', target: 'src/console/client.ts', why: 'it is a reader of the control socket' },
  { file: 'src/console/setup', target: 'src/setup/', why: 'a person leads by the command, too' },
  { file: 'src/console/setup', target: 'src/config/', why: 'a board is set up before a daemon can run' },
  { file: 'src/console/setup', target: 'src/driver/', why: 'it starts the daemon, and makes the first record' },
  { file: 'src/console/setup-ears.ts', target: 'src/pairing/frame.ts', why: 'it hears that the other board pairs' },
  { file: 'src/console/setup', target: 'src/runtime/single.ts', why: 'one lead a board, locked as the daemon is' },
  { file: 'src/console/discard-copy.ts', target: 'src/config/', why: 'it knows which disk the copy is on' },
  { file: 'src/console/discard-copy.ts', target: 'src/driver/copy-read.ts', why: 'it packs what would be lost' },
  { file: 'src/console/discard-place.ts', target: 'src/driver/', why: 'which places have room for that' },
  { file: 'src/console/discard-copy.ts', target: 'src/driver/archive-place.ts', why: 'and what is a place' },
  { file: 'src/console/discard-copy.ts', target: 'src/setup/copy-changes.ts', why: 'one look at what changed' },
  { file: 'src/console/disk', target: 'src/config/', why: 'a disk is prepared without a daemon, too' },
  { file: 'src/console/disk', target: 'src/driver/', why: 'it looks at disks and makes a filesystem' },
  { file: 'src/console/disk', target: 'src/setup/', why: 'the same words for the disk of a group' },
  { file: 'src/console/disk.ts', target: 'src/runtime/single.ts', why: 'it holds off a daemon that would mount it' },
  { file: 'src/console/pairing.ts', target: 'src/setup/mark.ts', why: 'a new board that was paired is to be set up' },
  {
    file: 'src/pairing/pair-button.ts',
    target: 'src/setup/mark.ts',
    why: 'a new board that was paired is to be set up'
  },
  { file: 'src/console/init', target: 'src/config/', why: 'a board is initialised before a daemon can run' },
  { file: 'src/console/init', target: 'src/driver/state', why: 'a board is initialised before a daemon can run' },
  { file: 'src/console/init', target: 'src/link/key.ts', why: 'a board is initialised before a daemon can run' }
]

/** Files that may start child processes by themselves (R10 asks for one place). */
export const EXECA_FILES: readonly string[] = [
  'src/driver/command.ts',
  'src/driver/line-process.ts',
  'src/driver/service-process.ts'
]

const roomOf = (path: string): string => /^src\/([^/]+)\//.exec(path)?.[1] ?? ''

const packageOf = (specifier: string): string => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier

/** Why this import crosses a border, or null. Only files in a room of src have borders. */
export const borderBroken = (file: SourceFile, item: Import): string | null => {
  const own = roomOf(file.path)
  const room = ROOMS[own]
  if (room === undefined) return null
  const says = (what: string): string => `${file.path} imports ${item.specifier}: ${own} may not import ${what}`
  if (item.specifier.startsWith('node:'))
    return room.node.includes('*') || room.node.includes(item.specifier) ? null : says('that module')
  if (item.target === null) return room.libraries.includes(packageOf(item.specifier)) ? null : says('that package')
  const other = roomOf(item.target)
  if (other === own || room.rooms.includes(other)) return null
  if (item.typeOnly && room.types.includes(other)) return null
  if (EXCEPTIONS.some(({ file: from, target }) => file.path.startsWith(from) && item.target?.startsWith(target)))
    return null
  return says(room.types.includes(other) ? `values of ${other}, only its types` : other || item.target)
}
