// The addresses of a group on this board: set, clear, look, announce, and find out whether somebody else has them.
// Called by group-port.ts. Must not wait for an announcement or a check after setting: takeover time counts.
import { setTimeout as delay } from 'node:timers/promises'
import type { AddressConfig } from '../config/types.js'
import type { ActionOutcome } from '../core/event.js'
import { inet6State, listAddresses, otherInterfaceWith, type Present, parseCidr } from './address-table.js'
import { announceAddress, type Check, checkDuplicate } from './address-wire.js'
import { failureOf } from './command.js'
import type { GroupRunner } from './group-command.js'

export interface Addresses {
  /** At once, announce without waiting, look for a duplicate afterwards (told to `log`). */
  set(): Promise<ActionOutcome>
  /** Duplicate detection first; nothing is set where one is found. */
  checkAndSet(): Promise<ActionOutcome>
  clear(): Promise<ActionOutcome>
  announce(): void
  /** Those of ours that are set on any interface of this board, in words. */
  find(
    deadlineMs: number
  ): Promise<
    | { readonly ok: true; readonly value: readonly Present[] }
    | { readonly ok: false; readonly reason: string; readonly hung: boolean }
  >
  /** For status; kept from the last action or look. */
  describe(): readonly { readonly address: string; readonly state: string }[]
}

export interface AddressContext {
  readonly runner: GroupRunner
  readonly addresses: readonly AddressConfig[]
  readonly deadlineMs: number
  readonly log: (text: string) => void
}

const OK: ActionOutcome = { ok: true }
const ANNOUNCE_MAX_MS = 5000
/** IPv4 is announced this often, once a second, as long as the address is here. */
const ANNOUNCE_ROUNDS = 3
/** The check after setting waits this long: its spawn must not stand in the way of the services that start now. */
const CHECK_AFTER_MS = 1000

/** Many outcomes to one: all reasons, hung if one hangs. */
export const joinOutcomes = (outcomes: readonly ActionOutcome[]): ActionOutcome => {
  const failures = outcomes.flatMap(outcome => (outcome.ok ? [] : [outcome]))
  if (failures.length === 0) return OK
  return { ok: false, reason: failures.map(({ reason }) => reason).join('; '), hung: failures.some(({ hung }) => hung) }
}

