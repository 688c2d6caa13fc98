// Follows the daemon's event log over its control socket: each entry once, also after a restart of either side.
// The daemon knows nothing of it: to it this is one more reader, cut like any other where it does not read.
import { setTimeout as delay } from 'node:timers/promises'
import { ask } from '../console/client.js'
import type { ControlMessage, DaemonStatus, LogEntry } from '../runtime/status.js'
import { type Notice, noticeOf } from './notice.js'

/** Which entries were looked at: life of the daemon to highest sequence, oldest life first. */
export interface Handled {
  /** True the first time that this entry is seen. */
  take(notice: Notice): boolean
  snapshot(): Readonly<Record<string, number>>
}

/** More lives than the daemon's memory has entries: an old entry is never taken for a new one. */
const LIVES_MAX = 600
/** The daemon remembers as many. */
const RECENT = 500
const RECENT_LEAST = 30
const AGAIN_MS = 500
const AGAIN_MS_MAX = 5000
const STATUS_MS = 5000

export const createHandled = (known: Readonly<Record<string, number>>): Handled => {
  const lives = new Map(Object.entries(known))
  return {
    take({ life, sequence }) {
      if (sequence <= (lives.get(life) ?? 0)) return false
      lives.delete(life)
      lives.set(life, sequence)
      for (const oldest of lives.keys()) {
        if (lives.size <= LIVES_MAX) break
        lives.delete(oldest)
      }
      return true
    },
    snapshot: () => Object.fromEntries(lives)
  }
}

const entriesOf = async (
  socket: string,
  recent: number,
  follow: boolean,
  onEntry: (entry: LogEntry) => void,
  signal: AbortSignal
): Promise<void> => {
  const onMessage = (message: ControlMessage): void => {
    if (message.kind === 'event') onEntry(message.entry)
  }
  await ask(socket, { command: 'events', recent, follow }, onMessage, signal)
}

/** On a board that sends notices for the first time nothing is sent of earlier lives of the daemon. */
const skipEarlierLives = async (socket: string, signal: AbortSignal): Promise<Handled> => {
  for (;;) {
    const notices: Notice[] = []
    await entriesOf(socket, RECENT, false, entry => notices.push(noticeOf(entry)), signal)
    const newest = notices.at(-1)
    if (newest !== undefined || signal.aborted) {
      const handled = createHandled({})
      for (const notice of notices) if (notice.life !== newest?.life) handled.take(notice)
      return handled
    }
    await delay(AGAIN_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** Runs until `signal`. `onStart`: the place in the log is known from now on. */
export const followDaemon = async (
  socket: string,
  known: Readonly<Record<string, number>> | null,
  onStart: (handled: Handled) => void,
  onNotice: (notice: Notice) => void,
  signal: AbortSignal
): Promise<void> => {
  const handled = known === null ? await skipEarlierLives(socket, signal) : createHandled(known)
  onStart(handled)
  let recent = RECENT
  let pauseMs = AGAIN_MS
  while (!signal.aborted) {
    let heard = 0
    const onEntry = (entry: LogEntry): void => {
      heard += 1
      const notice = noticeOf(entry)
      if (handled.take(notice)) onNotice(notice)
    }
    await entriesOf(socket, recent, true, onEntry, signal)
    // A backlog of long texts may be more than the daemon keeps for a reader: it cuts us, and we ask for less.
    recent = heard > 0 && heard < recent ? Math.max(RECENT_LEAST, Math.floor(heard / 2)) : RECENT
    pauseMs = heard > 0 ? AGAIN_MS : Math.min(2 * pauseMs, AGAIN_MS_MAX)
    await delay(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}

/** How the board is now; null = the daemon does not answer in time. */
export const askStatus = async (socket: string): Promise<DaemonStatus | null> => {
  let status: DaemonStatus | null = null
  const onMessage = (message: ControlMessage): void => {
    if (message.kind === 'status') status = message.status
  }
  await ask(socket, { command: 'status' }, onMessage, AbortSignal.timeout(STATUS_MS))
  return status
}
