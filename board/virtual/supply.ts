// The 5 V supply of one board: what the relay and the mains give, and the board's hold-up. Made by wires.ts.
// Takes orders at any time and carries them out one after the other; the last one wins.
import type { BoardPower, CutReport } from './power.js'

export interface Supply {
  /** The board's 3V3 rail is up: from the moment power returns until a cut has come to its end. */
  readonly rail: boolean
  /** Power arrives at the board or does not; after `holdUpMs` without it the board dies. */
  give(on: boolean): void
  /** All processes die and the board boots again; the rail stays up. */
  reset(reason: string): void
  /** The world ends: take no more orders. */
  close(): void
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
  /** The last cut of this board. */
  readonly lastCut: CutReport | null
}

export interface SupplyOptions {
  readonly power: Pick<BoardPower, 'boot' | 'cut'>
  readonly holdUpMs: () => number
  /** Rail or outputs changed. */
  readonly changed: () => void
  /** The board is dead: outputs fall, watchdog off. Called before the rail changes. */
  readonly died: () => void
  readonly tell: (text: string) => void
}

export const makeSupply = (options: SupplyOptions): Supply => {
  const { power, changed, died, tell } = options
  let given = false
  let wanted = false
  let rail = false
  let closed = false
  let timer: NodeJS.Timeout | null = null
  let lastCut: CutReport | null = null
  let chain: Promise<void> = Promise.resolve()

  const kill = async (why: string): Promise<void> => {
    lastCut = await power.cut()
    tell(`${why}: dead after ${lastCut.tookMs.toFixed(1)} ms, disk ${lastCut.disk}`)
    died()
  }
  const follow = async (): Promise<void> => {
    if (wanted === rail) return
    if (wanted) {
      rail = true
      changed()
      await power.boot()
      tell(`power is ${lastCut === null ? 'on' : 'back'}, booting`)
    } else {
      await kill('power is gone')
      rail = false
      changed()
    }
  }
  const enqueue = (job: () => Promise<void>): void => {
    if (closed) return
    chain = chain
      .then(job)
      .catch((error: unknown) => tell(`power failed: ${error instanceof Error ? error.message : error}`))
  }

  return {
    get rail() {
      return rail
    },
    get lastCut() {
      return lastCut
    },
    give: on => {
      if (on === given) return
      given = on
      if (timer !== null) clearTimeout(timer)
      timer = null
      if (on) {
        wanted = true
        enqueue(follow)
        return
      }
      const drop = (): void => {
        timer = null
        wanted = false
        enqueue(follow)
      }
      const holdUpMs = options.holdUpMs()
      if (holdUpMs > 0) timer = setTimeout(drop, holdUpMs)
      else drop()
    },
    reset: reason =>
      enqueue(async () => {
        if (!rail) return
        await kill(`reset (${reason})`)
        changed()
        await power.boot()
      }),
    close: () => {
      closed = true
      if (timer !== null) clearTimeout(timer)
    },
    idle: async () => {
      for (let seen: Promise<void> | null = null; seen !== chain; ) {
        seen = chain
        await seen
      }
    }
  }
}
