// Power sense and harness loop: two inputs looked at by edge or by poll. Used by relay-fence.ts.
// Must not take a line that cannot be read for a peer without power, nor for a whole harness (R3).
import type { PinConfig } from '../config/types.js'
import type { Clock, Emit, Result } from '../port/ports.js'
import { type GpioInput, openInput } from './gpio.js'

export interface FenceWires {
  /** Look now; emits `loopChanged`, then `senseChanged`, where a level changed. */
  poll(): void
  /** Something is about to change: look often for a while. */
  burst(): void
  /** Level of the last look; `null` = not fitted. */
  sense(): boolean | null
  loop(): boolean | null
  /** Lines that could not be read at the last look, in words; empty = all well. */
  problems(): readonly string[]
  /** How each wire is looked at, in words. */
  readonly how: readonly string[]
  close(): void
}

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

/** True where the level changed. */
const look = (wire: Wire): boolean => {
  const before = wire.level
  const read = wire.input.read()
  wire.level = read.ok ? read.value : wire.unreadable
  wire.problem = read.ok ? null : read.reason
  return wire.level !== before
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
  look(wire)
  return { ok: true, value: wire }
}

/** Open what is fitted and begin to look. Fails where a line cannot be had. Writes no level. Source: R3, DESIGN 3. */
export const openFenceWires = (
  pins: PinConfig,
  fitted: { readonly sense: boolean; readonly loop: boolean },
  emit: Emit,
  clock: Clock
): Result<FenceWires> => {
  if (fitted.sense && pins.sense === null) return { ok: false, reason: 'sense: pins.sense is not configured' }
  if (fitted.loop && pins.loop === null) return { ok: false, reason: 'harness loop: pins.loop is not configured' }
  const onEdge = (): void => poll()
  const opened = openWire('sense', pins.controller, fitted.sense ? pins.sense : null, true, onEdge)
  if (!opened.ok) return opened
  const sense = opened.value
  const other = openWire('harness loop', pins.controller, fitted.loop ? pins.loop : null, false, onEdge)
  if (!other.ok) {
    sense?.input.close()
    return other
  }
  const loop = other.value
  const wires = [sense, loop].filter(wire => wire !== null)
  const idleMs = wires.every(wire => wire.input.edges) ? BACKUP_POLL_MS : pins.pollMs
  let burstUntil = 0
  let closed = false
  let timer: NodeJS.Timeout | undefined

  const schedule = (): void => {
    clearTimeout(timer)
    if (closed || wires.length === 0) return
    timer = setTimeout(poll, clock.now() < burstUntil ? BURST_POLL_MS : idleMs)
  }
  const burst = (): void => {
    burstUntil = clock.now() + BURST_MS
    schedule()
  }
  const poll = (): void => {
    const loopChanged = loop !== null && look(loop)
    const senseChanged = sense !== null && look(sense)
    if (senseChanged) burst()
    else schedule()
    // The loop first: whoever hears that power is off shall already know whether the harness still reaches the peer.
    if (loopChanged) emit({ kind: 'loopChanged', whole: loop.level })
    if (senseChanged) emit({ kind: 'senseChanged', on: sense.level })
  }
  schedule()

  return {
    ok: true,
    value: {
      poll,
      burst,
      sense: () => sense?.level ?? null,
      loop: () => loop?.level ?? null,
      problems: () => wires.flatMap(wire => (wire.problem === null ? [] : [`${wire.name} ${wire.problem}`])),
      how: wires.map(({ name, input }) => `${name} ${input.edges ? 'by edge' : `polled every ${pins.pollMs} ms`}`),
      close() {
        closed = true
        clearTimeout(timer)
        for (const wire of wires) wire.input.close()
      }
    }
  }
}
