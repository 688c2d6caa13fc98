// One channel at work: takes notices, waits for its turn, sends, tries again. Called by notify.ts.
// Never more than one message under way; a channel that fails holds up no other one.
import type { ChannelConfig } from '../config/types-notices.js'
import type { Level } from '../core/effect.js'
import { isWanted, type Notice } from './notice.js'
import { begun, failed, HOUR_MS, type Pace, START, turnOf, worked } from './pace.js'
import { add, arrived, begin, EMPTY, type Queue, takeBack } from './queue.js'
import type { Wire } from './sender.js'
import type { ChannelMemory } from './store.js'

export interface RunnerOptions {
  readonly channel: ChannelConfig
  readonly wire: Wire
  readonly memory: ChannelMemory | undefined
  readonly now: () => number
  /** Do the quiet hours count now? */
  readonly quiet: () => boolean
  readonly wallSeconds: () => number
  /** The state changed. */
  readonly changed: () => void
  /** Make the present state outlive a kill (bounded). */
  readonly keep: () => Promise<void>
  /** To the daemon's event log. */
  readonly report: (level: Level, code: string, text: string) => void
}

export interface RunnerStatus {
  readonly name: string
  readonly kind: ChannelConfig['kind']
  readonly waiting: number
  readonly failures: number
  /** How the last try ended, in words; null = none yet. */
  readonly words: string | null
  readonly ok: boolean | null
  /** Unix seconds of the last message that arrived; a label. */
  readonly arrivedSeconds: number | null
}

export interface Runner {
  take(notice: Notice): void
  memory(): ChannelMemory
  status(): RunnerStatus
  readonly wire: Wire
  close(): Promise<void>
}

/** Failures in a row before the daemon's log hears of it, and the least time between two such reports. */
const TELL_FAILURES = 3
const TELL_EVERY_MS = 600_000

export const createRunner = (options: RunnerOptions): Runner => {
  const { channel, wire, now, report } = options
  const from = now()
  let queue: Queue = options.memory?.queue ?? EMPTY
  let pace: Pace = {
    ...START,
    sentAt: (options.memory?.sentAgoMs ?? []).map(ago => from - ago),
    waitsSince: queue.waiting.length > 0 ? from : null
  }
  let busy = false
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let words: string | null = null
  let ok: boolean | null = null
  let arrivedSeconds: number | null = null
  let told = false
  let toldAt = Number.NEGATIVE_INFINITY

  const tell = (): void => {
    if (ok === true && told) {
      told = false
      report('notice', 'notices-working', `notices by ${channel.name} (${channel.kind}) arrive again`)
    }
    if (ok !== false || told || pace.failures < TELL_FAILURES || now() - toldAt < TELL_EVERY_MS) return
    told = true
    toldAt = now()
    const text = `notices by ${channel.name} (${channel.kind}) do not arrive: ${words}; they wait, and are tried again`
    report('warning', 'notices-failing', text)
  }

  const sendOne = async (): Promise<void> => {
    if (queue.sending === null) {
      queue = begin(queue)
      pace = begun(pace, now())
      // A message keeps its identity over a restart: it is on disk before anybody hears it.
      await options.keep()
    }
    if (queue.sending === null) return
    const outcome = await wire.send(queue.sending)
    if (closed && !outcome.ok) return
    ;({ words, ok } = outcome)
    if (outcome.ok) {
      queue = arrived(queue)
      pace = worked(pace)
      arrivedSeconds = options.wallSeconds()
    } else {
      pace = failed(channel, pace, now())
      if (outcome.permanent === true) {
        queue = takeBack(queue)
        pace = { ...pace, waitsSince: pace.waitsSince ?? now() }
      }
    }
    if (outcome.ok) await options.keep()
    options.changed()
    tell()
  }

  const look = (): void => {
    clearTimeout(timer)
    if (busy || closed) return
    const turn = turnOf(channel, queue, pace, now(), channel.quiet && options.quiet())
    if (turn.kind === 'wait') timer = setTimeout(look, Math.max(1, turn.untilAt - now()))
    if (turn.kind !== 'send') return
    busy = true
    void sendOne().finally(() => {
      busy = false
      look()
    })
  }
  look()

  return {
    wire,
    take(notice) {
      if (!isWanted(channel, notice)) return
      queue = add(queue, notice)
      pace = { ...pace, waitsSince: pace.waitsSince ?? now() }
      options.changed()
      look()
    },
    memory: () => ({
      queue,
      sentAgoMs: pace.sentAt.map(at => Math.round(now() - at)).filter(ago => ago < HOUR_MS)
    }),
    status: () => ({
      name: channel.name,
      kind: channel.kind,
      waiting: queue.waiting.length + (queue.sending?.notices.length ?? 0),
      failures: pace.failures,
      words,
      ok,
      arrivedSeconds
    }),
    async close() {
      closed = true
      clearTimeout(timer)
      await wire.close()
    }
  }
}
