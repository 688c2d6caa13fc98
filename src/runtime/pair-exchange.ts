// What the boards tell each other beside the tokens: events, reports and disks, when a person asks. Made by daemon.ts.
// Never in the tokens' way: a few kilobytes now and then, bounded in size, time, number and rate; refused requests are counted.
import { randomBytes } from 'node:crypto'
import type { Config } from '../config/types.js'
import { otherBoard } from '../core/types.js'
import { isEntry } from '../driver/event-log.js'
import { openPairDoor } from '../driver/pair-door.js'
import { isReport } from '../driver/report-file.js'
import { EXCHANGE_NONCE_BYTES, type ExchangeRequest, type ExchangeWhat } from '../link/exchange.js'
import { createExchangeSigner } from '../link/signature.js'
import type { DiskAnswer } from '../port/disk-answer.js'
import type { LogEntry } from '../port/log.js'
import type { Clock } from '../port/ports.js'
import type { SetupView } from '../port/setup-view.js'
import { asCopyFiles, partsOf } from './copy-files.js'
import { asDiskAnswer } from './disk-desk.js'
import { answerPeer } from './pair-answer.js'
import { type AskEnd, type Asked, askPeer } from './pair-ask.js'
import { asSetupView } from './setup-watch.js'
import type { ControlMessage, PairExchangeStatus, SideClock, TakeoverReport } from './status.js'

export interface PairExchange {
  /** Ask the peer; `onMessage` gets what comes, at last `end` or `error`. One at a time. */
  ask(what: ExchangeWhat, count: number, onMessage: (message: ControlMessage, last: boolean) => void): void
  describe(): PairExchangeStatus
  close(): Promise<void>
}

export interface PairExchangeOptions {
  readonly config: Config
  readonly key: Uint8Array
  readonly clock: Clock
  /** The wall clock in milliseconds; orders two boards' events for people, and nothing else (R11). */
  readonly wallMs: () => number
  readonly life: string
  readonly events: (count: number) => readonly LogEntry[]
  readonly reports: () => readonly TakeoverReport[]
  readonly setup: () => SetupView | null
  /** What the other board's console asks or orders about a disk of this one; answered at once. */
  readonly disk: (text: string) => DiskAnswer
  /** What root of this board wants to know of the other one's disk, or ordered; null = nothing. */
  readonly diskWish: () => Promise<string | null>
}

/** Requests that are answered at once, and one more each second. */
export const BURST_MAX = 10
const REFILL_MS = 1000

const createLimit = (now: () => number): (() => boolean) => {
  let left = BURST_MAX
  let at = now()
  return () => {
    left = Math.min(BURST_MAX, left + (now() - at) / REFILL_MS)
    at = now()
    if (left < 1) return false
    left -= 1
    return true
  }
}

/** A list of files follows in parts that each fit a chunk. */
const diskItems = ({ files, ...answer }: DiskAnswer): readonly unknown[] =>
  files === undefined ? [answer] : [answer, ...partsOf(files)]

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

const isClock = (value: unknown): value is SideClock => {
  const { life, nowMs, wallMs } = (value ?? {}) as Partial<SideClock>
  return typeof life === 'string' && Number.isFinite(nowMs) && Number.isFinite(wallMs)
}

const NONE: PairExchangeStatus = { state: 'closed', detail: 'no Ethernet link', answered: 0, refused: 0, floods: 0 }

export const createPairExchange = (options: PairExchangeOptions): PairExchange => {
  const { clock, config, life, wallMs } = options
  const { board, ethernet } = config
  const { now } = clock
  const signer = createExchangeSigner(options.key)
  const freshNonce = (): Uint8Array => randomBytes(EXCHANGE_NONCE_BYTES)
  const counters = { answered: 0, refused: 0, limited: 0 }
  const mayAnswer = createLimit(now)
  let asking = false

  const itemsOf = ({ count, what }: ExchangeRequest, text: string): readonly unknown[] => {
    const header: SideClock = { board, life, nowMs: now(), wallMs: wallMs() }
    const items: Record<ExchangeWhat, () => readonly unknown[]> = {
      events: () => options.events(count),
      reports: options.reports,
      setup: () => [options.setup()].filter(view => view !== null),
      disk: () => diskItems(options.disk(text))
    }
    return [header, ...items[what]()]
  }
  const onEnd = (end: keyof typeof counters): void => {
    counters[end] += 1
  }
  const door =
    ethernet === null
      ? null
      : openPairDoor(ethernet, now, socket =>
          answerPeer(socket, { board, signer, freshNonce, itemsOf, mayAnswer, onEnd })
        )

  /** The peer's stamp belongs to the middle between request and answer, by our clock. */
  const clocksOf = (peer: SideClock, { heardAt, sentAt }: Asked): ControlMessage => {
    const middle = (sentAt + heardAt) / 2
    const own: SideClock = { board, life, nowMs: middle, wallMs: wallMs() - (now() - middle) }
    return { kind: 'clocks', own, peer: { ...peer, board: otherBoard(board) }, errorMs: (heardAt - sentAt) / 2 }
  }

  return {
    ask: (what, count, onMessage) => {
      const fail = (text: string): void => onMessage({ kind: 'error', text }, true)
      if (ethernet === null) return fail('no Ethernet link is configured, and the serial cable is for tokens only')
      if (asking) return fail('the other board is being asked just now, try again')
      asking = true
      let clocked = false
      const take = (line: string, asked: Asked): void => {
        const value = parse(line)
        if (!clocked) {
          clocked = true
          if (isClock(value)) onMessage(clocksOf(value, asked), false)
        } else if (what === 'events' && isEntry(value)) onMessage({ kind: 'event', entry: value }, false)
        else if (what === 'reports' && isReport(value)) onMessage({ kind: 'report', report: value }, false)
        else if (what === 'setup') {
          const view = asSetupView(value)
          if (view !== null) onMessage({ kind: 'setup', view }, false)
        } else if (what === 'disk') {
          const [answer, part] = [asDiskAnswer(value), asCopyFiles(value)]
          if (answer !== null) onMessage({ kind: 'disk', answer }, false)
          else if (part !== null) onMessage({ kind: 'files', part }, false)
        }
      }
      const onLines = (lines: readonly string[], asked: Asked): void => {
        for (const line of lines) take(line, asked)
      }
      const ended = (end: AskEnd): void => {
        asking = false
        if (end.ok) onMessage({ kind: 'end' }, true)
        else fail(end.reason)
      }
      const begin = async (): Promise<AskEnd> => {
        const text = what === 'disk' ? await options.diskWish() : ''
        if (text === null) return { ok: false, reason: 'nobody asked anything about a disk' }
        return askPeer({ ethernet, board, signer, freshNonce, now }, { what, count, text }, onLines)
      }
      void begin().then(ended)
    },
    describe: () => {
      if (door === null) return NONE
      const { crowded, detail, floods, foreign, late, state } = door.describe()
      const { answered, limited, refused } = counters
      return { state, detail, answered, refused: refused + limited + crowded + foreign + late, floods }
    },
    close: async () => door?.close()
  }
}
