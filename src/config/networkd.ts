// What systemd-networkd of a card is told about the board's LAN. Called by `baton check-config --networkd`; sets nothing itself.
import { isIP } from 'node:net'
import type { Config } from './types.js'

/** Where `boards.X.lan` says nothing: what a Pi calls its own socket. */
const LAN = 'eth0'
/** The token link's own network, where nobody says more. */
const PREFIX: Readonly<Record<number, number>> = { 4: 24, 6: 64 }

const nameOf = ({ lan }: Config): string => lan ?? LAN

const addressLines = (config: Config): readonly string[] => {
  const { network, ethernet, replication } = config
  const own = ethernet === null ? null : `${ethernet.address}/${PREFIX[isIP(ethernet.address)] ?? 24}`
  // One interface is one file.
  const data = replication?.interface === nameOf(config) ? [`Address=${replication.address}`] : []
  if (network === null) return ['DHCP=yes', ...(own === null ? [] : [`Address=${own}`]), ...data]
  const { address, gateway, dns } = network
  const same = ethernet !== null && address.split('/')[0] === ethernet.address
  return [
    'DHCP=no',
    `Address=${address}`,
    ...(own === null || same ? [] : [`Address=${own}`]),
    ...(gateway === null ? [] : [`Gateway=${gateway}`]),
    ...dns.map(server => `DNS=${server}`),
    ...data
  ]
}

/** The .network file of a data link on an adapter of its own; null = there is none. */
export const replicationNetworkdText = (config: Config): string | null => {
  const { replication } = config
  if (replication === null || replication.interface === nameOf(config)) return null
  return [
    `# Written at the start from ${config.file}: change that file.`,
    '[Match]',
    `Name=${replication.interface}`,
    '',
    '[Link]',
    'RequiredForOnline=no',
    '',
    '[Network]',
    'DHCP=no',
    `Address=${replication.address}`,
    'LinkLocalAddressing=no',
    'IPv6AcceptRA=no',
    'KeepConfiguration=static',
    ''
  ].join('\n')
}

/** A .network file. The addresses that baton moves are none of its business: it keeps what it finds. */
export const networkdText = (config: Config): string =>
  [
    `# Written at the start from ${config.file}: change that file.`,
    '[Match]',
    `Name=${nameOf(config)}`,
    '',
    '[Network]',
    ...addressLines(config),
    'LinkLocalAddressing=yes',
    'KeepConfiguration=static',
    '',
    '[DHCPv4]',
    'UseHostname=no',
    'ClientIdentifier=mac',
    '',
    '[DHCPv6]',
    'UseHostname=no',
    ''
  ].join('\n')
