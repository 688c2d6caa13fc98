// An eye on the lights of one board: looks often, and says which patterns of the panel's table it saw. Used by scenarios.
import { setTimeout as delay } from 'node:timers/promises'
import { LEDS, type Panel, STEP_MS, STEPS } from '../../src/core/panel-table.js'
import type { BoardId } from '../../src/core/types.js'
import { nowMs } from './time.js'
import type { World } from './world.js'

export interface Sight {
  readonly at: number
  /** One letter a light, `#` = lit. */
  readonly lights: string
}

const LOOK_MS = 10
const ROUND_MS = STEP_MS * STEPS
/** A little more than a round. */
const WINDOW_MS = ROUND_MS + 200
/** A light may change so long before or after its instant: timers, files, a busy machine. */
const SLACK_MS = 35
/** Of what was seen, this part may be wrong. Two patterns differ in a tenth at least. */
const WRONG_PART_MAX = 0.04

/** Stands in front of a board until `over` says so. */
export const watchLights = async (
  world: World,
  board: BoardId,
  over: (seen: readonly Sight[]) => boolean
): Promise<readonly Sight[]> => {
  const seen: Sight[] = []
  do {
    const lights = world.wires.lights(board)
    seen.push({ at: nowMs(), lights: LEDS.map(led => (lights[led] ? '#' : '.')).join('') })
    await delay(LOOK_MS)
  } while (!over(seen))
  return seen
}

const isNearStep = (at: number): boolean => {
  const into = at % STEP_MS
  return into < SLACK_MS || into > STEP_MS - SLACK_MS
}

/** The board's clock begins anywhere: the patterns fit if they fit from one beginning, for all lights at once. */
const fits = (seen: readonly Sight[], panel: Panel): boolean => {
  for (let shift = 0; shift < ROUND_MS; shift += LOOK_MS) {
    let wrong = 0
    let looked = 0
    for (const { at, lights } of seen) {
      const into = at + shift
      if (isNearStep(into)) continue
      looked += 1
      const step = Math.floor(into / STEP_MS) % STEPS
      if (LEDS.some((led, i) => panel[led].charAt(step) !== lights.charAt(i))) wrong += 1
    }
    if (looked > 0 && wrong <= looked * WRONG_PART_MAX) return true
  }
  return false
}

/** True where the last round that was seen is this panel. */
export const sees = (seen: readonly Sight[], panel: Panel): boolean => {
  const last = seen.at(-1)
  const first = seen[0]
  if (last === undefined || first === undefined || last.at - first.at < WINDOW_MS) return false
  return fits(
    seen.filter(({ at }) => at > last.at - WINDOW_MS),
    panel
  )
}

/** For how long the lights have not changed, in milliseconds. */
export const stillMs = (seen: readonly Sight[]): number => {
  const last = seen.at(-1)
  if (last === undefined) return 0
  const change = seen.findLast(({ lights }) => lights !== last.lights)
  return last.at - (change ?? seen[0] ?? last).at
}

/** The lights of the last round, for words: one line a light. */
export const picture = (seen: readonly Sight[]): string => {
  const end = seen.at(-1)?.at ?? 0
  return LEDS.map((led, i) => {
    const marks = Array.from({ length: STEPS }, (_, step) => {
      const at = end - ROUND_MS + step * STEP_MS
      return seen.findLast(sight => sight.at <= at)?.lights.charAt(i) ?? ' '
    })
    return `${led} ${marks.join('')}`
  }).join('  ')
}
