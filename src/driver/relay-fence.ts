// Relay, power sense and harness loop on GPIO lines: cuts the peer's power and tells what is seen of it. Made by fence.ts.
// Must not decide anything (the core does), must not write before it has read, and must leave the relay as it is when it ends.
import type { PinConfig } from '../config/types.js'
import type { Clock, Emit, FencePort, Result } from '../port/ports.js'
import { type GpioInput, type GpioOutput, openInput, openOutput } from './gpio.js'

/** After a change of sense, or an order to cut, inputs are polled this fast for this long. */
const BURST_POLL_MS = 2
const BURST_MS = 200
/** Where the kernel reports edges, a poll only backs them up. */
const BACKUP_POLL_MS = 500

interface Wire {
  readonly input: GpioInput
  readonly name: string
  /** What an unreadable line counts as: power is never "off" and a harness never "whole" by not looking (R3). */
  readonly unreadable: boolean
  level: boolean
  problem: string | null
}

const look = (wire: Wire): { readonly level: boolean; readonly problem: string | null } => {
  const read = wire.input.read()
  return read.ok ? { level: read.value, problem: null } : { level: wire.unreadable, problem: read.reason }
}

/** Stands where no relay is fitted: wires may be looked at while a fence agent cuts the power. */
const NO_RELAY: Result<GpioOutput> = {
  ok: true,
  value: {
    initial: false,
    read: () => ({ ok: true, value: false }),
    write: () => ({ ok: false, reason: 'is not fitted (no pins.relay in the configuration)' })
  }
}

/** `null` = not fitted. */
const openWire = (
  name: string,
  controller: string,
  bcm: number | null,
  unreadable: boolean,
  onEdge: () => void
): Result<Wire | null> => {
  if (bcm === null) return { ok: true, value: null }
  const input = openInput(controller, bcm, onEdge)
  if (!input.ok) return { ok: false, reason: `${name}: ${input.reason}` }
  const wire: Wire = { input: input.value, name, unreadable, level: unreadable, problem: null }
  return { ok: true, value: Object.assign(wire, look(wire)) }
}

/**
 * Open relay and inputs; what is not fitted is not opened (without a relay every order fails). Fails, with nothing written, where a line cannot be had.
 * `drive` emits before it returns. An unreadable sense line counts as on, an unreadable loop as not whole; `detail` says so.
 * Source: R3, R8, DESIGN 3.
 */
export const openRelayFence = (
  pins: PinConfig,
  fitted: { readonly sense: boolean; readonly loop: boolean },
  emit: Emit,
  clock: Clock
): Result<FencePort> => {
  let onEdge = (): void => {}
  const edge = (): void => onEdge()
  if (fitted.sense && pins.sense === null) return { ok: false, reason: 'relay fence: pins.sense is not configured' }
  if (fitted.loop && pins.loop === null) return { ok: false, reason: 'relay fence: pins.loop is not configured' }
  const senseWire = openWire('sense', pins.controller, fitted.sense ? pins.sense : null, true, edge)
  if (!senseWire.ok) return senseWire
  const loopWire = openWire('harness loop', pins.controller, fitted.loop ? pins.loop : null, false, edge)
  if (!loopWire.ok) {
    senseWire.value?.input.close()
    return loopWire
  }
  const sense = senseWire.value
  const loop = loopWire.value
  const wires = [sense, loop].filter(wire => wire !== null)
  const output = pins.relay === null ? NO_RELAY : openOutput(pins.controller, pins.relay)
  if (!output.ok) {
    for (const wire of wires) wire.input.close()
    return { ok: false, reason: `relay: ${output.reason}` }
  }
  const relay = output.value

  let burstUntil = 0
  let closed = false
  let timer: NodeJS.Timeout | undefined
  const idleMs = wires.every(wire => wire.input.edges) ? BACKUP_POLL_MS : pins.pollMs

  /** True where the level changed. */
  const update = (wire: Wire): boolean => {
    const before = wire.level
    Object.assign(wire, look(wire))
    return wire.level !== before
  }
  const schedule = (): void => {
    clearTimeout(timer)
    if (closed || wires.length === 0) return
    timer = setTimeout(poll, clock.now() < burstUntil ? BURST_POLL_MS : idleMs)
  }
  const burst = (): void => {
    burstUntil = clock.now() + BURST_MS
  }
  const poll = (): void => {
    // The loop first: whoever hears that power is off shall already know whether the harness still reaches the peer.
    if (loop !== null && update(loop)) emit({ kind: 'loopChanged', whole: loop.level })
    if (sense !== null && update(sense)) {
      burst()
      emit({ kind: 'senseChanged', on: sense.level })
    }
    schedule()
  }
  onEdge = poll
  schedule()

  const how = wires.map(({ name, input }) => `${name} ${input.edges ? 'by edge' : `polled every ${pins.pollMs} ms`}`)
  return {
    ok: true,
    value: {
      initial: { relayDriven: relay.initial, sense: sense?.level ?? null, loop: loop?.level ?? null },
      drive(on, order) {
        const done = relay.write(on)
        emit(
          done.ok
            ? { kind: 'relayDriven', on, order }
            : { kind: 'relayFailed', on, order, reason: `relay ${done.reason}` }
        )
        burst()
        schedule()
      },
      poll,
      describe() {
        const level = relay.read()
        const problems = wires.flatMap(wire => (wire.problem === null ? [] : [`${wire.name} ${wire.problem}`]))
        if (!level.ok) problems.push(`relay ${level.reason}`)
        const what = pins.relay === null ? 'no relay' : 'relay by GPIO'
        return {
          relay: level.ok ? level.value : relay.initial,
          sense: sense?.level ?? null,
          loop: loop?.level ?? null,
          detail: problems.length > 0 ? problems.join('; ') : [what, ...how].join(', ')
        }
      },
      close() {
        closed = true
        clearTimeout(timer)
        for (const wire of wires) wire.input.close()
      }
    }
  }
}
