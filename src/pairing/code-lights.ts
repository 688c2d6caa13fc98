// A code of six digits on four lights, for boards at which nobody has a console: a mark, then a step of 2 s for each digit.
// Both boards show it from the same instant on, so that it is seen at a glance whether they show the same. Pure.
import { LEDS, type Panel, panelOf, STEP_MS, STEPS } from '../core/panel-table.js'
import { CODE_DIGITS } from './secret.js'

export const SLOT_MS = STEP_MS * STEPS
/** Lit for so many of the steps of a slot: the gap tells two equal digits apart. */
const LIT_STEPS = 15
const MARK: Panel = panelOf({ whole: 'code', active: 'failed', peer: 'gone', sync: 'none', fault: 'none' })

/** 8, 4, 2, 1 from the left; 0 shows as ten, so that no step is dark. */
const bitsOf = (digit: number): number => (digit === 0 ? 10 : digit)

/** What the lights show `sinceMs` after the code was known. `code`: six digits. */
export const codePanel = (code: string, sinceMs: number): Panel => {
  const slot = Math.floor(sinceMs / SLOT_MS) % (CODE_DIGITS + 1)
  if (slot === 0) return MARK
  const bits = bitsOf(Number(code[slot - 1]))
  const lightOf = (index: number): string =>
    ((bits >> (LEDS.length - 1 - index)) & 1 ? '#'.repeat(LIT_STEPS) : '').padEnd(STEPS, '.')
  return Object.fromEntries(LEDS.map((led, index) => [led, lightOf(index)])) as unknown as Panel
}
