// The daemon's flight recorder: every fact that reached the core and every order that left it, with instants, in a ring of bounded bytes.
// Called by the loop around each step; must cost next to nothing and never wait.
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

/** What is being recorded: a snapshot or null, and the steps since, each as JSON. */
interface Open {
  readonly state: string | null
  readonly steps: string[]
}

const NO_BYTES = Buffer.alloc(0)
/** Little memory while it packs; parts are small and alike. */
const PACKING = { windowBits: 13, memLevel: 5 }

const textOf = ({ state, steps }: Open): string => `{"state":${state},"steps":[${steps.join(',')}]}`
const packNow = (text: string): Buffer => deflateRawSync(text, PACKING)

export const createTrace = (bytesMax: number = TRACE_BYTES_MAX): Trace => {
  const kept: Kept[] = []
  let count = 0
  let open: Open | null = null

  const forget = (): void => {
    let bytes = kept.reduce((sum, part) => sum + part.bytes.length, 0)
    while (bytes > bytesMax) {
      const next = kept.findIndex((part, index) => index > 0 && part.snapshot)
      if (next < 0) return
      for (const part of kept.splice(0, next)) bytes -= part.bytes.length
    }
  }

  const close = (part: Open): void => {
    const one: Kept = { snapshot: part.state !== null, text: textOf(part), bytes: NO_BYTES }
    kept.push(one)
    deflateRaw(one.text ?? '', PACKING, (error, bytes) => {
      one.bytes = error === null ? bytes : packNow(one.text ?? '')
      one.text = null
      forget()
    })
  }

  return {
    before: state => {
      if (open !== null) return
      open = { state: count % PARTS_OF_SNAPSHOT === 0 ? JSON.stringify(state) : null, steps: [] }
      count += 1
    },
    after: (event, now, effects) => {
      if (open === null) return
      // As text at once: a young string dies quicker than a graph of objects, and nobody can change it any more.
      const step: TraceStep = [event, now, effects]
      open.steps.push(JSON.stringify(step))
      if (open.steps.length < STEPS_OF_PART) return
      close(open)
      open = null
    },
    lines: () => {
      const lines = kept.map(({ text, bytes }) => packed(text === null ? bytes : packNow(text)))
      if (open !== null && open.steps.length > 0) lines.push(packed(packNow(textOf(open))))
      return lines
    }
  }
}
