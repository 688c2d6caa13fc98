// By which right a board begins a tenure, judged on the world: records on disk, rails, wires (R2, R3). Used by the R2 invariant only.
// Also names the lie, where a board was told one that no rule can see through: such a run lies beyond the assumptions.
import type { BoardId, Epoch } from '../../src/core/types.js'
import { compareEpochs, otherBoard } from '../../src/core/types.js'
import type { Past, Right } from './judge.js'
import { askedWithin, SAMPLE_AGE_MS } from './judge.js'
import type { World } from './world.js'

const ORDER_SLACK_MS = 100

export const rightOf = (world: World, past: Past, id: BoardId, group: string, epoch: Epoch): Right => {
  const peer = world.boards[otherBoard(id)]
  const theirs = peer.store.durable?.groups[group]
  const mine = world.boards[id].store.durable?.groups[group]
  const granted = theirs !== undefined && theirs.grant > 0 && theirs.grant <= epoch.number
  const taken = theirs !== undefined && theirs.epoch.board === id && compareEpochs(theirs.epoch, epoch) <= 0
  if (epoch.board === id && (granted || taken)) return past.owner.get(group) === id ? 'owner' : 'grant'
  if (past.owner.get(group) === id && (mine === undefined || mine.grant === 0)) return 'owner'
  // A supply that is cut again before its board has booted holds up for less than a boot: that board cannot come to life.
  const dying = peer.contactOpen && peer.soc === null
  return peer.rail && !dying ? 'none' : 'peerOff'
}

/** What relay, sense and loop made this board believe, or null. */
const lieOfWires = (world: World, past: Past, id: BoardId, drivenAt: number): string | null => {
  const { wiring, timing } = world.plan.settings[id]
  const now = world.agenda.now
  const own = past.boards[id]
  if (wiring.fence === 'agent') return null
  // What was heard long after the relay was driven, or after sense fell, gives the lie away (R3).
  const heardAfterMs = timing.relayActMs + timing.holdUpMs + timing.tokenIntervalMs + timing.deadMs + ORDER_SLACK_MS
  if (own.heardAt - drivenAt > heardAfterMs) return null
  if (wiring.sense && own.senseOffSince !== null && own.heardAt - own.senseOffSince > heardAfterMs) return null
  if (!wiring.sense)
    return now - drivenAt >= timing.holdMs - ORDER_SLACK_MS
      ? 'relay failed after its proof on a pair without sense'
      : null
  if (own.senseOffSince === null) return null
  if (wiring.loop) {
    const agoMs = now - own.senseOffSince
    return now - own.loopWholeAt < SAMPLE_AGE_MS && agoMs >= timing.settleMs - SAMPLE_AGE_MS
      ? 'sense lies while the loop is whole'
      : null
  }
  const caused = own.senseOffSince >= drivenAt - ORDER_SLACK_MS
  const coincident = Math.abs(own.senseOffSince - own.heardAt) <= 3 * timing.tokenIntervalMs + SAMPLE_AGE_MS
  if (caused) return 'harness without loop pulled while the relay was driven'
  return coincident ? 'harness without loop pulled at the instant of the silence' : null
}

/** Why this board could honestly believe that its peer has no power; null = it had no reason to. */
export const lieTold = (world: World, past: Past, id: BoardId): string | null => {
  const { wiring, timing } = world.plan.settings[id]
  const own = past.boards[id]
  if (own.drivenAt === null) return null
  if (world.agenda.now - past.boards[otherBoard(id)].railUpSince < SAMPLE_AGE_MS)
    return 'relay let go at the instant of the taking'
  const wires = lieOfWires(world, past, id, own.drivenAt)
  // A harness that was pushed in a moment ago cuts too late for whoever waited from the order on.
  const { contactOpenSince } = past.boards[otherBoard(id)]
  const cutting = contactOpenSince - own.drivenAt <= timing.relayActMs + ORDER_SLACK_MS
  const senseOff = !wiring.sense || own.senseOffSince !== null
  // A relay that works makes even a false confirmation true, if the board waits for the supply to give way.
  const confirmed = askedWithin(world, past, id, ['confirm'], timing.confirmMs + ORDER_SLACK_MS)
  return wires ?? (senseOff && !cutting && confirmed ? 'false confirmation by an operator (R2c)' : null)
}
