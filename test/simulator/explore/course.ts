// The course of things in an explored world: what is under way ends, now or a step later, and time goes on. Called by choices.ts and walk.ts.
import { LINK_IDS } from '../../../src/core/types.js'
import { SEQUENCE } from './canonical.js'
import { noteCurrent } from './judge-mirror.js'
import type { Happening } from './life.js'
import { mirrorAges, mirrorCourse, mirrorEnd, standsStill } from './mirror-course.js'
import type { Facet } from './shelf.js'
import {
  affect,
  CALM_MAX,
  codeOf,
  epochOf,
  type Flight,
  facetOf,
  type Ground,
  linkName,
  nameOf,
  other,
  SIDES,
  type Side,
  type World
} from './world.js'

export interface Choice {
  readonly name: string
  /** Changes the copy that it is given. */
  readonly make: (world: World) => void
}

interface Lags {
  readonly contact: boolean
  readonly sense: boolean
  readonly loop: boolean
}

const lagsOf = (ground: Ground, world: World, side: Side): Lags => {
  const own = facetOf(ground, world, side)
  const peer = facetOf(ground, world, other(side))
  return {
    contact: !peer.board.relayStuck && peer.coil !== own.board.contactOpen,
    sense: own.sense !== null && own.sense !== (peer.board.rail && !own.board.harnessPulled),
    loop: own.loop !== null && own.loop === own.board.harnessPulled
  }
}

const PASS = Array.from({ length: 8 }, (_, bits) => ({
  key: `p${bits}`,
  what: {
    kind: 'pass',
    contactLags: (bits & 1) > 0,
    senseLags: (bits & 2) > 0,
    loopLags: (bits & 4) > 0
  } satisfies Happening
}))

const isOverdue = (ground: Ground, world: World, side: Side, facet: Facet, lags: Lags): boolean =>
  facet.overdue ||
  facet.lateJobs.some(action => !standsStill(ground, world, side, action)) ||
  (lags.contact && facet.board.contactAge > 0) ||
  (lags.sense && facet.board.senseAge > 0) ||
  (lags.loop && facet.board.loopAge > 0)

const nonceFor = (side: Side, used: readonly string[]): string => {
  for (let i = 1; ; i++) {
    const nonce = `${nameOf(side)}${String(i).padStart(15, '0')}`
    if (!used.includes(nonce)) return nonce
  }
}

const startBoard = (ground: Ground, world: World, side: Side): void => {
  const { board } = facetOf(ground, world, side)
  const peer = facetOf(ground, world, other(side))
  const under = world.flight.map(one => ground.shelf.content(one.content).nonce)
  const nonce = nonceFor(side, [...peer.knows, ...under])
  const { disk } = board
  const bootId = [disk.mustReset?.bootId, disk.relay?.bootId].includes('boot-1') ? 'boot-2' : 'boot-1'
  const sense = peer.board.rail && !board.harnessPulled
  const loop = !board.harnessPulled
  const key = `s${nonce}${sense ? 1 : 0}${loop ? 1 : 0}`
  affect(ground, world, side, { kind: 'start', nonce, bootId, sense, loop }, key)
}

/** One link whole both ways: a one-way link counts as cut (ARCHITECTURE, fault table). */
const canHear = (world: World): boolean => (world.cuts & 3) === 0 || (world.cuts & 12) === 0

/** A life that is over, with nothing of it under way: its numbers do not matter any more. */
const forgetNumbers = (ground: Ground, world: World, side: Side): void => {
  if (facetOf(ground, world, side).nonce !== null || world.flight.some(one => one.from === side)) return
  const peer = other(side)
  for (const nonce of new Set(facetOf(ground, world, peer).knows)) {
    const what: Happening = { kind: 'follow', nonce, moved: SEQUENCE }
    world.boards[peer] = ground.shelf.happens(world.boards[peer], what, `f${SEQUENCE}${nonce}`).next
  }
}

const passTime = (ground: Ground, world: World, lags: readonly Lags[]): void => {
  world.flight = world.flight.filter(one => facetOf(ground, world, other(one.from)).nonce !== null)
  world.lates -= world.flight.length
  for (const one of world.flight) one.age++
  for (const side of SIDES) forgetNumbers(ground, world, side)
  mirrorAges(ground, world)
  const up = SIDES.every(side => facetOf(ground, world, side).nonce !== null)
  world.calm = up && canHear(world) ? Math.min(CALM_MAX, world.calm + 1) : 0
  for (const side of SIDES) {
    const { contact, sense, loop } = lags[side] as Lags
    const pass = PASS[(contact ? 1 : 0) + (sense ? 2 : 0) + (loop ? 4 : 0)] as (typeof PASS)[number]
    affect(ground, world, side, pass.what, pass.key)
  }
  for (const side of SIDES) if (facetOf(ground, world, side).board.startsIn === 0) startBoard(ground, world, side)
}

