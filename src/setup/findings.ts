// What a pair is made of, as one board finds it, and what is left to wish for once it is ready: sentences for people. Pure but for the
// addresses of the interfaces, which the caller reads.
import type { NetworkInterfaceInfo } from 'node:os'
import type { Config } from '../config/types.js'
import type { DaemonStatus } from '../runtime/status.js'
import type { SetupWorld } from './step.js'

export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

export interface Finding {
  readonly what: string
  readonly words: string
}

const withoutPrefix = (address: string): string => address.split('/')[0] ?? address

/** The board's own addresses on the service LAN, those that move left out; empty = it has none. */
const lanAddresses = ({ groups, lan }: Config, interfaces: Interfaces): readonly string[] => {
  const moving = groups.flatMap(({ addresses }) => addresses.map(({ address }) => withoutPrefix(address)))
  return (interfaces[lan ?? ''] ?? [])
    .map(({ address }) => address)
    .filter(address => !moving.includes(address) && !address.startsWith('fe80:'))
}

const wireWords = (level: boolean | null, on: string, off: string): string =>
  level === null ? 'not fitted' : level ? on : off

const linkWords = ({ core, ports }: DaemonStatus, link: 'serial' | 'ethernet'): string => {
  const port = ports[link]
  if (port === null) return 'not configured'
  return port.state === 'open' ? core.peer.links[link].state : `closed: ${port.detail}`
}

/** One line for each part, in the order in which a person would look. */
export const findings = (config: Config, world: SetupWorld, interfaces: Interfaces): readonly Finding[] => {
  const { own } = world
  if (typeof own === 'string') return [{ what: 'daemon', words: own }]
  const { core } = own
  const peer = core.board === 'a' ? 'b' : 'a'
  const addresses = lanAddresses(config, interfaces)
  const lan =
    config.lan === null
      ? 'not watched'
      : `${config.lan} ${core.lanUp ? 'up' : 'DOWN'}, ${addresses.join(', ') || 'no address'}`
  const disks = config.groups.flatMap(({ disk, name }) => {
    if (disk === null) return []
    const points = own.groups[name]?.usbSwitch
    const there = typeof world.peer === 'string' ? undefined : world.peer.disks[name]
    const where = points == null ? '' : points ? ', the switch points here' : `, the switch points to board ${peer}`
    return [
      { what: `disk of ${name}`, words: `${world.disks[name]?.words ?? 'not looked at'}${where}` },
      ...(there === undefined ? [] : [{ what: `  from board ${peer}`, words: there.words }])
    ]
  })
  return [
    { what: `board ${peer}`, words: core.peer.heard ? 'heard' : 'NOT HEARD' },
    { what: 'serial', words: linkWords(own, 'serial') },
    { what: 'ethernet', words: linkWords(own, 'ethernet') },
    { what: 'LAN', words: lan },
    { what: 'power sense', words: wireWords(core.fence.sense, `board ${peer} has power`, 'reads OFF') },
    { what: 'harness loop', words: wireWords(core.fence.loop, 'whole', 'OPEN') },
    { what: 'fence', words: core.fence.proved === null ? 'NOT PROVED' : 'proved' },
    ...disks,
    ...core.groups.map(({ name, role, peerRole }) => ({
      what: name,
      words: role === 'active' ? 'served here' : peerRole === 'active' ? `served on board ${peer}` : 'NOT SERVED'
    }))
  ]
}

/** Ready is no end of wishes: what makes the pair weaker than it could be. `defaults`: addresses that nobody chose. */
export const leftToWish = (
  config: Config,
  { core }: DaemonStatus,
  interfaces: Interfaces,
  defaults: readonly string[]
): readonly string[] => {
  const { groups, lan, notices, pins, watchdog } = config
  const wishes: string[] = [...core.warnings]
  const wish = (when: boolean, words: string): void => {
    if (when) wishes.push(words)
  }
  const chosen = groups.flatMap(({ addresses }) => addresses.map(({ address }) => address))
  const untouched = chosen.filter(address => defaults.includes(address))
  wish(
    untouched.length > 0,
    `the address of the service is still the one that came with the card (${untouched.join(', ')}): set your own in baton.yaml, on both boards`
  )
  wish(chosen.length === 0, 'no group has an address that moves with it: users must know which board serves')
  wish(
    notices.channels.length === 0,
    'nobody is told when a board fails: `notices` in baton.yaml (mail, webhook, MQTT)'
  )
  wish(watchdog === null, 'no watchdog is used: a board that hangs is not reset by itself')
  wish(
    pins !== null && pins.relay !== null && pins.sense === null && !core.warnings.some(words => /sense/.test(words)),
    'power sense is not fitted: a cut cannot be seen'
  )
  wish(
    lan !== null && lanAddresses(config, interfaces).length === 0,
    `this board has no address of its own on ${lan}: its console is reached by the serial cable alone`
  )
  return wishes
}

/** The last word of the set-up, on the consoles of both boards. */
export const readyWords = (wishes: readonly string[]): string => {
  const [first, ...more] = wishes
  const rest = more.length === 0 ? '' : ` (and ${more.length} more: \`setup\` names them)`
  const left = first === undefined ? '' : `; still to wish for: ${first}${rest}`
  return `READY: both boards are a pair, either takes over from the other${left}`
}
