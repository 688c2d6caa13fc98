// The LAN of the rig: one namespace with a switch, a port for each board, and the client on the switch itself.
// Addresses are given by DHCP, as in the places where pairs stand. Nothing reaches the host's interfaces.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { inNetns } from '../../board/virtual/helper.js'
import { ADDRESS, BOARDS } from '../../board/virtual/names.js'
import { run } from '../../board/virtual/shell.js'
import { BRIDGE, HARDWARE_ADDRESS, type RigNames, tapOf } from './names.js'

/** What the boards get by DHCP may be another network than that of their own addresses: the client is in both. */
const clientAddresses = ({ address }: RigNames): readonly string[] => [...new Set([ADDRESS.client, address.client])]

export const makeNetwork = async (names: RigNames): Promise<void> => {
  await run('ip', ['netns', 'add', names.netns])
  const lines = [
    'link set lo up',
    `link add ${BRIDGE} type bridge forward_delay 0 stp_state 0 mcast_snooping 0`,
    `link set ${BRIDGE} up`,
    ...clientAddresses(names).map(address => `addr add ${address}/24 dev ${BRIDGE}`)
  ]
  await run('ip', ['-n', names.netns, '-batch', '-'], { input: `${lines.join('\n')}\n` })
  for (const board of BOARDS) {
    const tap = tapOf(board)
    await run('ip', ['-n', names.netns, 'tuntap', 'add', 'dev', tap, 'mode', 'tap'])
    await run('ip', ['-n', names.netns, 'link', 'set', tap, 'master', BRIDGE, 'up'])
  }
}

/** Words of the DHCP server: each board gets its own address, nobody else gets one. */
export const dhcpWords = (pidFile: string): readonly string[] => [
  '--keep-in-foreground',
  '--conf-file=/dev/null',
  '--port=0',
  '--user=root',
  `--pid-file=${pidFile}`,
  '--leasefile-ro',
  `--interface=${BRIDGE}`,
  '--bind-interfaces',
  `--dhcp-range=${ADDRESS.a},static,255.255.255.0,12h`,
  // Neither router nor name server: the LAN of the rig leads nowhere.
  '--dhcp-option=3',
  '--dhcp-option=6',
  '--log-dhcp',
  '--log-facility=-',
  ...BOARDS.map(board => `--dhcp-host=${HARDWARE_ADDRESS[board]},${ADDRESS[board]}`)
]

/** Ends with the rig: it is a child in the rig's own namespace. */
export const startDhcp = (names: RigNames, env: NodeJS.ProcessEnv): ChildProcess => {
  const [file, words] = inNetns(names.netns, 'dnsmasq', dhcpWords(join(names.dir, 'dnsmasq.pid')))
  const log = openSync(join(names.out, 'dhcp.log'), 'w')
  const child = spawn(file, words, { stdio: ['ignore', log, log], env })
  closeSync(log)
  return child
}
