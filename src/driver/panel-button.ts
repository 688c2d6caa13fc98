// The panel's button: to ground, pulled up. Watched by edge or by poll, debounced, told to the core with its time. Used by panel.ts.
// Must not take a line that it cannot read, or one that was low from the beginning, for a finger.
import type { PinConfig } from '../config/types.js'
import type { Clock, Emit, Result } from '../port/ports.js'
import { openInput } from './gpio.js'

/** A level counts when it was read so, and nothing else, for this long. */
export const STABLE_MS = 40
/** Nobody presses shorter; each look costs a read. */
const IDLE_POLL_MS = 50
const BACKUP_POLL_MS = 500
/** While a change settles; not in step with what bounces. */
const SETTLE_POLL_MS = 7

export interface PanelButton {
  readonly how: string
  /** Why its line cannot be read; null = all well. */
  problem(): string | null
  close(): void
}

/** Opens the line and begins to look. Emits `buttonDown` and `buttonUp` in turn, never more than one in STABLE_MS (R10). */
export const openPanelButton = (pins: PinConfig, bcm: number, emit: Emit, clock: Clock): Result<PanelButton> => {
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let pressed = false
  let pressedAt = 0
  /** What is read now and was not told yet, and since when. */
  let change: { readonly since: number; readonly found: boolean } | null = null
  /** Nothing was read yet that could be trusted to be a rest. */
  let fresh = true
  let problem: string | null = null

  const opened = openInput(pins.controller, bcm, () => look())
  if (!opened.ok) return { ok: false, reason: `button: ${opened.reason}` }
  const input = opened.value
  const idleMs = input.edges ? BACKUP_POLL_MS : IDLE_POLL_MS

  const tell = (since: number, found: boolean): void => {
    pressed = !pressed
    change = null
    if (pressed) {
      pressedAt = since
      emit({ kind: 'buttonDown', found })
    } else emit({ kind: 'buttonUp', heldMs: since - pressedAt })
  }
  const unreadable = (reason: string): void => {
    problem = `button: ${reason}`
    change = null
    fresh = true
    if (!pressed) return
    pressed = false
    emit({ kind: 'buttonUp', heldMs: null })
  }
  const judge = (down: boolean): void => {
    problem = null
    const now = clock.now()
    if (down === pressed) {
      change = null
      if (!down) fresh = false
      return
    }
    change ??= { since: now, found: fresh }
    fresh = false
    if (now - change.since >= STABLE_MS) tell(change.since, change.found)
  }
  const look = (): void => {
    clearTimeout(timer)
    if (closed) return
    const level = input.read()
    if (level.ok) judge(!level.value)
    else unreadable(level.reason)
    timer = setTimeout(look, change === null ? idleMs : SETTLE_POLL_MS)
  }
  look()
  return {
    ok: true,
    value: {
      how: input.edges ? 'button by edge' : `button polled every ${IDLE_POLL_MS} ms`,
      problem: () => problem,
      close: () => {
        closed = true
        clearTimeout(timer)
        input.close()
      }
    }
  }
}
