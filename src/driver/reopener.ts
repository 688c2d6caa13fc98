// When a link's device is tried again, and what status says about it. Used by the serial and the UDP link; opens nothing itself.
import type { LinkPortStatus } from '../port/ports.js'

/** First retry after a loss, then one each second, for ever and quietly. */
export const FIRST_RETRY_MS = 100
export const RETRY_MS = 1000

export interface Reopener {
  /** The device is open now; `detail` is for people. */
  opened(detail: string): void
  /** It is not, or no longer; the next attempt is planned. Call it once per failed attempt or loss. */
  lost(reason: string): void
  describe(): Pick<LinkPortStatus, 'state' | 'detail'>
  /** No further attempt. */
  stop(): void
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`

/** Calls `open` at once and again after every `lost`; `open` answers by `opened` or `lost`. `now`: monotonic milliseconds. */
export const createReopener = (now: () => number, open: () => void): Reopener => {
  let isOpen = false
  let detail = 'not tried yet'
  let since = now()
  let attempts = 0
  let stopped = false
  let timer: NodeJS.Timeout | undefined = setTimeout(open, 0)
  return {
    opened(words) {
      isOpen = true
      detail = words
      since = now()
    },
    lost(reason) {
      // A device that opens and dies at once is no better than one that does not open.
      if (isOpen && now() - since >= RETRY_MS) attempts = 0
      if (isOpen || attempts === 0) since = now()
      isOpen = false
      attempts += 1
      detail = reason
      clearTimeout(timer)
      if (!stopped) timer = setTimeout(open, attempts === 1 ? FIRST_RETRY_MS : RETRY_MS)
    },
    describe() {
      const age = seconds(now() - since)
      if (isOpen) return { state: 'open', detail: `${detail}, open for ${age}` }
      const tries = stopped ? 'closed by us' : `tried again every ${seconds(RETRY_MS)}`
      return { state: 'closed', detail: `${detail} (for ${age}; ${tries})` }
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    }
  }
}
