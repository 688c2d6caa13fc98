// Supplies, relays and boots: who has power, and what a board loses with it. Called by faults.ts, daemon.ts (relay, reset) and settle.ts.
import type { BoardId } from '../../src/core/types.js'
import { otherBoard } from '../../src/core/types.js'
import { daemonDies, startDaemon } from './daemon.js'
import { wiresChanged } from './wires.js'
import type { Board, Soc, World } from './world.js'

/** The bcm2835 watchdog resets the board when it was not fed for this long. */
const WATCHDOG_TIMEOUT_MS = 10_000
/** A good supply never gives way early: hold-up is anything up to the configured worst. */
const holdUp = (world: World): number => world.random.power.between(0, world.plan.settings.a.timing.holdUpMs)

/** The coil of the relay that this board drives has current, and its contact is wired to the peer's supply. */
export const coilOn = (board: Board): boolean =>
  board.rail && board.soc?.relayLevel === true && board.troubles.harnessPulled === 0

/** Wall plug or relay contact of this board has moved: the rail follows, after the supply's hold-up. */
export const inputChanged = (world: World, board: Board, atOnce = false): void => {
  const order = ++board.railOrder
  if (board.troubles.wallCut === 0 && !board.contactOpen) {
    if (!board.rail) railRises(world, board)
    return
  }
  if (!board.rail) return
  const falls = (): void => {
    if (order === board.railOrder && board.rail) railFalls(world, board)
  }
  if (atOnce) falls()
  else world.agenda.after(holdUp(world), falls)
}

const railFalls = (world: World, board: Board): void => {
  board.rail = false
  socDies(world, board, 'lost power')
  world.tell({ kind: 'rail', board: board.id, on: false })
  moveRelay(world, board.id)
  wiresChanged(world, otherBoard(board.id))
}

const railRises = (world: World, board: Board): void => {
  board.rail = true
  world.tell({ kind: 'rail', board: board.id, on: true })
  wiresChanged(world, otherBoard(board.id))
  boot(world, board)
}

/** The relay that this board drives follows its coil, a little later, unless it sticks. */
export const moveRelay = (world: World, driver: BoardId): void => {
  if (world.plan.settings[driver].wiring.fence === 'agent') return
  const peer = world.boards[otherBoard(driver)]
  const board = world.boards[driver]
  world.agenda.after(world.random.power.between(1, world.plan.settings.a.timing.relayActMs), () => {
    const stuck = board.troubles.relayStuck.at(-1)
    const open = stuck === undefined ? coilOn(board) : (stuck ?? peer.contactOpen)
    if (open === peer.contactOpen) return
    peer.contactOpen = open
    world.tell({ kind: 'contact', board: peer.id, open })
    inputChanged(world, peer)
  })
}

const socDies = (world: World, board: Board, why: string): void => {
  board.bootOrder++
  daemonDies(world, board, why, null)
  board.halted = false
  if (board.soc === null) return
  board.soc = null
  world.tell({ kind: 'soc', board: board.id, up: false, why })
}

/** The SoC starts anew: outputs drop, mounts and children are gone, the rail (and the peer's sense line) never notice. */
export const resetBoard = (world: World, board: Board, why: string): void => {
  if (!board.rail) return
  socDies(world, board, why)
  moveRelay(world, board.id)
  boot(world, board)
}

const boot = (world: World, board: Board): void => {
  const order = ++board.bootOrder
  const random = world.random.power
  world.agenda.after(world.plan.settings.a.timing.bootMs * random.between(0.2, 0.85), () => {
    if (order !== board.bootOrder || !board.rail) return
    const soc = createSoc(world)
    board.soc = soc
    world.tell({ kind: 'soc', board: board.id, up: true, why: 'booted' })
    world.agenda.after(random.between(20, 300), () => {
      if (board.soc === soc && board.daemon === null) startDaemon(world, board)
    })
  })
}

/** One boot: its clock begins somewhere near zero and drifts within 100 ppm. */
export const createSoc = (world: World): Soc => {
  const random = world.random.power
  return {
    bootId: `boot-${random.hex(8)}`,
    bornAt: world.agenda.now,
    rate: 1 + random.between(-1e-4, 1e-4),
    offsetMs: random.between(0, 20_000),
    holdings: new Map(),
    jobs: new Set(),
    relayLevel: false,
    stalledUntil: 0,
    watchdogFedAt: null
  }
}

/** The watchdog device was written to; a reset follows where the next writing is missed. */
export const feedWatchdog = (world: World, board: Board): void => {
  const soc = board.soc
  if (soc === null) return
  const first = soc.watchdogFedAt === null
  soc.watchdogFedAt = world.agenda.now
  if (first) watchWatchdog(world, board, soc)
}

const watchWatchdog = (world: World, board: Board, soc: Soc): void => {
  const fedAt = soc.watchdogFedAt
  if (fedAt === null) return
  world.agenda.after(fedAt + WATCHDOG_TIMEOUT_MS - world.agenda.now, () => {
    if (board.soc !== soc || soc.watchdogFedAt === null) return
    if (soc.watchdogFedAt === fedAt) resetBoard(world, board, 'reset by its watchdog')
    else watchWatchdog(world, board, soc)
  })
}
