// Which tokens of the peer are believed: boot nonce, recent echo, one sequence over both links (R12). Called by step with every signed token.
import type { Context } from './context.js'
import { report, selfOf, timingOf } from './context.js'
import { QUIET_INTERVALS } from './silence.js'
import type { CoreState, LinkView } from './state.js'
import { RETIRED_MAX, SENT_MAX } from './state.js'
import { LINK_IDS, type LinkId, type Token } from './types.js'

/** What a received token is to us. Only `newest` gives rights, health or "heard"; `fresh` gives health of its link. */
export type Verdict = 'newest' | 'fresh' | 'stale' | 'hello' | 'own'

const LOSS_WINDOW = 200
const REPORT_AGAIN_MS = 60_000

/** Sending time of one of our sequence numbers, or null if it is not remembered any more. */
const sentAtOf = (state: CoreState, sequence: number): number | null => {
  if (sequence < 1 || sequence > state.sequence || state.sequence - sequence >= SENT_MAX) return null
  const at = state.sentAt[sequence % SENT_MAX]
  return at === undefined || at < 0 ? null : at
}

const countLoss = (view: LinkView, sequence: number): void => {
  // Both links share the sequence, so on one link every second number is expected.
  if (view.highest > 0) {
    view.expected += Math.max(1, Math.round((sequence - view.highest) / 2))
    view.received += 1
  }
  if (view.expected > LOSS_WINDOW) {
    view.expected /= 2
    view.received /= 2
  }
}

/** A life of the peer that does not know us yet is answered, unless its former life is still talking on this link. */
const noteHello = (context: Context, view: LinkView, token: Token): Verdict => {
  const { state, now } = context
  const { peer } = state
  if (token.nonce === peer.nonce || peer.retired.includes(token.nonce)) return 'stale'
  const live = view.lastFreshAt !== null && now - view.lastFreshAt < 1.5 * timingOf(context).tokenIntervalMs
  if (live) return 'stale'
  if (view.candidate?.nonce !== token.nonce || view.candidate.sequence < token.sequence) {
    // A new life is answered at once, so that it is heard before its silence is judged.
    if (view.candidate?.nonce !== token.nonce) state.sendSoon = true
    view.candidate = { nonce: token.nonce, sequence: token.sequence, at: now }
  }
  return 'hello'
}

const adoptLife = (state: CoreState, nonce: string, now: number): void => {
  const { peer } = state
  peer.lifeAt = now
  peer.mutual = false
  if (peer.nonce !== null) peer.retired = [peer.nonce, ...peer.retired].slice(0, RETIRED_MAX)
  peer.nonce = nonce
  state.sendSoon = true
  peer.highest = 0
  for (const link of LINK_IDS) {
    const view = state.links[link]
    view.highest = view.candidate?.nonce === nonce ? view.candidate.sequence : 0
    view.candidate = null
    view.received = 0
    view.expected = 0
  }
}

/** What a signed word says of epochs was so once: a tenure of ours begins above it, however old the word is (R5). */
const noteNumbers = (state: CoreState, token: Token): void => {
  if (token.digest !== state.settings.digest) return
  for (const [index, { name }] of state.settings.groups.entries()) {
    const view = state.groups[name]
    const said = token.groups[index]
    if (view !== undefined && said !== undefined)
      view.seenNumber = Math.max(view.seenNumber, said.epoch.number, said.grant)
  }
}

/** A number above all before it on both links is no replay: somebody talks, fresh or not. */
const noteWord = (state: CoreState, view: LinkView, token: Token, now: number): void => {
  if (token.sequence > Math.max(...LINK_IDS.map(link => state.links[link].highest))) {
    state.peer.lastWordAt = now
    state.peer.drivesSince = token.relayDriven ? (state.peer.drivesSince ?? now) : null
  }
  view.highest = Math.max(view.highest, token.sequence)
}

/** Judge one signed token, update the views of link and peer. `now - echo` older than the dead time is not recent. */
export const receiveToken = (context: Context, link: LinkId, token: Token): Verdict => {
  const { state, now } = context
  const { peer } = state
  const view = state.links[link]
  if (token.board === selfOf(state)) {
    noteForeign(context, 'identity')
    return 'own'
  }
  peer.lastAnyAt = now
  view.lastAnyAt = now
  noteNumbers(state, token)
  if (token.peerNonce !== state.boot.nonce) return noteHello(context, view, token)
  if (peer.retired.includes(token.nonce)) return 'stale'
  // The life that knows us talks: no late or replayed frame of another one may turn our echo away from it.
  if (token.nonce === peer.nonce) view.candidate = null
  const sentAt = sentAtOf(state, token.echo)
  if (sentAt === null || now - sentAt > timingOf(context).deadMs) {
    // The peer talks, but does not hear us on this link: answer it, believe nothing.
    if (token.nonce === peer.nonce) noteWord(state, view, token, now)
    return token.nonce === peer.nonce ? 'stale' : noteHello(context, view, token)
  }
  if (token.nonce !== peer.nonce) adoptLife(state, token.nonce, now)
  if (token.sequence <= view.highest) return 'stale'
  countLoss(view, token.sequence)
  noteWord(state, view, token, now)
  view.lastFreshAt = now
  view.roundTripMs = now - sentAt
  const gapMs = peer.lastFreshAt === null ? 0 : now - peer.lastFreshAt
  if (gapMs > QUIET_INTERVALS * timingOf(context).tokenIntervalMs) peer.resumedAt = now
  if (sentAt >= peer.lifeAt) peer.mutual = true
  // Any fresh token is "heard", and may carry the latest echo: the newest one may come over a link that is cut our way.
  if (peer.echoedSentAt === null || sentAt > peer.echoedSentAt) {
    peer.echoedSentAt = sentAt
    peer.echoAdvancedAt = now
  }
  peer.lastFreshAt = now
  if (token.sequence <= peer.highest) return 'fresh'
  peer.highest = token.sequence
  peer.token = token
  peer.tokenEchoSentAt = sentAt
  return 'newest'
}

/** A well-formed frame that is not ours is not silence: alarm, and no automatic fencing for a while (R12). */
export const noteForeign = (context: Context, foreign: 'key' | 'version' | 'identity'): void => {
  const { state, now } = context
  const { peer } = state
  const words = {
    key: 'frames signed with another key arrive: this board or its peer has the key of another pair; compare the key files, or pair both boards anew (`baton pair`)',
    version:
      'frames of another protocol version arrive: install the same baton version on both boards; or is the other board in `baton pair`?',
    identity: 'frames of an impossible sender arrive: do both boards have the same letter (strap or board file)?'
  }
  const reportedAt = peer.foreignReportedAt[foreign]
  if (reportedAt === undefined || now - reportedAt >= REPORT_AGAIN_MS) {
    peer.foreignReportedAt[foreign] = now
    report(context, 'alarm', `foreign-${foreign}`, words[foreign])
  }
  peer.foreignAt = now
  peer.foreign = foreign
}
