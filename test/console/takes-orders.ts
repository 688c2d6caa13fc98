// A daemon's control socket that takes every order and writes down what it was: used by tests of commands that give one.
import type { serveControl } from '../../src/runtime/control.js'
import type { DaemonStatus, OperatorRequest } from '../../src/runtime/status.js'

export const takesOrders = (orders: OperatorRequest[], status: () => DaemonStatus, text: string) =>
  ({
    status,
    events: () => [],
    order: (what: OperatorRequest, onAnswer: (answer: { ok: boolean; final: boolean; text: string }) => void) => {
      orders.push(what)
      onAnswer({ ok: true, final: true, text })
      return () => {}
    }
  }) as unknown as Parameters<typeof serveControl>[0]['handlers']
