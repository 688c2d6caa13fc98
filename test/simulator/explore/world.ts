// The explored world: two boards by number, tokens under way, cut wires, what faults and orders are left, and what the judge remembers.
// Plain numbers, so that a short text is its exact name. What may happen next is in choices.ts.

import type { Epoch } from '../../../src/core/types.js'
import { LINK_IDS } from '../../../src/core/types.js'
import { judge } from './judge.js'
import { judgeMirror } from './judge-mirror.js'
import type { Happening } from './life.js'
import { copyMirror, MIRROR_NUMBERS, type Mirror, mirrorOf, numbersOf } from './mirror.js'
import { followBoard } from './mirror-course.js'
import type { DiskKind, WiringKind } from './pair.js'
import type { Facet, Shelf } from './shelf.js'

/** 0 = board a, 1 = board b. */
export type Side = 0 | 1
export const SIDES: readonly Side[] = [0, 1]
export const other = (side: Side): Side => (side === 0 ? 1 : 0)
export const nameOf = (side: Side): 'a' | 'b' => (side === 0 ? 'a' : 'b')

export interface Flight {
  from: Side
  link: number
  /** What it says, by number; and its own sequence and echo. */
  content: number
  sequence: number
  echo: number
  /** Steps under way: 0 or 1. */
  age: number
}

export interface World {
  boards: [number, number]
  /** Bit `2 * link + from`: that direction is cut. */
  cuts: number
  flight: Flight[]
  /** How many more faults, repairs, operator's orders and late tokens there may be. */
  faults: number
  lates: number
  repairs: number
  acts: number
  /** Epochs as numbers that compare like epochs (`codeOf`), -1 = none: on the disk, of the latest tenure, acknowledged last. */
  stamp: number
  tenure: number
  acknowledged: number
  /** Whose the group was last; the tenure goes on in the same boot only. */
  owner: Side
  /** An operator has confirmed by order, rightly or not. */
  confirmed: 0 | 1
  /** Steps for which both boards lived and a link was whole both ways, at most CALM_MAX. */
  calm: number
  /** null = the disk is shared. */
  mirror: Mirror | null
  /** No part of its name: what broke in the choice that led here. `beyond`: under a fault that the rule may assume away. */
  broken: { readonly words: string; readonly beyond: boolean } | null
}

/** Longer than the dead time and the answer to it. */
export const CALM_MAX = 12

export const codeOf = (epoch: Epoch): number => epoch.number * 2 + (epoch.board === 'a' ? 0 : 1)
export const epochOf = (code: number): Epoch => ({ number: code >> 1, board: code % 2 === 0 ? 'a' : 'b' })

const wireOf = (one: Flight): number => 2 * one.link + one.from

/** Exact; tokens of different wires have no order among each other. */
export const nameOfWorld = (world: World): string => {
  world.flight.sort((x, y) => wireOf(x) - wireOf(y))
  const { boards, cuts, faults, repairs, acts, stamp, tenure, acknowledged, owner, confirmed, calm, lates } = world
  let name = `${boards[0]},${boards[1]},${cuts},${faults},${repairs},${acts},${stamp},${tenure},${acknowledged},${owner},${confirmed},${calm},${lates},${world.mirror === null ? '-' : numbersOf(world.mirror).join(',')}`
  for (const { from, link, content, sequence, echo, age } of world.flight)
    name += `,${from},${link},${content},${sequence},${echo},${age}`
  return name
}

export const worldOf = (name: string): World => {
  const n = name.split(',').map(Number) as [number, ...number[]]
  const at = (index: number): number => n[index] ?? 0
  const flight: Flight[] = []
  const mirrored = !Number.isNaN(at(13))
  for (let i = 13 + (mirrored ? MIRROR_NUMBERS : 1); i < n.length; i += 6)
    flight.push({
      from: at(i) as Side,
      link: at(i + 1),
      content: at(i + 2),
      sequence: at(i + 3),
      echo: at(i + 4),
      age: at(i + 5)
    })
  return {
    boards: [at(0), at(1)],
    cuts: at(2),
    faults: at(3),
    repairs: at(4),
    acts: at(5),
    stamp: at(6),
    tenure: at(7),
    acknowledged: at(8),
    owner: at(9) as Side,
    confirmed: at(10) as 0 | 1,
    calm: at(11),
    lates: at(12),
    flight,
    mirror: mirrored ? mirrorOf(n.slice(13, 13 + MIRROR_NUMBERS)) : null,
    broken: null
  }
}

export const copyOf = (world: World): World => ({
  ...world,
  boards: [world.boards[0], world.boards[1]],
  flight: world.flight.map(one => ({ ...one })),
  mirror: world.mirror === null ? null : copyMirror(world.mirror)
})

/** What a walk goes through: the shelf of boards, and how the pair is wired. */
export interface Ground {
  readonly shelf: Shelf
  readonly wiring: WiringKind
  readonly disk: DiskKind
}

export const facetOf = (ground: Ground, world: World, side: Side): Facet => ground.shelf.facet(world.boards[side])

/** A rule is broken: the first words stand, the walk does not go on from here. */
export const blame = (world: World, words: string, beyond = false): void => {
  world.broken ??= { words, beyond }
}

/** Something happens to one board; its tokens go out, the other board's view of its numbers follows, the judge looks. Changes `world`. */
export const affect = (ground: Ground, world: World, side: Side, what: Happening, key: string): void => {
  const { shelf } = ground
  const before = facetOf(ground, world, side)
  const result = shelf.happens(world.boards[side], what, key)
  world.boards[side] = result.next
  const { nonce } = facetOf(ground, world, side)
  if (result.moved !== 0 && nonce !== null) renumber(ground, world, side, nonce, result.moved)
  for (const { link, content, sequence, echo } of result.sent)
    if ((world.cuts & (1 << (2 * link + side))) === 0)
      world.flight.push({ from: side, link, content, sequence, echo, age: 0 })
  judge(ground, world, side, before, result)
  judgeMirror(ground, world, side, before, result)
  followBoard(ground, world, side, before, result)
}

const renumber = (ground: Ground, world: World, side: Side, nonce: string, moved: number): void => {
  for (const one of world.flight) {
    const { nonce: sender, peerNonce } = ground.shelf.content(one.content)
    if (one.from === side && sender === nonce) one.sequence = Math.max(0, one.sequence - moved)
    if (one.from !== side && peerNonce === nonce) one.echo = Math.max(0, one.echo - moved)
  }
  const peer = other(side)
  if (!facetOf(ground, world, peer).knows.includes(nonce)) return
  const key = `f${moved}${nonce}`
  world.boards[peer] = ground.shelf.happens(world.boards[peer], { kind: 'follow', nonce, moved }, key).next
}

export const linkName = (link: number): string => LINK_IDS[link] ?? '?'
