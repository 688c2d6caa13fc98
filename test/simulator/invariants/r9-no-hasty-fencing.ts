// R9: nobody fences a peer whose tokens come, nor one that was never silent for the dead time, whatever its own stalls or sense line say.
import { LINK_IDS, otherBoard } from '../../../src/core/types.js'
import { isAutomaticFencing } from './fencing.js'
import type { Invariant } from './invariant.js'

const SLACK_MS = 30

export const createNotWhileTokensCome = (): Invariant => ({
  rule: 'R9',
  says: 'no fencing within 1.5 token intervals of a fresh token',
  assumes: [],
  checks: {
    effect: (world, past, fact) => {
      if (!isAutomaticFencing(world, past, fact)) return null
      const { timing } = world.plan.settings[fact.board]
      const silentMs = world.agenda.now - past.boards[fact.board].heardAt
      if (silentMs >= 1.5 * timing.tokenIntervalMs - SLACK_MS) return null
      return `board ${fact.board} drives its relay ${Math.round(silentMs)} ms after a fresh token of ${otherBoard(fact.board)}`
    }
  }
})

export const createHealthyPeer = (): Invariant => ({
  rule: 'R9',
  says: 'a healthy peer on a healthy link is not fenced',
  assumes: [],
  checks: {
    effect: (world, past, fact) => {
      if (!isAutomaticFencing(world, past, fact)) return null
      const { timing } = world.plan.settings[fact.board]
      const peer = otherBoard(fact.board)
      const since = world.agenda.now - timing.deadMs - timing.stallMs - 1000
      const smooth = past.boards[peer].smoothSince < since && past.boards[fact.board].heardAt > Number.NEGATIVE_INFINITY
      const clean = LINK_IDS.some(
        link => world.cables[link].a.cleanSince < since && world.cables[link].b.cleanSince < since
      )
      if (!smooth || !clean || world.boards[peer].rail === false) return null
      return `board ${fact.board} fences ${peer}, which ran smoothly and whose tokens arrived for a second and more`
    }
  }
})
