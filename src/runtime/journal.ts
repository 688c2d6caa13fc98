// Reports of core and drivers to the durable event log and to the process log. Used by the daemon; must never block or throw.
import type { Report } from '../core/effect.js'
import type { EventLog } from '../driver/event-log.js'
import type { LogEntry } from '../port/log.js'

export interface Journal {
  readonly report: (report: Report) => void
  readonly last: () => LogEntry | null
  readonly recent: (count: number) => readonly LogEntry[]
  readonly alarms: (count: number) => readonly LogEntry[]
  readonly follow: (listener: (entry: LogEntry) => void) => () => void
  flush(): Promise<void>
}

export const createJournal = (events: EventLog, log: (report: Report) => void): Journal => ({
  report: report => {
    events.append(report)
    log(report)
  },
  last: () => events.recent(1)[0] ?? null,
  recent: count => events.recent(count),
  alarms: count => events.alarms(count),
  follow: listener => events.subscribe(listener),
  flush: () => events.flush()
})
