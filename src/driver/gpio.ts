// GPIO lines by BCM number, through onoff (sysfs). Used by the relay fence and the USB switch.
// Must never glitch an output that is already driven, and never unexport a line: the kernel would turn it into an input.
import { existsSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Gpio } from 'onoff'
import type { Result } from '../port/ports.js'

/** Where onoff looks, too. */
const ROOT = '/sys/class/gpio'
const LEVEL_BYTES_MAX = 8

export interface GpioInput {
  /** The level now. An error is not a level: the caller decides what it must count as. */
  read(): Result<boolean>
  /** The kernel reports changes of this line; otherwise it has to be polled. */
  readonly edges: boolean
  /** Stop reporting. The line stays exported. */
  close(): void
}

export interface GpioOutput {
  /** The level that was found, and kept, at open. */
  readonly initial: boolean
  read(): Result<boolean>
  /** Write the level and read it back. */
  write(level: boolean): Result<boolean>
}

const fail = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason })
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const text = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'latin1').trim()

/** sysfs number of a line: base of the controller with that label, plus the BCM number. Bases differ from kernel to kernel. */
export const resolveGpio = (controller: string, bcm: number): Result<number> => {
  try {
    const chips = readdirSync(ROOT)
      .filter(name => name.startsWith('gpiochip'))
      .map(name => ({
        label: text(name, 'label'),
        base: Number(text(name, 'base')),
        ngpio: Number(text(name, 'ngpio'))
      }))
      .sort((x, y) => x.base - y.base)
    const chip = chips.find(({ label, ngpio }) => label === controller && bcm < ngpio)
    if (chip !== undefined) return { ok: true, value: chip.base + bcm }
    const seen = chips.map(({ label, ngpio }) => `${label} (${ngpio} lines)`).join(', ') || 'none'
    return fail(`GPIO ${bcm}: no controller "${controller}" with that line in ${ROOT}; seen: ${seen}`)
  } catch (error) {
    return fail(`GPIO ${bcm} of "${controller}": cannot read ${ROOT}: ${wordsOf(error)}`)
  }
}

/** Export the line where nobody did, and make its levels mean what they say (an inverted line would be read upside down). */
const exportLine = (line: number): void => {
  if (!existsSync(join(ROOT, `gpio${line}`))) writeFileSync(join(ROOT, 'export'), String(line))
  if (text(`gpio${line}`, 'active_low') !== '0') writeFileSync(join(ROOT, `gpio${line}`, 'active_low'), '0')
}

/**
 * Reads a line's level: exactly `0` or `1`. onoff takes anything that is not 1 for low, and on a sense line low is the proof of R3.
 * The file stays open: it is read fifty times a second.
 */
const levelReader = (line: number, name: string): (() => Result<boolean>) => {
  const file = openSync(join(ROOT, `gpio${line}`, 'value'), 'r')
  const bytes = Buffer.alloc(LEVEL_BYTES_MAX)
  return () => {
    try {
      const value = bytes.toString('latin1', 0, readSync(file, bytes, 0, LEVEL_BYTES_MAX, 0)).trim()
      if (value === '0' || value === '1') return { ok: true, value: value === '1' }
      return fail(`${name}: its level reads ${JSON.stringify(value)}, neither 0 nor 1`)
    } catch (error) {
      return fail(`${name}: cannot read its level: ${wordsOf(error)}`)
    }
  }
}

/** Report both edges, if the kernel does that for this line (plain files take the order but never report). */
const watchEdges = (gpio: Gpio, onEdge: () => void): boolean => {
  try {
    if (gpio.edge() !== 'both') return false
    gpio.watch(onEdge)
    return true
  } catch {
    return false
  }
}

/** Open an input. `onEdge` is called after a change where `edges` is true. */
export const openInput = (controller: string, bcm: number, onEdge: () => void): Result<GpioInput> => {
  const line = resolveGpio(controller, bcm)
  if (!line.ok) return line
  const name = `GPIO ${bcm} (line ${line.value})`
  try {
    exportLine(line.value)
    const gpio = new Gpio(line.value, 'in', 'both')
    if (gpio.direction() !== 'in') return fail(`${name} cannot be made an input`)
    const edges = watchEdges(gpio, onEdge)
    const read = levelReader(line.value, name)
    return { ok: true, value: { edges, read, close: () => edges && gpio.unwatchAll() } }
  } catch (error) {
    return fail(`${name} of "${controller}" cannot be opened as an input: ${wordsOf(error)}`)
  }
}

/**
 * Open an output without changing what it drives: an output keeps its level, an input becomes a low output,
 * direction and level in one write. Source: DESIGN 3 (relay), R8.
 */
export const openOutput = (controller: string, bcm: number): Result<GpioOutput> => {
  const line = resolveGpio(controller, bcm)
  if (!line.ok) return line
  const name = `GPIO ${bcm} (line ${line.value})`
  try {
    exportLine(line.value)
    const folder = `gpio${line.value}`
    const initial = text(folder, 'direction') !== 'in' && text(folder, 'value') === '1'
    // Without `reconfigureDirection: false` onoff would write the direction, and with it a level, again.
    const gpio = new Gpio(line.value, initial ? 'high' : 'low', 'none', { reconfigureDirection: false })
    if (gpio.direction() === 'in') return fail(`${name} cannot be made an output`)
    const read = levelReader(line.value, name)
    const write = (level: boolean): Result<boolean> => {
      try {
        gpio.writeSync(level ? Gpio.HIGH : Gpio.LOW)
      } catch (error) {
        return fail(`${name}: cannot write ${level ? 'high' : 'low'}: ${wordsOf(error)}`)
      }
      const back = read()
      if (back.ok && back.value !== level) {
        return fail(`${name}: wrote ${level ? 'high' : 'low'}, read back ${back.value ? 'high' : 'low'}`)
      }
      return back
    }
    const found = read()
    if (!found.ok) return found
    // A real line follows its direction; one made of plain files does not.
    if (found.value !== initial) {
      const settled = write(initial)
      if (!settled.ok) return settled
    }
    return { ok: true, value: { initial, read, write } }
  } catch (error) {
    return fail(`${name} of "${controller}" cannot be opened as an output: ${wordsOf(error)}`)
  }
}
