// R10: an operator's order gets its last word within a bound, as long as the daemon that took it lives and is not held up.
import type { BoardId } from '../../../src/core/types.js'
import type { World } from '../world.js'
import type { Invariant } from './invariant.js'

interface Open {
  readonly board: BoardId
  readonly life: string | undefined
  readonly order: string
  readonly at: number
}

const SLACK_MS = 20_000

/** A release, a fencing, a boot, a start, twice each at worst (a grant is given back); retries included. */
const boundMs = (world: World): number => {
  const { releaseMs, fenceDeadlineMs, bootMs, answerMs, listenMs } = world.plan.settings.a.timing
  return 2 * (releaseMs + fenceDeadlineMs + bootMs + answerMs + listenMs) + SLACK_MS
}

export const createAnswers = (): Invariant => {
  const open = new Map<number, Open>()
  return {
    rule: 'R10',
    says: 'every order is answered',
    assumes: [],
    checks: {
      event: (world, _past, { board, event }) => {
        if (event.kind === 'operatorAsked')
          open.set(event.request, {
            board,
            life: world.boards[board].daemon?.nonce,
            order: event.what.order,
            at: world.agenda.now
          })
        return null
      },
      effect: (_world, _past, { effect }) => {
        if (effect.kind === 'answerOperator' && effect.final) open.delete(effect.request)
        return null
      },
      stall: (_world, _past, { board }) => {
        for (const [request, entry] of open) if (entry.board === board) open.delete(request)
        return null
      },
      stepped: (world, _past, { board }) => {
        for (const [request, entry] of open) {
          if (entry.board !== board) continue
          if (world.boards[board].daemon?.nonce !== entry.life) open.delete(request)
          // A recovery waits for a boot, then moves one group after the other.
          else if (
            world.agenda.now - entry.at >
            boundMs(world) * (entry.order === 'recover' ? 1 + world.groups.length : 1)
          )
            return `board ${board} never gave its last word on \`${entry.order}\` (request ${request})`
        }
        return null
      }
    }
  }
}
