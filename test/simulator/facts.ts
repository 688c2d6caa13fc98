// What the world tells the checker and the tracer: things that happened, never what a board believes.
import type { Effect } from '../../src/core/effect.js'
import type { CoreEvent } from '../../src/core/event.js'
import type { BoardId, Durable, Epoch } from '../../src/core/types.js'

export type Fact =
  /** Delivered to the core of a board. */
  | { readonly kind: 'event'; readonly board: BoardId; readonly event: CoreEvent }
  /** Ordered by the core of a board, told before the world obeys. */
  | { readonly kind: 'effect'; readonly board: BoardId; readonly effect: Effect }
  /** One step is over. */
  | { readonly kind: 'stepped'; readonly board: BoardId; readonly effects: number }
  /** The durable record of a board is another one now. */
  | { readonly kind: 'stored'; readonly board: BoardId; readonly before: Durable | null; readonly after: Durable }
  /** What a board holds of a group has changed. */
  | { readonly kind: 'held'; readonly board: BoardId; readonly group: string }
  /** A client's write was acknowledged. */
  | { readonly kind: 'acknowledged'; readonly board: BoardId; readonly group: string; readonly epoch: Epoch }
  | { readonly kind: 'rail'; readonly board: BoardId; readonly on: boolean }
  /** The contact in this board's supply has moved. */
  | { readonly kind: 'contact'; readonly board: BoardId; readonly open: boolean }
  /** `up`: a daemon begins to run; else it is gone. */
  | { readonly kind: 'daemon'; readonly board: BoardId; readonly up: boolean; readonly why: string }
  | { readonly kind: 'soc'; readonly board: BoardId; readonly up: boolean; readonly why: string }
  | { readonly kind: 'stall'; readonly board: BoardId; readonly untilAt: number }
  /** A fault begins or ends, in words. */
  | { readonly kind: 'fault'; readonly boards: readonly BoardId[]; readonly text: string }

export type FactKind = Fact['kind']
