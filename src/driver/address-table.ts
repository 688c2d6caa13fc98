// Which addresses this board has: by `ip -json addr` (the truth, a child), or at once from the kernel's tables (no child).
// Called by the address driver.
import { readFileSync } from 'node:fs'
import { BlockList, isIPv6, SocketAddress } from 'node:net'
import { networkInterfaces } from 'node:os'
import { failureOf } from './command.js'
import type { GroupRunner } from './group-command.js'

export interface Present {
  /** In the kernel's own spelling. */
  readonly address: string
  readonly prefix: number
  readonly interface: string
  readonly tentative: boolean
  /** IPv6 duplicate detection found another owner. */
  readonly duplicate: boolean
}

/** One spelling per address, so that `fd00::1` and `FD00:0::1` are equal. */
export const canonical = (address: string): string =>
  isIPv6(address) ? new SocketAddress({ address, family: 'ipv6' }).address : address

/** `ADDRESS/PREFIX` taken apart; without a prefix the whole address (32 or 128). */
export const parseCidr = (
  cidr: string
): { readonly address: string; readonly prefix: number; readonly v6: boolean } => {
  const [address = '', prefix] = cidr.split('/')
  const v6 = isIPv6(address)
  return { address: canonical(address), prefix: prefix === undefined ? (v6 ? 128 : 32) : Number(prefix), v6 }
}

interface IpAddr {
  readonly ifname?: string
  readonly addr_info?: readonly {
    readonly local?: string
    readonly prefixlen?: number
    readonly tentative?: boolean
    readonly dadfailed?: boolean
  }[]
}

/** All addresses of all interfaces, also of those that are down. Error: a sentence. */
export const listAddresses = async (
  runner: GroupRunner,
  deadlineMs: number
): Promise<
  | { readonly ok: true; readonly value: readonly Present[] }
  | { readonly ok: false; readonly reason: string; readonly hung: boolean }
> => {
  const result = await runner.look('ip', ['-json', 'addr', 'show'], { deadlineMs, outputBytesMax: 1 << 20 })
  if (!result.ok)
    return { ok: false, reason: `looking at the addresses failed: ${failureOf(result)}`, hung: result.hung }
  try {
    const value = (JSON.parse(result.stdout) as readonly IpAddr[]).flatMap(link =>
      (link.addr_info ?? []).map(info => ({
        address: canonical(info.local ?? ''),
        prefix: info.prefixlen ?? 0,
        interface: link.ifname ?? '',
        tentative: info.tentative === true,
        duplicate: info.dadfailed === true
      }))
    )
    return { ok: true, value }
  } catch (error) {
    return { ok: false, reason: `\`ip -json addr\` printed what is no JSON: ${String(error)}`, hung: false }
  }
}

/** Interfaces other than `except` that already have this address, without a child (those that are up, with a carrier). */
export const otherInterfaceWith = (address: string, except: string): string | null => {
  for (const [name, infos] of Object.entries(networkInterfaces())) {
    if (name === except) continue
    if (infos?.some(info => canonical(info.address) === address) === true) return name
  }
  return null
}

const TENTATIVE = 0x40
const DAD_FAILED = 0x08

/** State of one IPv6 address of an interface from /proc/net/if_inet6; null = not there. */
export const inet6State = (address: string, interfaceName: string): 'tentative' | 'duplicate' | 'valid' | null => {
  const wanted = new BlockList()
  wanted.addAddress(address, 'ipv6')
  let text: string
  try {
    text = readFileSync('/proc/net/if_inet6', 'utf8')
  } catch {
    return null
  }
  for (const line of text.split('\n')) {
    const [hex, , , , flagsHex, name] = line.trim().split(/\s+/)
    if (name !== interfaceName || hex === undefined || flagsHex === undefined) continue
    if (!wanted.check(hex.replace(/(.{4})(?!$)/g, '$1:'), 'ipv6')) continue
    const flags = Number.parseInt(flagsHex, 16)
    if ((flags & DAD_FAILED) !== 0) return 'duplicate'
    return (flags & TENTATIVE) !== 0 ? 'tentative' : 'valid'
  }
  return null
}
