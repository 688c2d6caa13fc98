// Options that differ between the boards: kind, cables, pins, fence agents, watchdog.
import { isIP } from 'node:net'
import { BOARD_KINDS } from './board-kind.js'
import { choice, integer, namedTexts, optional, text } from './option.js'
import { list, section } from './section.js'

const PATH = /^\/[^\s]*[^\s/]$/
export const absolutePath = (doc: string, fallback?: string) =>
  text({ doc, pattern: PATH, says: 'an absolute path without spaces', ...(fallback === undefined ? {} : { fallback }) })

/** A network interface's name as the kernel allows it. */
export const interfaceName = (doc: string) =>
  text({ doc, pattern: /^[^\s/:]{1,15}$/, says: "an interface's name of at most 15 characters, as eth0" })

const pin = (doc: string, min: number) => optional(integer({ doc, min, max: 27, unit: '' }))

const panel = section(
  'The front panel: four lights, each from its pin through a resistor to ground (lit when high), and a push button from its pin to ground with a pull-up resistor to 3V3. `board/OPERATING.md` says what they say. BCM 9..27 are dark at a cold boot.',
  {
    active: pin('Output to the light `active`: what this board does.', 2),
    peer: pin('Output to the light `peer`: how the other board does.', 2),
    sync: pin('Output to the light `sync`: whether both copies of the disk are equal.', 2),
    fault: pin('Output to the light `fault`: whether a person is needed.', 2),
    button: pin('Input from the push button, low when it is pressed.', 2)
  }
)

const pins = section('GPIO lines in BCM numbers; what is not fitted is left out.', {
  controller: optional(
    text({
      doc: 'Label of the GPIO controller. By default what boards.X.kind has.',
      pattern: /^[\w.-]{1,64}$/,
      says: 'a label as in /sys/class/gpio/gpiochip*/label'
    })
  ),
  relay: pin(
    "Output to the relay in the peer's supply, active high. BCM 9..27 only: those are pulled down at a cold boot, so that a starting board never cuts its peer.",
    9
  ),
  sense: pin(
    'Input that reads whether the peer has power (fed from its 3V3). Proof of fencing that no waiting gives.',
    2
  ),
  loop: pin(
    "Input that reads high while the harness is whole to the peer's plug. Without it a pulled harness looks like a peer without power.",
    2
  ),
  switchSelect: pin('Output that points the USB switch of the shared disk to this board.', 2),
  switchReadback: pin('Input that reads where the USB switch points.', 2),
  panel,
  pollMs: integer({
    doc: 'Sense and loop are read this often where the kernel gives no edges. 20: about 1 % of a core, five reads in fence.settleMs.',
    min: 5,
    max: 100,
    fallback: 20
  })
})

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

/** What `boards.a` and `boards.b` hold. */
export const boardSection = section('What is particular to one board.', {
  kind: choice({
    doc: 'What the board is: decides the GPIO controller and counts for the proof of fencing (R4).',
    values: BOARD_KINDS
  }),
  serial: optional(
    absolutePath('The serial port to the peer, as /dev/serial/by-id/…. Without it that link is not used.')
  ),
  ethernet: optional(ipAddress),
  lan: optional(
    interfaceName(
      'The interface where the users are: its carrier counts as the service LAN. Without it the LAN is not watched.'
    )
  ),
  watchdog: optional(
    absolutePath(
      'The watchdog device, as /dev/watchdog. Without it a board that cannot release a group can only reset by the kernel.'
    )
  ),
  pins,
  agents: list(
    "Programs that cut the peer's power, tried in this order; with fence.by: relay they are the second level.",
    agent,
    0,
    4
  )
})
