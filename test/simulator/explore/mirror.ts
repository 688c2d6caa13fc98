// The mirrored disk of an explored world: two copies and the kernels' part of keeping them equal, as plain numbers. What a driver sees of it, what
// may happen next, and what answers and orders change. Called by world.ts, mirror-course.ts and walk.ts; judged by judge-mirror.ts.
// Disks live, drivers see and answers arrive at once: the simulator makes them late. The replication link is whole or cut, boards die as boards do.
import type { MirrorDisk, MirrorFacts } from '../../../src/core/mirror-state.js'

/** 0 = board a, 1 = board b. */
type Side = 0 | 1
const SIDES: readonly Side[] = [0, 1]
const other = (side: Side): Side => (side === 0 ? 1 : 0)

/** One copy and the kernel that has it, each field a small number. */
export interface Half {
  /** On the disk: half of a resync; the other one was left behind; it lacks a write that was acknowledged. */
  inconsistent: number
  peerOut: number
  lacks: number
  /** In the kernel of this boot: knows that it is up to date; was to be connected; is; may go on without the other; waits for an answer. */
  known: number
  wanted: number
  connected: number
  alone: number
  question: number
  /** Its driver has told the question to this life, and what it told last (`factsCode`; 0 = nothing). */
  asked: number
  told: number
  /** In this boot a word of the holder reached it that says that its copy is current. */
  current: number
}

export interface Mirror {
  halves: [Half, Half]
  /** The replication link is cut. */
  cut: number
  /** Which copy has what the other lacks: 0 = neither, 1 = a's, 2 = b's, 3 = both went their own way. */
  newer: number
  /** The kernels refuse each other. */
  split: number
  /** Steps for which something in kernels or drivers waits to happen, at most 1. */
  age: number
}

const newHalf = (): Half => ({
  inconsistent: 0,
  peerOut: 0,
  lacks: 0,
  known: 0,
  wanted: 0,
  connected: 0,
  alone: 0,
  question: 0,
  asked: 0,
  told: 0,
  current: 0
})

export const newMirror = (): Mirror => ({ halves: [newHalf(), newHalf()], cut: 0, newer: 0, split: 0, age: 0 })

const HALF = Object.keys(newHalf()) as (keyof Half)[]

/** Exact, and short. */
export const numbersOf = (mirror: Mirror): readonly number[] => [
  ...mirror.halves.map(half => HALF.reduce((sum, key) => sum * (key === 'told' ? 64 : 2) + half[key], 0)),
  ((mirror.cut * 4 + mirror.newer) * 2 + mirror.split) * 2 + mirror.age
]

export const MIRROR_NUMBERS = 3

export const mirrorOf = (numbers: readonly number[]): Mirror => {
  const halves = numbers.slice(0, 2).map(packed => {
    const half = newHalf()
    let rest = packed
    for (const key of [...HALF].reverse()) {
      const base = key === 'told' ? 64 : 2
      half[key] = rest % base
      rest = Math.floor(rest / base)
    }
    return half
  })
  const shared = numbers[2] ?? 0
  return {
    halves: halves as [Half, Half],
    cut: (shared >> 4) & 1,
    newer: (shared >> 2) & 3,
    split: (shared >> 1) & 1,
    age: shared & 1
  }
}

export const copyMirror = (mirror: Mirror): Mirror => ({
  ...mirror,
  halves: [{ ...mirror.halves[0] }, { ...mirror.halves[1] }]
})

/** What of the boards matters here. */
export interface Boards {
  readonly booted: readonly [boolean, boolean]
  readonly primary: readonly [boolean, boolean]
}

export const isLinked = (mirror: Mirror, { booted }: Boards): boolean => mirror.cut === 0 && booted[0] && booted[1]

/** A write of this board would be acknowledged now. */
export const canWrite = (mirror: Mirror, boards: Boards, side: Side): boolean => {
  const own = mirror.halves[side]
  const peer = mirror.halves[other(side)]
  if (!boards.primary[side] || own.inconsistent === 1) return false
  if (own.connected === 0) return own.alone === 1
  return isLinked(mirror, boards) && peer.connected === 1
}

