// Children at work on a group: each takes its time, changes the world at one instant within it, and may fail, hang, or outlive its daemon.
// Called by daemon.ts. What is mounted, set or started belongs to the board's power, never to the daemon.
import type { Effect } from '../../src/core/effect.js'
import type { ActionOutcome, GroupAction } from '../../src/core/event.js'
import type { BoardId } from '../../src/core/types.js'
import { compareEpochs, otherBoard } from '../../src/core/types.js'
import { deliver } from './daemon.js'
import { mirrorOf, write } from './mirror.js'
import { changeMirror, whenMirrorReady } from './mirror-actions.js'
import { diskSeen, lanOrDiskChanged } from './wires.js'
import type { Board, Holding, Job, Soc, World } from './world.js'
import { emptyHolding, serves } from './world.js'

const TIME_MS: Readonly<Record<GroupAction, readonly [number, number]>> = {
  inspect: [3, 60],
  attach: [1, 100],
  check: [20, 800],
  mount: [4, 80],
  stamp: [3, 40],
  setAddresses: [2, 10],
  checkAndSetAddresses: [300, 1100],
  startServices: [20, 500],
  openLogins: [1, 1],
  closeLogins: [1, 1],
  stopServices: [10, 700],
  restartServices: [30, 900],
  clearAddresses: [2, 10],
  unmount: [10, 300],
  detach: [1, 50],
  abandon: [5, 200]
}
const HUNG_DEADLINE_MS = 2500
/** After `abandon` and power cuts nothing is refused for being busy. */
const failed = (reason: string): ActionOutcome => ({ ok: false, reason })
const DONE: ActionOutcome = { ok: true }

export const holdingOrNew = (soc: Soc, group: string): Holding => {
  const known = soc.holdings.get(group)
  if (known !== undefined) return known
  const made = emptyHolding()
  soc.holdings.set(group, made)
  return made
}

/** Carry out an order of this daemon life. Ends in `actionFinished` for it, if it still lives. */
export const runAction = (world: World, board: Board, order: Extract<Effect, { kind: 'runAction' }>): void => {
  const { soc, daemon } = board
  if (soc === null || daemon === null) return
  const job: Job = { ...order, nonce: daemon.nonce, hung: false, outcome: null }
  soc.jobs.add(job)
  world.tell({ kind: 'held', board: board.id, group: job.group })
  const [shortest, longest] = TIME_MS[job.action]
  const slow = board.troubles.actionSlow > 0 ? world.random.action.between(1, 6) : 1
  const tookMs = world.random.action.between(shortest, longest) * slow
  const effectMs = tookMs * world.random.action.float()
  if (board.troubles.actionHangs.includes(job.action)) {
    hang(world, board, soc, job)
    return
  }
  whenRunning(world, board, soc, effectMs, () => {
    if (!soc.jobs.has(job)) return
    const wait = (afterMs: number, run: () => void): void => whenRunning(world, board, soc, afterMs, run)
    whenMirrorReady(world, board, job, wait, () => work(world, board, soc, job, tookMs - effectMs))
  })
}

const work = (world: World, board: Board, soc: Soc, job: Job, leftMs: number): void => {
  if (!soc.jobs.has(job)) return
  job.outcome = board.troubles.actionFails.includes(job.action)
    ? fail(world, board, soc, job)
    : change(world, board, soc, job)
  if (job.nonce !== board.daemon?.nonce) lanOrDiskChanged(world, board.id)
  world.tell({ kind: 'held', board: board.id, group: job.group })
  whenRunning(world, board, soc, leftMs, () => finish(world, board, soc, job))
}

/** Children of a board that stands still stand still with it. */
const whenRunning = (world: World, board: Board, soc: Soc, afterMs: number, run: () => void): void => {
  world.agenda.after(afterMs, () => {
    if (board.soc !== soc) return
    const stalledMs = soc.stalledUntil - world.agenda.now
    if (stalledMs > 0) whenRunning(world, board, soc, stalledMs, run)
    else run()
  })
}

const finish = (world: World, board: Board, soc: Soc, job: Job): void => {
  if (!soc.jobs.delete(job)) return
  world.tell({ kind: 'held', board: board.id, group: job.group })
  if (job.outcome === null) return
  const { group, action, job: number, outcome } = job
  deliver(world, board, job.nonce, { kind: 'actionFinished', group, action, job: number, outcome })
}

