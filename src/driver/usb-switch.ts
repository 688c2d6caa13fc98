// The GPIO USB switch that moves a shared disk between the boards: a rising edge of the select line points it to us.
// Made by the daemon where pins name it. Must not decide when.
import type { PinConfig } from '../config/types.js'
import type { Result } from '../port/ports.js'
import type { UsbSwitch } from './disk.js'
import { openInput, openOutput } from './gpio.js'

/** Fails where a line cannot be had. The select line keeps its level until `select`. Source: DESIGN 3. */
export const openUsbSwitch = (pins: PinConfig): Result<UsbSwitch | undefined> => {
  if (pins.switchSelect === null) return { ok: true, value: undefined }
  const output = openOutput(pins.controller, pins.switchSelect)
  if (!output.ok) return { ok: false, reason: `USB switch, select line: ${output.reason}` }
  const input = pins.switchReadback === null ? null : openInput(pins.controller, pins.switchReadback, () => {})
  if (input !== null && !input.ok) return { ok: false, reason: `USB switch, read-back line: ${input.reason}` }
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
        // The line may still be high from our last turn; the switch moves on the edge.
        output.value.write(false)
        output.value.write(true)
      },
      readback
    }
  }
}
