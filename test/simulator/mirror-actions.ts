// What a mirrored disk changes about the children at work on a group: becoming primary may have to wait for an answer, and I/O may stand still.
// Called by actions.ts.
import type { ActionOutcome, GroupAction } from '../../src/core/event.js'
import { compareEpochs } from '../../src/core/types.js'
import { canWrite, demote, giveUpPromotion, mirrorOf, promote, putStamp, sideOf, stampOf } from './mirror.js'
import type { Mirror } from './mirror-world.js'
import type { Board, Holding, Job, World } from './world.js'

const PROMOTE_MS_MAX = 30_000
const IO_MS_MAX = 5000
const AGAIN_MS = 40
/** They read or write the disk: where its I/O stands still they do, too. */
const TOUCH: ReadonlySet<GroupAction> = new Set(['check', 'mount', 'stamp', 'unmount'])
const DONE: ActionOutcome = { ok: true }

/** How long a child of this kind waits for the mirror before it gives up; 0 = it does not. */
const patienceMs = (action: GroupAction): number =>
  action === 'attach' ? PROMOTE_MS_MAX : TOUCH.has(action) ? IO_MS_MAX : 0

/** A child of its own: which question it waits for. */
interface Waiting {
  readonly job: Job
  asked: number
}

const isReady = (world: World, mirror: Mirror, board: Board, waiting: Waiting): boolean => {
  const { action } = waiting.job
  if (action === 'unmount' && board.soc?.holdings.get(mirror.group)?.mounted !== true) return true
  if (action !== 'attach') return canWrite(world, mirror, board.id)
  const side = sideOf(world, mirror, board.id)
  // "No" takes the question away; one child does not ask twice.
  if (side === null || (waiting.asked > 0 && side.refused === waiting.asked)) return true
  const said = promote(world, mirror, board.id)
  waiting.asked = Math.max(waiting.asked, side.question)
  return said !== null
}

/** Run when the mirror lets this child work; at the latest when its patience ends. `wait`: of the board, so that a stalled one waits on. */
export const whenMirrorReady = (
  world: World,
  board: Board,
  job: Job,
  wait: (afterMs: number, run: () => void) => void,
  run: () => void
): void => {
  const mirror = mirrorOf(world, job.group)
  const untilAt = world.agenda.now + patienceMs(job.action)
  if (mirror === null || patienceMs(job.action) === 0) return run()
  const waiting: Waiting = { job, asked: 0 }
  const look = (): void => {
    if (isReady(world, mirror, board, waiting) || world.agenda.now >= untilAt) return run()
    wait(AGAIN_MS, look)
  }
  look()
}

/** The mirror's part of an action; null = it has none, the action is the same as on a shared disk. */
export const changeMirror = (world: World, board: Board, job: Job, holding: Holding): ActionOutcome | null => {
  const mirror = mirrorOf(world, job.group)
  if (mirror === null) return null
  const { action } = job
  const touches = TOUCH.has(action) && (action !== 'unmount' || holding.mounted)
  if (touches && !canWrite(world, mirror, board.id))
    return { ok: false, reason: `${action}: I/O of the mirror stands still, or it is not primary` }
  if (action === 'attach') {
    const said = promote(world, mirror, board.id)
    if (said !== '') giveUpPromotion(mirror, board.id)
    if (said !== '') return { ok: false, reason: `promote: ${said ?? 'the other copy is neither outdated nor fenced'}` }
    holding.primary = true
    return DONE
  }
  if (action === 'detach') {
    if (holding.mounted) return { ok: false, reason: 'demote: device is mounted' }
    demote(mirror, board.id)
    holding.primary = false
    return DONE
  }
  if (action === 'abandon') demote(mirror, board.id)
  if (action === 'check') return DONE
  if (action === 'mount') holding.mounted = true
  return action === 'mount' || action === 'stamp' ? stamp(mirror, board, job, holding) : null
}

const stamp = (mirror: Mirror, board: Board, job: Job, holding: Holding): ActionOutcome => {
  if (!holding.mounted) return { ok: false, reason: 'stamp: not mounted' }
  const known = stampOf(mirror, board.id)
  if (known !== null && compareEpochs(known, job.epoch) > 0) return { ok: true, stamp: known }
  putStamp(mirror, board.id, job.epoch)
  return DONE
}
