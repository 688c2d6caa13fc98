// The liveness phase: faults are over, an operator does what the console asks for; each group must come back, or status must say why not.
// Called by run.ts.
import { initialDurable } from '../../src/core/boot.js'
import type { BoardId } from '../../src/core/types.js'
import { ask } from './board-faults.js'
import { daemonDies, startDaemon } from './daemon.js'
import { BOARDS } from './draw.js'
import { inputChanged } from './power.js'
import type { World } from './world.js'
import { clockOf, serves } from './world.js'

const HELP_AFTER_MS = 30_000
const HELP_EVERY_MS = 15_000
const RECOVERS_MAX = 6
const LOOK_EVERY_MS = 500
const STABLE_LOOKS = 6

/** Why a group is not served, in the boards' own words; `null` = nobody says anything. */
export type Unserved = { readonly group: string; readonly why: string | null }

const servedBy = (world: World, group: string): BoardId[] => BOARDS.filter(id => serves(world, world.boards[id], group))

const allWell = (world: World): boolean =>
  BOARDS.every(id => world.boards[id].daemon !== null) &&
  world.groups.every(group => servedBy(world, group).length === 1)

/** `baton init` on a board that lost its record, then a restart of its daemon. */
const initialise = (world: World, id: BoardId): void => {
  const board = world.boards[id]
  if (board.store.durable !== null || board.soc === null) return
  board.store.durable = initialDurable(world.plan.settings[id])
  daemonDies(world, board, 'restarted with a fresh record', null)
}

/** Both boards lie dark because each had the other's outlet switched off: a person switches both on. */
const switchOn = (world: World): void => {
  const boards = BOARDS.map(id => world.boards[id])
  if (boards.some(board => board.rail || !board.contactOpen)) return
  for (const board of boards) {
    board.contactOpen = false
    inputChanged(world, board)
  }
}

const saysOutdated = (world: World, id: BoardId, group: string): boolean =>
  world.boards[id].store.durable?.groups[group]?.mirror?.says === 'outdated'

/** Two copies went their own way, and nobody serves either: a person gives one up, the same one again if need be. */
const givesUp = (world: World, group: string, time: number): BoardId | null => {
  const evidence = BOARDS.every(id => world.boards[id].store.durable?.evidence[group] !== undefined)
  const split = BOARDS.some(id => world.mirrors.get(group)?.sides[id]?.standalone === true)
  if (servedBy(world, group).length > 0 || (!evidence && !split)) return null
  return BOARDS.find(id => saysOutdated(world, id, group)) ?? (time % 2 === 0 ? 'b' : 'a')
}

const help = (world: World, time: number): void => {
  switchOn(world)
  for (const id of BOARDS) {
    const board = world.boards[id]
    initialise(world, id)
    if (board.soc !== null && board.daemon === null) {
      board.halted = false
      startDaemon(world, board)
    }
    if (board.store.durable !== null && board.store.durable.mode !== 'auto')
      ask(world, board, { order: 'mode', mode: 'auto', forMs: 0 })
    for (const group of world.mirrors.keys())
      if (id === givesUp(world, group, time)) ask(world, board, { order: 'discardCopy', group })
    const lied = BOARDS.some(one => !world.boards[one].store.honest)
    // A swapped card may have forgotten who was current: a person chooses.
    for (const group of world.mirrors.keys())
      if (lied && time === (id === 'a' ? 3 : 5) && servedBy(world, group).length === 0)
        ask(world, board, { order: 'takeStale', group })
    // The last holder says that it is outdated (a disk was replaced, or a copy given up that was the newer one): the console asks for this.
    for (const group of world.mirrors.keys())
      if (BOARDS.some(one => saysOutdated(world, one, group)) && time === (id === 'b' ? 3 : 5))
        if (servedBy(world, group).length === 0) ask(world, board, { order: 'takeStale', group })
    if (board.soc?.relayLevel) ask(world, board, { order: 'fenceOn' })
    else if (time < RECOVERS_MAX && world.groups.some(group => servedBy(world, group).length === 0))
      ask(world, board, { order: 'recover' })
  }
}

/** Plan the phase; `done` is called once when every group is served and stays so. */
export const planSettling = (world: World, done: () => void): void => {
  const { faultsEndAt, endAt } = world.plan
  for (let time = 0; time * HELP_EVERY_MS + HELP_AFTER_MS < endAt - faultsEndAt; time++)
    world.agenda.after(faultsEndAt + HELP_AFTER_MS + time * HELP_EVERY_MS, () => help(world, time))
  let stable = 0
  const look = (): void => {
    stable = allWell(world) ? stable + 1 : 0
    if (stable >= STABLE_LOOKS) done()
    else world.agenda.after(LOOK_EVERY_MS, look)
  }
  world.agenda.after(faultsEndAt + 1, () => {
    for (const id of BOARDS) {
      const board = world.boards[id]
      if (board.daemon?.settings.digest !== world.plan.settings[id].digest)
        daemonDies(world, board, 'restarted with the right configuration', null)
      board.halted = false
      startDaemon(world, board)
    }
    look()
  })
}

/** At the end of the bound: which groups are down, and what the boards say about it. */
export const unserved = (world: World): Unserved[] =>
  world.groups
    .filter(group => servedBy(world, group).length === 0)
    .map(group => ({ group, why: reasonOf(world, group) }))

const reasonOf = (world: World, group: string): string | null => {
  for (const id of BOARDS) {
    const { daemon, soc } = world.boards[id]
    if (daemon === null || soc === null) continue
    const status = world.core.describe(daemon.state, clockOf(world, soc))
    const problem = status.groups.find(entry => entry.name === group)?.problem
    if (problem !== null && problem !== undefined) return problem
  }
  return warningOf(world)
}

const warningOf = (world: World): string | null => {
  for (const id of BOARDS) {
    const { daemon, soc } = world.boards[id]
    if (daemon === null || soc === null) continue
    const [warning] = world.core.describe(daemon.state, clockOf(world, soc)).warnings
    if (warning !== undefined) return `(as a warning only) ${warning}`
  }
  return null
}
