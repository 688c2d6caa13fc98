// How a mirror becomes primary and secondary. Where the other copy is not connected the core is asked first (R7). Used by mirror.ts.
import { setTimeout as delay } from 'node:timers/promises'
import type { MirrorConfig } from '../config/types.js'
import type { ActionOutcome } from '../core/event.js'
import type { Drbd } from './drbd.js'
import { type DrbdState, isConnected } from './drbd-events.js'
import type { MirrorQuestion } from './mirror-question.js'
import { NOTHING_TOLD, strangerWords } from './mirror-words.js'

export type PrimaryFound = { readonly primary: boolean } | { readonly reason: string; readonly hung: boolean }

export interface MirrorStanding {
  readonly mirror: Pick<MirrorConfig, 'minor' | 'resource'>
  readonly drbd: Drbd
  readonly question: MirrorQuestion
  state(): DrbdState
  /** All that the kernel has was told. */
  told(): boolean
  /** All that the kernel has was told, and what could be brought up is up. */
  looked(): boolean
  /** Why no copy can be used at all; null = one can. */
  problem(): string | null
  /** Look after the mirror once more; ends when that is done. */
  tend(): Promise<void>
  /** The link was cut by us, for the copy there is dead: no hurry to connect again. */
  parted(): void
}

export interface MirrorRole {
  promote(deadlineAt: number): Promise<ActionOutcome>
  demote(deadlineMs: number): Promise<ActionOutcome>
  /** May this board write its copy now? A failure: nobody knows. */
  isPrimary(deadlineMs: number): Promise<PrimaryFound>
}

const OK: ActionOutcome = { ok: true }
const PAUSE_MS = 100
const HELD_OPEN = /held open/
const NOT_ALONE = 'the other copy is not connected, and'

export const createMirrorRole = (standing: MirrorStanding): MirrorRole => {
  const { drbd, mirror, question, state } = standing
  const { resource } = mirror

  const untilLooked = async (deadlineAt: number): Promise<void> => {
    while (!standing.looked() && performance.now() < deadlineAt) {
      await standing.tend()
      await delay(PAUSE_MS)
    }
  }
  /** What the core knows to be dead may look alive to DRBD for some seconds. null = it is apart now. */
  const partFromDead = async (): Promise<string | null> => {
    if (!isConnected(state()) || state().peerRole !== 'Primary') return null
    standing.parted()
    return drbd.disconnect()
  }
  /** null = it may go on; else why not. */
  const askForAlone = async (deadlineAt: number): Promise<string | null> => {
    const leftMs = Math.max(deadlineAt - performance.now(), 1)
    const yes = await Promise.race([question.ask(), delay(leftMs, null, { ref: false })])
    if (yes === true || isConnected(state())) return null
    return yes === null
      ? `${NOT_ALONE} it is not known that nobody takes it for current (R7)`
      : `${NOT_ALONE} may not be left behind (R7)`
  }
  const promote = async (deadlineAt: number): Promise<ActionOutcome> => {
    await untilLooked(deadlineAt)
    const problem = standing.problem()
    if (problem !== null) return { ok: false, reason: problem }
    // What was allowed for an earlier tenure says nothing of this one.
    question.forget()
    let reason = 'there was no time left'
    while (performance.now() < deadlineAt) {
      if (state().role === 'Primary') return OK
      const parted = await partFromDead()
      const refused = parted === null && !isConnected(state()) ? await askForAlone(deadlineAt) : null
      if (refused !== null) return { ok: false, reason: refused }
      // Outdated by DRBD's own book, and declared current by a person (`take-stale`): the core has just said so.
      const outdated = question.allowed && !isConnected(state()) && state().disk === 'Outdated'
      const failed = parted ?? (await drbd.primary(Math.max(deadlineAt - performance.now(), PAUSE_MS), outdated))
      if (failed === null) return OK
      reason = failed
      await delay(PAUSE_MS)
    }
    return { ok: false, reason: `the mirror ${resource} did not become primary: ${reason}` }
  }
  /** The kernel is asked by a minor: only when it told whose that is its answer means this mirror. */
  const isPrimary = async (deadlineMs: number): Promise<PrimaryFound> => {
    const deadlineAt = performance.now() + deadlineMs
    const isUntold = (): boolean => drbd.module() === null && !standing.told()
    while (isUntold() && performance.now() < deadlineAt - deadlineMs / 2) {
      void standing.tend()
      await delay(Math.min(PAUSE_MS, deadlineMs / 8))
    }
    if (isUntold()) return { reason: NOTHING_TOLD, hung: false }
    const found = await drbd.role(Math.max(deadlineAt - performance.now(), 1))
    if ('reason' in found) return found
    const primary = found.role === 'Primary'
    return primary && standing.told() && state().minor === ''
      ? { reason: strangerWords(mirror), hung: false }
      : { primary }
  }
  /** null = it is secondary. */
  const makeSecondary = async (deadlineAt: number): Promise<string | null> => {
    while (state().there && state().role !== 'Secondary') {
      const failed = await drbd.secondary(Math.max(deadlineAt - performance.now(), PAUSE_MS))
      if (failed === null) return null
      // Who looks at disks (udev) may have it open for a moment after the unmount.
      if (!HELD_OPEN.test(failed) || performance.now() >= deadlineAt) return failed
      await delay(PAUSE_MS)
    }
    return null
  }
  return {
    promote,
    isPrimary,
    demote: async deadlineMs => {
      const failed = await makeSecondary(performance.now() + deadlineMs)
      if (failed !== null) return { ok: false, reason: `the mirror ${resource} did not become secondary: ${failed}` }
      // What was allowed was allowed to this tenure; one that cannot end goes on.
      question.over()
      return OK
    }
  }
}
