// A code of six digits on four lights, for boards at which nobody has a console: a mark, then a step of 2 s for each digit.
// Both boards show it from the same instant on, so that it is seen at a glance whether they show the same. Pure.
import { LEDS, type Panel, panelOf, STEP_MS, STEPS } from '../core/panel-table.js'
import { CODE_DIGITS } from './secret.js'

export const SLOT_MS = STEP_MS * STEPS
/** Dark at the beginning of a slot, then lit, then dark again: what comes a little late spoils no step, and two equal digits are told apart. */
const DARK_STEPS = 2
const LIT_STEPS = 15
const LIT = '#'
  .repeat(LIT_STEPS)
  .padStart(DARK_STEPS + LIT_STEPS, '.')
  .padEnd(STEPS, '.')
const DARK = '.'.repeat(STEPS)
const MARK: Panel = panelOf({ whole: 'code', active: 'failed', peer: 'gone', sync: 'none', fault: 'none' })

/** 8, 4, 2, 1 from the left; 0 shows as ten, so that no step is dark. */
export const bitsOf = (digit: number): number => (digit === 0 ? 10 : digit)

/** The lights begin their round when their clock says so, the slot when the code was known: so turned both begin together. */
const turned = (round: string, beganAt: number): string => {
  const by = Math.floor(beganAt / STEP_MS) % STEPS
  return round.slice(STEPS - by) + round.slice(0, STEPS - by)
}

/** What the lights show at `now`. `code`: six digits, known at `beganAt`; both instants by the clock of the lights. */
export const codePanel = (code: string, beganAt: number, now: number): Panel => {
  const slot = Math.floor((now - beganAt) / SLOT_MS) % (CODE_DIGITS + 1)
  if (slot === 0) return MARK
  const bits = bitsOf(Number(code[slot - 1]))
  const lightOf = (index: number): string => turned((bits >> (LEDS.length - 1 - index)) & 1 ? LIT : DARK, beganAt)
  return Object.fromEntries(LEDS.map((led, index) => [led, lightOf(index)])) as unknown as Panel
}
