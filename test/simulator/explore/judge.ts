// The rules, asked of the explored world after each happening: what is mounted, set, served, stored, driven; never of what a core believes.
// Called by world.ts; the first broken rule is noted in the world.
import type { Effect } from '../../../src/core/effect.js'
import { TAKING } from '../invariants/invariant.js'
import { GROUP } from './pair.js'
import type { Facet, Result } from './shelf.js'
import {
  blame,
  CALM_MAX,
  codeOf,
  epochOf,
  facetOf,
  type Ground,
  nameOf,
  other,
  type Side,
  type World
} from './world.js'

const wordsOf = (code: number): string => (code < 0 ? 'none' : `${epochOf(code).number}${epochOf(code).board}`)

const recordOf = (facet: Facet) => {
  const found = facet.board.disk.groups[GROUP]
  if (found === undefined) throw new Error(`the record of board ${facet.board.id} knows group ${GROUP}`)
  return found
}

const oneHolder = (world: World, a: Facet, b: Facet): void => {
  if (a.held.length > 0 && b.held.length > 0)
    blame(world, `R1: held twice: a has ${a.held.join(', ')}; b has ${b.held.join(', ')}`)
}

/** Lies that no rule can see through (ARCHITECTURE, R3; DESIGN, false confirmation with a relay that does not work). */
const isLiedTo = (ground: Ground, world: World, own: Facet): boolean => {
  const { harnessPulled, relayStuck } = own.board
  if (ground.wiring === 'time') return harnessPulled || relayStuck
  if (ground.wiring === 'sense') return harnessPulled
  return world.confirmed === 1 && (harnessPulled || relayStuck)
}

const byRight = (ground: Ground, world: World, side: Side, before: Facet, code: number): void => {
  if (world.tenure === code && world.owner === side) return
  const own = facetOf(ground, world, side)
  const peer = facetOf(ground, world, other(side))
  const theirs = recordOf(peer)
  const epoch = epochOf(code)
  const granted = theirs.grant > 0 && theirs.grant <= epoch.number
  const taken = theirs.epoch.board === nameOf(side) && codeOf(theirs.epoch) <= code
  const owner = world.owner === side && recordOf(before).grant === 0
  // A supply that is cut again before its board has booted holds up for less than a boot: that board cannot come to life.
  const dying = !peer.board.booted && (peer.board.contactOpen || (own.coil && !own.board.relayStuck))
  // Seen at the next sample; till then the peer boots at most.
  const justPulled = !peer.board.booted && own.board.harnessPulled && own.loop === true
  const off = !peer.board.rail || dying || justPulled
  if (!granted && !taken && !owner) {
    const words = `R2: board ${nameOf(side)} begins the tenure ${wordsOf(code)} without grant`
    if (!off) blame(world, `${words} while its peer has power`, isLiedTo(ground, world, own))
    if (off && !own.board.relayLevel && !peer.board.contactOpen) blame(world, `${words}, and its relay is not driven`)
  }
  world.tenure = code
  world.owner = side
}

const acts = (ground: Ground, world: World, side: Side, before: Facet, order: Effect & { kind: 'runAction' }): void => {
  if (!TAKING.has(order.action)) return
  const code = codeOf(order.epoch)
  const own = facetOf(ground, world, side)
  if (order.epoch.board !== nameOf(side))
    blame(world, `R5: board ${nameOf(side)} does ${order.action} under ${wordsOf(code)}, which is not its own`)
  const stored = codeOf(recordOf(own).epoch)
  if (stored < code)
    blame(
      world,
      `R5: board ${nameOf(side)} does ${order.action} under ${wordsOf(code)} while its card knows ${wordsOf(stored)}`
    )
  byRight(ground, world, side, before, code)
}

const AUTOMATIC: ReadonlySet<string> = new Set(['takeover', 'hold', 'left-off', 'cycle'])

const drives = (ground: Ground, world: World, side: Side, before: Facet): void => {
  const own = facetOf(ground, world, side)
  const peer = facetOf(ground, world, other(side))
  const { relay, proof, mode, modeNumber } = own.board.disk
  if (before.board.relayLevel) return
  if (relay === null) return blame(world, `R8: board ${nameOf(side)} drives its relay before that is durable`)
  if (peer.board.relayLevel && peer.board.rail && own.board.rail) {
    const both = [relay.purpose, peer.board.disk.relay?.purpose]
    if (both.includes('proof') && both.every(purpose => purpose === 'proof' || purpose === 'operator'))
      blame(world, 'R4: the boards cut each other, one of them in a drill')
  }
  if (!AUTOMATIC.has(relay.purpose) || !peer.board.rail) return
  if (proof === null) blame(world, `R4: board ${nameOf(side)} fences by itself without a durable proof`)
  const { disk } = peer.board
  if (mode !== 'auto' && disk.mode !== 'auto' && modeNumber === disk.modeNumber)
    blame(world, `R13: board ${nameOf(side)} fences by itself in ${mode} mode, stored on both boards`)
  // A pulled harness moves no contact: sense may fall a moment before the loop is seen open, while a token is late.
  if (world.calm === CALM_MAX && !own.board.harnessPulled)
    blame(world, `R9: board ${nameOf(side)} fences a peer that lives, and all this while both could hear each other`)
}

const records = (world: World, before: Facet, after: Facet): void => {
  const [was, is] = [codeOf(recordOf(before).epoch), codeOf(recordOf(after).epoch)]
  if (is < was) blame(world, `R5: board ${after.board.id} stored epoch ${wordsOf(is)} over ${wordsOf(was)}`)
  if (after.board.disk.modeNumber < before.board.disk.modeNumber)
    blame(world, `R14: board ${after.board.id} stored a lower mode number`)
}

const tellsTruth = (ground: Ground, world: World, own: Facet, result: Result): void => {
  if (own.held.length === 0) return
  for (const { content } of result.sent) {
    const role = ground.shelf.content(content).groups[0]?.role
    if (role === 'standby' || role === 'failed')
      blame(world, `R6: board ${own.board.id} says ${role} and has ${own.held.join(', ')}`)
  }
}

const disk = (world: World, side: Side, { acknowledged, stamped }: Result['outcome']): void => {
  if (stamped !== null) {
    const code = codeOf(stamped)
    if (code < world.stamp) blame(world, `R5: the disk's stamp falls from ${wordsOf(world.stamp)} to ${wordsOf(code)}`)
    world.stamp = code
  }
  if (acknowledged === null) return
  const code = codeOf(acknowledged)
  if (code < world.acknowledged || acknowledged.board !== nameOf(side))
    blame(world, `R5: acknowledged under ${wordsOf(code)} after ${wordsOf(world.acknowledged)}`)
  world.acknowledged = code
}

/** Called after board `side` changed from `before` by `result`. */
export const judge = (ground: Ground, world: World, side: Side, before: Facet, result: Result): void => {
  const after = facetOf(ground, world, side)
  oneHolder(world, facetOf(ground, world, 0), facetOf(ground, world, 1))
  records(world, before, after)
  tellsTruth(ground, world, after, result)
  for (const order of result.outcome.orders) {
    if (order.kind === 'runAction') acts(ground, world, side, before, order)
    else if (order.kind === 'driveRelay' && order.on) drives(ground, world, side, before)
  }
  if (before.board.booted && !after.board.booted && world.owner === side) world.tenure = -1
  disk(world, side, result.outcome)
}