/** The oldest token of each direction of each link that a daemon waits for. */
export const heads = (ground: Ground, world: World): number[] => {
  const seen = new Set<number>()
  const found: number[] = []
  for (const [index, one] of world.flight.entries()) {
    const wire = 2 * one.link + one.from
    if (seen.has(wire)) continue
    seen.add(wire)
    if (facetOf(ground, world, other(one.from)).nonce !== null) found.push(index)
  }
  return found
}

const arrive = (ground: Ground, world: World, index: number): void => {
  const [one] = world.flight.splice(index, 1)
  if (one === undefined) return
  const { from, link, content, sequence, echo } = one
  const token = { ...ground.shelf.content(content), sequence, echo }
  const key = `t${link},${content},${sequence},${echo}`
  noteCurrent(world, other(from), token, facetOf(ground, world, other(from)).nonce)
  affect(ground, world, other(from), { kind: 'token', link: LINK_IDS[link] ?? 'serial', token }, key)
}

/** How a child ends whose end depends on the other board or on the disk. */
const endOf = (ground: Ground, world: World, side: Side, action: string, epoch: number): 'ok' | 'fails' | number => {
  if (action === 'checkAndSetAddresses' && facetOf(ground, world, other(side)).board.addresses) return 'fails'
  return action === 'stamp' && world.stamp > epoch ? world.stamp : 'ok'
}

export const endJob = (ground: Ground, world: World, side: Side, index: number, fails: boolean): void => {
  const job = facetOf(ground, world, side).board.jobs[index]
  if (job === undefined) return
  const own = fails ? null : mirrorEnd(ground, world, side, job.action)
  const end = fails || own === 'fails' ? 'fails' : endOf(ground, world, side, job.action, codeOf(job.epoch))
  const what: Happening = { kind: 'job', index, end: typeof end === 'number' ? epochOf(end) : end }
  affect(ground, world, side, what, `j${index}${end}`)
}

/** What is under way on a board and in its wires ends now. */
const endings = (ground: Ground, world: World, side: Side, lags: Lags, found: Choice[]): void => {
  const { board } = facetOf(ground, world, side)
  const peer = facetOf(ground, world, other(side))
  const add = (name: string, what: Happening, key: string): void => {
    found.push({ name: `${nameOf(side)}: ${name}`, make: next => affect(ground, next, side, what, key) })
  }
  if (board.writing !== null) add('record is on the card', { kind: 'stored' }, 'st')
  const order = board.relayOrders[0]
  if (order !== undefined) add(`relay output ${order.on ? 'on' : 'off'}`, { kind: 'relay' }, 're')
  for (const [index, { action }] of board.jobs.entries())
    if (!standsStill(ground, world, side, action))
      found.push({ name: `${nameOf(side)}: ${action} ends`, make: next => endJob(ground, next, side, index, false) })
  const sense = peer.board.rail && !board.harnessPulled
  if (lags.sense) add(`sense reads ${sense ? 'on' : 'off'}`, { kind: 'sense', on: sense }, `se${sense}`)
  const whole = !board.harnessPulled
  if (lags.loop) add(`loop reads ${whole ? 'whole' : 'open'}`, { kind: 'loop', whole }, `lo${whole}`)
  if (lags.contact)
    add(`contact ${peer.coil ? 'opens' : 'closes'}`, { kind: 'contact', open: peer.coil }, `co${peer.coil}`)
  const on = board.wall && !board.contactOpen
  if (on === board.rail) return
  if (on) add('power rises', { kind: 'rail', on, landed: false }, 'ra1')
  else {
    add('power falls', { kind: 'rail', on, landed: false }, 'ra0')
    if (board.writing !== null)
      add('power falls, the last write reached the card', { kind: 'rail', on, landed: true }, 'ra2')
  }
}

/** Choices that cost nothing: the course of things. */
export const course = (ground: Ground, world: World): Choice[] => {
  const found: Choice[] = []
  const lags = SIDES.map(side => lagsOf(ground, world, side))
  for (const side of SIDES) endings(ground, world, side, lags[side] as Lags, found)
  const mirror = mirrorCourse(ground, world)
  found.push(...mirror.choices)
  let late = 0
  for (const one of world.flight)
    if (facetOf(ground, world, other(one.from)).nonce !== null) late += one.age > 0 ? 99 : 1
  const overdue =
    late > world.lates ||
    mirror.overdue ||
    SIDES.some(side => isOverdue(ground, world, side, facetOf(ground, world, side), lags[side] as Lags))
  for (const index of heads(ground, world)) {
    const { from, link } = world.flight[index] as Flight
    const name = `${nameOf(other(from))}: token of ${nameOf(from)} over ${linkName(link)}`
    found.push({ name, make: next => arrive(ground, next, index) })
  }
  if (!overdue) found.push({ name: 'time', make: next => passTime(ground, next, lags) })
  return found
}
