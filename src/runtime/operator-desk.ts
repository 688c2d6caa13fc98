// Numbers the operator's orders and brings the core's answers back to whoever asked. Bounded: a full desk refuses.
import type { OperatorRequest } from '../core/event.js'
import type { Emit } from '../port/ports.js'

const REQUESTS_MAX = 64

export interface Answer {
  readonly ok: boolean
  readonly final: boolean
  readonly text: string
}

export interface OperatorDesk {
  /** Returns a function that stops listening (the order itself goes on). */
  ask(what: OperatorRequest, onAnswer: (answer: Answer) => void): () => void
  answered(request: number, answer: Answer): void
}

export const createOperatorDesk = (emit: Emit): OperatorDesk => {
  const waiting = new Map<number, (answer: Answer) => void>()
  let count = 0
  return {
    ask: (what, onAnswer) => {
      if (waiting.size >= REQUESTS_MAX) {
        onAnswer({ ok: false, final: true, text: `${REQUESTS_MAX} orders wait already; try again later` })
        return () => {}
      }
      count += 1
      const request = count
      waiting.set(request, onAnswer)
      emit({ kind: 'operatorAsked', request, what })
      return () => waiting.delete(request)
    },
    answered: (request, answer) => {
      const listener = waiting.get(request)
      if (answer.final) waiting.delete(request)
      listener?.(answer)
    }
  }
}
