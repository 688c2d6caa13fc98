// The panel's lights: repeats the patterns that the core ordered, for as long as the core goes on ordering. Used by panel.ts.
// Must not light anything by itself: a loop that stands still must leave lights that stand still.
import type { PinConfig } from '../config/types.js'
import { LEDS, type Led, type Panel, STEP_MS, STEPS } from '../core/panel-table.js'
import type { Clock } from '../port/ports.js'
import { type GpioOutput, openOutput } from './gpio.js'

/** The core says it again every second; after this time without a word it is taken for dead. */
const STALE_MS = 2000

export interface PanelLights {
  show(panel: Panel): void
  /** How many lights were opened. */
  readonly fitted: number
  /** Lights that could not be opened or written, in words; empty = all well. */
  problems(): readonly string[]
  /** A planned end: all dark. */
  close(): void
}

interface Lamp {
  readonly led: Led
  readonly output: GpioOutput
  level: boolean
  problem: string | null
}

const put = (lamp: Lamp, level: boolean): void => {
  if (lamp.level === level && lamp.problem === null) return
  const done = lamp.output.write(level)
  lamp.level = level
  lamp.problem = done.ok ? null : `light ${lamp.led}: ${done.reason}`
}

/** Open what is fitted; a light that cannot be had is told and left out. */
export const openPanelLights = (pins: PinConfig, clock: Clock): PanelLights => {
  const missing: string[] = []
  const lamps: Lamp[] = []
  for (const led of LEDS) {
    const bcm = pins.panel[led]
    if (bcm === null) continue
    const output = openOutput(pins.controller, bcm)
    if (output.ok) lamps.push({ led, output: output.value, level: output.value.initial, problem: null })
    else missing.push(`light ${led}: ${output.reason}`)
  }
  let panel: Panel | null = null
  let saidAt = 0
  let timer: NodeJS.Timeout | undefined

  /** Steps from this one to the next at which a light changes; 0 = never. */
  const stepsToChange = (shown: Panel, step: number): number => {
    for (let ahead = 1; ahead <= STEPS; ahead++) {
      const at = (step + ahead) % STEPS
      if (lamps.some(({ led, level }) => (shown[led][at] === '#') !== level)) return ahead
    }
    return 0
  }
  const turn = (): void => {
    clearTimeout(timer)
    timer = undefined
    const now = clock.now()
    if (panel === null || now - saidAt > STALE_MS) return
    const count = Math.floor(now / STEP_MS)
    for (const lamp of lamps) put(lamp, panel[lamp.led][count % STEPS] === '#')
    const ahead = stepsToChange(panel, count % STEPS)
    if (ahead > 0) timer = setTimeout(turn, Math.ceil((count + ahead) * STEP_MS - now))
  }

  return {
    fitted: lamps.length,
    show: next => {
      saidAt = clock.now()
      if (lamps.length === 0) return
      const same = panel !== null && LEDS.every(led => panel?.[led] === next[led])
      panel = next
      if (!same || timer === undefined) turn()
    },
    problems: () => [...missing, ...lamps.flatMap(({ problem }) => (problem === null ? [] : [problem]))],
    close: () => {
      clearTimeout(timer)
      panel = null
      for (const lamp of lamps) put(lamp, false)
    }
  }
}
