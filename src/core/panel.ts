// The front panel's hand in the core: shows the view, takes the button. A press gives no right: it gives an order that the console has, too (R2).
import { noteLasting } from './alarms.js'
import { type Context, reached, report, timingOf, wakeAt } from './context.js'
import type { Effect } from './effect.js'
import { operatorAsked } from './operator.js'
import { alarmsOf } from './panel-alarms.js'
import { type OfferKind, ORDERS, offerOf } from './panel-offer.js'
import { LEDS, panelOf } from './panel-table.js'
import { ARMED_MS, OVER_MS, SHORT_MS, STUCK_MS, viewOf } from './panel-view.js'

/** The operator's request that is the button's; the desk counts from 1. */
export const BUTTON_REQUEST = -1
/** The state is looked at this often at most; oftener while the button is down. */
const LOOK_MS = 250
const LOOK_PRESSED_MS = 50
/** The driver stands still where this is not said again in time. */
const SHOW_AGAIN_MS = 1000
const ANSWER_MS = 3000
const TEST_MS = 3000

const OFFER_WORDS: Readonly<Record<OfferKind, string>> = {
  confirm: 'the peer is off, take over',
  cut: "cut the peer's power (manual mode); then confirm",
  recover: 'recover to normal',
  prove: "cut the peer's power once, to prove the fence"
}

const secondsText = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const stick = (context: Context, text: string): void => {
  report(context, 'alarm', 'button-stuck', text)
}

/** The button went down. What is offered now is all that this press can do. */
export const buttonDown = (context: Context, found: boolean): void => {
  const { state, now } = context
  const offer = offerOf(state, now)
  state.panel.press = {
    at: now,
    offered: offer.ok ? offer.kind : null,
    why: offer.ok ? '' : offer.reason,
    stuck: found
  }
  state.panel.answered = null
  // The lights count from now on.
  state.panel.testUntil = 0
  if (found)
    stick(context, 'the button was found pressed at the start: it is stuck or short-circuited, and orders nothing')
}

const acknowledge = (context: Context): void => {
  const { state, now } = context
  const { panel } = state
  const alarms = alarmsOf(state, now)
  const names = [...new Set([...alarms, ...panel.raised])]
  panel.acknowledged = [...alarms]
  panel.raised = []
  if (names.length > 0)
    return report(context, 'notice', 'acknowledged', `acknowledged by the button: ${names.join(', ')}`)
  panel.testUntil = now + TEST_MS
  report(context, 'info', 'lamp-test', 'the button was pressed with nothing to acknowledge: lamp test')
}

const refuse = (context: Context, heldMs: number, reason: string): void => {
  context.state.panel.answered = { ok: false, until: context.now + ANSWER_MS }
  report(
    context,
    'warning',
    'button-refused',
    `the button was held for ${secondsText(heldMs)}, and nothing is done: ${reason}`
  )
}

const obey = (context: Context, heldMs: number, press: { offered: string | null; why: string }): void => {
  const { state, now } = context
  if (press.offered === null) return refuse(context, heldMs, `nothing was offered: ${press.why}`)
  const offer = offerOf(state, now)
  if (!offer.ok || offer.kind !== press.offered)
    return refuse(context, heldMs, `what was offered when it was pressed (${press.offered}) is not offered any more`)
  const words = OFFER_WORDS[offer.kind]
  report(context, 'warning', `button-${offer.kind}`, `the button was held for ${secondsText(heldMs)}: ${words}`)
  state.panel.accepted = false
  operatorAsked(context, BUTTON_REQUEST, ORDERS[offer.kind])
}

/** The button was let go. `heldMs`: by the driver's clock; ours must agree, without a stall meanwhile (R9). */
export const buttonUp = (context: Context, heldMs: number | null): void => {
  const { state, now } = context
  const { press } = state.panel
  state.panel.press = null
  state.panel.lookAt = 0
  if (press === null) return
  if (press.stuck) return report(context, 'notice', 'button-freed', 'the button is no longer stuck')
  const mineMs = now - press.at
  if (heldMs === null) return refuse(context, mineMs, 'its line could not be read')
  const least = Math.min(heldMs, mineMs)
  const most = Math.max(heldMs, mineMs)
  const stood = state.draining || press.at < state.countFrom
  if (stood && most >= SHORT_MS) return refuse(context, most, 'this board stood still meanwhile')
  if (most < SHORT_MS) return acknowledge(context)
  if (most > OVER_MS) {
    const text = `the button was held for ${secondsText(most)}: longer than 8 s is reserved, nothing is done`
    return report(context, 'notice', 'button-too-long', text)
  }
  if (least >= ARMED_MS) return obey(context, least, press)
  const text = `the button was held for ${secondsText(least)}: nothing is done (shorter acknowledges, 3 to 8 s orders)`
  report(context, 'info', 'button-released', text)
}

/** Answers to the button's order go to the log and the lights: nobody else waits for them. */
const takeAnswers = (context: Context): void => {
  const mine = (effect: Effect): boolean => effect.kind === 'answerOperator' && effect.request === BUTTON_REQUEST
  if (!context.effects.some(mine)) return
  const answers = context.effects.filter(mine)
  const rest = context.effects.filter(effect => !mine(effect))
  context.effects.splice(0, context.effects.length, ...rest)
  for (const effect of answers) {
    if (effect.kind !== 'answerOperator') continue
    const { panel } = context.state
    if (effect.ok) panel.accepted = true
    if (effect.ok || !panel.accepted) panel.answered = { ok: effect.ok, until: context.now + ANSWER_MS }
    report(context, effect.ok ? 'notice' : 'warning', 'button-answer', `the button's order: ${effect.text}`)
  }
}

const watchPress = (context: Context): void => {
  const { press } = context.state.panel
  if (press === null || press.stuck || !reached(context, press.at + STUCK_MS)) return
  press.stuck = true
  stick(context, 'the button is down for 15 s: it is stuck or short-circuited, and orders nothing')
}

/** The last word of each step. Costs nothing while there is no new look to take. */
export const advancePanel = (context: Context): void => {
  const { state, now } = context
  const { panel } = state
  takeAnswers(context)
  watchPress(context)
  const everyMs = panel.press === null ? LOOK_MS : LOOK_PRESSED_MS
  // Where tokens are rare nothing else would wake the core in time.
  const rare = timingOf(context).tokenIntervalMs > everyMs
  const dueAt = panel.lookAt + everyMs
  if (now < dueAt) {
    if (rare) wakeAt(context, dueAt)
    return
  }
  panel.lookAt = now
  if (rare) wakeAt(context, now + everyMs)
  const alarms = alarmsOf(state, now)
  noteLasting(context, alarms)
  if (panel.acknowledged.length > 0) panel.acknowledged = panel.acknowledged.filter(name => alarms.includes(name))
  const lights = panelOf(viewOf(state, now))
  const shown = LEDS.map(led => lights[led]).join('')
  if (shown === panel.shown && now - panel.shownAt < SHOW_AGAIN_MS) return
  panel.shown = shown
  panel.shownAt = now
  context.effects.push({ kind: 'showPanel', panel: lights })
}
