// Addresses in the file, and how a board's own interface gets its address where the card sets it (src/config/networkd.ts).
import { isIP } from 'node:net'
import { optional, text } from './option.js'
import { list, section } from './section.js'

/** What nobody can be reached at, though it looks like an address. */
const unusableProblem = (address: string, prefix: number): string | null => {
  if (isIP(address) === 6) {
    if (/^(0*:)*:?0*1?$/.test(address)) return 'is the machine itself, or nobody'
    return /^ff/i.test(address) ? 'is an address of many (multicast)' : null
  }
  const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const first = bits >>> 24
  if (first === 127 || first === 0) return 'is the machine itself, or nobody'
  if (first >= 224) return 'is an address of many (multicast), or of nobody'
  if (prefix > 30) return null
  const size = 2 ** (32 - prefix)
  if (bits % size === 0) return 'is the name of the whole network: its last number is to be that of one machine'
  return bits % size === size - 1 ? 'is the address of all in the network (broadcast)' : null
}

const cidrProblem = (value: string): string | null => {
  const [address = '', prefix = ''] = value.split('/')
  const version = isIP(address)
  if (version === 0) return 'is no IP address with a prefix length'
  const most = version === 4 ? 32 : 128
  if (Number(prefix) < 1 || Number(prefix) > most) return `has a prefix length outside 1..${most}`
  return unusableProblem(address, Number(prefix))
}

/** An address with its prefix length. */
export const cidr = (doc: string) =>
  text({
    doc,
    pattern: /^[0-9A-Fa-f.:]+\/\d{1,3}$/,
    says: 'an address with prefix length, as 192.168.1.50/24',
    also: cidrProblem
  })

const plain = (doc: string) =>
  text({
    doc,
    pattern: /^[0-9A-Fa-f.:]+$/,
    says: 'an IP address without prefix length, as 192.168.1.1',
    also: value => (isIP(value) === 0 ? 'is no IP address' : null)
  })

/** A network interface's name as the kernel allows it. */
export const interfaceName = (doc: string) =>
  text({ doc, pattern: /^[^\s/:]{1,15}$/, says: "an interface's name of at most 15 characters, as eth0" })

/** What `boards.X.replication` holds. */
export const replicationLinkSection = section(
  'A data link of its own for mirrored disks: a second adapter on each board and a cable between the two. Without it the copies are kept equal over the addresses of `ethernet`. What goes over it is signed by nobody and not encrypted: a cable, or a network that you trust.',
  {
    address: cidr(
      'Own address on the data link with prefix length, as 10.77.0.1/30; in a network of its own, the same on both boards.'
    ),
    interface: interfaceName(
      'The adapter that carries it, as eth1. A card sets the address there; elsewhere it has to be set as the others are.'
    )
  }
)

/** What `boards.X.network` holds. */
export const networkSection = section(
  'On a card only: a fixed address of this board on `lan`, in place of DHCP. Without it the board asks for an address, and has `ethernet` of the token link beside it.',
  {
    address: cidr("The board's own address with prefix length; not one of those that move."),
    gateway: optional(plain('The router.')),
    dns: list('Name servers.', plain('One of them.'), 0, 3)
  }
)
