// The GPIO files of one board as wires: watches its outputs, sets its inputs. Made by wires.ts.
// Imitates the one thing that plain files do not do: writing `high` or `low` to `direction` sets the level too.
import { type FSWatcher, readFileSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LEDS, type Led } from '../../src/core/panel-table.js'
import { gpioLineDir, makeGpioTree, readGpioLevel, writeGpioLevel } from './gpio-tree.js'
import { GPIO } from './names.js'

export interface GpioWires {
  readonly relay: boolean
  setInput(line: 'sense' | 'loop' | 'switchReadback' | 'button', level: boolean): void
  /** What the light shows at this instant. */
  lit(led: Led): boolean
  /** The board lost power or was reset: its outputs are inputs again and low. */
  reset(): void
  close(): void
}

const OUTPUTS = ['relay', 'switchSelect'] as const
/** Notifications are taken as they come; a look this often makes up for one that got lost. */
const LOOK_EVERY_MS = 50

/**
 * Make the tree at `root`, its strap open or to ground, and call `changed` whenever an output moved. `selected`: the select line was written high; a pulse
 * of microseconds shows as the write alone, so each such write counts as a rising edge.
 */
export const makeGpioWires = (
  root: string,
  strapOpen: boolean,
  changed: () => void,
  selected: () => void
): GpioWires => {
  const input = { direction: 'in', level: false } as const
  const make = (): void =>
    makeGpioTree(root, {
      label: GPIO.label,
      base: GPIO.base,
      ngpio: GPIO.ngpio,
      lines: {
        [GPIO.relay]: input,
        [GPIO.switchSelect]: input,
        [GPIO.sense]: input,
        [GPIO.loop]: input,
        [GPIO.switchReadback]: input,
        [GPIO.strap]: { direction: 'in', level: strapOpen },
        ...Object.fromEntries(LEDS.map(led => [GPIO[led], input])),
        // Pulled up: at rest it is high.
        [GPIO.button]: { direction: 'in', level: true }
      }
    })
  make()
  const dir = (line: (typeof OUTPUTS)[number]): string => gpioLineDir(root, GPIO.base, GPIO[line])
  const level = { relay: false, switchSelect: false }
  const inputs = new Map<number, boolean>()

  const readOutput = (line: (typeof OUTPUTS)[number]): boolean => {
    const file = join(dir(line), 'direction')
    const direction = readFileSync(file, 'latin1').trim()
    if (direction === 'high' || direction === 'low') {
      writeGpioLevel(root, GPIO.base, GPIO[line], direction === 'high')
      writeFileSync(file, 'out\n')
    }
    return direction !== 'in' && readGpioLevel(root, GPIO.base, GPIO[line])
  }
  const look = (): void => {
    let moved = false
    for (const line of OUTPUTS) {
      const now = readOutput(line)
      moved ||= level[line] !== now
      level[line] = now
    }
    if (moved) changed()
  }
  const watchers: FSWatcher[] = OUTPUTS.map(line =>
    watch(dir(line), (_event, file) => {
      look()
      if (line === 'switchSelect' && file === 'value' && level.switchSelect) selected()
    })
  )
  const timer = setInterval(look, LOOK_EVERY_MS)

  return {
    get relay() {
      return level.relay
    },
    setInput: (line, to) => {
      if (inputs.get(GPIO[line]) === to) return
      inputs.set(GPIO[line], to)
      writeGpioLevel(root, GPIO.base, GPIO[line], to)
    },
    lit: led => readGpioLevel(root, GPIO.base, GPIO[led]),
    reset: () => {
      inputs.clear()
      make()
      look()
    },
    close: () => {
      clearInterval(timer)
      for (const watcher of watchers) watcher.close()
    }
  }
}
