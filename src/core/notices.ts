// What people should read in the log although nothing was decided: a peer or a link that falls silent or comes back. Once per step.
import { type Context, report } from './context.js'
import { isRecentlyHeard } from './silence.js'
import { LINK_IDS, type LinkId } from './types.js'

const OTHER: Readonly<Record<LinkId, LinkId>> = { serial: 'ethernet', ethernet: 'serial' }

const notePeer = (context: Context, heard: boolean): void => {
  const { state, now } = context
  const { input, peer } = state
  if (heard === state.told.peerHeard) return
  const before = state.told.peerHeard
  state.told.peerHeard = heard
  state.told.heardSince = now
  if (heard)
    return report(context, 'notice', 'peer-heard', before === null ? 'the peer is heard' : 'the peer is heard again')
  if (before === null) return
  const silentMs = Math.round(now - (peer.lastFreshAt ?? now))
  const talks = peer.lastAnyAt !== null && now - peer.lastAnyAt < silentMs / 2
  if (peer.token?.leaving === true)
    return report(context, 'notice', 'peer-left', 'the peer was shut down in order: it is not fenced for its silence')
  const why =
    input.sense === false
      ? 'it has no power'
      : talks
        ? `it talks, but it does not hear us: our last word that it knows of is ${silentMs} ms old`
        : `nothing came on any link for ${silentMs} ms`
  report(context, 'warning', 'peer-lost', `the peer is not heard any more: ${why}`)
}

/** A link that is silent while the peer is heard is degraded; when nothing is heard at all the peer is the news, not the link. */
const noteLink = (context: Context, link: LinkId, peerHeard: boolean): void => {
  const { state, now } = context
  const view = state.links[link]
  const works = view.lastFreshAt !== null && now - view.lastFreshAt <= state.settings.timing.deadMs
  const before = state.told.links[link] ?? null
  if (works && before === false) report(context, 'notice', 'link-back', `the ${link} link works again`)
  if (works) state.told.links[link] = true
  // After a silence the links come back one after the other.
  const settled = now - state.told.heardSince > state.settings.timing.deadMs
  if (works || before !== true || !peerHeard || !settled) return
  state.told.links[link] = false
  const oneWay = view.lastAnyAt !== null && now - view.lastAnyAt <= state.settings.timing.deadMs
  report(
    context,
    'warning',
    'link-lost',
    `the ${link} link is ${oneWay ? 'one-way' : 'silent'}: tokens go on over ${OTHER[link]} only`
  )
}

export const noteSilence = (context: Context): void => {
  const heard = isRecentlyHeard(context.state, context.now)
  if (context.state.peer.lastFreshAt !== null) notePeer(context, heard)
  for (const link of LINK_IDS) noteLink(context, link, heard)
}
