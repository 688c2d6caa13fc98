// The outgoing token: what is durable and inspected here, in the peer's terms. Called by step when a link is due.
import { type Context, groupOf, order, selfOf, storageOk, storedGroup, timingOf, wakeAt } from './context.js'
import { validProof } from './evidence.js'
import { isFit } from './fit.js'
import { copyOf, peerCopyOf } from './mirror.js'
import type { CoreState, GroupPhase } from './state.js'
import { SENT_MAX } from './state.js'
import { LINK_IDS, type LinkId, NO_NONCE, type Role, type Token, type TokenGroup } from './types.js'

const CANDIDATE_INTERVALS = 3

/** What a phase is to the peer: whatever may hold something says so (R6). */
export const ROLE_OF_PHASE: Readonly<Record<GroupPhase, Role>> = {
  unknown: 'unknown',
  standby: 'standby',
  claiming: 'taking',
  taking: 'taking',
  active: 'active',
  releasing: 'releasing',
  granting: 'standby',
  failed: 'failed',
  stuck: 'releasing',
  abandoned: 'releasing'
}

/** How far it has come here, for whoever follows a move on the other board. */
export const progressOf = (state: CoreState, group: string): Pick<TokenGroup, 'mounted' | 'started'> => {
  const { phase, disk, services } = groupOf(state, group)
  const moving = phase === 'taking' || phase === 'active' || phase === 'releasing' || phase === 'stuck'
  return { mounted: moving && disk === 'mounted', started: moving && services }
}

const entryOf = (state: CoreState, group: string): TokenGroup => {
  const view = groupOf(state, group)
  const { epoch, grant } = storedGroup(state, group)
  return {
    epoch,
    role: view.phase === 'standby' && view.cannotServe !== null ? 'failed' : ROLE_OF_PHASE[view.phase],
    grant: view.phase === 'standby' ? grant : 0,
    wanted: view.wantedUntil > 0,
    diskSeen: view.diskSeen,
    fit: isFit(state, group),
    ...progressOf(state, group),
    copy: copyOf(state, group),
    peerCopy: peerCopyOf(state, group)
  }
}

/** A life that does not know us yet is answered for a few intervals after its last word only (R12). */
const freshCandidate = (state: CoreState, link: LinkId, now: number) => {
  const { candidate } = state.links[link]
  const limitMs = CANDIDATE_INTERVALS * state.settings.timing.tokenIntervalMs
  return candidate !== null && now - candidate.at <= limitMs ? candidate : null
}

const makeToken = (state: CoreState, link: LinkId, now: number): Token => {
  const { peer, settings, stored } = state
  const { highest } = state.links[link]
  const candidate = freshCandidate(state, link, now)
  return {
    board: selfOf(state),
    nonce: state.boot.nonce,
    peerNonce: candidate?.nonce ?? peer.nonce ?? NO_NONCE,
    sequence: state.sequence,
    echo: candidate?.sequence ?? highest,
    // A mode is told when it is durable (R14).
    mode: stored.mode,
    modeNumber: stored.modeNumber,
    digest: settings.digest,
    senior: state.senior,
    restarting: state.leaving?.order === 'restart',
    leaving: state.leaving?.order === 'leave' && state.leaving.released,
    stateBad: !storageOk(state),
    lanUp: state.input.lanUp,
    relayDriven: state.fence.relayOn || state.fence.phase === 'driving' || state.fence.phase === 'storing',
    proved: validProof(state) !== null,
    recovering: state.recovery !== null,
    groups: settings.groups.map(({ name }) => entryOf(state, name))
  }
}

/** R7: what the peer says of being outdated counts only if it heard us after our last word to the contrary. */
const noteSaid = ({ state, now }: Context, token: Token): void => {
  for (const [index, { name }] of state.settings.groups.entries()) {
    const { mirror } = groupOf(state, name)
    if (mirror !== null && token.groups[index]?.peerCopy === 'current') mirror.saidAt = now
  }
}

/** Send on each link that is due; news goes out at once, though never closer than a third of an interval. */
export const sendTokens = (context: Context): void => {
  const { state, now } = context
  const { tokenIntervalMs } = timingOf(context)
  for (const link of LINK_IDS) {
    const view = state.links[link]
    if (state.sendSoon)
      view.nextTokenAt = Math.min(view.nextTokenAt, Math.max(now, view.lastSentAt + tokenIntervalMs / 3))
    if (now >= view.nextTokenAt) {
      state.sequence += 1
      state.sentAt[state.sequence % SENT_MAX] = now
      const token = makeToken(state, link, now)
      noteSaid(context, token)
      order(context, { kind: 'sendToken', link, token })
      view.lastSentAt = now
      // Keep the rhythm; after a stall begin anew instead of catching up.
      const next = view.nextTokenAt + tokenIntervalMs
      view.nextTokenAt =
        next > now + tokenIntervalMs / 3 && next <= now + tokenIntervalMs ? next : now + tokenIntervalMs
    }
    wakeAt(context, view.nextTokenAt)
  }
  state.sendSoon = false
}
