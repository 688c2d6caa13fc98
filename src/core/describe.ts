// The core's account of itself for people. Reads the state, changes nothing, decides nothing.
import { groupOf, selfOf } from './context.js'
import { confirmationOf, validProof } from './evidence.js'
import { effectiveMode, ownerOf, takeable, whyNotFence } from './fit.js'
import { JOB_WORDS, PHASE_WORDS } from './group-words.js'
import { copyOf, mirrorWaits, peerCopySaid } from './mirror.js'
import { keptWords, mirrorProblem, notTakenWords } from './mirror-words.js'
import { alarmsOf } from './panel-alarms.js'
import { offerOf } from './panel-offer.js'
import { viewOf } from './panel-view.js'
import { recoveryPlan, silentItem } from './recovery-plan.js'
import { isHeard, isRecentlyHeard, peerGroup, sameConfiguration, seniorOf } from './silence.js'
import type { CoreState, FencePhase, GroupState } from './state.js'
import type { CoreStatus, FenceStatus, GroupStatus, LinkStatus, PanelStatus } from './status.js'
import { ROLE_OF_PHASE } from './token.js'
import { isHolding, type LinkId } from './types.js'
import { needsSomebody, whyNotServed } from './unserved.js'

const linkStatus = (state: CoreState, link: LinkId, now: number): LinkStatus => {
  const view = state.links[link]
  const limitMs = 3 * state.settings.timing.tokenIntervalMs
  const fresh = view.lastFreshAt !== null && now - view.lastFreshAt <= limitMs
  const any = view.lastAnyAt !== null && now - view.lastAnyAt <= limitMs
  const loss = view.expected > 0 ? 100 * (1 - view.received / view.expected) : 0
  return {
    state: fresh ? 'two-way' : any ? 'one-way' : 'silent',
    ageMs: view.lastFreshAt === null ? null : now - view.lastFreshAt,
    roundTripMs: view.roundTripMs,
    lossPercent: Math.max(0, Math.min(100, Math.round(loss)))
  }
}

/** A failure that is remembered although the group was handed on. */
const cannotServe = (view: GroupState): string | null =>
  view.cannotServe === null
    ? null
    : `it could not be served here: ${view.cannotServe}; \`baton recover\` when that is mended`

const groupStatus = (state: CoreState, name: string, home: GroupStatus['home'], now: number): GroupStatus => {
  const view = groupOf(state, name)
  const running = Object.keys(view.jobs)[0]
  const working = running === undefined || view.phase === 'active' ? undefined : JOB_WORDS[running]
  const owner = ownerOf(state, name)
  const waits = mirrorWaits(state, name) ? mirrorProblem(state, name, now) : null
  const waiting =
    view.phase !== 'standby'
      ? undefined
      : view.cannotServe !== null
        ? 'could not be served here'
        : owner === selfOf(state)
          ? 'waiting for the peer to agree'
          : undefined
  return {
    name,
    role: ROLE_OF_PHASE[view.phase],
    doing: working ?? waiting ?? PHASE_WORDS[view.phase],
    epoch: state.stored.groups[name]?.epoch ?? { number: 0, board: home },
    owner,
    home,
    peerRole: isRecentlyHeard(state, now) ? (peerGroup(state, name)?.role ?? null) : null,
    ...(view.mirror === null ? {} : { copies: { here: copyOf(state, name), there: peerCopySaid(state, name, now) } }),
    problem:
      state.durable.evidence[name] ?? view.problem ?? cannotServe(view) ?? whyNotServed(state, name, now) ?? waits
  }
}

const SHOWN_PHASE: Readonly<Record<FencePhase, FenceStatus['phase']>> = {
  idle: 'idle',
  storing: 'preparing',
  driving: 'preparing',
  waiting: 'driven',
  confirmed: 'confirmed',
  restoring: 'restoring',
  failed: 'failed',
  'left-off': 'left-off'
}

