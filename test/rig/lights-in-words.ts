// What the four lights of a board say, by the panel's table, as one name that can be written down and compared. Pure.
import { LEDS, type Led, LIGHTS, type PatternName, WHOLE, type Whole } from '../../src/core/panel-table.js'

export type Lights = Readonly<Record<Led, PatternName | null>>

const isRunning = (pattern: PatternName | null): boolean => pattern?.startsWith('run') ?? false

/** What takes all four lights; null = each light speaks for itself. */
const wholeOf = (lights: Lights): Whole | null => {
  if (LEDS.every(led => isRunning(lights[led]))) return 'starting'
  const found = (Object.entries(WHOLE) as [Whole, (typeof WHOLE)[Whole]][]).find(([, { leds }]) =>
    LEDS.every(led => leds[led] === lights[led])
  )
  return found?.[0] ?? null
}

/** `unconfigured`, or `active serving, peer well, sync none, fault none`; `?` = a light that shows nothing of the table. */
export const lightsInWords = (lights: Lights): string => {
  if (LEDS.every(led => lights[led] === 'dark')) return 'dark'
  const whole = wholeOf(lights)
  if (whole !== null) return whole
  return LEDS.map(led => {
    const found = Object.entries(LIGHTS[led]).find(([, { pattern }]) => pattern === lights[led])
    return `${led} ${found?.[0] ?? '?'}`
  }).join(', ')
}
