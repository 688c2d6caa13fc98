// Draws one run from its seed: the pair (timings, wiring, groups) and a schedule of faults. Pure; knows no world.
import type { GroupSettings, Settings, Timing, Wiring } from '../../src/core/settings.js'
import type { BoardId } from '../../src/core/types.js'
import { otherBoard } from '../../src/core/types.js'
import { MIRROR } from './draw-mirror.js'
import { PANEL } from './draw-panel.js'
import { RARE } from './draw-rare.js'
import { RECOVERY } from './draw-recovery.js'
import { drawScenes } from './draw-scenes.js'
import { drawTrouble } from './draw-trouble.js'
import type { Fault, Plan } from './plan.js'
import type { Prng } from './prng.js'
import { createPrng } from './prng.js'

/** `light`: power, links, hangs; `all`: any fault at any time; `scenes`: faults that belong together; `agent`: the same with a fence agent for a relay; `rare`: stories that test one rule each; `panel`: scenes with a hand on the button; `recovery`: orders to recover, disturbed; `mirror`: pairs with mirrored disks. */
export type FaultLevel = 'none' | 'light' | 'all' | 'scenes' | 'agent' | 'rare' | 'panel' | 'recovery' | 'mirror'

export const BOARDS: readonly BoardId[] = ['a', 'b']
/** A fence agent that has not answered by then has failed. */
export const AGENT_TIMEOUT_MS = 1500
const CALM_MS = 4000
const SETTLE_MS = 150_000

const drawTiming = (rng: Prng, wiring: Wiring): Timing => {
  const tokenIntervalMs = rng.pick([50, 100, 100, 100, 200])
  const settleMs = rng.pick([20, 50, 100])
  const holdMs = 1000
  const relayActMs = 20
  const holdUpMs = 200
  const latenessMs = 60
  // The configuration check adds the deadline of fence agents to what the wires need.
  const agentMs = wiring.fence === 'agent' ? AGENT_TIMEOUT_MS : 0
  const gapMs = relayActMs + holdUpMs + (wiring.sense ? settleMs : holdMs) + latenessMs + agentMs
  return {
    tokenIntervalMs,
    // The least that the configuration allows, and more (src/core/timing.ts).
    deadMs: Math.max(tokenIntervalMs * rng.pick([3, 5, 8]), 3 * tokenIntervalMs + latenessMs),
    stallMs: tokenIntervalMs * 2,
    headStartMs: gapMs + rng.pick([40, 200]),
    latenessMs,
    relayActMs,
    holdUpMs,
    settleMs,
    holdMs,
    fenceDeadlineMs: 3000 + agentMs,
    restoreAfterMs: rng.pick([0, 3000, 8000]),
    bootMs: 6000,
    listenMs: 8000,
    confirmMs: 60_000,
    answerMs: 3000,
    releaseMs: 8000,
    lanGraceMs: 2000,
    watchdogMs: 3000
  }
}

const drawWiring = (rng: Prng, level: FaultLevel): Wiring => {
  const kind = rng.float()
  const sense = kind < 0.85
  if (level === 'agent') return { fence: 'agent', sense: kind < 0.4, loop: kind < 0.2, fingerprint: 'w1' }
  return { fence: 'relay', sense, loop: sense && kind < 0.65, fingerprint: 'w1' }
}

const drawGroups = (rng: Prng): GroupSettings[] =>
  Array.from(
    { length: rng.pick([1, 1, 1, 2, 2, 3]) },
    (_, index): GroupSettings => ({
      name: `group${index + 1}`,
      home: index === 1 ? 'b' : rng.pick(BOARDS),
      failback: rng.pick(['manual', 'auto'] as const),
      failbackAfterMs: 3000,
      restartsMax: 2,
      restartWindowMs: 20_000,
      disk: rng.chance(0.85) ? 'shared' : null,
      loginGate: false
    })
  )

/** The first group always has one. */
const withMirror = (rng: Prng, group: GroupSettings, index: number): GroupSettings =>
  index === 0 || rng.chance(0.6) ? { ...group, disk: 'mirrored' } : group

/** Moments that hurt: an order of either board, by the name of its effect or of its group action. */
const MOMENTS = [
  'storeState',
  'driveRelay',
  'drainLinks',
  'attach',
  'check',
  'mount',
  'setAddresses',
  'checkAndSetAddresses',
  'startServices',
  'stopServices',
  'clearAddresses',
  'unmount',
  'inspect',
  'resetBoard',
  'exit'
]

const drawFaults = (rng: Prng, groups: readonly string[], level: FaultLevel, endAt: number): Fault[] => {
  if (level === 'none') return []
  if (level === 'panel') return drawScenes(rng, groups, endAt, PANEL)
  if (level === 'recovery') return drawScenes(rng, groups, endAt, RECOVERY)
  if (level === 'mirror') return drawScenes(rng, groups, endAt, MIRROR)
  if (level === 'rare') return drawScenes(rng, groups, endAt, RARE)
  if (level === 'scenes' || level === 'agent') return drawScenes(rng, groups, endAt)
  const count = level === 'light' ? 1 + rng.int(3) : rng.pick([2, 3, 4, 6, 9, 14])
  const faults: Fault[] = []
  let lastAt = CALM_MS
  for (let i = 0; i < count; i++) {
    const near = faults.length > 0 && rng.chance(0.5)
    const at = near ? lastAt + rng.between(0, rng.pick([30, 400, 2500])) : rng.between(0, endAt * 0.85)
    const longest = Math.max(0, endAt - at)
    const forMs = Math.min(longest, rng.between(0, rng.pick([200, 2000, 10_000, 40_000])))
    const moment = rng.chance(0.25)
      ? { board: rng.pick(BOARDS), order: rng.pick(MOMENTS), delayMs: rng.pick([0, 0, rng.between(0, 60)]) }
      : null
    lastAt = Math.min(at, endAt)
    faults.push({ at: lastAt, forMs, moment, trouble: drawTrouble(rng, groups, level) })
  }
  return faults.sort((x, y) => x.at - y.at)
}

/** The whole of one run. The same seed and level give the same plan, for ever (or seeds.txt loses its worth). */
export const drawPlan = (seed: string, level: FaultLevel): Plan => {
  const rng = createPrng(seed, 'plan')
  const wiring = drawWiring(rng, level)
  const timing = drawTiming(rng, wiring)
  // A stream of its own: the seeds that once failed stay the stories that they were.
  const gates = createPrng(seed, 'gates')
  const mirrors = createPrng(seed, 'mirrors')
  const groups = drawGroups(rng)
    .map(group => ({ ...group, loginGate: gates.chance(0.3) }))
    .map((group, index) => (level === 'mirror' ? withMirror(mirrors, group, index) : group))
  const drawnEndAt = rng.pick([20_000, 40_000, 80_000])
  // A recovery is ordered when all has been quiet for a while.
  const faultsEndAt = level === 'recovery' ? 90_000 : drawnEndAt
  const settings = (board: BoardId): Settings => ({ board, digest: 'd1d1d1d1d1d1', timing, wiring, groups })
  const names = groups.map(group => group.name)
  return {
    seed,
    settings: { a: settings('a'), b: settings(otherBoard('a')) },
    proved: rng.chance(level === 'panel' ? 0.7 : 0.95),
    faults: drawFaults(rng, names, level, faultsEndAt),
    ...(level === 'mirror' ? { ownCable: mirrors.chance(0.6) } : {}),
    faultsEndAt,
    endAt: faultsEndAt + SETTLE_MS
  }
}
