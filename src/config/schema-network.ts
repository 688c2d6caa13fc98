// Addresses in the file, and how a board's own interface gets its address where the card sets it (src/config/networkd.ts).
import { isIP } from 'node:net'
import { optional, text } from './option.js'
import { list, section } from './section.js'

const cidrProblem = (value: string): string | null => {
  const [address = '', prefix = ''] = value.split('/')
  const version = isIP(address)
  if (version === 0) return 'is no IP address with a prefix length'
  const most = version === 4 ? 32 : 128
  return Number(prefix) < 1 || Number(prefix) > most ? `has a prefix length outside 1..${most}` : null
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

/** What `boards.X.network` holds. */
export const networkSection = section(
  'On a card only: a fixed address of this board on `lan`, in place of DHCP. Without it the board asks for an address, and has `ethernet` of the token link beside it.',
  {
    address: cidr("The board's own address with prefix length; not one of those that move."),
    gateway: optional(plain('The router.')),
    dns: list('Name servers.', plain('One of them.'), 0, 3)
  }
)
