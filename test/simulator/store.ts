// A board's durable record: written whole, in its time; a crash falls before or after the instant of durability. Called by daemon.ts.
import type { Durable } from '../../src/core/types.js'
import { deliver } from './daemon.js'
import type { Board, Store, World } from './world.js'

export const createStore = (durable: Durable): Store => ({
  durable,
  previous: [],
  problem: '',
  writing: false,
  waiting: null,
  loss: null,
  honest: true
})

/** The newest order wins: one that has not begun is replaced and gets no answer of its own. */
export const storeState = (world: World, board: Board, store: number, durable: Durable): void => {
  board.store.waiting = { store, text: JSON.stringify(durable) }
  if (!board.store.writing) begin(world, board)
}

const begin = (world: World, board: Board): void => {
  const { store: place, daemon } = board
  const order = place.waiting
  if (order === null || daemon === null) return
  place.waiting = null
  place.writing = true
  const random = world.random.store
  const slow = board.troubles.storeSlow > 0 ? random.between(0, 3000) : random.chance(0.05) ? 120 : 0
  const tookMs = random.between(0.5, 15) + slow
  const durableAfterMs = tookMs * random.float()
  const fails = board.troubles.storeFails > 0
  const reaches = !fails || random.chance(0.3)
  world.agenda.after(durableAfterMs, () => {
    if (board.daemon === daemon && reaches) keep(world, board, JSON.parse(order.text) as Durable)
  })
  world.agenda.after(tookMs, () => {
    if (board.daemon !== daemon) return
    place.writing = false
    deliver(
      world,
      board,
      daemon.nonce,
      fails
        ? { kind: 'stateStoreFailed', store: order.store, reason: 'fsync: input/output error' }
        : { kind: 'stateStored', store: order.store, wallSeconds: 1_700_000_000 + Math.floor(world.agenda.now / 1000) }
    )
    begin(world, board)
  })
}

const keep = (world: World, board: Board, durable: Durable): void => {
  const before = board.store.durable
  if (before !== null) board.store.previous = [...board.store.previous.slice(-5), before]
  board.store.durable = durable
  world.tell({ kind: 'stored', board: board.id, before, after: durable })
}

/** The process that wrote is gone: what has not begun is lost. */
export const writerDied = (board: Board): void => {
  board.store.writing = false
  board.store.waiting = null
}

/** A daemon starts: here a swapped card shows, as an older record or none. */
export const loadRecord = (board: Board): Durable | null => {
  const place = board.store
  if (place.loss !== null) {
    const older = place.loss === 'older' ? place.previous[0] : undefined
    place.durable = older ?? null
    place.previous = []
    place.problem = 'state.json is missing: this board was never initialised'
    place.honest = false
    place.loss = null
  }
  return place.durable === null ? null : (JSON.parse(JSON.stringify(place.durable)) as Durable)
}
