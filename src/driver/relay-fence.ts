// Relay, power sense and harness loop on GPIO lines: cuts the peer's power and tells what is seen of it. Made by fence.ts.
// Must not decide anything (the core does), must not write before it has read, and must leave the relay as it is when it ends.
import type { PinConfig } from '../config/types.js'
import type { Clock, Emit, FencePort, Result } from '../port/ports.js'
import { openFenceWires } from './fence-wires.js'
import { type GpioOutput, openOutput } from './gpio.js'

/** Stands where no relay is fitted: wires may be looked at while a fence agent cuts the power. */
const NO_RELAY: Result<GpioOutput> = {
  ok: true,
  value: {
    initial: false,
    read: () => ({ ok: true, value: false }),
    write: () => ({ ok: false, reason: 'is not fitted (no pins.relay in the configuration)' })
  }
}

/**
 * Open relay and inputs; what is not fitted is not opened (without a relay every order fails). Fails, with nothing written, where a line
 * cannot be had. `drive` emits before it returns. An unreadable sense line counts as on, an unreadable loop as not whole; `detail` says so.
 * Source: R3, R8, DESIGN 3.
 */
export const openRelayFence = (
  pins: PinConfig,
  fitted: { readonly sense: boolean; readonly loop: boolean },
  emit: Emit,
  clock: Clock
): Result<FencePort> => {
  const inputs = openFenceWires(pins, fitted, emit, clock)
  if (!inputs.ok) return inputs
  const wires = inputs.value
  const output = pins.relay === null ? NO_RELAY : openOutput(pins.controller, pins.relay)
  if (!output.ok) {
    wires.close()
    return { ok: false, reason: `relay: ${output.reason}` }
  }
  const relay = output.value
  return {
    ok: true,
    value: {
      initial: { relayDriven: relay.initial, sense: wires.sense(), loop: wires.loop() },
      drive(on, order) {
        const done = relay.write(on)
        // Before the event: its reader may drive again.
        wires.burst()
        if (done.ok) emit({ kind: 'relayDriven', on, order })
        else emit({ kind: 'relayFailed', on, order, reason: `relay ${done.reason}` })
      },
      poll: wires.poll,
      describe() {
        const level = relay.read()
        const problems = [...wires.problems(), ...(level.ok ? [] : [`relay ${level.reason}`])]
        const what = [pins.relay === null ? 'no relay' : 'relay by GPIO', ...wires.how]
        return {
          relay: level.ok ? level.value : relay.initial,
          sense: wires.sense(),
          loop: wires.loop(),
          detail: problems.length > 0 ? problems.join('; ') : what.join(', ')
        }
      },
      close: wires.close
    }
  }
}
