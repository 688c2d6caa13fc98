// Follows the daemon's events for the console: alarms and changes of role as they happen, also across a restart of the daemon.
import { setTimeout as wait } from 'node:timers/promises'
import type { LogEntry } from '../runtime/status.js'
import { ask } from './client.js'

export interface FeedOptions {
  readonly socket: string
  readonly onEntry: (entry: LogEntry) => void
  /** `text`: what happened to the talk with the daemon, once for each change. */
  readonly onLink: (up: boolean, text: string) => void
  readonly signal: AbortSignal
}

const AGAIN_MS = 1000
/** After a break of the talk as many entries as this are caught up. */
const MISSED_MAX = 100

/** Changes of role, power and copies, and what leads a new pair: people want to see them at once; the rest of that level is in `baton events`. */
const TOLD_CODES: ReadonlySet<string> = new Set([
  'active',
  'adopted',
  'released',
  'taking',
  'moving',
  'mode',
  'mode-expired',
  'peer-returned',
  'peer-restored',
  'fencing-confirmed',
  'reset-done',
  'mirror-connected',
  'mirror-equal',
  'copy-current',
  'resync',
  'resync-done',
  'setup'
])

export const isWorthSaying = ({ level, code }: LogEntry): boolean =>
  level === 'alarm' || level === 'warning' || (level === 'notice' && TOLD_CODES.has(code))

/** Runs until `signal` aborts. Never throws. What happened before the first connection is not told. */
export const followDaemon = async ({ socket, onEntry, onLink, signal }: FeedOptions): Promise<void> => {
  let newest: number | null = null
  let up = true
  while (!signal.aborted) {
    let heard = false
    const recent = newest === null ? 1 : MISSED_MAX
    const end = await ask(
      socket,
      { command: 'events', recent, follow: true },
      message => {
        if (message.kind !== 'event') return
        if (!heard && !up) onLink(true, 'the daemon of this board answers again')
        heard = true
        up = true
        const { sequence } = message.entry
        const old = newest === null || sequence <= newest
        newest = Math.max(newest ?? 0, sequence)
        if (!old) onEntry(message.entry)
      },
      signal
    )
    if (signal.aborted) return
    if (up) onLink(false, end.kind === 'unreachable' ? end.text : 'the daemon of this board ended; waiting for it')
    up = false
    await wait(AGAIN_MS, undefined, { signal }).catch(() => {})
  }
}
