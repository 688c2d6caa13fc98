// The small pair that is explored: one group, one timing in which everything falls on a grid of half a token interval. Data only.
import { initialDurable } from '../../../src/core/boot.js'
import type { Settings, Timing } from '../../../src/core/settings.js'
import type { BoardId, Durable } from '../../../src/core/types.js'

/** World time moves in steps of this many milliseconds: half a token interval, so that the two links take turns. */
export const STEP_MS = 50
export const GROUP = 'g'
export const RESTART_WINDOW_MS = 1000
/** Power to first token, and crash to next life: shorter than the dead time, and longer. */
export const BOOT_STEPS = 6
export const RESTART_STEPS = { quick: 2, slow: 9 } as const

/** How the power of the peer is known (R3). */
export type WiringKind = 'loop' | 'sense' | 'time'

const timing: Timing = {
  tokenIntervalMs: 2 * STEP_MS,
  deadMs: 350,
  stallMs: 250,
  headStartMs: 300,
  latenessMs: STEP_MS,
  relayActMs: STEP_MS,
  holdUpMs: STEP_MS,
  settleMs: 2 * STEP_MS,
  holdMs: 150,
  fenceDeadlineMs: 400,
  restoreAfterMs: 200,
  bootMs: 500,
  listenMs: 900,
  confirmMs: 600,
  answerMs: 400,
  releaseMs: 1500,
  lanGraceMs: 1000,
  watchdogMs: 1_000_000
}

/** One disk that moves, or one on each board, kept equal (R7). */
export type DiskKind = 'shared' | 'mirrored'

export const settingsOf = (board: BoardId, kind: WiringKind, disk: DiskKind): Settings => ({
  board,
  digest: 'd1d1d1d1d1d1',
  timing,
  wiring: { fence: 'relay', sense: kind !== 'time', loop: kind === 'loop', fingerprint: 'w1' },
  groups: [
    {
      name: GROUP,
      home: 'a',
      failback: 'manual',
      failbackAfterMs: 1000,
      restartsMax: 1,
      restartWindowMs: RESTART_WINDOW_MS,
      disk,
      loginGate: false
    }
  ]
})

/** A pair whose fence was proved in both directions (R4). */
export const provedRecord = (settings: Settings): Durable => ({
  ...initialDurable(settings),
  proof: { wiring: settings.wiring.fingerprint, wallSeconds: 0, bySense: settings.wiring.sense }
})
