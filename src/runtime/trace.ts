// The daemon's flight recorder: every fact that reached the core and every order that left it, with instants, in a ring of bounded bytes.
// Called by the loop around each step; must cost next to nothing and never wait. Keeps references: facts and orders are never changed once made.
import { deflateRaw, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Effect } from '../core/effect.js'
import type { CoreEvent } from '../core/event.js'
import type { CoreState } from '../core/state.js'

/** One step of the core: the fact, this board's monotonic milliseconds, the orders. */
export type TraceStep = readonly [event: CoreEvent, now: number, effects: readonly Effect[]]

/** Steps in a row. `state`: the core's memory before the first of them; null = the part goes on from the one before. */
export interface TracePart {
  readonly state: CoreState | null
  readonly steps: readonly TraceStep[]
}

/** First line of a saved trace. Which wall-clock second is which monotonic instant is a label (R11). */
export interface TraceHeader {
  readonly trace: 1
  readonly version: string
  readonly pair: string
  readonly board: string
  readonly savedAtMs: number
  readonly savedWallSeconds: number
}

export interface Trace {
  /** Before a step: keeps a snapshot where one is due. */
  before(state: CoreState): void
  /** After it. */
  after(event: CoreEvent, now: number, effects: readonly Effect[]): void
  /** What the ring holds, oldest first, one packed part a line; begins with a snapshot. */
  lines(): readonly string[]
}

/** Some twenty minutes of a healthy pair at the default interval. */
export const TRACE_BYTES_MAX = 1_048_576
const STEPS_OF_PART = 128
/** Parts from one snapshot to the next; the ring forgets whole rows of them. */
const PARTS_OF_SNAPSHOT = 8

const packed = (bytes: Buffer): string => bytes.toString('base64')

/** One line of a trace to its part. Throws where the line is none. */
export const unpackPart = (line: string): TracePart =>
  JSON.parse(inflateRawSync(Buffer.from(line, 'base64')).toString('utf8')) as TracePart

interface Kept {
  readonly snapshot: boolean
  /** Not yet packed; packing happens beside the loop. */
  text: string | null
  bytes: Buffer
}

const NO_BYTES = Buffer.alloc(0)

export const createTrace = (bytesMax: number = TRACE_BYTES_MAX): Trace => {
  const kept: Kept[] = []
  let count = 0
  let open: { readonly state: string; steps: TraceStep[] } | null = null

  const textOf = (part: { readonly state: string; readonly steps: readonly TraceStep[] }): string =>
    `{"state":${part.state},"steps":${JSON.stringify(part.steps)}}`

  const forget = (): void => {
    let bytes = kept.reduce((sum, part) => sum + part.bytes.length, 0)
    while (bytes > bytesMax) {
      const next = kept.findIndex((part, index) => index > 0 && part.snapshot)
      if (next < 0) return
      for (const part of kept.splice(0, next)) bytes -= part.bytes.length
    }
  }

  const close = (part: { readonly state: string; readonly steps: readonly TraceStep[] }): void => {
    const one: Kept = { snapshot: part.state !== 'null', text: textOf(part), bytes: NO_BYTES }
    kept.push(one)
    deflateRaw(one.text ?? '', (error, bytes) => {
      // A part that could not be packed stays as it is until the next one goes.
      if (error !== null) return
      one.bytes = bytes
      one.text = null
      forget()
    })
  }

  return {
    before: state => {
      if (open !== null) return
      open = { state: count % PARTS_OF_SNAPSHOT === 0 ? JSON.stringify(state) : 'null', steps: [] }
      count += 1
    },
    after: (event, now, effects) => {
      if (open === null) return
      open.steps.push([event, now, effects])
      if (open.steps.length < STEPS_OF_PART) return
      close(open)
      open = null
    },
    lines: () => {
      const lines = kept.map(({ text, bytes }) => packed(text === null ? bytes : deflateRawSync(text)))
      if (open !== null && open.steps.length > 0) lines.push(packed(deflateRawSync(textOf(open))))
      return lines
    }
  }
}
