// Who decides: auto, manual, maintenance. A change has a number, is confirmed by the peer or refused, and is durable (R14).
import { answer, type Context, isStored, reached, remember, report, storageOk, timingOf } from './context.js'
import { isConfirmedNow } from './fencing.js'
import { effectiveMode, stricter } from './fit.js'
import { isHeard, isRecentlyHeard } from './silence.js'
import type { Mode, Token } from './types.js'

const NUMBER_MAX = 0xffff_fff0

/** The peer is heard, and its state is not in order: it takes and grants nothing until it can store again, and then stores what it heard (R5). */
const cannotStore = ({ state, now }: Context): boolean => isHeard(state, now) && state.peer.token?.stateBad === true

/** Nobody else acts: the peer's power is proved off, or it cannot store and has heard the new mode. */
const isAlone = (context: Context): boolean => {
  const { modeAsk, peer } = context.state
  const told = modeAsk !== null && modeAsk.storedAt !== null && peer.tokenEchoSentAt > modeAsk.storedAt
  return isConfirmedNow(context) || (told && cannotStore(context))
}

/** Operator, or expiry (`request: null`): ask for a mode. Both boards count the stricter one until the peer has confirmed. */
export const askMode = (context: Context, request: number | null, mode: Mode, forMs: number): void => {
  const { state, now } = context
  if (state.modeAsk !== null) return answer(context, request, false, 'another change of mode is under way')
  const { mode: previous, modeNumber, modeForMs: previousForMs } = state.durable
  const same = mode === previous && forMs === 0 && previousForMs === 0 && effectiveMode(state) === mode
  const agreed = isHeard(state, now) && state.peer.token?.modeNumber === modeNumber && state.peer.token.mode === mode
  if (same && agreed) return answer(context, request, true, `the mode is ${mode} already`)
  if (!storageOk(state)) return answer(context, request, false, `the mode could not be stored: ${state.storageProblem}`)
  if (!isHeard(state, now) && !isConfirmedNow(context)) {
    return answer(
      context,
      request,
      false,
      'the peer is not heard and could not agree; `baton fence off` cuts its power first'
    )
  }
  const number = Math.min(NUMBER_MAX, Math.max(modeNumber, state.peer.token?.modeNumber ?? 0) + 1)
  state.modeAsk = {
    mode,
    number,
    previous,
    previousForMs,
    by: now + timingOf(context).answerMs,
    storedAt: null,
    request
  }
  state.modeUntil = forMs > 0 ? now + forMs : 0
  remember(context, { mode, modeNumber: number, modeForMs: forMs })
  state.sendSoon = true
}

const settle = (context: Context): void => {
  const { state } = context
  const { modeAsk } = state
  if (modeAsk === null) return
  state.modeAsk = null
  report(context, 'notice', 'mode', `the mode is ${modeAsk.mode}`)
  answer(context, modeAsk.request, true, `the mode is ${modeAsk.mode}`)
}

const refuse = (context: Context): void => {
  const { state } = context
  const { modeAsk } = state
  if (modeAsk === null) return
  state.modeAsk = null
  // A higher number with the old mode: should the peer have stored the new one, it learns of its end.
  // A mode that should have expired tries again; an order that was refused leaves the old one as it was, time included.
  const { previousForMs } = modeAsk
  const againMs = modeAsk.request === null ? timingOf(context).answerMs : previousForMs
  state.modeUntil = previousForMs > 0 ? context.now + againMs : 0
  const modeNumber = Math.min(NUMBER_MAX, modeAsk.number + 1)
  remember(context, { mode: modeAsk.previous, modeNumber, modeForMs: previousForMs })
  report(
    context,
    'warning',
    'mode-refused',
    `the mode stays ${modeAsk.previous}: the peer did not confirm ${modeAsk.mode}`
  )
  answer(context, modeAsk.request, false, `the mode stays ${modeAsk.previous}: the peer did not confirm`)
}

/** The newest token's mode: a higher number is adopted, the same number confirms; a tie goes to the stricter. */
export const modeHeard = (context: Context, token: Token): void => {
  const { state } = context
  const { durable, modeAsk } = state
  if (token.modeNumber > durable.modeNumber) {
    if (modeAsk !== null) {
      answer(context, modeAsk.request, false, `the peer ordered ${token.mode} at the same time`)
      state.modeAsk = null
    }
    if (token.mode !== durable.mode) report(context, 'notice', 'mode', `the peer ordered the mode ${token.mode}`)
    state.modeUntil = 0
    remember(context, { mode: token.mode, modeNumber: token.modeNumber, modeForMs: 0 })
    return
  }
  if (token.modeNumber < durable.modeNumber) return
  if (token.mode !== durable.mode) {
    const mode = stricter(token.mode, durable.mode)
    if (mode === durable.mode) return
    if (modeAsk !== null) answer(context, modeAsk.request, false, `the peer ordered ${token.mode} at the same time`)
    state.modeAsk = null
    state.modeUntil = 0
    remember(context, { mode, modeForMs: 0 })
    return
  }
  if (modeAsk !== null && token.modeNumber === modeAsk.number) settle(context)
}

export const advanceMode = (context: Context): void => {
  const { state, now } = context
  const { modeAsk } = state
  if (modeAsk !== null) {
    const stored = isStored(state, state.storeCount) && !state.storeWanted
    if (stored) modeAsk.storedAt ??= now
    if (stored && isAlone(context)) settle(context)
    // A peer that fell silent confirms nothing, and a takeover must not wait for it.
    else if (!isConfirmedNow(context) && !isRecentlyHeard(state, now)) refuse(context)
    else if (reached(context, modeAsk.by)) refuse(context)
    return
  }
  if (state.modeUntil === 0 || !reached(context, state.modeUntil)) return
  if (!isHeard(state, now) || !storageOk(state)) return
  report(context, 'notice', 'mode-expired', `the time of the mode ${state.durable.mode} is over`)
  askMode(context, null, 'auto', 0)
}
