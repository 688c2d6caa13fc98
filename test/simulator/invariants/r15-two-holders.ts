// R15: only two boards that really hold a group stop it without sync or reset over it; and two that do and hear each other do not go on.
import type { BoardId } from '../../../src/core/types.js'
import { otherBoard } from '../../../src/core/types.js'
import { BOARDS } from '../draw.js'
import { lieTold } from '../rights.js'
import { heldBy } from '../world.js'
import type { Invariant } from './invariant.js'
import { HONEST_STORAGE } from './invariant.js'

const MET = /two boards held (\S+) at the same time/

export const createTrulyTwo = (): Invariant => {
  /** Since when each board has held a group without a break; absent = it does not. Kept when its power goes: `until`. */
  const spans = new Map<string, { from: number; until: number }>()
  const key = (board: BoardId, group: string): string => `${board} ${group}`
  /** The lie that made a board claim a group, as it stood then. */
  const lies = new Map<string, string | null>()
  return {
    rule: 'R15',
    says: 'nobody stops or resets over two holders that never were',
    assumes: [HONEST_STORAGE],
    checks: {
      held: (world, _past, { board, group }) => {
        const holds = heldBy(world.boards[board], group).length > 0
        const span = spans.get(key(board, group))
        if (holds && (span === undefined || span.until < Number.POSITIVE_INFINITY))
          spans.set(key(board, group), { from: world.agenda.now, until: Number.POSITIVE_INFINITY })
        if (!holds && span !== undefined) span.until = Math.min(span.until, world.agenda.now)
        return null
      },
      soc: (world, _past, { board, up }) => {
        if (up) return null
        for (const group of world.groups) {
          const span = spans.get(key(board, group))
          if (span !== undefined) span.until = Math.min(span.until, world.agenda.now)
        }
        return null
      },
      effect: (world, past, { board, effect }) => {
        if (effect.kind === 'storeState') {
          const before = world.boards[board].store.durable?.groups
          for (const [group, { epoch }] of Object.entries(effect.durable.groups))
            if (epoch.board === board && epoch.number > (before?.[group]?.epoch.number ?? 0))
              lies.set(key(board, group), lieTold(world, past, board))
        }
        if (effect.kind !== 'resetBoard' && !(effect.kind === 'runAction' && effect.action === 'abandon')) return null
        const group = effect.kind === 'runAction' ? effect.group : MET.exec(effect.reason)?.[1]
        if (group === undefined) return null
        const mine = spans.get(key(board, group))
        const theirs = spans.get(key(otherBoard(board), group))
        const met = mine !== undefined && theirs !== undefined && mine.from < theirs.until && theirs.from < mine.until
        if (met) return null
        // It said that it takes: so it may, where it was told a lie that no rule can see through.
        const lie = lieTold(world, past, otherBoard(board)) ?? lies.get(key(otherBoard(board), group)) ?? null
        if (lie !== null) return { beyond: lie }
        return `board ${board} stops ${group} as the holder of one that two hold, yet ${otherBoard(board)} did not hold it meanwhile`
      }
    }
  }
}

const SETTLES_MS = 1500

/** What limits the damage of a wrong proof: it must work where another rule has failed already. */
export const createTwoHoldersMeet = (): Invariant => {
  /** Since when both boards hold the group and hear each other. */
  const since = new Map<string, number>()
  return {
    rule: 'R15',
    says: 'two holders that hear each other do not go on',
    assumes: [HONEST_STORAGE],
    afterBeyond: true,
    checks: {
      stepped: (world, past) => {
        const { now } = world.agenda
        const { timing } = world.plan.settings.a
        const hear = BOARDS.every(id => {
          const { heardAt, smoothSince } = past.boards[id]
          return now - heardAt < 2 * timing.tokenIntervalMs && smoothSince < now && world.boards[id].daemon !== null
        })
        for (const group of world.groups) {
          const met = hear && BOARDS.every(id => heldBy(world.boards[id], group).length > 0)
          if (!met) {
            since.delete(group)
            continue
          }
          const from = since.get(group) ?? now
          since.set(group, from)
          if (now - from > timing.deadMs + SETTLES_MS)
            return `both boards hold ${group} and have heard each other for ${Math.round(now - from)} ms`
        }
        return null
      }
    }
  }
}