const fenceStatus = (state: CoreState): FenceStatus => {
  const { fence, input } = state
  const proof = validProof(state)
  return {
    phase: SHOWN_PHASE[fence.phase],
    purpose: fence.purpose,
    proved: proof === null ? null : { wallSeconds: proof.wallSeconds, bySense: proof.bySense },
    confirmedBy: confirmationOf(state),
    relayDriven: fence.relayOn,
    sense: input.sense,
    senseTrusted: !input.senseDistrusted,
    loop: input.loop,
    detail: fence.problem
  }
}

/** One sentence: what would happen if the peer died now. */
const ifPeerDied = (state: CoreState, now: number): string => {
  const names = state.settings.groups.map(group => group.name)
  const held = names.filter(name => groupOf(state, name).phase === 'active')
  const would = takeable(state)
  const words = [...keptWords(state, held, now), ...notTakenWords(state, now)]
  const kept = words.join('; ')
  if (would.length === 0 && held.length === names.length)
    return held.some(name => groupOf(state, name).mirror !== null)
      ? `${kept}.`
      : `${kept}; nothing would be interrupted.`
  // Why a copy is not taken says more than that there is nothing to take.
  if (would.length === 0 && notTakenWords(state, now).length > 0) return `${kept}.`
  const refused = whyNotFence(state, now)
  if (!isRecentlyHeard(state, now) && refused !== null)
    return `The peer is not heard already, and nothing is taken over by itself: ${refused}.`
  if (refused !== null) return `${kept ? `${kept}; ` : ''}nothing would be taken over by itself: ${refused}.`
  if (would.length === 0) return `${kept === '' ? 'nothing would be taken over' : kept}.`
  const how = confirmationOf(state)
  return `${kept ? `${kept}; ` : ''}this board would cut its power, prove it by ${how}, and take over ${would.join(', ')}.`
}

const warningsOf = (state: CoreState, now: number): readonly string[] => {
  const { durable, input, settings, peer, fence } = state
  const { wiring } = settings
  const warnings: string[] = []
  const warn = (when: boolean, words: string): void => {
    if (when) warnings.push(words)
  }
  for (const { name } of settings.groups) {
    const view = groupOf(state, name)
    const bad = view.phase === 'failed' || view.phase === 'stuck' || view.phase === 'abandoned'
    const problem = durable.evidence[name] ?? view.problem ?? cannotServe(view)
    warn(bad || problem !== null, `${name}: ${problem ?? PHASE_WORDS[view.phase]}`)
    const nowhere = problem === null && needsSomebody(state, name, now)
    warn(nowhere, `${name}: ${whyNotServed(state, name, now)}`)
    const unfit = view.phase === 'active' && isHeard(state, now) && peerGroup(state, name)?.fit === false
    warn(unfit, `${name}: the peer is not fit to take it over; see its status`)
    const copies = mirrorProblem(state, name, now)
    warn(copies !== null, `${name}: ${copies}`)
    warn(!view.diskSeen, `${name}: its disk cannot be reached from here`)
  }
  warn(
    state.storageProblem !== null,
    `the durable state is not in order: ${state.storageProblem}; nothing is taken or granted`
  )
  warn(fence.problem !== null, `the last fencing was not confirmed: ${fence.problem}`)
  warn(fence.phase === 'left-off', 'the peer is left without power until `baton fence on`')
  warn(
    peer.token !== null && !sameConfiguration(state),
    'the two boards have different configurations: no role changes'
  )
  warn(peer.foreignAt !== null && now - peer.foreignAt < 60_000, `frames of a foreign ${peer.foreign} arrive`)
  warn(wiring.fence === 'none', 'no relay and no fence agent: no automatic takeover')
  warn(wiring.fence !== 'none' && validProof(state) === null, 'the fence is not proved: run `baton fence prove`')
  const byRelay = wiring.fence === 'relay'
  warn(
    byRelay && wiring.sense && !wiring.loop,
    'no harness loop is fitted: a harness that is pulled looks like a peer without power'
  )
  warn(
    byRelay && !wiring.sense,
    'no power sense line is fitted: a fencing is confirmed by time only, and a relay that fails is not noticed'
  )
  // A pulled harness says it all.
  const pulled = wiring.loop && input.loop === false
  warn(input.senseDistrusted && !pulled, 'the power sense line lies: check its wire, then `baton fence prove`')
  warn(pulled, 'the harness to the peer is pulled or cut: push it in on both boards')
  warn(!input.lanUp, "this board's LAN is down")
  warn(isRecentlyHeard(state, now) && peer.token?.lanUp === false, "the peer's LAN is down")
  if (!isRecentlyHeard(state, now)) {
    const { what, by, remedy } = silentItem(state, now)
    warnings.push(`the peer is not heard: ${what}${by === 'person' ? `; ${remedy}` : ''}`)
  }
  for (const link of ['serial', 'ethernet'] as const) {
    const status = linkStatus(state, link, now)
    warn(isRecentlyHeard(state, now) && status.state !== 'two-way', `the ${link} link is ${status.state}`)
  }
  warn(state.panel.press?.stuck === true, 'the button is stuck or short-circuited: it orders nothing')
  warn(effectiveMode(state) !== 'auto', `the mode is ${effectiveMode(state)}: no automatic takeover`)
  return warnings
}