/** A child that its kill cannot end: it says so at its deadline, and does its work, or half of it, when the trouble is over. */
const hang = (world: World, board: Board, soc: Soc, job: Job): void => {
  const { group, action, job: number } = job
  whenRunning(world, board, soc, HUNG_DEADLINE_MS, () => {
    if (!soc.jobs.has(job)) return
    job.hung = true
    const reason = `${action} still running after its deadline, SIGKILL did not end it`
    deliver(world, board, job.nonce, {
      kind: 'actionFinished',
      group,
      action,
      job: number,
      outcome: { ok: false, reason, hung: true }
    })
  })
  const wakes = (): void => {
    if (!soc.jobs.has(job)) return
    if (board.troubles.actionHangs.includes(action)) {
      whenRunning(world, board, soc, world.random.action.between(20, 500), wakes)
      return
    }
    if (world.random.action.chance(0.6)) job.outcome = change(world, board, soc, job)
    lanOrDiskChanged(world, board.id)
    if (job.hung) job.outcome = null
    else job.outcome ??= failed(`${action} was killed`)
    finish(world, board, soc, job)
  }
  whenRunning(world, board, soc, world.random.action.between(20, 500), wakes)
}

const fail = (world: World, board: Board, soc: Soc, job: Job): ActionOutcome => {
  const holding = holdingOrNew(soc, job.group)
  const half = world.random.action.chance(0.4)
  if (half && (job.action === 'startServices' || job.action === 'restartServices')) {
    holding.services = 'some'
    holding.epoch = job.epoch
  }
  if (half && job.action === 'setAddresses') holding.addresses = true
  if (half && job.action === 'stopServices' && holding.services === 'all') holding.services = 'some'
  return failed(`${job.action} of ${job.group} on board ${board.id} failed`)
}

const change = (world: World, board: Board, soc: Soc, job: Job): ActionOutcome => {
  const holding = holdingOrNew(soc, job.group)
  const seen = diskSeen(world, board.id, job.group)
  const mirrored = changeMirror(world, board, job, holding)
  if (mirrored !== null) return mirrored
  switch (job.action) {
    case 'inspect':
      return inspect(soc, job, holding, world.mirrors.has(job.group))
    case 'attach':
    case 'check':
      return seen ? DONE : failed(`${job.action}: no such device`)
    case 'mount':
      if (!seen) return failed('mount: no such device')
      holding.mounted = true
      return stamp(world, job, holding)
    case 'stamp':
      return stamp(world, job, holding)
    case 'setAddresses':
      holding.addresses = true
      return DONE
    case 'checkAndSetAddresses':
      if (answers(world, otherBoard(board.id), job.group)) return failed('duplicate address detected')
      holding.addresses = true
      return DONE
    case 'restartServices':
    case 'startServices':
      holding.services = 'all'
      holding.epoch = job.epoch
      acknowledge(world, board, job.group)
      return DONE
    case 'openLogins':
    case 'closeLogins':
      holding.logins = job.action === 'openLogins'
      return DONE
    case 'stopServices':
      holding.services = 'none'
      return DONE
    case 'clearAddresses':
      holding.addresses = false
      return DONE
    case 'unmount':
      if (holding.services !== 'none') return failed('umount: target is busy')
      holding.mounted = false
      return DONE
    case 'detach':
      return holding.mounted ? failed('detach: device is mounted') : DONE
    case 'abandon':
      soc.holdings.set(job.group, emptyHolding())
      return DONE
  }
}

/** The disk remembers the latest tenure (R5). */
const stamp = (world: World, job: Job, holding: Holding): ActionOutcome => {
  if (!holding.mounted) return failed('stamp: not mounted')
  const known = world.stamps.get(job.group)
  if (known !== undefined && compareEpochs(known, job.epoch) > 0) return { ok: true, stamp: known }
  world.stamps.set(job.group, job.epoch)
  return DONE
}

const answers = (world: World, id: BoardId, group: string): boolean => {
  const soc = world.boards[id].soc
  return soc !== null && soc.stalledUntil <= world.agenda.now && (soc.holdings.get(group)?.addresses ?? false)
}

/** The truth at this instant, children of every life of the daemon included (R6). */
const inspect = (soc: Soc, job: Job, holding: Holding, mirrored: boolean): ActionOutcome => {
  const leftovers: string[] = []
  for (const other of soc.jobs) {
    if (other === job || other.group !== job.group || other.action === 'inspect') continue
    if (other.hung || other.nonce !== job.nonce)
      leftovers.push(`${other.action}, begun as job ${other.job}, still runs`)
  }
  const { mounted, addresses, services, primary } = holding
  const findings = { mounted, addresses, services, leftovers }
  return { ok: true, findings: mirrored ? { ...findings, primary } : findings }
}

/** A client writes; the answer carries the epoch that the service was started under. */
export const acknowledge = (world: World, board: Board, group: string): void => {
  const epoch = board.soc?.holdings.get(group)?.epoch
  const mirror = mirrorOf(world, group)
  const mounted = board.soc?.holdings.get(group)?.mounted === true
  if (mirror !== null && (!mounted || !write(world, mirror, board.id))) return
  if (epoch !== null && epoch !== undefined && serves(world, board, group))
    world.tell({ kind: 'acknowledged', board: board.id, group, epoch })
}
