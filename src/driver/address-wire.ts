// What is said and asked about an address on the wire: gratuitous ARP, unsolicited neighbour advertisement, duplicate
// probes. Called by the address driver; each child is bounded and none is waited for on the takeover path.

import type { AddressConfig } from '../config/types.js'
import { parseCidr } from './address-table.js'
import { failureOf } from './command.js'
import type { GroupRunner } from './group-command.js'

export interface Check {
  /** `failed`: could not be asked; says nothing about a duplicate. */
  readonly result: 'free' | 'duplicate' | 'failed'
  readonly words: string
}

/**
 * One announcement, sent at once; for IPv4 it returns after a second. Null = done, else a sentence. A program that repeats by
 * itself would go on after the address has left, and the board that takes it would see a duplicate.
 */
export const announceAddress = async (
  runner: GroupRunner,
  { address: cidr, interface: name }: AddressConfig,
  deadlineMs: number
): Promise<string | null> => {
  const { address, v6 } = parseCidr(cidr)
  const result = v6
    ? await runner.look('ndptool', ['send', '-t', 'na', '-U', '-i', name, '-T', address], { deadlineMs })
    : await runner.look('arping', ['-q', '-U', '-c', '1', '-w', '1', '-I', name, address], { deadlineMs })
  // arping -U never gets an answer and says so by exit code 1: that is no failure.
  if (result.ok || (!v6 && result.code === 1 && result.stderr.trim() === '')) return null
  return `announcing ${address} on ${name} failed: ${failureOf(result)}; neighbours learn it when their caches expire`
}

/** Ask for one second whether another machine has this IPv4 address (RFC 5227). Works before and after it is set here. */
export const checkDuplicate = async (
  runner: GroupRunner,
  { address: cidr, interface: name }: AddressConfig,
  deadlineMs: number
): Promise<Check> => {
  const { address } = parseCidr(cidr)
  const result = await runner.look('arping', ['-D', '-c', '1', '-w', '1', '-I', name, address], { deadlineMs })
  if (result.ok) return { result: 'free', words: `nobody else on ${name} has ${address}` }
  const hardware = /\[([0-9A-Fa-f:]{11,})\]/.exec(result.stdout)?.[1]
  if (result.code === 1 && hardware !== undefined) {
    const words = `another machine on ${name} (${hardware}) has the address ${address}; find it and give it another one`
    return { result: 'duplicate', words }
  }
  return { result: 'failed', words: `looking for another owner of ${address} on ${name} failed: ${failureOf(result)}` }
}
