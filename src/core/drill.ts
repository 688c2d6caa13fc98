// May the fence be proved now (R4)? One sentence for the operator's order, for the panel's button, and again until the relay moves.
import { durableGroup, groupOf, storageOk } from './context.js'
import { hasLooked, peerHolds } from './fit.js'
import { isHeard, peerGroup, sameConfiguration } from './silence.js'
import type { CoreState } from './state.js'

/** A group that the peer is about to take from here: its power must not go in the middle of that. */
const handedOver = (state: CoreState): string | undefined =>
  state.settings.groups
    .map(({ name }) => name)
    .find(name => {
      const { phase } = groupOf(state, name)
      const granted = durableGroup(state, name).grant > 0 && peerGroup(state, name)?.fit === true
      return phase === 'releasing' || phase === 'granting' || (phase === 'standby' && granted)
    })

/**
 * For so many milliseconds at most this board's power may still go by the peer's relay: it drills, or a person had this board cut; 0 = it does
 * not drive it, or has for so long that it cuts nothing here.
 */
export const mayBeCutMs = ({ peer, settings }: CoreState, now: number): number => {
  const { deadMs, fenceDeadlineMs } = settings.timing
  if (peer.drivesSince === null) return 0
  // A drill may wait so long for its record and a word, and as long again until the relay must have shown what it does.
  return Math.max(0, peer.drivesSince + deadMs + 2 * fenceDeadlineMs - now)
}

/** Why the peer's power must not be cut for a drill at this instant, whatever our own relay does; null = it may. */
export const whyNotDrill = (state: CoreState, now: number): string | null => {
  const { input, peer, settings } = state
  const { token } = peer
  if (settings.wiring.fence === 'none') return 'no relay and no fence agent is configured'
  if (state.leaving !== null) return 'this board is being ended'
  if (token === null || !isHeard(state, now)) return 'the peer is not heard: it must be up and connected'
  if (!storageOk(state)) return `the durable state is not in order: ${state.storageProblem}`
  if (!hasLooked(state)) return 'this board has not looked yet what it holds; try again in a moment'
  if (settings.wiring.sense && input.sense !== true)
    return 'the power sense line reads off while the peer is up: check its wire'
  if (settings.wiring.loop && input.loop !== true) return 'the harness loop is open: push the harness in on both boards'
  if (!sameConfiguration(state))
    return 'the two boards have different configurations: what the peer holds cannot be told; compare with `baton check-config`'
  if (token.relayDriven) return "the peer switches this board's power at this moment: one after the other; try again"
  if (token.restarting || token.leaving) return "the peer's daemon ends or restarts; try again in a moment"
  const held = settings.groups.find(({ name }) => peerHolds(state, name))
  if (held !== undefined)
    return `the peer holds ${held.name}, and would lose its power: \`baton switchover ${held.name}\` first`
  const moving = handedOver(state)
  return moving === undefined ? null : `${moving} is being handed over to the peer; try again when it is there`
}

/** Why `fence prove` is refused now; null = it would begin. */
export const whyNotProve = (state: CoreState, now: number): string | null => {
  const { phase } = state.fence
  const busy = phase !== 'idle' && phase !== 'failed'
  if (state.settings.wiring.fence !== 'none' && busy) return `a fencing is under way (${phase})`
  return whyNotDrill(state, now)
}

/**
 * The peer has said something since it knows that we are about to cut it (our tokens say so from the order on): what it holds and
 * drives, it says in that knowledge, and it begins nothing more, neither a drill nor `fence off`. So two never meet: whoever speaks
 * second sees the other's. The first words of a new life echo what it heard before it knew us: that is no knowledge.
 */
export const peerKnowsOfDrill = ({ fence, peer }: CoreState): boolean =>
  peer.tokenEchoSentAt > Math.max(fence.startedAt, peer.lifeAt)