const isSyncing = (mirror: Mirror): Side | null => {
  if (mirror.halves.some(half => half.connected === 0)) return null
  return mirror.halves[0].inconsistent === 1 ? 0 : mirror.halves[1].inconsistent === 1 ? 1 : null
}

const DISKS: readonly MirrorDisk[] = ['consistent', 'upToDate', 'inconsistent']
const diskCode = (half: Half): number => (half.inconsistent === 1 ? 2 : half.known)

/** As this board's driver sees it now: 1..63. */
export const factsCode = (mirror: Mirror, side: Side): number => {
  const own = mirror.halves[side]
  const sync = own.connected === 1 ? isSyncing(mirror) : null
  const to = sync === null ? 0 : sync === side ? 1 : 2
  const theirs = own.connected === 1 ? diskCode(mirror.halves[other(side)]) : 0
  return (
    1 +
    own.connected +
    2 * (diskCode(own) + 3 * (theirs + 3 * to)) +
    (mirror.split === 1 && own.connected === 0 ? 54 : 0)
  )
}

export const factsOf = (code: number): MirrorFacts => {
  const split = code > 54
  const rest = code - 1 - (split ? 54 : 0)
  const connected = rest % 2 === 1
  const disks = Math.floor(rest / 2)
  const to = Math.floor(disks / 9)
  return {
    connected,
    disk: DISKS[disks % 3] ?? 'unknown',
    peerDisk: connected ? (DISKS[Math.floor(disks / 3) % 3] ?? 'unknown') : 'unknown',
    resync: to === 0 ? null : { to: to === 1 ? 'here' : 'peer', percent: 0 },
    splitBrain: split,
    // Nobody replaces a disk here.
    copy: null
  }
}

/** Its writes are here alone from now on. */
const goOn = (mirror: Mirror, side: Side): void => {
  const own = mirror.halves[side]
  own.alone = 1
  own.known = 1
  own.peerOut = 1
  const mine = side + 1
  mirror.newer = mirror.newer === 0 || mirror.newer === mine ? mine : 3
}

/** This side has lost the other one; a primary asks, unless the other copy is known to be incomplete. */
export const loseOther = (mirror: Mirror, side: Side, primary: boolean): void => {
  const own = mirror.halves[side]
  if (own.connected === 0) return
  own.connected = 0
  own.alone = 0
  if (mirror.halves[other(side)].inconsistent === 1 && own.inconsistent === 0) {
    if (primary) goOn(mirror, side)
    else own.alone = 1
  } else if (primary) own.question = 1
}

export const connect = (mirror: Mirror, { primary }: Boards): void => {
  const [a, b] = mirror.halves
  const older: Side | null =
    a.inconsistent === 1 ? 0 : b.inconsistent === 1 ? 1 : mirror.newer === 1 ? 1 : mirror.newer === 2 ? 0 : null
  const behind = older !== null && primary[older] && mirror.halves[older].inconsistent === 0
  if (mirror.newer === 3 || behind) {
    mirror.split = 1
    return
  }
  for (const half of mirror.halves) {
    half.connected = 1
    half.question = 0
    half.alone = 0
    half.peerOut = 0
  }
  if (older === null) for (const half of mirror.halves) half.known = 1
  else {
    mirror.halves[older].inconsistent = 1
    mirror.halves[other(older)].known = 1
    mirror.halves[other(older)].peerOut = 1
  }
}

export const endSync = (mirror: Mirror): void => {
  const to = isSyncing(mirror)
  if (to === null) return
  const [target, source] = [mirror.halves[to], mirror.halves[other(to)]]
  target.inconsistent = 0
  target.known = 1
  target.lacks = source.lacks
  source.peerOut = 0
  mirror.newer = 0
}

