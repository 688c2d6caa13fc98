// What systemd-networkd of a card is told about the board's LAN. Called by `baton check-config --networkd`; sets nothing itself.
import { isIP } from 'node:net'
import type { Config } from './types.js'

/** Where `boards.X.lan` says nothing: what a Pi calls its own socket. */
const LAN = 'eth0'
/** The token link's own network, where nobody says more. */
const PREFIX: Readonly<Record<number, number>> = { 4: 24, 6: 64 }

const addressLines = ({ network, ethernet }: Config): readonly string[] => {
  const own = ethernet === null ? null : `${ethernet.address}/${PREFIX[isIP(ethernet.address)] ?? 24}`
  if (network === null) return ['DHCP=yes', ...(own === null ? [] : [`Address=${own}`])]
  const { address, gateway, dns } = network
  const same = ethernet !== null && address.split('/')[0] === ethernet.address
  return [
    'DHCP=no',
    `Address=${address}`,
    ...(own === null || same ? [] : [`Address=${own}`]),
    ...(gateway === null ? [] : [`Gateway=${gateway}`]),
    ...dns.map(server => `DNS=${server}`)
  ]
}

/** A .network file. The addresses that baton moves are none of its business: it keeps what it finds. */
export const networkdText = (config: Config): string =>
  [
    `# Written at the start from ${config.file}: change that file.`,
    '[Match]',
    `Name=${config.lan ?? LAN}`,
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
