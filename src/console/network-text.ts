// What `ip` and the daemon tell about the network, as one screen of at most 24 lines. Pure.
import type { DaemonStatus } from '../runtime/status.js'
import { COLUMNS, clip, ends, LINES, plain, row } from './screen.js'
import { linkText, peerText } from './status-text.js'

export interface Interface {
  readonly name: string
  /** Switched on by the system. */
  readonly on: boolean
  readonly carrier: boolean
  readonly hardware: string
  readonly addresses: readonly string[]
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
const textOf = (value: unknown): string => (typeof value === 'string' ? plain(value) : '')

const addressOf = (value: unknown): readonly string[] => {
  if (!isRecord(value)) return []
  const note = value.tentative === true ? ' (being checked)' : value.dadfailed === true ? ' (TAKEN BY ANOTHER)' : ''
  return [`${textOf(value.local)}/${String(value.prefixlen)}${note}`]
}

const interfaceOf = (value: unknown): readonly Interface[] => {
  if (!isRecord(value) || !Array.isArray(value.flags)) return []
  const { flags } = value
  const addresses: readonly unknown[] = Array.isArray(value.addr_info) ? value.addr_info : []
  const visible = addresses.filter(each => !(isRecord(each) && each.scope === 'link'))
  return [
    {
      name: textOf(value.ifname),
      on: flags.includes('UP'),
      carrier: flags.includes('LOWER_UP') && value.operstate !== 'DOWN',
      hardware: textOf(value.address),
      addresses: visible.flatMap(addressOf)
    }
  ]
}

/** The answer of `ip -json address show`, the loopback left out; null = not understood. */
export const parseInterfaces = (json: string): readonly Interface[] | null => {
  try {
    const value: unknown = JSON.parse(json)
    if (!Array.isArray(value)) return null
    return value.filter(each => !(isRecord(each) && each.ifname === 'lo')).flatMap(interfaceOf)
  } catch {
    return null
  }
}

const interfaceLines = ({ name, on, carrier, hardware, addresses }: Interface): string[] => {
  const state = !on ? 'switched OFF' : carrier ? 'cable in' : 'NO CARRIER: cable, switch?'
  return [
    ends(`${name}: ${state}`, hardware),
    ...row('  addresses', addresses.length === 0 ? 'none' : addresses.join(', '), 2)
  ]
}

const daemonLines = (status: DaemonStatus): string[] => {
  const { board, lanUp } = status.core
  return [
    ...row('this board', `${board}; its service LAN is ${lanUp ? 'up' : 'DOWN'}`),
    ...row('serial', linkText(status, 'serial')),
    ...row('ethernet', linkText(status, 'ethernet')),
    ...row(`peer ${board === 'a' ? 'b' : 'a'}`, peerText(status))
  ]
}

/** `interfaces`, `status`: text = why it could not be told. */
export const networkText = (interfaces: readonly Interface[] | string, status: DaemonStatus | string): string => {
  const last = typeof status === 'string' ? row('daemon', status, 3) : daemonLines(status)
  const room = LINES - last.length - 1
  const first = typeof interfaces === 'string' ? row('interfaces', interfaces, 3) : interfaceList(interfaces, room)
  return [...first, ...last].map(line => clip(plain(line), COLUMNS)).join('\n')
}

/** With a cable first; what there is no room for is counted. */
const interfaceList = (all: readonly Interface[], room: number): string[] => {
  const sorted = [...all].sort((one, other) => Number(other.on) - Number(one.on))
  const blocks = sorted.map(interfaceLines)
  const out: string[] = []
  for (const [at, block] of blocks.entries()) {
    const left = blocks.length - at
    if (out.length + block.length > (left === 1 ? room : room - 1)) return [...out, `and ${left} more: ip address show`]
    out.push(...block)
  }
  return out.length === 0 ? ['no network interface'] : out
}