/** `''` = this board may become primary; null = not yet: the other kernel, or the answer to its question, is waited for; else why not. */
export const whyNotPrimary = (mirror: Mirror, boards: Boards, side: Side): string | null => {
  const own = mirror.halves[side]
  const peer = mirror.halves[other(side)]
  if (own.connected === 1) {
    if (!isLinked(mirror, boards) || peer.connected === 0) return null
    if (boards.primary[other(side)]) return 'the other board is primary'
    return own.inconsistent === 1 && peer.inconsistent === 1 ? 'no up-to-date data' : ''
  }
  if (own.inconsistent === 1) return 'this copy is incomplete'
  return own.alone === 1 ? '' : null
}

/** A child wants this board to be primary, or none does: the question for that begins or ends. A primary's own question stays. */
export const askForChild = (mirror: Mirror, side: Side, primary: boolean, wants: boolean): void => {
  const own = mirror.halves[side]
  if (primary) return
  const asks = wants && own.connected === 0 && own.inconsistent === 0 && own.alone === 0
  if (!asks) own.asked = 0
  own.question = asks ? 1 : 0
}

/** It is primary now. */
export const promoted = (mirror: Mirror, side: Side): void => {
  if (mirror.halves[side].connected === 0) goOn(mirror, side)
}

/** The daemon's answer; one to a question that is over is ignored. True = I/O goes on. */
export const hearAnswer = (mirror: Mirror, side: Side, ok: boolean, primary: boolean): boolean => {
  const own = mirror.halves[side]
  if (own.question === 0 || (!ok && primary)) return false
  own.question = 0
  own.asked = 0
  if (!ok || own.connected === 1 || own.inconsistent === 1) return false
  goOn(mirror, side)
  return true
}

/** A board is parted in order, or to be connected. */
export const setWanted = (mirror: Mirror, boards: Boards, side: Side, on: boolean): void => {
  mirror.halves[side].wanted = on ? 1 : 0
  mirror.split = 0
  if (!on) loseOther(mirror, side, boards.primary[side])
}

/** The kernel of a board is gone; the next one knows what the disk says. */
export const kernelGone = (mirror: Mirror, side: Side): void => {
  const { inconsistent, peerOut, lacks } = mirror.halves[side]
  mirror.halves[side] = { ...newHalf(), inconsistent, peerOut, lacks, known: peerOut, alone: peerOut }
  mirror.split = 0
}

/** A life of the daemon is over: the next one is told everything anew. */
export const daemonGone = (mirror: Mirror, side: Side): void => {
  mirror.halves[side].told = 0
  mirror.halves[side].asked = 0
}

/** What clients write now is acknowledged: where it goes to one copy only, the other one lacks it. False = the copy that they see is stale. */
export const serve = (mirror: Mirror, side: Side): boolean => {
  const own = mirror.halves[side]
  if (own.lacks === 1) return false
  if (own.connected === 0) mirror.halves[other(side)].lacks = 1
  return true
}

/** What may happen next in the kernels, by name. `must`: not later than one step from now. */
export interface Next {
  readonly name: string
  readonly side: Side | null
  readonly kind: 'lost' | 'connect' | 'synced'
  readonly must: boolean
}

export const nextOf = (mirror: Mirror, boards: Boards): readonly Next[] => {
  const found: Next[] = []
  const [a, b] = mirror.halves
  const linked = isLinked(mirror, boards)
  for (const side of SIDES)
    if (boards.booted[side] && mirror.halves[side].connected === 1)
      if (!linked || mirror.halves[other(side)].connected === 0)
        found.push({ name: 'notices that the replication link is lost', side, kind: 'lost', must: true })
  const apart = a.connected === 0 && b.connected === 0 && a.wanted === 1 && b.wanted === 1 && mirror.split === 0
  if (linked && apart) found.push({ name: 'the copies connect', side: null, kind: 'connect', must: true })
  if (linked && isSyncing(mirror) !== null)
    found.push({ name: 'the resync ends', side: null, kind: 'synced', must: false })
  return found
}