const panelStatus = (state: CoreState, now: number): PanelStatus => {
  const offer = offerOf(state, now)
  const { acknowledged } = state.panel
  return {
    ...viewOf(state, now),
    alarms: alarmsOf(state, now).map(alarm => ({ alarm, acknowledged: acknowledged.includes(alarm) })),
    offer: offer.ok ? offer.kind : null
  }
}

/** Every repeated look gives the same answer; `now` is this board's monotonic clock in milliseconds. */
export const describe = (state: CoreState, now: number): CoreStatus => {
  const { peer, settings, durable, modeAsk } = state
  const heard = isHeard(state, now)
  const token = isRecentlyHeard(state, now) ? peer.token : null
  const looked = Object.values(state.groups).every(group => group.phase !== 'unknown')
  const served = settings.groups.every(
    ({ name }) => groupOf(state, name).phase === 'active' || (heard && peerGroup(state, name)?.role === 'active')
  )
  const standbyFit = settings.groups.every(({ name }) => {
    const theirs = peerGroup(state, name)
    return groupOf(state, name).phase === 'active' ? theirs !== null && !isHolding(theirs.role) && theirs.fit : true
  })
  const normal = heard && served && standbyFit && sameConfiguration(state)
  return {
    board: selfOf(state),
    mode: durable.mode,
    modeNumber: durable.modeNumber,
    modeWanted: modeAsk?.mode ?? null,
    modeLeftMs: state.modeUntil > 0 && durable.mode !== 'auto' ? Math.max(0, state.modeUntil - now) : null,
    pair: normal ? 'normal' : looked && (peer.lastFreshAt !== null || served) ? 'fallback' : 'starting',
    senior: seniorOf(state),
    peer: {
      heard,
      ageMs: peer.lastFreshAt === null ? null : now - peer.lastFreshAt,
      links: { serial: linkStatus(state, 'serial', now), ethernet: linkStatus(state, 'ethernet', now) },
      stateBad: token?.stateBad ?? false,
      proved: token?.proved ?? null,
      lanUp: token?.lanUp ?? null,
      sameConfiguration: peer.token === null ? null : sameConfiguration(state)
    },
    fence: fenceStatus(state),
    groups: settings.groups.map(({ name, home }) => groupStatus(state, name, home, now)),
    lanUp: state.input.lanUp,
    storage: state.storageProblem ?? 'ok',
    ifPeerDied: ifPeerDied(state, now),
    warnings: warningsOf(state, now),
    recovery: recoveryPlan(state, now),
    recovering: state.recovery !== null,
    panel: panelStatus(state, now)
  }
}
