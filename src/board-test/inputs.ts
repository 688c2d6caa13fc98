// The parts that only look: kind of board, watchdog, strap, harness loop, power sense, read-back of the USB switch.
import { statSync } from 'node:fs'
import { detectKind } from '../config/board-kind.js'
import { askYes, type Bench } from './bench.js'
import { controllerOf, lookAtLine, pinText, type Seen } from './level.js'
import { found, type PartResult } from './result.js'
import { letterOf } from './strap.js'

const LOOK_MS = 300

const unreadable = (part: PartResult['part'], reason: string): PartResult =>
  found(
    part,
    'wrong',
    `its line cannot be read: ${reason}`,
    'run it as root, and check boards.X.kind and boards.X.pins'
  )
const flickering = (part: PartResult['part'], bcm: number, { changes, forMs }: Seen & { kind: 'flickers' }) =>
  found(
    part,
    'wrong',
    `${pinText(bcm)} flickers: ${changes} changes in ${forMs} ms`,
    'push its plugs in; a line that hangs in the air needs its pull-down resistor'
  )

/** Does the configuration name the board that this is? `detect` is the device tree's word. */
export const testKind = ({ facts }: Bench, detect = detectKind): PartResult => {
  const seen = detect()
  if (facts.models.length === 0 || seen === facts.kind) return found('kind', 'ok', `${facts.kind}: ${facts.title}`)
  const remedy = `write boards.X.kind: ${seen ?? '…'}`
  if (seen !== null) return found('kind', 'wrong', `the configuration says ${facts.kind}, and this is ${seen}`, remedy)
  const text = `the configuration says ${facts.kind}, and the device tree names no board that baton knows`
  return found('kind', 'unsure', text, 'what follows shows whether the pins of that kind are there')
}

/** Whether it is there. It is not opened: that would start it. */
export const testWatchdog = ({ config, facts }: Bench): PartResult => {
  if (config.watchdog === null) return found('watchdog', 'skipped', 'not configured (boards.X.watchdog)')
  const { device } = config.watchdog
  try {
    const node = statSync(device)
    if (node.isCharacterDevice() || facts.models.length === 0)
      return found('watchdog', 'ok', `${device} is there (not opened: that would start it)`)
    return found('watchdog', 'wrong', `${device} is no device`, 'name the watchdog: /dev/watchdog')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    const remedy = `modprobe ${facts.watchdog.module}; its words are in dmesg`
    return found('watchdog', 'wrong', `${device} is not there (${code}): a hung board would not reset itself`, remedy)
  }
}

/** Open = board a, to ground = board b. A board without a strap is told its letter by its file, so it is never more than a doubt. */
export const testStrap = async (bench: Bench): Promise<PartResult> => {
  const { config, facts } = bench
  const { strap } = facts.pins
  const seen = await lookAtLine(bench, controllerOf(bench), strap, LOOK_MS)
  if (seen.kind === 'unreadable') return unreadable('strap', seen.reason)
  if (seen.kind === 'flickers') return flickering('strap', strap, seen)
  const says = letterOf(seen.high)
  const text = `${pinText(strap)} is ${seen.high ? 'open' : 'to ground'}: board ${says}`
  if (says === config.board) return found('strap', 'ok', text)
  const remedy =
    says === 'a'
      ? 'bridge it to ground on board b, or leave it: the letter in the board file counts'
      : 'take the bridge away on board a; without a bridge its pull-up to 3V3 is missing'
  return found('strap', 'unsure', `${text}, and the configuration says board ${config.board}`, remedy)
}

/** High only while the harness is whole to the peer's plug. */
export const testLoop = async (bench: Bench): Promise<PartResult> => {
  const bcm = bench.config.pins?.loop ?? null
  if (bcm === null)
    return found('loop', 'skipped', 'not fitted: a pulled harness will look like a board without power (R3)')
  const seen = await lookAtLine(bench, controllerOf(bench), bcm, LOOK_MS)
  if (seen.kind === 'unreadable') return unreadable('loop', seen.reason)
  if (seen.kind === 'flickers') return flickering('loop', bcm, seen)
  if (seen.high) return found('loop', 'ok', `the harness is whole to the socket at board ${bench.peer}`)
  const text = `${pinText(bcm)} reads open`
  const remedy = `the harness is not plugged in at board ${bench.peer}, the bridge of the socket there is missing, or 3V3 does not go out to it`
  return found('loop', 'wrong', text, remedy)
}

const senseOff = async (bench: Bench, heard: boolean): Promise<PartResult> => {
  const { peer } = bench
  const remedy = `check its wire: 3V3 of board ${peer} (header pin 1) through its resistor to ${pinText(bench.config.pins?.sense ?? 0)}, ground through the harness, plugs at both ends`
  if (heard) return found('sense', 'wrong', `reads off, and board ${peer} is heard: it has power`, remedy)
  const has = await askYes(bench, `Has board ${peer} power now (its red light is lit)?`)
  if (has === true) return found('sense', 'wrong', `reads off, and board ${peer} has power as you say`, remedy)
  if (has === false) return found('sense', 'ok', `reads off, and board ${peer} has no power as you say`)
  return found(
    'sense',
    'unsure',
    `reads off, and board ${peer} is not heard`,
    `give board ${peer} power, and test again`
  )
}

/** `heard`: the peer speaks now, so it has power. */
export const testSense = async (bench: Bench, heard: boolean): Promise<PartResult> => {
  const bcm = bench.config.pins?.sense ?? null
  if (bcm === null)
    return found('sense', 'skipped', 'not fitted: nothing tells that the power of the other board is really gone')
  const seen = await lookAtLine(bench, controllerOf(bench), bcm, LOOK_MS)
  if (seen.kind === 'unreadable') return unreadable('sense', seen.reason)
  if (seen.kind === 'flickers') return flickering('sense', bcm, seen)
  if (!seen.high) return senseOff(bench, heard)
  return found('sense', 'ok', `board ${bench.peer} has power; whether this line follows it is seen with the relay`)
}

/** Read-back only: the select line would move the disk. */
export const testSwitch = async (bench: Bench): Promise<PartResult> => {
  const { pins } = bench.config
  if (pins === null || pins.switchSelect === null) return found('switch', 'skipped', 'no USB switch is configured')
  if (pins.switchReadback === null)
    return found('switch', 'unsure', 'it has no read-back line: where it points is not known')
  const seen = await lookAtLine(bench, controllerOf(bench), pins.switchReadback, LOOK_MS)
  if (seen.kind === 'unreadable') return unreadable('switch', seen.reason)
  if (seen.kind === 'flickers') return flickering('switch', pins.switchReadback, seen)
  const where = seen.high ? 'to this board' : 'not to this board'
  return found('switch', 'ok', `${pinText(pins.switchReadback)} says that it points ${where} (it was not moved)`)
}
