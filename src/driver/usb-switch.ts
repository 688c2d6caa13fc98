// The GPIO USB switch that moves a shared disk between the boards: a rising edge of the select line points it to us.
// Made by the daemon where pins name it. Must not decide when.
import type { PinConfig } from '../config/types.js'
import type { Result } from '../port/ports.js'
import type { UsbSwitch } from './disk.js'
import { openInput, openOutput } from './gpio.js'

/** The select line works like a push button: high for this long; before a new press low for that long. */
const PRESSED_MS = 100
const RELEASED_MS = 20

/** Fails where a line cannot be had. The select line keeps its level until `select`. Source: DESIGN 3. */
export const openUsbSwitch = (pins: PinConfig): Result<UsbSwitch | undefined> => {
  if (pins.switchSelect === null) return { ok: true, value: undefined }
  const output = openOutput(pins.controller, pins.switchSelect)
  if (!output.ok) return { ok: false, reason: `USB switch, select line: ${output.reason}` }
  const input = pins.switchReadback === null ? null : openInput(pins.controller, pins.switchReadback, () => {})
  if (input !== null && !input.ok) return { ok: false, reason: `USB switch, read-back line: ${input.reason}` }
  let drop: NodeJS.Timeout | undefined
  const readback = (): boolean | null => {
    if (input === null) return null
    const level = input.value.read()
    return level.ok && level.value
  }
  return {
    ok: true,
    value: {
      select: () => {
        if (readback() === true) return
        clearTimeout(drop)
        const press = (): void => {
          output.value.write(true)
          drop = setTimeout(() => output.value.write(false), PRESSED_MS)
        }
        // The line is low but for the moment of a press; high is left over from a life that ended in one.
        const level = output.value.read()
        if (level.ok && !level.value) return press()
        output.value.write(false)
        drop = setTimeout(press, RELEASED_MS)
      },
      readback
    }
  }
}
