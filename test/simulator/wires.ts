// Sense wire, harness loop and LAN carrier as a board's driver reads them: sampled now and then, so that a short change may be missed.
// Called by power.ts and faults.ts when something moved, and by daemon.ts when a process wakes up.
import type { BoardId } from '../../src/core/types.js'
import { otherBoard } from '../../src/core/types.js'
import { deliver, runs } from './daemon.js'
import type { World } from './world.js'

const SENSE_POLL_MS = 20
const SLOW_POLL_MS = 100

/** What the sense input of this board reads: the peer's rail, through the harness, unless the wire lies. */
export const senseLevel = (world: World, id: BoardId): boolean => {
  const troubles = world.boards[id].troubles
  const stuck = troubles.senseStuck.at(-1)
  if (stuck !== undefined && stuck !== null) return stuck
  return troubles.harnessPulled === 0 && world.boards[otherBoard(id)].rail
}

/** What the loop input of this board reads: high while the harness is whole to the peer's end. */
export const loopLevel = (world: World, id: BoardId): boolean =>
  world.boards[id].troubles.harnessPulled === 0 && world.boards[id].troubles.loopCut === 0

export const lanLevel = (world: World, id: BoardId): boolean => world.boards[id].troubles.lanDown === 0

export const diskSeen = (world: World, id: BoardId, group: string): boolean =>
  // A mirror's disk is its kernel's matter (mirror.ts).
  world.mirrors.has(group) || !world.boards[id].troubles.diskGone.includes(group)

/** Something may have changed on this board's inputs: its driver sees it at its next sample. */
export const wiresChanged = (world: World, id: BoardId): void => {
  const daemon = world.boards[id].daemon
  if (daemon === null) return
  world.agenda.after(world.random.power.between(0, SENSE_POLL_MS), () => {
    if (world.boards[id].daemon === daemon) sampleWires(world, id)
  })
}

export const lanOrDiskChanged = (world: World, id: BoardId): void => {
  const daemon = world.boards[id].daemon
  if (daemon === null) return
  world.agenda.after(world.random.power.between(0, SLOW_POLL_MS), () => {
    if (world.boards[id].daemon === daemon) sampleSlow(world, id)
  })
}

/** Sense and loop now. A process that stands still samples nothing. */
export const sampleWires = (world: World, id: BoardId): void => {
  const board = world.boards[id]
  const daemon = board.daemon
  if (daemon === null || !runs(world, board)) return
  const sense = senseLevel(world, id)
  const loop = loopLevel(world, id)
  const loopNews = daemon.loop !== null && daemon.loop !== loop
  const senseNews = daemon.sense !== null && daemon.sense !== sense
  if (loopNews) daemon.loop = loop
  if (senseNews) daemon.sense = sense
  const loopFirst = world.random.power.chance(0.5)
  if (loopNews && loopFirst) deliver(world, board, daemon.nonce, { kind: 'loopChanged', whole: loop })
  if (senseNews) deliver(world, board, daemon.nonce, { kind: 'senseChanged', on: sense })
  if (loopNews && !loopFirst) deliver(world, board, daemon.nonce, { kind: 'loopChanged', whole: loop })
}

/** LAN carrier, disks, and the probes of watched groups. */
export const sampleSlow = (world: World, id: BoardId): void => {
  const board = world.boards[id]
  const daemon = board.daemon
  if (daemon === null || !runs(world, board)) return
  const up = lanLevel(world, id)
  if (up !== daemon.lanUp) {
    daemon.lanUp = up
    deliver(world, board, daemon.nonce, { kind: 'lanChanged', up })
  }
  for (const group of world.groups) {
    const seen = diskSeen(world, id, group)
    if (daemon.diskSeen.get(group) !== seen) {
      daemon.diskSeen.set(group, seen)
      deliver(world, board, daemon.nonce, { kind: 'diskSeenChanged', group, seen })
    }
    probe(world, id, group)
  }
}

const probe = (world: World, id: BoardId, group: string): void => {
  const board = world.boards[id]
  const daemon = board.daemon
  const holding = board.soc?.holdings.get(group)
  if (daemon === null || holding === undefined || !daemon.watched.has(group)) return
  if (holding.mounted && !diskSeen(world, id, group))
    deliver(world, board, daemon.nonce, { kind: 'diskFailed', group, reason: 'read of the probe file: EIO' })
  if (holding.services !== 'all')
    deliver(world, board, daemon.nonce, {
      kind: 'serviceFailed',
      group,
      service: 'service',
      reason: 'connection refused'
    })
  if (holding.services !== 'all' || (holding.mounted && !diskSeen(world, id, group))) {
    world.agenda.after(1000, () => {
      if (board.daemon === daemon && daemon.watched.has(group)) probe(world, id, group)
    })
  }
}
