// R7: a copy that lacks an acknowledged write is neither taken nor served, nobody goes on alone beside a peer that may think itself current,
// and what is said of copies is durable. Judged on the copies themselves; off where an operator's override named the loss.
import type { BoardId } from '../../../src/core/types.js'
import { otherBoard } from '../../../src/core/types.js'
import { BOARDS } from '../draw.js'
import type { Past } from '../judge.js'
import { isWhole, type Mirror } from '../mirror-world.js'
import { lieTold } from '../rights.js'
import type { World } from '../world.js'
import { holdingOf } from '../world.js'
import type { Invariant, Verdict } from './invariant.js'
import { HONEST_STORAGE } from './invariant.js'

/** A driver's look at a copy may be this old. */
const LOOK_MS = 1500

const judged = (world: World, group: string): Mirror | null => {
  const mirror = world.mirrors.get(group)
  return mirror === undefined || mirror.forced ? null : mirror
}

const saysOf = (world: World, board: BoardId, group: string): string | null =>
  world.boards[board].store.durable?.groups[group]?.mirror?.says ?? null

/** A proof of "no power" is a lie only where there is power. */
const lieOf = (world: World, past: Past, id: BoardId): string | null =>
  world.boards[otherBoard(id)].rail ? lieTold(world, past, id) : null

const orLie = (world: World, past: Past, id: BoardId, words: string): Verdict => {
  const lie = lieOf(world, past, id) ?? lieOf(world, past, otherBoard(id))
  return lie === null ? words : { beyond: lie }
}

export const createTaken = (): Invariant => ({
  rule: 'R7',
  says: 'a copy is taken only if it is current',
  assumes: [HONEST_STORAGE],
  checks: {
    effect: (world, past, { board: id, effect }) => {
      if (effect.kind !== 'runAction' || effect.action !== 'attach') return null
      const mirror = judged(world, effect.group)
      if (mirror === null || holdingOf(world.boards[id], effect.group)?.primary === true) return null
      if (isWhole(mirror, mirror.copies[id])) return null
      return orLie(world, past, id, `board ${id} takes ${effect.group} although its copy lacks acknowledged writes`)
    }
  }
})

export const createServed = (): Invariant => ({
  rule: 'R7',
  says: 'no acknowledged write is lost, no stale copy is served',
  assumes: [HONEST_STORAGE],
  checks: {
    acknowledged: (world, past, { board: id, group }) => {
      const mirror = judged(world, group)
      if (mirror === null) return null
      const usable = mirror.sides[id]?.attached === true && !mirror.copies[id].inconsistent
      const copy = mirror.copies[usable ? id : otherBoard(id)]
      return isWhole(mirror, copy)
        ? null
        : orLie(world, past, id, `board ${id} serves ${group} from a copy that lacks acknowledged writes`)
    }
  }
})

export const createAlone = (): Invariant => {
  /** The boot of a board in which it was told last that its copy is current. */
  const told = new Map<string, string>()
  return {
    rule: 'R7',
    says: 'a holder goes on alone only with its record stored, beside a peer that is outdated or fenced',
    assumes: [HONEST_STORAGE],
    checks: {
      event: (world, _past, { board, event }) => {
        if (event.kind !== 'tokenReceived' || event.token.peerNonce !== world.boards[board].daemon?.nonce) return null
        for (const [index, { peerCopy }] of event.token.groups.entries())
          if (peerCopy === 'current') told.set(`${board} ${world.groups[index]}`, world.boards[board].soc?.bootId ?? '')
        return null
      },
      effect: (world, past, { board: id, effect }) => {
        if (effect.kind !== 'answerMirror' || !effect.ok || judged(world, effect.group) === null) return null
        if (saysOf(world, id, effect.group) !== 'alone')
          return `board ${id} lets ${effect.group} go on alone, and its card does not say so`
        const peer = otherBoard(id)
        const boot = world.boards[peer].soc?.bootId
        if (boot === undefined || saysOf(world, peer, effect.group) === 'outdated') return null
        if (told.get(`${peer} ${effect.group}`) !== boot) return null
        return orLie(
          world,
          past,
          id,
          `board ${id} lets ${effect.group} go on alone beside ${peer}, which was told that it is current`
        )
      }
    }
  }
}

export const createTold = (): Invariant => {
  const since = new Map<string, number>()
  return {
    rule: 'R7',
    says: 'what is said of copies is durable, and true',
    assumes: [HONEST_STORAGE],
    checks: {
      effect: (world, past, { board: id, effect }) => {
        if (effect.kind !== 'sendToken') return null
        for (const [index, { copy, peerCopy }] of effect.token.groups.entries()) {
          const group = world.groups[index] ?? ''
          const mirror = judged(world, group)
          if (mirror === null) continue
          if (copy === 'outdated' && saysOf(world, id, group) !== 'outdated')
            return `board ${id} says that its copy of ${group} is outdated, and its card does not`
          if (peerCopy === 'current' && saysOf(world, id, group) === 'alone')
            return `board ${id} tells its peer that its copy of ${group} is current, and its card says that it alone is`
          const key = `${id} ${group}`
          if (peerCopy !== 'current' || isWhole(mirror, mirror.copies[otherBoard(id)])) since.delete(key)
          else if (!since.has(key)) since.set(key, world.agenda.now)
          if (world.agenda.now - (since.get(key) ?? world.agenda.now) > LOOK_MS)
            return orLie(
              world,
              past,
              id,
              `board ${id} goes on telling its peer that its copy of ${group} is current, and it lacks acknowledged writes`
            )
        }
        return null
      }
    }
  }
}

const SPLIT_MS = 4000

/** Limits the damage of an override: it must work where the other invariants are off. */
export const createSplit = (): Invariant => {
  const since = new Map<string, number>()
  return {
    rule: 'R7',
    says: 'two copies that went their own way are served by nobody',
    assumes: [HONEST_STORAGE],
    checks: {
      acknowledged: (world, past, { board, group }) => {
        const sides = Object.values(world.mirrors.get(group)?.sides ?? {})
        const given = BOARDS.some(id => saysOf(world, id, group) === 'outdated' || world.boards[id].daemon === null)
        const split = sides.length > 0 && sides.every(side => side?.standalone === true) && !given
        if (!split) since.delete(group)
        else if (!since.has(group)) since.set(group, world.agenda.now)
        // A daemon that stands still stops nothing.
        const { smoothSince } = past.boards[board]
        const forMs = world.agenda.now - Math.max(since.get(group) ?? world.agenda.now, smoothSince)
        return forMs > SPLIT_MS
          ? `board ${board} serves ${group} for ${Math.round(forMs)} ms beside another copy that went its own way`
          : null
      }
    }
  }
}
