// R13, R14: a mode that both boards have stored binds both: no automatic fencing unless it is auto; its number never falls; it ends by itself only when heard.
import { otherBoard } from '../../../src/core/types.js'
import { askedWithin } from '../judge.js'
import { isAutomaticFencing } from './fencing.js'
import type { Invariant } from './invariant.js'
import { HONEST_STORAGE } from './invariant.js'

export const createNoFencingUnlessAuto = (): Invariant => ({
  rule: 'R13',
  says: 'no automatic fencing in manual or maintenance mode',
  assumes: [HONEST_STORAGE],
  checks: {
    effect: (world, past, fact) => {
      if (!isAutomaticFencing(world, past, fact)) return null
      const mine = world.boards[fact.board].store.durable
      const theirs = world.boards[otherBoard(fact.board)].store.durable
      if (mine === null || theirs === null || mine.mode === 'auto' || theirs.mode === 'auto') return null
      return mine.modeNumber === theirs.modeNumber
        ? `board ${fact.board} fences by itself in ${mine.mode} mode (number ${mine.modeNumber}, stored on both boards)`
        : null
    }
  }
})

export const createModeNumbers = (): Invariant => ({
  rule: 'R14',
  says: 'the number of the mode never falls, and a mode changes by an order or after two-way hearing',
  assumes: [HONEST_STORAGE],
  checks: {
    stored: (world, past, { board, before, after }) => {
      if (before === null) return null
      if (after.modeNumber < before.modeNumber)
        return `board ${board} stored mode number ${after.modeNumber} over ${before.modeNumber}`
      if (after.mode === before.mode) return null
      const theirs = world.boards[otherBoard(board)].store.durable
      // Two persons ordered at the same time: both boards must end with the same one of the two.
      if (theirs?.modeNumber === after.modeNumber && theirs.mode === after.mode) return null
      if (after.modeNumber === before.modeNumber)
        return `board ${board} stored mode ${after.mode} over ${before.mode} under the same number ${after.modeNumber}`
      const heard = past.twoWayAt > Number.NEGATIVE_INFINITY
      const ordered = askedWithin(world, past, board, ['mode', 'recover'], Number.POSITIVE_INFINITY)
      return heard || ordered
        ? null
        : `board ${board} left mode ${before.mode} without order and without hearing its peer`
    }
  }
})
