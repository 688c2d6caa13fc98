// What the newest token of the peer means: life, wiring, epochs, grants, modes, two holders. Called by step for `newest` tokens only.
import {
  type Context,
  durableGroup,
  groupOf,
  order,
  peerOf,
  remember,
  rememberGroup,
  report,
  selfOf,
  storageOk
} from './context.js'
import { compareSenseWithToken } from './evidence.js'
import { loseClaim } from './group.js'
import { tokenWhileFencing } from './heard-while-fencing.js'
import { mirrorHeard } from './mirror-holder.js'
import { modeHeard } from './mode.js'
import { peerRecovers } from './recover.js'
import { beginRelease } from './release.js'
import { peerWants } from './switchover.js'
import { claimGroup } from './takeover.js'
import { actsOnIt, meetTwoHolders } from './two-holders.js'
import { compareEpochs, isHolding, type Token, type TokenGroup } from './types.js'

/** A higher epoch is adopted; one of ours that we do not know means that our record was rolled back (R5). */
const adoptEpoch = (context: Context, group: string, theirs: TokenGroup): void => {
  const { state } = context
  const mine = durableGroup(state, group)
  if (compareEpochs(theirs.epoch, mine.epoch) <= 0) return
  if (theirs.epoch.board === selfOf(state)) {
    if (state.storageStale) return
    state.storageStale = true
    state.storageProblem = `older than what the peer remembers (${group}: here ${mine.epoch.number}${mine.epoch.board}, there ${theirs.epoch.number}${theirs.epoch.board})`
    report(
      context,
      'alarm',
      'state-stale',
      `the durable state of this board is ${state.storageProblem}: was its card swapped or restored? \`baton recover\` accepts it`,
      group
    )
    return
  }
  rememberGroup(context, group, { epoch: theirs.epoch, grant: 0 })
}

/** A grant to us: the only right that needs no proof of power (R2a). */
const acceptGrant = (context: Context, group: string, theirs: TokenGroup): void => {
  const { state } = context
  const view = groupOf(state, group)
  const mine = durableGroup(state, group)
  if (theirs.grant <= mine.epoch.number || theirs.grant <= theirs.epoch.number) return
  if (theirs.epoch.board !== peerOf(state) || isHolding(theirs.role)) return
  if (view.phase !== 'standby' && view.phase !== 'failed') return
  if (!storageOk(state) || state.peer.token?.digest !== state.settings.digest || state.leaving !== null) return
  if (state.durable.evidence[group] !== undefined) return
  report(context, 'notice', 'grant-received', `the peer grants ${group}, epoch ${theirs.grant}`, group)
  claimGroup(context, group, 'grant', theirs.grant)
}

/** The peer has a right to what is on its way here, or held here, and does not act on it: it is given up in order (R5). */
const overtaken = (context: Context, group: string): void => {
  const view = groupOf(context.state, group)
  if (view.phase === 'claiming') loseClaim(context, group, view, 'the peer has a higher epoch')
  else if (view.phase === 'taking' || view.phase === 'active') {
    report(context, 'alarm', 'epoch-overtaken', `the peer has a higher epoch of ${group}: it is released here`, group)
    beginRelease(context, group, 'standby', false)
  } else if (view.phase === 'releasing' || view.phase === 'stuck') {
    view.afterRelease = 'standby'
    view.planned = false
  }
}

const groupHeard = (context: Context, group: string, theirs: TokenGroup): void => {
  const { state } = context
  const view = groupOf(state, group)
  if (meetTwoHolders(context, group, theirs)) return
  adoptEpoch(context, group, theirs)
  const owner = durableGroup(state, group).epoch.board
  if (owner !== selfOf(state) && (view.phase === 'claiming' || actsOnIt(view.phase))) overtaken(context, group)
  mirrorHeard(context, group, theirs)
  acceptGrant(context, group, theirs)
  if (theirs.wanted) peerWants(context, group)
}

/** The peer came back (a new life, or after a silence): people and neighbours hear where the addresses are. */
export const peerReturned = (context: Context): void => {
  const { state } = context
  for (const { name } of state.settings.groups) {
    if (groupOf(state, name).phase === 'active') order(context, { kind: 'announceAddresses', group: name })
  }
}

export const newestToken = (
  context: Context,
  token: Token,
  before: { digest: string | null; silent: boolean }
): void => {
  const { state } = context
  const { peer, settings } = state
  if (state.durable.startFences > 0) remember(context, { startFences: 0 })
  if (state.stalled && !state.draining && peer.tokenEchoSentAt >= state.countFrom) state.stalled = false
  compareSenseWithToken(context, peer.tokenEchoSentAt)
  tokenWhileFencing(context, peer.tokenEchoSentAt)
  if (token.digest !== settings.digest && before.digest !== token.digest) {
    report(
      context,
      'alarm',
      'configuration-differs',
      'the two boards have different configurations: no role changes until they are the same; compare with `baton check-config`'
    )
  }
  if (before.silent) peerReturned(context)
  if (token.recovering && !peer.recovering) peerRecovers(context)
  peer.recovering = token.recovering
  modeHeard(context, token)
  for (const [i, { name }] of settings.groups.entries()) {
    const theirs = token.groups[i]
    if (theirs === undefined || state.resetOrdered) continue
    // With different configurations no role changes (R6), yet two holders are two holders.
    if (token.digest === settings.digest) groupHeard(context, name, theirs)
    else meetTwoHolders(context, name, theirs)
  }
}
