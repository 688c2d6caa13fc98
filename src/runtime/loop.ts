// One bounded queue: facts in, orders out. Steps the core, arms the one timer that the core asks for. Must not do I/O itself.

import type { Boot } from '../core/boot.js'
import { createCore } from '../core/create.js'
import { describe } from '../core/describe.js'
import type { Effect } from '../core/effect.js'
import type { CoreEvent } from '../core/event.js'
import type { Settings } from '../core/settings.js'
import type { CoreStatus } from '../core/status.js'
import { nextWakeAt, step } from '../core/step.js'
import type { Clock, Emit } from '../port/ports.js'
import type { ReportBuilder } from './report-builder.js'
import type { Trace } from './trace.js'

/** Far above what four links and all drivers can make in one turn; more than this is a driver gone mad. */
const QUEUE_MAX = 4096

export interface Loop {
  readonly emit: Emit
  status(): CoreStatus
  /** Worst lateness of the timer since the last call, in milliseconds. */
  takeLatenessMaxMs(): number
  start(): void
  stop(): void
}

/** `perform` carries one order out without waiting; a programmer's error in core or driver is thrown and ends the daemon. */
export const createLoop = (
  settings: Settings,
  boot: Boot,
  clock: Clock,
  perform: (effect: Effect) => void,
  trace: Trace,
  reports: Pick<ReportBuilder, 'after'>
): Loop => {
  const state = createCore(settings, boot, clock.now())
  const queue: CoreEvent[] = []
  let running = false
  let stopped = true
  let timer: NodeJS.Timeout | undefined
  let latenessMaxMs = 0

  const arm = (): void => {
    clearTimeout(timer)
    if (stopped) return
    const at = nextWakeAt(state)
    timer = setTimeout(
      () => {
        latenessMaxMs = Math.max(latenessMaxMs, clock.now() - at)
        emit({ kind: 'tick' })
      },
      Math.max(0, Math.ceil(at - clock.now()))
    )
  }

  const drainQueue = (): void => {
    running = true
    for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
      trace.before(state)
      const now = clock.now()
      const effects = step(state, event, now)
      trace.after(event, now, effects)
      for (const effect of effects) perform(effect)
      reports.after(state, event, now, effects)
    }
    running = false
    arm()
  }

  const emit: Emit = event => {
    if (stopped) return
    // A flood of frames may be dropped; every other fact is the end of an order and must arrive.
    if (queue.length >= QUEUE_MAX) {
      if (event.kind === 'tokenReceived' || event.kind === 'foreignFrameReceived' || event.kind === 'tick') return
      throw new Error(`runtime: more than ${QUEUE_MAX} events wait`)
    }
    queue.push(event)
    if (!running) drainQueue()
  }

  return {
    emit,
    status: () => describe(state, clock.now()),
    takeLatenessMaxMs: () => {
      const max = latenessMaxMs
      latenessMaxMs = 0
      return max
    },
    start: () => {
      stopped = false
      emit({ kind: 'tick' })
    },
    stop: () => {
      stopped = true
      clearTimeout(timer)
    }
  }
}