export const createAddresses = (context: AddressContext): Addresses => {
  const { runner, addresses, deadlineMs, log } = context
  const states = new Map<string, string>(addresses.map(({ address }) => [address, 'not looked at']))
  const ours = new Set(addresses.map(({ address }) => parseCidr(address).address))
  const announcing = new Set<string>()

  const all = async (each: (address: AddressConfig) => Promise<ActionOutcome>): Promise<ActionOutcome> =>
    joinOutcomes(
      await Promise.all(
        addresses.map(async address => {
          const outcome = await each(address)
          if (!outcome.ok) states.set(address.address, outcome.reason)
          return outcome
        })
      )
    )

  const add = async ({ address: cidr, interface: name }: AddressConfig, dad: boolean): Promise<ActionOutcome> => {
    const { address, v6 } = parseCidr(cidr)
    const elsewhere = otherInterfaceWith(address, name)
    if (elsewhere !== null) {
      return {
        ok: false,
        reason: `the address ${address} is already set on ${elsewhere}, not on ${name}; remove it there`
      }
    }
    const args = ['addr', 'add', cidr, 'dev', name, ...(v6 && !dad ? ['nodad'] : [])]
    const result = await runner.run('ip', args, { deadlineMs })
    const present = /File exists|already assigned/.test(result.stderr)
    if (!result.ok && !present) {
      return { ok: false, hung: result.hung, reason: `setting ${cidr} on ${name} failed: ${failureOf(result)}` }
    }
    states.set(cidr, `set on ${name}`)
    return OK
  }

  const isHeld = ({ address }: AddressConfig): boolean => states.get(address)?.startsWith('set on') === true

  const announceOne = async (address: AddressConfig): Promise<void> => {
    if (announcing.has(address.address)) return
    announcing.add(address.address)
    const rounds = parseCidr(address.address).v6 ? 1 : ANNOUNCE_ROUNDS
    let problem: string | null = null
    for (let round = 0; round < rounds && isHeld(address) && problem === null; round += 1) {
      problem = await announceAddress(runner, address, ANNOUNCE_MAX_MS)
    }
    announcing.delete(address.address)
    if (problem !== null) log(problem)
  }

  const announce = (): void => {
    for (const address of addresses) void announceOne(address)
  }

  const checkAfterwards = async (address: AddressConfig): Promise<void> => {
    // Cleared meanwhile: then the peer may rightly have it.
    if (!isHeld(address)) return
    const check: Check = await checkDuplicate(runner, address, ANNOUNCE_MAX_MS)
    if (!isHeld(address)) return
    if (check.result === 'duplicate') {
      states.set(address.address, `set on ${address.interface}, but another machine answers for it`)
    }
    if (check.result !== 'free') log(check.words)
  }

  const set = () =>
    all(async address => {
      const outcome = await add(address, false)
      if (!outcome.ok) return outcome
      void announceOne(address)
      if (!parseCidr(address.address).v6) setTimeout(() => void checkAfterwards(address), CHECK_AFTER_MS)
      return outcome
    })

  /** The kernel's own duplicate detection, waited for. */
  const addWithDad = async (address: AddressConfig): Promise<ActionOutcome> => {
    const { address: ip } = parseCidr(address.address)
    const name = address.interface
    const added = await add(address, true)
    if (!added.ok) return added
    const deadlineAt = performance.now() + deadlineMs
    while (inet6State(ip, name) === 'tentative' && performance.now() < deadlineAt) await delay(20)
    const state = inet6State(ip, name)
    if (state === 'valid') return OK
    const removed = await runner.run('ip', ['addr', 'del', address.address, 'dev', name], { deadlineMs })
    const why =
      state === 'duplicate'
        ? `another machine on ${name} has it; find that machine`
        : state === 'tentative'
          ? `duplicate detection on ${name} did not end within ${deadlineMs} ms; is its cable plugged in?`
          : `it vanished from ${name}`
    return { ok: false, hung: removed.hung, reason: `the address ${ip} is not set: ${why}` }
  }

  const checkAndSet = () =>
    all(async address => {
      const { v6 } = parseCidr(address.address)
      if (v6) {
        const outcome = await addWithDad(address)
        if (outcome.ok) void announceOne(address)
        return outcome
      }
      const check = await checkDuplicate(runner, address, deadlineMs)
      if (check.result === 'duplicate') return { ok: false, reason: `the address is not set: ${check.words}` }
      if (check.result === 'failed') log(check.words)
      const outcome = await add(address, false)
      if (outcome.ok) void announceOne(address)
      return outcome
    })

  const find: Addresses['find'] = async findMs => {
    if (addresses.length === 0) return { ok: true, value: [] }
    const listed = await listAddresses(runner, findMs)
    if (!listed.ok) return listed
    const value = listed.value.filter(({ address }) => ours.has(address))
    for (const { address: cidr } of addresses) {
      const on = value.filter(({ address }) => address === parseCidr(cidr).address).map(entry => entry.interface)
      states.set(cidr, on.length === 0 ? 'not set here' : `set on ${on.join(' and ')}`)
    }
    return { ok: true, value }
  }

  const clear = async (): Promise<ActionOutcome> => {
    const found = await find(deadlineMs)
    if (!found.ok) return found
    const outcomes = await Promise.all(
      found.value.map(async ({ address, prefix, interface: name }): Promise<ActionOutcome> => {
        const result = await runner.run('ip', ['addr', 'del', `${address}/${prefix}`, 'dev', name], { deadlineMs })
        const gone = /Cannot assign requested address|address not found|Cannot find device/i.test(result.stderr)
        if (result.ok || gone) return OK
        return { ok: false, hung: result.hung, reason: `clearing ${address} on ${name} failed: ${failureOf(result)}` }
      })
    )
    const outcome = joinOutcomes(outcomes)
    if (outcome.ok) for (const { address } of addresses) states.set(address, 'not set here')
    return outcome
  }

  return {
    set,
    checkAndSet,
    clear,
    announce,
    find,
    describe: () => addresses.map(({ address }) => ({ address, state: states.get(address) ?? '' }))
  }
}
