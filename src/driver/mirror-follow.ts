// Follows what the kernel tells of one mirror (`drbdsetup events2`), by its name. Used by mirror.ts, which starts it when the module is there.
import { type DrbdState, isConnected, NO_STATE, readEvent } from './drbd-events.js'
import { keepLineProcess, type LineProcess } from './line-process.js'

export interface MirrorFollower {
  /** Begin, unless it was begun. */
  start(): void
  /** As far as it was told. */
  readonly state: DrbdState
  /** The kernel has told all that is there. */
  readonly whole: boolean
  readonly splitBrain: boolean
  /** Why nothing may be done with what is followed, by the last whole account; null = it may. */
  readonly misplaced: string | null
  close(): void
}

export interface FollowContext {
  readonly resource: string
  readonly whyMisplaced: (state: DrbdState) => string | null
  /** One line changed it. */
  readonly changed: (before: DrbdState, state: DrbdState) => void
  /** The kernel's fencing handler was called (null), or ended with this wait status. */
  readonly fencing: (status: number | null) => void
  /** After each line. */
  readonly told: () => void
}

/** Takes the lines. Exported for its test. */
export const createReading = ({ changed, fencing, resource, told, whyMisplaced }: FollowContext) => {
  let state = NO_STATE
  let whole = false
  let splitBrain = false
  let misplaced: string | null = null
  return {
    onStart: (): void => {
      // Its first words are all that there is. Where commands may go is as it was, until that is told.
      whole = false
      state = NO_STATE
    },
    onLine: (line: string): void => {
      const event = readEvent(state, resource, line)
      const before = state
      if (event.kind === 'whole') whole = true
      if (event.kind === 'helper' && event.name === 'split-brain' && event.status === null) splitBrain = true
      if (event.kind === 'helper' && event.name === 'fence-peer') fencing(event.status)
      if (event.kind === 'changed') state = event.state
      if (whole) misplaced = whyMisplaced(state)
      if (event.kind === 'changed') {
        if (isConnected(state) && !isConnected(before)) splitBrain = false
        changed(before, state)
      }
      told()
    },
    get state() {
      return state
    },
    get whole() {
      return whole
    },
    get splitBrain() {
      return splitBrain
    },
    get misplaced() {
      return misplaced
    }
  }
}

export const createFollower = (context: FollowContext): MirrorFollower => {
  const reading = createReading(context)
  let events: LineProcess | null = null
  return {
    start: () => {
      events ??= keepLineProcess('drbdsetup', ['events2', 'all'], {
        onLine: reading.onLine,
        onStart: reading.onStart,
        backoffMs: { least: 100, most: 2000 }
      })
    },
    get state() {
      return reading.state
    },
    get whole() {
      return reading.whole
    },
    get splitBrain() {
      return reading.splitBrain
    },
    get misplaced() {
      return reading.misplaced
    },
    close: () => events?.close()
  }
}
