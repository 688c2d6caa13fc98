// Levels of input lines, looked at for a while: a wire that flickers is no level. Used by the parts that read wires.
import { headerPinOf } from '../config/board-kind.js'
import { type GpioInput, openInput } from '../driver/gpio.js'
import { type Bench, pause } from './bench.js'

const LOOK_EVERY_MS = 5

/** Whoever looks: a clock, and a way to break off. */
type Eyes = Pick<Bench, 'now' | 'signal'>

/** What a line did while it was looked at. */
export type Seen =
  | { readonly kind: 'steady'; readonly high: boolean }
  | { readonly kind: 'flickers'; readonly changes: number; readonly forMs: number }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** Look at an open line for so long. */
export const lookAt = async (bench: Eyes, input: GpioInput, forMs: number): Promise<Seen> => {
  const endAt = bench.now() + forMs
  let last: boolean | null = null
  let changes = 0
  do {
    const level = input.read()
    if (!level.ok) return { kind: 'unreadable', reason: level.reason }
    if (last !== null && last !== level.value) changes += 1
    last = level.value
    await pause(bench, LOOK_EVERY_MS)
  } while (bench.now() < endAt && !bench.signal.aborted)
  return changes > 0 ? { kind: 'flickers', changes, forMs } : { kind: 'steady', high: last }
}

/** Open a line as an input, look at it for so long, and let go of it. */
export const lookAtLine = async (bench: Eyes, controller: string, bcm: number, forMs: number): Promise<Seen> => {
  const opened = openInput(controller, bcm, () => {})
  if (!opened.ok) return { kind: 'unreadable', reason: opened.reason }
  const seen = await lookAt(bench, opened.value, forMs)
  opened.value.close()
  return seen
}

/** Label of the GPIO controller that the pins are lines of. */
export const controllerOf = ({ config, facts }: Bench): string => config.pins?.controller ?? facts.gpio.controller

/** `BCM 27 (header pin 13)`. */
export const pinText = (bcm: number): string => {
  const pin = headerPinOf(bcm)
  return pin === null ? `BCM ${bcm}` : `BCM ${bcm} (header pin ${pin})`
}
