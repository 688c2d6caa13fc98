// `baton events --pair`: both boards' newest events in one order, each with its board's letter.
import type { LogEntry } from '../runtime/status.js'
import { eventText } from './event-text.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { askBoth, sayOffset } from './pair-ask.js'
import { mergeSides, type Placed, type Stamp } from './pair-merge.js'
import type { Terminal } from './terminal.js'

const stampOf = ({ atMs, life, sequence, wallSeconds }: LogEntry): Stamp => ({ sequence, wallSeconds, atMs, life })

/** `2026-11-20 19:14:03.250 b ALARM   …`; thousandths only where they are known. */
const lineOf = ({ board, exact, item, wallMs }: Placed<LogEntry>): string => {
  const seconds = wallMs === null ? 0 : Math.floor(wallMs / 1000)
  const thousandths = exact && wallMs !== null ? `.${String(Math.floor(wallMs) % 1000).padStart(3, '0')}` : ''
  const words = eventText({ ...item, wallSeconds: seconds })
  const at = words.indexOf(' ', words.indexOf(' ') + 1)
  return seconds === 0
    ? `${board} ${words}`
    : `${words.slice(0, at)}${thousandths.padEnd(4)} ${board}${words.slice(at)}`
}

export const runPairEvents = async (socket: string, recent: number, terminal: Terminal): Promise<ExitCode> => {
  const both = await askBoth<LogEntry>(socket, 'events', Math.max(1, recent), message =>
    message.kind === 'event' ? [message.entry] : []
  )
  if (!both.ok) {
    terminal.complain(`baton: ${both.text}`)
    return both.code
  }
  if (both.peer === null) {
    for (const entry of both.items) terminal.say(eventText(entry))
    terminal.complain(`baton: only this board's events: ${both.why}`)
    return EXIT.refused
  }
  for (const placed of mergeSides(both.own, both.peer, stampOf).slice(-Math.max(1, recent)))
    terminal.say(lineOf(placed))
  sayOffset(both.own.clock, both.peer.clock, terminal)
  return EXIT.ok
}
