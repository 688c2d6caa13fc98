// The parts with a person in front of the board: each light in turn, and the button.
import { LEDS, type Led } from '../core/panel-table.js'
import { openInput, openOutput } from '../driver/gpio.js'
import { askYes, type Bench, pause } from './bench.js'
import { controllerOf, lookAt, pinText } from './level.js'
import { found, type PartResult } from './result.js'

/** Where nobody is asked: long enough to be seen. */
const LIT_MS = 700
const REST_MS = 200
const PRESS_MS = 20_000
const RELEASE_MS = 10_000
/** As the daemon has it: a level counts that was read for so long. */
const STABLE_MS = 40

interface Shown {
  readonly led: Led
  readonly problem: string | null
  /** null = nobody said. */
  readonly seen: boolean | null
}

const showLight = async (bench: Bench, led: Led, bcm: number): Promise<Shown> => {
  const opened = openOutput(controllerOf(bench), bcm)
  if (!opened.ok) return { led, problem: opened.reason, seen: null }
  const lit = opened.value.write(true)
  let seen: boolean | null = null
  if (lit.ok) {
    bench.tell(`... the light \`${led}\` is lit now (${pinText(bcm)})`)
    if (bench.ask === null) await pause(bench, LIT_MS)
    else seen = await askYes(bench, `Is \`${led}\` lit, and no other one?`)
  }
  const dark = opened.value.write(false)
  const problem = lit.ok ? (dark.ok ? null : dark.reason) : lit.reason
  return { led, problem, seen }
}

/** Each fitted light by itself, the others dark; all are dark at the end. */
export const testLights = async (bench: Bench): Promise<PartResult> => {
  const { pins } = bench.config
  const fitted = LEDS.flatMap(led => {
    const bcm = pins?.panel[led] ?? null
    return bcm === null ? [] : [{ led, bcm }]
  })
  if (fitted.length === 0) return found('lights', 'skipped', 'none is configured (boards.X.pins.panel)')
  for (const { bcm } of fitted) {
    const opened = openOutput(controllerOf(bench), bcm)
    if (opened.ok) opened.value.write(false)
  }
  const shown: Shown[] = []
  for (const { led, bcm } of fitted) {
    if (bench.signal.aborted) break
    await pause(bench, REST_MS)
    shown.push(await showLight(bench, led, bcm))
  }
  if (bench.signal.aborted) return found('lights', 'skipped', 'broken off; all are dark')
  const names = (which: (one: Shown) => boolean): string =>
    shown
      .filter(which)
      .map(({ led }) => led)
      .join(', ')
  const problems = shown.flatMap(({ led, problem }) => (problem === null ? [] : [`${led}: ${problem}`]))
  if (problems.length > 0) {
    const remedy = 'a line that does not take its level is shorted, or something else uses it'
    return found('lights', 'wrong', problems.join('; '), remedy)
  }
  if (shown.some(({ seen }) => seen === false)) {
    const remedy =
      'turn the LED round (its long leg to the resistor at the pin, the short one to ground), check the resistor; another light that is lit instead: their wires are swapped'
    return found('lights', 'wrong', `not as it should be: ${names(({ seen }) => seen === false)}`, remedy)
  }
  if (shown.some(({ seen }) => seen === null))
    return found('lights', 'unsure', `${names(() => true)} were switched on in turn; nobody said what was seen`)
  return found('lights', 'ok', `${names(() => true)}: lit in turn`)
}

const STUCK =
  'it is pressed or jammed, its line touches ground, or its pull-up to 3V3 is missing (the image sets one: gpio=…=ip,pu)'

/** At rest high; then somebody is to press it within 20 s, and let go within 10 s more. */
export const testButton = async (bench: Bench): Promise<PartResult> => {
  const bcm = bench.config.pins?.panel.button ?? null
  if (bcm === null) return found('button', 'skipped', 'none is configured (boards.X.pins.panel.button)')
  const opened = openInput(controllerOf(bench), bcm, () => {})
  if (!opened.ok) return found('button', 'wrong', `its line cannot be read: ${opened.reason}`, 'run it as root')
  const input = opened.value
  const until = async (high: boolean, forMs: number): Promise<number | null> => {
    const from = bench.now()
    while (bench.now() - from < forMs && !bench.signal.aborted) {
      const seen = await lookAt(bench, input, STABLE_MS)
      if (seen.kind === 'steady' && seen.high === high) return bench.now() - from
    }
    return null
  }
  try {
    const rest = await lookAt(bench, input, LIT_MS)
    if (rest.kind === 'unreadable') return found('button', 'wrong', `its line cannot be read: ${rest.reason}`)
    if (rest.kind === 'flickers')
      return found('button', 'wrong', `${pinText(bcm)} flickers: ${rest.changes} changes in ${LIT_MS} ms`, STUCK)
    if (!rest.high) return found('button', 'wrong', `${pinText(bcm)} reads pressed all the time`, STUCK)
    bench.tell(`... press the button within ${PRESS_MS / 1000} seconds, and let go`)
    if ((await until(false, PRESS_MS)) === null) {
      if (bench.signal.aborted) return found('button', 'skipped', 'broken off')
      const remedy = `if you have pressed it: it must connect ${pinText(bcm)} to ground`
      return found('button', 'wrong', `no press was seen within ${PRESS_MS / 1000} s`, remedy)
    }
    bench.tell('... pressed')
    const up = await until(true, RELEASE_MS)
    if (up === null) return found('button', 'wrong', `it stays pressed for more than ${RELEASE_MS / 1000} s`, STUCK)
    return found('button', 'ok', 'pressed and let go')
  } finally {
    input.close()
  }
}
