// Shared by the invariants on fencing: was this order a fencing that nobody but the core decided, of a peer that has power?
import { otherBoard } from '../../../src/core/types.js'
import type { Fact } from '../facts.js'
import type { Past } from '../judge.js'
import { askedWithin } from '../judge.js'
import type { World } from '../world.js'

/** A person's order explains a fencing for this long (a drill cuts, waits, and cuts again at worst). */
const ORDER_EXPLAINS_MS = 61_000
export const FENCING_ORDERS: readonly string[] = ['fenceProve', 'fenceOff', 'confirm']

/** The relay goes on by the core's own decision, against a peer whose rail is up. Driving it again, or on a dead peer, is no fencing. */
export const isAutomaticFencing = (world: World, past: Past, fact: Extract<Fact, { kind: 'effect' }>): boolean => {
  const { board: id, effect } = fact
  if (effect.kind !== 'driveRelay' || !effect.on) return false
  const board = world.boards[id]
  if (board.soc === null || board.soc.relayLevel) return false
  if (!world.boards[otherBoard(id)].rail) return false
  return !askedWithin(world, past, id, FENCING_ORDERS, ORDER_EXPLAINS_MS)
}
