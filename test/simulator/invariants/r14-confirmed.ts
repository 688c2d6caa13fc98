// R14: a person is told "the mode is X" only when the peer has stored it too, or cannot act; and a mode ends by itself only while the peer is heard.
import { otherBoard } from '../../../src/core/types.js'
import { askedWithin } from '../judge.js'
import type { Invariant } from './invariant.js'
import { HONEST_STORAGE } from './invariant.js'

export const createModeConfirmed = (): Invariant => {
  const asked = new Set<number>()
  return {
    rule: 'R14',
    says: 'a mode is confirmed by the peer, or refused',
    assumes: [HONEST_STORAGE],
    checks: {
      event: (_world, _past, { event }) => {
        if (event.kind === 'operatorAsked' && event.what.order === 'mode') asked.add(event.request)
        return null
      },
      effect: (world, past, { board, effect }) => {
        if (effect.kind !== 'answerOperator' || !effect.final || !asked.delete(effect.request) || !effect.ok)
          return null
        const peer = world.boards[otherBoard(board)]
        const mine = world.boards[board].store.durable
        const theirs = peer.store.durable
        // A peer whose card fails takes and grants nothing (R5); held off by our relay it does nothing either, whatever a lying wire makes of it.
        if (past.boards[otherBoard(board)].cardFails) return null
        if (!peer.rail || past.boards[board].drivenAt !== null || mine === null || theirs === null) return null
        return theirs.modeNumber >= mine.modeNumber
          ? null
          : `board ${board} says that the mode is ${mine.mode} (number ${mine.modeNumber}), but its peer stored number ${theirs.modeNumber}`
      }
    }
  }
}

const ANSWER_SLACK_MS = 8000
const HEARD_SLACK_MS = 500

export const createModeExpiry = (): Invariant => ({
  rule: 'R14',
  says: 'a mode ends by itself only while the peer is heard',
  assumes: [HONEST_STORAGE],
  checks: {
    stored: (world, past, { board, before, after }) => {
      if (before === null || before.mode === 'auto' || after.mode !== 'auto') return null
      if (after.modeNumber === before.modeNumber) return null
      const { answerMs, deadMs } = world.plan.settings[board].timing
      const orders = ['mode', 'recover']
      for (const id of [board, otherBoard(board)])
        if (askedWithin(world, past, id, orders, answerMs + ANSWER_SLACK_MS)) return null
      const silentMs = world.agenda.now - past.boards[board].wordAt
      return silentMs < deadMs + HEARD_SLACK_MS + ANSWER_SLACK_MS
        ? null
        : `board ${board} left mode ${before.mode} by itself, ${Math.round(silentMs)} ms after it heard its peer`
    }
  }
})
