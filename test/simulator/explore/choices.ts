// Everything that may happen next in an explored world: the course of things, a fault, a repair, an operator's order. Called by walk.ts.
// Each choice has a name for people, and its place in the list, so that a path can be walked again.
import type { OperatorRequest } from '../../../src/core/event.js'
import { type Choice, course, endJob, heads } from './course.js'
import type { Happening } from './life.js'
import { GROUP } from './pair.js'
import {
  affect,
  copyOf,
  type Flight,
  facetOf,
  type Ground,
  linkName,
  nameOf,
  SIDES,
  type Side,
  type World
} from './world.js'

const wireFaults: readonly { readonly name: string; readonly bits: number }[] = [
  { name: 'serial cut', bits: 3 },
  { name: 'ethernet cut', bits: 12 },
  { name: 'both links cut', bits: 15 },
  { name: 'serial cut from a to b', bits: 1 },
  { name: 'serial cut from b to a', bits: 2 },
  { name: 'ethernet cut from a to b', bits: 4 },
  { name: 'ethernet cut from b to a', bits: 8 },
  { name: 'both links cut from a to b', bits: 5 },
  { name: 'both links cut from b to a', bits: 10 }
]

const boardFaults = (ground: Ground, world: World, side: Side, add: Add): void => {
  const { board, nonce } = facetOf(ground, world, side)
  const at = (name: string, what: Happening, key: string): void =>
    add(`${nameOf(side)}: ${name}`, next => affect(ground, next, side, what, key))
  if (board.wall && board.rail) at('FAULT wall power off', { kind: 'wall', on: false }, 'wa0')
  if (!board.harnessPulled) at('FAULT harness pulled', { kind: 'harness', pulled: true }, 'ha1')
  if (board.lanUp) at('FAULT service LAN down', { kind: 'lan', up: false }, 'la0')
  if (!board.relayStuck) at('FAULT relay sticks', { kind: 'relayStuck', stuck: true }, 'rs1')
  for (const [index, { action, job }] of board.jobs.entries())
    if (job > 0 && action !== 'inspect')
      add(`${nameOf(side)}: FAULT ${action} fails`, next => endJob(ground, next, side, index, true))
  if (nonce === null) return
  if (board.writing !== null) {
    at('FAULT record cannot be written', { kind: 'storeFails', landed: false }, 'sf0')
    at('FAULT record is written, and reported as failed', { kind: 'storeFails', landed: true }, 'sf1')
  }
  if (board.services === 'all') at('FAULT service dies', { kind: 'serviceDies' }, 'sd')
  for (const restart of ['quick', 'slow'] as const)
    for (const landed of board.writing === null ? [false] : [false, true])
      for (const childrenLive of board.jobs.length === 0 ? [false] : [false, true]) {
        const words = `${landed ? ', its last write reached the card' : ''}${childrenLive ? ', its children live on' : ''}`
        const key = `cr${restart}${landed}${childrenLive}`
        at(`FAULT daemon crashes (${restart} restart)${words}`, { kind: 'crash', landed, childrenLive, restart }, key)
      }
}

type Add = (name: string, make: (world: World) => void) => void

/** Choices that use up a fault. */
const faults = (ground: Ground, world: World, add: Add): void => {
  for (const side of SIDES) boardFaults(ground, world, side, add)
  if (SIDES.every(side => facetOf(ground, world, side).board.rail))
    add('FAULT wall power of both boards off', next => {
      for (const side of SIDES) affect(ground, next, side, { kind: 'wall', on: false }, 'wa0')
    })
  for (const { name, bits } of wireFaults)
    if ((world.cuts & bits) !== bits)
      add(`FAULT ${name}`, next => {
        next.cuts |= bits
      })
  if (world.mirror?.cut === 0)
    add('FAULT replication link cut', next => {
      if (next.mirror !== null) next.mirror.cut = 1
    })
  for (const index of heads(ground, world)) {
    const { from, link } = world.flight[index] as Flight
    add(`FAULT token of ${nameOf(from)} over ${linkName(link)} lost`, next => next.flight.splice(index, 1))
  }
}

/** Choices that use up a repair. */
const repairs = (ground: Ground, world: World, add: Add): void => {
  for (const side of SIDES) {
    const { board } = facetOf(ground, world, side)
    const at = (name: string, what: Happening, key: string): void =>
      add(`${nameOf(side)}: ${name}`, next => affect(ground, next, side, what, key))
    if (!board.wall && !board.rail) at('REPAIR wall power on', { kind: 'wall', on: true }, 'wa1')
    if (!board.lanUp) at('REPAIR service LAN up', { kind: 'lan', up: true }, 'la1')
    if (board.harnessPulled) at('REPAIR harness pushed in', { kind: 'harness', pulled: false }, 'ha0')
    if (board.relayStuck) at('REPAIR relay moves again', { kind: 'relayStuck', stuck: false }, 'rs0')
  }
  if (SIDES.every(side => !facetOf(ground, world, side).board.wall))
    add('REPAIR wall power of both boards on', next => {
      for (const side of SIDES) affect(ground, next, side, { kind: 'wall', on: true }, 'wa1')
    })
  if (world.mirror?.cut === 1)
    add('REPAIR replication link whole', next => {
      if (next.mirror !== null) next.mirror.cut = 0
    })
  if (world.cuts !== 0)
    add('REPAIR all links whole', next => {
      next.cuts = 0
    })
}

const ORDERS: readonly OperatorRequest[] = [
  { order: 'switchover', group: GROUP },
  { order: 'fenceOff' },
  { order: 'confirm' },
  { order: 'mode', mode: 'maintenance', forMs: 0 },
  { order: 'mode', mode: 'manual', forMs: 0 },
  { order: 'fenceProve' },
  { order: 'restart' },
  { order: 'leave' }
]

/** Choices that use up an operator's order. */
const orders = (ground: Ground, world: World, add: Add): void => {
  for (const side of SIDES) {
    if (facetOf(ground, world, side).nonce === null) continue
    for (const what of ORDERS) {
      const words = what.order === 'mode' ? `mode ${what.mode}` : what.order
      add(`${nameOf(side)}: ORDER ${words}`, next => {
        if (what.order === 'confirm') next.confirmed = 1
        affect(ground, next, side, { kind: 'ask', what }, `as${words}`)
      })
    }
  }
}

/** Everything that may happen next. */
export const choices = (ground: Ground, world: World): Choice[] => {
  const found = course(ground, world)
  const costing =
    (pay: (next: World) => void): Add =>
    (name, make) => {
      found.push({
        name,
        make: next => {
          pay(next)
          make(next)
        }
      })
    }
  if (world.faults > 0)
    faults(
      ground,
      world,
      costing(next => void next.faults--)
    )
  if (world.repairs > 0)
    repairs(
      ground,
      world,
      costing(next => void next.repairs--)
    )
  if (world.acts > 0)
    orders(
      ground,
      world,
      costing(next => void next.acts--)
    )
  return found
}

/** A copy on which the choice was made. */
export const made = (world: World, choice: Choice): World => {
  const next = copyOf(world)
  choice.make(next)
  return next
}
