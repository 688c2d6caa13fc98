// The part that cuts the peer's power, after consent only: drives the relay, watches sense, loop and tokens, releases it.
// Must release it however the test ends, and must leave a relay alone that it finds driven (R8).
import { type GpioInput, type GpioOutput, openInput, openOutput } from '../driver/gpio.js'
import type { Result } from '../port/ports.js'
import { askYes, type Bench, pause } from './bench.js'
import type { Ears } from './ears.js'
import { controllerOf, pinText } from './level.js'
import { guardRelay } from './relay-guard.js'
import { judgeRelay, type RelaySeen } from './relay-judge.js'
import { found, type PartResult } from './result.js'

const LOOK_EVERY_MS = 5
/** After power and tokens should be gone: bytes on their way in an adapter come sooner. */
const LATE_TOKEN_MS = 300
const OFF_FOR_MS = 800
const BLIND_MS = 2000
const MARGIN_MS = 3000

/** The relay's line without a change of its level; null = not configured. */
export const openRelay = (bench: Bench): Result<GpioOutput> | null => {
  const bcm = bench.config.pins?.relay ?? null
  return bcm === null ? null : openOutput(controllerOf(bench), bcm)
}

interface Wires {
  readonly sense: GpioInput | null
  readonly loop: GpioInput | null
}

const openWires = (bench: Bench): Wires | string => {
  const open = (bcm: number | null): Result<GpioInput | null> =>
    bcm === null ? { ok: true, value: null } : openInput(controllerOf(bench), bcm, () => {})
  const sense = open(bench.config.pins?.sense ?? null)
  const loop = open(bench.config.pins?.loop ?? null)
  if (!sense.ok) return `sense: ${sense.reason}`
  if (!loop.ok) return `loop: ${loop.reason}`
  return { sense: sense.value, loop: loop.value }
}

/** A line that cannot be read counts as on, and an unreadable loop as open: as in the daemon. */
const high = (input: GpioInput, otherwise: boolean): boolean => {
  const level = input.read()
  return level.ok ? level.value : otherwise
}

/** Look until sense reads `wanted` for the settle time; the instant when that began, counted from now, or null. */
const untilSense = async (
  bench: Bench,
  input: GpioInput,
  wanted: boolean,
  forMs: number,
  each: (level: boolean) => void
): Promise<number | null> => {
  const { settleMs } = bench.config.settings.timing
  const from = bench.now()
  let since: number | null = null
  while (bench.now() - from < forMs && !bench.signal.aborted) {
    const level = high(input, true)
    each(level)
    since = level === wanted ? (since ?? bench.now()) : null
    if (since !== null && bench.now() - since >= settleMs) return since - from
    await pause(bench, LOOK_EVERY_MS)
  }
  return null
}

/** Drives it, looks, and comes back with the relay still driven. */
const lookWhileDriven = async (bench: Bench, ears: Ears, { sense, loop }: Wires, waitMs: number) => {
  const spoke = ears.last !== null
  const from = bench.now()
  const before = sense === null ? null : high(sense, true)
  let [changes, loopFell, last] = [0, false, before]
  const each = (level: boolean): void => {
    if (level !== last) changes += 1
    last = level
    if (loop !== null && !high(loop, false)) loopFell = true
  }
  let turned: number | null = null
  if (sense === null || before === null) await pause(bench, BLIND_MS)
  else {
    turned = await untilSense(bench, sense, !before, waitMs, each)
    const offAt = bench.now()
    while (bench.now() - offAt < OFF_FOR_MS && !bench.signal.aborted) {
      each(high(sense, true))
      await pause(bench, LOOK_EVERY_MS)
    }
  }
  const goneAt = from + (turned ?? 0) + LATE_TOKEN_MS
  const late = (ears.last?.at ?? 0) > goneAt
  const silent =
    bench.now() - (ears.last?.at ?? 0) > Math.max(OFF_FOR_MS, 3 * bench.config.settings.timing.tokenIntervalMs)
  const tokens: RelaySeen['tokens'] = !spoke ? 'none' : late && !silent ? 'went-on' : silent ? 'stopped' : 'none'
  return { changes, loopFell, turned, tokens }
}

/** `relay`: as `openRelay` gave it, low. Consent was given. Cuts the peer's power for some seconds. */
export const testRelay = async (bench: Bench, ears: Ears, relay: GpioOutput): Promise<PartResult> => {
  const { timing } = bench.config.settings
  const pins = bench.config.pins
  const wires = openWires(bench)
  if (typeof wires === 'string' || pins === null || pins.relay === null)
    return found('relay', 'refused', `not driven, as nothing could be seen: ${wires}`)
  const line = pins.relay
  const waitMs = timing.relayActMs + timing.holdUpMs + timing.settleMs + MARGIN_MS
  const write = (level: boolean): string | null => {
    const done = relay.write(level)
    return done.ok ? null : done.reason
  }
  const senseBefore = wires.sense === null ? null : high(wires.sense, true)
  bench.tell(`... the relay is driven (${pinText(line)}): it clicks, and board ${bench.peer} goes dark`)
  const guard = guardRelay(() => write(false), bench.tell)
  let problem: string | null = null
  let seen: Awaited<ReturnType<typeof lookWhileDriven>> | null = null
  try {
    problem = write(true)
    if (problem === null) seen = await lookWhileDriven(bench, ears, wires, waitMs)
  } finally {
    const kept = guard.release()
    if (kept !== null) problem = `IT COULD NOT BE RELEASED: ${kept}`
  }
  if (problem !== null) {
    const remedy = `${pinText(line)} is shorted, or something else uses it. If board ${bench.peer} stays dark: pull the relay board's plug`
    return found('relay', 'wrong', problem, remedy)
  }
  bench.tell('... the relay is released')
  const { sense } = wires
  const back =
    sense === null || senseBefore === null ? null : await untilSense(bench, sense, senseBefore, waitMs, () => {})
  if (bench.signal.aborted || seen === null) return found('relay', 'skipped', 'broken off; the relay is released')
  const wentDark =
    sense === null ? await askYes(bench, `Was board ${bench.peer} dark, and does it start again now?`) : null
  wires.sense?.close()
  wires.loop?.close()
  return judgeRelay(
    {
      senseBefore,
      turnedAfterMs: seen.turned,
      changes: seen.changes,
      loopFell: seen.loopFell,
      tokens: seen.tokens,
      backAfterMs: back,
      waitedMs: waitMs,
      wentDark
    },
    {
      peer: bench.peer,
      relay: line,
      sense: pins.sense,
      // What this process came late by is no fault of the wiring.
      allowedMs: timing.relayActMs + timing.holdUpMs + timing.latenessMs,
      holdUpMs: timing.holdUpMs
    }
  )
}
