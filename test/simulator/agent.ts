// A fence agent in place of the relay: a switched outlet that answers for itself, slowly, and that stays as it is whoever dies. Called by daemon.ts.
import type { Effect } from '../../src/core/effect.js'
import { otherBoard } from '../../src/core/types.js'
import { deliver } from './daemon.js'
import { AGENT_TIMEOUT_MS } from './draw.js'
import { inputChanged } from './power.js'
import type { Board, Daemon, World } from './world.js'

type Order = Extract<Effect, { kind: 'driveRelay' }>

const RUN_MS: readonly [number, number] = [40, 700]

/** Orders run one after the other; a newer one replaces what waits, and an order that was replaced answers nothing. */
export const driveAgent = (world: World, board: Board, daemon: Daemon, order: Order): void => {
  daemon.agentWaits = order
  if (!daemon.agentBusy) next(world, board, daemon)
}

const next = (world: World, board: Board, daemon: Daemon): void => {
  const order = daemon.agentWaits
  daemon.agentWaits = null
  daemon.agentBusy = order !== null
  if (order === null) return
  const random = world.random.daemon
  const stuck = board.troubles.relayStuck.length > 0
  const outlivesDaemon = random.chance(0.5)
  const peer = world.boards[otherBoard(board.id)]
  const switchMs = random.between(...RUN_MS)
  world.agenda.after(switchMs, () => {
    if (stuck || (board.daemon !== daemon && !outlivesDaemon)) return
    if (board.soc !== null) board.soc.relayLevel = order.on
    if (peer.contactOpen === order.on) return
    peer.contactOpen = order.on
    world.tell({ kind: 'contact', board: peer.id, open: order.on })
    inputChanged(world, peer)
  })
  world.agenda.after(stuck ? AGENT_TIMEOUT_MS : switchMs + random.between(10, 150), () => {
    if (board.daemon !== daemon) return
    if (daemon.agentWaits === null) answer(world, board, daemon, order, stuck)
    next(world, board, daemon)
  })
}

const answer = (world: World, board: Board, daemon: Daemon, order: Order, stuck: boolean): void => {
  const { on, order: number } = order
  if (stuck) {
    const reason = `fence agent: status does not say ${on ? 'off' : 'on'} after ${AGENT_TIMEOUT_MS} ms`
    deliver(world, board, daemon.nonce, { kind: 'relayFailed', on, order: number, reason })
    return
  }
  deliver(world, board, daemon.nonce, { kind: 'relayDriven', on, order: number })
  if (on) deliver(world, board, daemon.nonce, { kind: 'agentConfirmed', order: number })
}
