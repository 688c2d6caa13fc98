// R2c and the button: a press is one of the console's orders, given when a finger held it for 3 to 8 s, or it is nothing at all.
// Judged by a twin of the core: the same memory is given the order, or a mere tick, and must do what the press did.
import type { CoreEvent, OperatorRequest } from '../../../src/core/event.js'
import type { BoardId } from '../../../src/core/types.js'
import type { Fact } from '../facts.js'
import { type Past, SAMPLE_AGE_MS } from '../judge.js'
import { clockOf, type World } from '../world.js'
import type { Invariant, Verdict } from './invariant.js'

const ORDERS: Readonly<Record<string, OperatorRequest>> = {
  'button-confirm': { order: 'confirm' },
  'button-cut': { order: 'fenceOff' },
  'button-recover': { order: 'recover' },
  'button-prove': { order: 'fenceProve' }
}
const BUTTON_REQUEST = -1
/** What the core was told of the button may be so old. */
const SLACK_MS = 100

interface Press {
  readonly life: string | undefined
  readonly found: boolean
  /** The board stood still meanwhile, for longer than its core may overlook. */
  stood: boolean
}

interface Step {
  readonly event: CoreEvent & { readonly kind: 'buttonDown' | 'buttonUp' }
  /** The core's memory before the step, as text. */
  readonly before: string
  readonly press: Press | null
  /** What left the core, words and lights aside. */
  readonly did: string[]
  order: OperatorRequest | null
}

const isAct = (kind: string): boolean => kind !== 'report' && kind !== 'showPanel' && kind !== 'answerOperator'

/** Why this press must not order anything; null = it may. */
const whyNoOrder = (world: World, board: BoardId, { event, press }: Step): string | null => {
  if (event.kind !== 'buttonUp' || press === null) return 'nobody held the button'
  const { heldMs } = event
  if (press.life !== world.boards[board].daemon?.nonce) return 'it was pressed in another life of the daemon'
  if (press.found) return 'it was stuck from the start'
  if (heldMs === null || heldMs < 3000 || heldMs > 8000) return `it was held for ${heldMs} ms`
  return press.stood ? 'the board stood still meanwhile' : null
}

/** R2c: what refuses a person's word on the console refuses it here, by the world's own wires and tokens. */
const whyNotConfirm = (world: World, past: Past, board: BoardId): string | null => {
  const { timing, wiring } = world.plan.settings[board]
  const own = past.boards[board]
  const { now } = world.agenda
  if (wiring.sense && now - own.senseOnSince > SAMPLE_AGE_MS + SLACK_MS) return 'the sense line reads on'
  return now - own.heardAt < timing.deadMs - SLACK_MS ? 'the peer is heard' : null
}

const compareWithTwin = (world: World, board: BoardId, step: Step): Verdict => {
  const { daemon, soc } = world.boards[board]
  if (daemon === null || soc === null) return null
  const twin = JSON.parse(step.before) as typeof daemon.state
  const event: CoreEvent =
    step.order === null ? { kind: 'tick' } : { kind: 'operatorAsked', request: BUTTON_REQUEST, what: step.order }
  const effects = world.core.step(twin, event, clockOf(world, soc))
  const would = effects.filter(({ kind }) => isAct(kind)).map(effect => JSON.stringify(effect))
  if (would.join() === step.did.join()) return null
  const what = step.order === null ? 'no order' : `\`${step.order.order}\` on the console`
  return `board ${board}: ${step.event.kind} made ${step.did.join()}, ${what} would have made ${would.join()}`
}

export const createButton = (): Invariant => {
  const presses: Record<BoardId, Press | null> = { a: null, b: null }
  const steps: Record<BoardId, Step | null> = { a: null, b: null }
  const begins = (world: World, { board, event }: Extract<Fact, { kind: 'event' }>): Verdict => {
    steps[board] = null
    const { daemon } = world.boards[board]
    if (daemon === null || (event.kind !== 'buttonDown' && event.kind !== 'buttonUp')) return null
    steps[board] = { event, before: JSON.stringify(daemon.state), press: presses[board], did: [], order: null }
    presses[board] = event.kind === 'buttonUp' ? null : { life: daemon.nonce, found: event.found, stood: false }
    return null
  }
  const acts = (world: World, past: Past, { board, effect }: Extract<Fact, { kind: 'effect' }>): Verdict => {
    const step = steps[board]
    const order = effect.kind === 'report' ? ORDERS[effect.report.code] : undefined
    if (order !== undefined) {
      const refused =
        step === null
          ? 'nobody touched the button'
          : (whyNoOrder(world, board, step) ?? (order.order === 'confirm' ? whyNotConfirm(world, past, board) : null))
      if (refused !== null) return `board ${board} obeys its button (${order.order}), but ${refused}`
    }
    if (step === null) return null
    if (order !== undefined) step.order = order
    if (isAct(effect.kind)) step.did.push(JSON.stringify(effect))
    return null
  }
  return {
    rule: 'R2',
    says: "the button gives the console's orders, by a finger, or nothing",
    assumes: [],
    checks: {
      event: (world, _past, fact) => begins(world, fact),
      effect: acts,
      stall: (world, _past, { board, untilAt }) => {
        const { stallMs, tokenIntervalMs } = world.plan.settings[board].timing
        const press = presses[board]
        if (press !== null && untilAt - world.agenda.now > stallMs + tokenIntervalMs + SLACK_MS) press.stood = true
        return null
      },
      stepped: (world, _past, { board }) => {
        const step = steps[board]
        steps[board] = null
        return step === null ? null : compareWithTwin(world, board, step)
      }
    }
  }
}
