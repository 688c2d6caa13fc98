// R4: a new proof is stored only after a drill in which the peer's power was really gone, or at least (no sense line) its daemon was.
import type { BoardId } from '../../../src/core/types.js'
import { otherBoard } from '../../../src/core/types.js'
import { SAMPLE_AGE_MS } from '../judge.js'
import type { Invariant } from './invariant.js'
import { HONEST_STORAGE } from './invariant.js'

/** The button of either board: its answers are the log's, and a refused drill stores nothing. */
const BUTTON_REQUEST = -1

export const createDrill = (): Invariant => {
  /** Drills that were ordered and not refused, by request. */
  const drills = new Map<number, { readonly board: BoardId; readonly at: number }>()
  return {
    rule: 'R4',
    says: 'a drill that cut nothing proves nothing',
    assumes: [HONEST_STORAGE],
    checks: {
      event: (world, _past, { board, event }) => {
        if (event.kind === 'operatorAsked' && event.what.order === 'fenceProve')
          drills.set(event.request, { board, at: world.agenda.now })
        return null
      },
      effect: (world, past, { board, effect }) => {
        if (effect.kind === 'report' && effect.report.code === 'button-prove')
          drills.set(BUTTON_REQUEST, { board, at: world.agenda.now })
        // What was cut and seen may still get onto the card, when the last word has long been that it is not.
        if (effect.kind === 'answerOperator' && effect.final && !effect.ok) {
          const drill = drills.get(effect.request)
          if (drill !== undefined && past.boards[otherBoard(board)].railFellAt <= drill.at)
            drills.delete(effect.request)
        }
        return null
      },
      stored: (world, past, { board, before, after }) => {
        if (after.proof === null || before === null) return null
        if (before.proof !== null && before.proof.wallSeconds === after.proof.wallSeconds) return null
        const drill = [...drills.values()].find(entry => entry.board === board)
        drills.clear()
        if (drill === undefined) return `board ${board} stored a proof that nobody asked for`
        const peer = otherBoard(board)
        const lifeChanged = past.boards[peer].smoothSince > drill.at
        const cut = past.boards[peer].railFellAt > drill.at - SAMPLE_AGE_MS
        const seen = world.plan.settings[board].wiring.sense ? cut : cut || lifeChanged
        return seen
          ? null
          : `board ${board} stored a proof of fencing, yet ${peer} never lost power since the drill was ordered`
      }
    }
  }
}
