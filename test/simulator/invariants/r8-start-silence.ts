// R8: a life that has never heard its peer listens for longer than a boot takes, and fences once until somebody is heard again, over all lives.
import type { BoardId } from '../../../src/core/types.js'
import { senseLevel } from '../wires.js'
import { isAutomaticFencing } from './fencing.js'
import type { Invariant } from './invariant.js'
import { HONEST_STORAGE } from './invariant.js'

const SLACK_MS = 50
/** Power that came back while the record of a hold was being written. */
const STORING_MS = 0

export const createStartSilence = (): Invariant => {
  /** Lives that fenced without having heard the peer, since it was heard last. */
  const fenced: Record<BoardId, Set<string>> = { a: new Set(), b: new Set() }
  const restored: Partial<Record<BoardId, string>> = {}
  return {
    rule: 'R8',
    says: 'a board that starts into silence listens, and fences once',
    assumes: [HONEST_STORAGE],
    checks: {
      event: (_world, past, { board, event }) => {
        if (event.kind === 'tokenReceived' && past.boards[board].wordAt > Number.NEGATIVE_INFINITY)
          fenced[board].clear()
        return null
      },
      effect: (world, past, fact) => {
        // A peer that got its power back and is not heard within its boot time is left off: a cut of its own kind (R8).
        const nonce = world.boards[fact.board].daemon?.nonce
        if (fact.effect.kind === 'driveRelay' && !fact.effect.on && nonce !== undefined) restored[fact.board] = nonce
        if (nonce !== undefined && restored[fact.board] === nonce) return null
        if (!isAutomaticFencing(world, past, fact)) return null
        const { board } = fact
        const { wiring, timing } = world.plan.settings[board]
        const daemon = world.boards[board].daemon
        // A peer without power is held off at once, uncounted; so it may look where a sense line lies.
        const onForMs = world.agenda.now - past.boards[board].senseOnSince
        const looksOff = wiring.sense && (!senseLevel(world, board) || daemon?.sense === false || onForMs < STORING_MS)
        if (daemon === null || looksOff || past.boards[board].wordAt > Number.NEGATIVE_INFINITY) return null
        const lives = fenced[board]
        const listenedMs = world.agenda.now - daemon.bornAt
        if (!lives.has(daemon.nonce) && listenedMs < timing.bootMs - SLACK_MS)
          return `board ${board} fences ${Math.round(listenedMs)} ms after its start without having heard anything, sooner than a peer boots`
        lives.add(daemon.nonce)
        return lives.size > 1
          ? `board ${board} fences out of start-up silence in ${lives.size} lives and heard nothing in between`
          : null
      }
    }
  }
}
