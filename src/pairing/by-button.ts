// Pairing with a button and four lights alone: what a press means, and what the lights say meanwhile. Pure but for what it is
// given; pair-button.ts lends it lights, a line and a card. A held button starts it, a short press agrees, a long one refuses.
import { type Panel, panelOf, type Whole } from '../core/panel-table.js'
import { codePanel } from './code-lights.js'
import type { Outcome } from './outcome.js'
import type { PairingWorld } from './pair-boards.js'

export interface ByButtonWorld {
  readonly now: () => number
  readonly show: (panel: Panel) => void
  /** The lights are wanted here, from whoever has them. False = they are not ours to take, and nothing is begun. */
  readonly takeLights: () => Promise<boolean>
  /** Begin. null = it cannot be done now; why is in the log. */
  readonly pair: (person: Pick<PairingWorld, 'compare' | 'signal'>) => Promise<Outcome | null>
  /** It has ended so, and was shown for a while. */
  readonly over: (outcome: Outcome | null) => void
}

export interface ByButton {
  down(): void
  /** null = the line could not be read any more: no press at all. */
  up(heldMs: number | null): void
  /** Often; says the lights again. */
  tick(): void
  /** Ends a pairing that is under way. */
  leave(): void
}

/** Bounds of a press in milliseconds. Who presses shortly is seldom quicker than half a second, and a busy board sees it late. */
export const PRESS = { start: 10_000, agreeMax: 1_500, refuseMin: 3_000 } as const
const SHOWN_MS = 10_000

const wholePanel = (whole: Whole): Panel =>
  panelOf({ whole, active: 'failed', peer: 'gone', sync: 'none', fault: 'none' })

type Phase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'taking' }
  | { readonly kind: 'seeking' }
  | {
      readonly kind: 'comparing'
      readonly code: string
      readonly since: number
      readonly answer: (yes: boolean) => void
    }
  | { readonly kind: 'agreed' }
  | { readonly kind: 'shown'; readonly whole: Whole; readonly until: number }

/** Made once; a pairing that has ended may be followed by another one. Nothing but the hold for 10 s does anything by itself. */
export const createByButton = (world: ByButtonWorld): ByButton => {
  const { now, show } = world
  let phase: Phase = { kind: 'idle' }
  let heldSince: number | null = null
  /** The press under way has done its work already. */
  let used = false
  let outcome: Outcome | null = null
  let abort = new AbortController()

  const showPhase = (): void => {
    if (phase.kind === 'comparing') show(codePanel(phase.code, phase.since, now()))
    else if (phase.kind === 'shown') show(wholePanel(phase.whole))
    else if (phase.kind !== 'idle' && phase.kind !== 'taking') show(wholePanel(phase.kind))
  }
  const enter = (next: Phase): void => {
    phase = next
    showPhase()
  }
  const compare = (code: string, signal: AbortSignal): Promise<boolean> =>
    new Promise(resolve => {
      const answer = (yes: boolean): void => {
        signal.removeEventListener('abort', over)
        resolve(yes)
      }
      const over = (): void => answer(false)
      signal.addEventListener('abort', over, { once: true })
      enter({ kind: 'comparing', code, since: now(), answer })
    })
  const begin = async (): Promise<void> => {
    abort = new AbortController()
    outcome = null
    phase = { kind: 'taking' }
    if (!(await world.takeLights())) {
      phase = { kind: 'idle' }
      return
    }
    enter({ kind: 'seeking' })
    outcome = await world.pair({ compare, signal: abort.signal })
    const whole = outcome?.result === 'paired' ? 'paired' : 'unpaired'
    enter({ kind: 'shown', whole, until: now() + SHOWN_MS })
  }
  const pressed = (heldMs: number): void => {
    if (phase.kind === 'comparing') {
      const { answer } = phase
      if (heldMs < PRESS.agreeMax) {
        enter({ kind: 'agreed' })
        answer(true)
      } else if (heldMs >= PRESS.refuseMin) answer(false)
    } else if (phase.kind === 'seeking' && heldMs >= PRESS.refuseMin) abort.abort()
  }

  return {
    down: () => {
      heldSince = now()
      used = false
    },
    up: heldMs => {
      heldSince = null
      if (heldMs !== null && !used) pressed(heldMs)
    },
    tick: () => {
      if (phase.kind === 'shown' && now() >= phase.until) {
        phase = { kind: 'idle' }
        world.over(outcome)
      }
      if (phase.kind === 'idle' && heldSince !== null && !used && now() - heldSince >= PRESS.start) {
        used = true
        void begin()
      }
      showPhase()
    },
    leave: () => abort.abort()
  }
}
