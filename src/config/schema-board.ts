// Options that differ between the boards: kind, cables, pins, fence agents, watchdog.
import { isIP } from 'node:net'
import { BOARD_KINDS } from './board-kind.js'
import { choice, integer, namedTexts, type Option, optional, text, type ValueOf } from './option.js'
import { interfaceName, networkSection, replicationLinkSection } from './schema-network.js'
import { effectivePins, type PinLines, pinsSection } from './schema-pins.js'
import { list, section } from './section.js'

const PATH = /^\/[^\s]*[^\s/]$/
export const absolutePath = (doc: string, fallback?: string) =>
  text({ doc, pattern: PATH, says: 'an absolute path without spaces', ...(fallback === undefined ? {} : { fallback }) })

const agent = section("A fence agent (ClusterLabs' interface) that cuts the peer's power.", {
  path: absolutePath('The program, as /usr/sbin/fence_apc_snmp.'),
  options: namedTexts({ doc: 'Handed to it on standard input; the action is added by baton.', fallback: {} }),
  timeoutMs: integer({
    doc: 'Off and the status that says off, together, at most. 5000: a power switch on the same network answers in one or two seconds.',
    min: 100,
    max: 120_000,
    fallback: 5000
  }),
  statusEveryMs: integer({
    doc: 'After off, the status is asked this often until it says off. 500: agents are slow programs.',
    min: 50,
    max: 10_000,
    fallback: 500
  })
})

const ipAddress = text({
  doc: 'Own address of the token link over Ethernet, IPv4 or IPv6. Not one of the addresses that move. Without it that link is not used.',
  pattern: /^[0-9A-Fa-f.:]+(%[\w.-]+)?$/,
  says: 'an IP address without prefix length, as 192.168.77.1',
  also: value => (isIP(value) === 0 ? 'is no IP address' : null)
})

const written = section('What is particular to one board.', {
  kind: choice({
    doc: 'What the board is: decides the GPIO controller and counts for the proof of fencing (R4). auto: what its device tree says; the two boards may differ.',
    values: ['auto', ...BOARD_KINDS]
  }),
  serial: optional(
    text({
      doc: 'The serial port to the peer, as /dev/serial/by-id/…. auto: the only USB serial adapter; where there are several the link stays down and says so. Without it that link is not used.',
      pattern: /^(auto|\/[^\s]*[^\s/])$/,
      says: 'auto, or the absolute path of a port without spaces'
    })
  ),
  ethernet: optional(ipAddress),
  lan: optional(
    interfaceName(
      'The interface where the users are: its carrier counts as the service LAN. Without it the LAN is not watched.'
    )
  ),
  network: optional(networkSection),
  replication: optional(replicationLinkSection),
  watchdog: optional(
    absolutePath(
      'The watchdog device, as /dev/watchdog. Without it a board that cannot release a group can only reset by the kernel.'
    )
  ),
  pins: pinsSection,
  agents: list(
    "Programs that cut the peer's power, tried in this order; with fence.by: relay they are the second level.",
    agent,
    0,
    4
  )
})

type Written = ValueOf<typeof written>

/** What `boards.a` and `boards.b` hold, with the pins that count: those of the file and those of the kind. */
export const boardSection: Option<Omit<Written, 'pins'> & { readonly pins: PinLines }> = {
  ...written,
  // As in every section: the check names what is missing inside.
  fallback: {} as never,
  check(value, path, report) {
    const board = written.check(value, path, report)
    const pins = board && effectivePins(board.kind, board.pins, [...path, 'pins'], report)
    return board && pins && { ...board, pins }
  }
}
