// R2, R3: a tenure begins by right: what was this board's anyway, a durable grant, or a peer without power under a driven relay.
import { otherBoard } from '../../../src/core/types.js'
import type { Fact } from '../facts.js'
import type { Past } from '../judge.js'
import { lieTold, rightOf } from '../rights.js'
import type { World } from '../world.js'
import { heldBy } from '../world.js'
import type { Invariant, Verdict } from './invariant.js'
import { HONEST_STORAGE, TAKING } from './invariant.js'

const begins = (world: World, past: Past, fact: Extract<Fact, { kind: 'effect' }>): Verdict => {
  const { board: id, effect } = fact
  if (effect.kind !== 'runAction' || !TAKING.has(effect.action)) return null
  const board = world.boards[id]
  const bootId = board.soc?.bootId ?? ''
  const known = past.tenure.get(effect.group)
  const goesOn = known !== undefined && known.bootId === bootId && known.epoch.number === effect.epoch.number
  if (goesOn && known.board === id) return null
  const right = rightOf(world, past, id, effect.group, effect.epoch)
  const holdsAlready = heldBy(board, effect.group).length > 0
  if (right === 'none' && !holdsAlready) {
    const lie = lieTold(world, past, id)
    if (lie !== null) return { beyond: lie }
    return `board ${id} takes ${effect.group} (${effect.action}, epoch ${effect.epoch.number}${effect.epoch.board}) without grant, while ${otherBoard(id)} has power`
  }
  if (right === 'peerOff') {
    past.takeovers++
    if (past.boards[id].drivenAt === null && !world.boards[otherBoard(id)].contactOpen)
      return `board ${id} takes ${effect.group} from ${otherBoard(id)}, which has no power, but its relay is not driven`
  }
  past.tenure.set(effect.group, { board: id, bootId, epoch: effect.epoch, right })
  past.owner.set(effect.group, id)
  return null
}

export const createRights = (): Invariant => ({
  rule: 'R2',
  says: 'a group is taken by right only',
  assumes: [HONEST_STORAGE],
  checks: { effect: begins }
})
