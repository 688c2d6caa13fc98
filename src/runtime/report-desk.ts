// Puts builder and store of the reports together for one life of the daemon. Made by daemon.ts.
import type { Settings } from '../core/settings.js'
import type { Clock } from '../port/ports.js'
import type { ReportStore, TakeoverReport } from '../port/takeover-report.js'
import { createReportBuilder, type ReportBuilder } from './report-builder.js'

export interface ReportDesk extends Pick<ReportBuilder, 'after'> {
  /** Something is being taken, given or fenced right now. */
  readonly busy: boolean
  list(): readonly TakeoverReport[]
  /** What is open is told as cut short; resolves when everything is on the card, or could not be written. */
  close(): Promise<void>
}

export const createReportDesk = (settings: Settings, life: string, clock: Clock, store: ReportStore): ReportDesk => {
  /** Number in the store of a report that was told while it was under way. */
  const interim = new Map<number, number>()
  const builder = createReportBuilder(settings, life, clock.wallSeconds, (report, number) => {
    const id = store.put(report, interim.get(number) ?? null)
    if (report.outcome === 'under-way') interim.set(number, id)
    else interim.delete(number)
  })
  return {
    after: builder.after,
    get busy() {
      return builder.busy
    },
    list: () => store.list(),
    close: async () => {
      builder.end(clock.now())
      await store.flush()
    }
  }
}
