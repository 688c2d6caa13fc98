// Children at work on the group, and what they change on their board when they end. Called by life.ts.
import type { ActionOutcome, Findings } from '../../../src/core/event.js'
import type { Epoch } from '../../../src/core/types.js'
import type { Board, Job } from './board.js'

/** `Epoch`: what the disk remembers, later than the job's own (`stamp`). */
export type JobEnd = 'ok' | 'fails' | Epoch

/** What clients and the disk saw of it; null = nothing. */
export interface Traces {
  /** Services answered under this epoch. */
  acknowledged: Epoch | null
  /** The disk was stamped with this epoch. */
  stamped: Epoch | null
}

const findings = (board: Board, self: Job): Findings => ({
  mounted: board.mounted,
  primary: board.primary,
  addresses: board.addresses,
  services: board.services,
  leftovers: board.jobs
    .filter(job => job !== self && job.job === 0 && job.action !== 'inspect')
    .map(job => `${job.action} of an earlier life still runs`)
})

const failed = (reason: string): ActionOutcome => ({ ok: false, reason })

/** The child has done its work: the board changes at this instant. */
export const change = (board: Board, job: Job, end: JobEnd, mirrored: boolean, out: Traces): ActionOutcome => {
  if (end === 'fails') return failed(`${job.action} failed`)
  switch (job.action) {
    case 'inspect':
      return { ok: true, findings: findings(board, job) }
    case 'attach':
      board.primary = mirrored
      return { ok: true }
    case 'check':
      return { ok: true }
    case 'mount':
      board.mounted = true
      return { ok: true }
    case 'stamp':
      if (!board.mounted) return failed('stamp: not mounted')
      if (end !== 'ok') return { ok: true, stamp: end }
      out.stamped = job.epoch
      return { ok: true }
    case 'setAddresses':
    case 'checkAndSetAddresses':
      board.addresses = true
      return { ok: true }
    case 'startServices':
    case 'restartServices':
      board.services = 'all'
      board.servesUnder = job.epoch
      if (board.mounted && board.addresses) out.acknowledged = job.epoch
      return { ok: true }
    case 'stopServices':
      board.services = 'none'
      board.servesUnder = null
      return { ok: true }
    case 'openLogins':
    case 'closeLogins':
      return { ok: true }
    case 'clearAddresses':
      board.addresses = false
      return { ok: true }
    case 'unmount':
      if (board.services !== 'none') return failed('umount: target is busy')
      board.mounted = false
      return { ok: true }
    case 'detach':
      if (board.mounted) return failed('detach: device is mounted')
      board.primary = false
      return { ok: true }
    case 'abandon':
      board.mounted = false
      board.primary = false
      board.addresses = false
      board.services = 'none'
      board.servesUnder = null
      return { ok: true }
  }
}
