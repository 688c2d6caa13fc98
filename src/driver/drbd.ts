// The kernel's mirror of one group, as commands: what brings it up, connects, promotes and frees it. Called by mirror.ts; decides nothing.
// Everything goes through `drbdsetup` (drbd-utils); the module is loaded before the daemon starts, which has no right to do so.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { MirrorConfig } from '../config/types.js'
import { type CommandResult, failureOf } from './command.js'
import { diskWords, type Ends, endsOf, netWords, readEnds } from './drbd-words.js'
import type { GroupRunner } from './group-command.js'

/** null = done; else why not, in words. */
export type Tried = Promise<string | null>

/** `Primary` or `Secondary`; null = there is no such mirror. Or nobody knows, and why. */
export type RoleFound = { readonly role: string | null } | { readonly reason: string; readonly hung: boolean }

export interface Drbd {
  /** null = the kernel has it; else why not. Sets the kernel's helper. */
  module(): string | null
  /** The resource and its device. `new` = neither was there. */
  define(): Tried
  attach(): Tried
  connect(discard: boolean): Tried
  /** Between which ends the kernel has the connection; null = it has none. A text: nobody knows, and why. */
  ends(): Promise<Ends | null | string>
  /** Settings of the link anew, the secret included, and of the disk where one is attached, while they are in use. */
  tune(attached: boolean): Tried
  /** At once, without the peer's consent: it sees a broken link, and asks (R7). */
  disconnect(): Tried
  /** `outdated`: also a copy that DRBD itself calls outdated. Asks nobody then: only after the core's yes (R7). */
  primary(deadlineMs: number, outdated: boolean): Tried
  secondary(deadlineMs: number): Tried
  resumeIo(): Tried
  verify(): Tried
  role(deadlineMs: number): Promise<RoleFound>
  /** /proc/drbd; empty = not there. */
  proc(): string
}

export const PROC = '/proc/drbd'
const HELPER_PARAMETER = '/sys/module/drbd/parameters/usermode_helper'
/** What the package brings; the kernel starts it. */
export const MIRROR_HELPER = '/usr/lib/baton/mirror-helper'
const STEP_MS = 10_000
/** Only these words mean that there is none: its exit code 10 stands for any refusal of the kernel, a missing right among them. */
const UNKNOWN = /minor not allocated|unknown minor|unknown resource|no such resource/i
/** drbdmeta and drbdsetup say so of a disk that nothing was ever mirrored with. */
export const NO_NOTES = /No valid meta.?data/i
/** drbdsetup tells by this that all was so already. */
const ALREADY = /already exists|already claimed by us|Device has a net-config/

/** What `drbdsetup role` came to. Exported for its test. */
export const readRole = (result: CommandResult): RoleFound => {
  if (result.ok) return { role: result.stdout.split('/')[0]?.trim() ?? '' }
  return UNKNOWN.test(`${result.stderr}\n${result.stdout}`)
    ? { role: null }
    : { reason: failureOf(result), hung: result.hung }
}

/** `misplaced`: why nothing may be done, asked before each command; null = it may. */
export const createDrbd = (
  runner: GroupRunner,
  config: MirrorConfig,
  secret: string,
  misplaced: () => string | null
): Drbd => {
  const { resource, minor, backing } = config
  const device = String(minor)
  const [own, peer] = endsOf(config)
  let helperSet = false
  /** Of the connection that is there; null = an earlier life may have made it, with others than ours, and ours may be another mirror's. */
  let known: Ends | null = null

  const run = async (words: readonly string[], deadlineMs = STEP_MS): Tried => {
    const why = misplaced()
    if (why !== null) return why
    const result = await runner.run('drbdsetup', words, { deadlineMs })
    if (result.ok || ALREADY.test(result.stderr)) return null
    // Its words may be shown to anybody; the secret must not.
    return failureOf(result).replaceAll(secret, '…')
  }

  const module = (): string | null => {
    if (!existsSync(PROC))
      return 'the kernel has no DRBD: install a kernel with the module drbd, or load it (`modprobe drbd`), and start the daemon again'
    if (!existsSync(MIRROR_HELPER)) return `${MIRROR_HELPER} is missing: install the package again`
    try {
      // Always, and without a line end: the kernel would take that for a part of the name, and what it shows does not tell.
      if (!helperSet) writeFileSync(HELPER_PARAMETER, MIRROR_HELPER)
      helperSet = true
      return null
    } catch (error) {
      return `the kernel's DRBD does not take ${MIRROR_HELPER} as its helper: ${error instanceof Error ? error.message : error}`
    }
  }

  const ends = async (): Promise<Ends | null | string> => {
    const why = misplaced()
    if (why !== null) return why
    const result = await runner.look('drbdsetup', ['show', resource], { deadlineMs: STEP_MS })
    if (!result.ok) return failureOf(result).replaceAll(secret, '…')
    const found = readEnds(result.stdout)
    known = found
    return found
  }
  const connect = async (discard: boolean): Tried => {
    const way = discard ? ['--discard-my-data=yes'] : []
    const failed = await run(['connect', resource, own, peer, ...netWords(config, secret), ...way])
    if (failed === null) known = [own, peer]
    return failed
  }

  return {
    module,
    ends,
    connect,
    define: async () =>
      (await run(['new-resource', resource, '--on-no-data-accessible=io-error'])) ??
      (await run(['new-minor', resource, device, '0'])),
    attach: async () => {
      const why = misplaced()
      if (why !== null) return why
      // After a crash of a board that wrote: what was under way is marked as unequal first, or the kernel refuses the disk. Else it does nothing.
      const words = [device, 'v08', backing, 'internal', 'apply-al']
      const applied = await runner.run('drbdmeta', words, { deadlineMs: STEP_MS })
      // A bare disk is not offered to the kernel again and again: it complains of each on every console.
      if (!applied.ok && NO_NOTES.test(applied.stdout + applied.stderr)) return failureOf(applied)
      return run(['attach', device, backing, backing, 'internal', ...diskWords(config)])
    },
    tune: async attached =>
      (attached ? await run(['disk-options', device, ...diskWords(config)]) : null) ??
      (await run(['net-options', own, peer, ...netWords(config, secret)])),
    disconnect: async () => {
      const found = known ?? (await ends())
      if (typeof found === 'string') return found
      // Parted already.
      if (found === null) return null
      const failed = await run(['disconnect', ...found, '--force=yes'])
      if (failed === null) known = null
      return failed
    },
    primary: (deadlineMs, outdated) => run(['primary', device, ...(outdated ? ['--force=yes'] : [])], deadlineMs),
    secondary: deadlineMs => run(['secondary', device], deadlineMs),
    resumeIo: () => run(['resume-io', device]),
    verify: () => run(['verify', device]),
    role: async deadlineMs => {
      const why = misplaced()
      if (why !== null) return { reason: why, hung: false }
      if (!existsSync(PROC)) return { role: null }
      const result = await runner.look('drbdsetup', ['role', device], { deadlineMs })
      return readRole(result)
    },
    proc: () => {
      try {
        return readFileSync(PROC, 'utf8')
      } catch {
        return ''
      }
    }
  }
}
