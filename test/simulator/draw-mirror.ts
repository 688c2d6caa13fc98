// Draws what hurts mirrored disks: the replication link, copies, resyncs, records and boards, one after the other or together.
// Used by draw.ts for the level `mirror`; knows no world.
import type { BoardId } from '../../src/core/types.js'
import { otherBoard } from '../../src/core/types.js'
import { fault, order, SCENES, type Scene, silence } from './draw-scenes.js'
import type { Fault, Trouble } from './plan.js'
import type { Prng } from './prng.js'

const BOTH: readonly BoardId[] = ['a', 'b']
const MOMENTS = ['storeState', 'storeState', 'answerMirror', 'attach', 'mount', 'detach', 'driveRelay', 'connectMirror']

const lost = (rng: Prng, at: number): Fault =>
  fault(at, rng.between(300, rng.pick([1500, 6000, 25_000])), { kind: 'replicationCut' })

const dead = (rng: Prng, at: number, board: BoardId): Fault =>
  fault(at, rng.between(500, rng.pick([3000, 12_000, 30_000])), { kind: 'powerCut', board, atOnce: rng.chance(0.5) })

/** The link goes; then, at any moment of the way to being alone and back, a board. */
const lostThenSilent: Scene = (rng, at) => [
  lost(rng, at),
  silence(rng, at + rng.between(0, rng.pick([1500, 4000, 20_000])), rng.pick(BOTH)),
  ...(rng.chance(0.5) ? [silence(rng, at + rng.between(0, rng.pick([4000, 25_000])), rng.pick(BOTH))] : [])
]

/** Two boards without power, in either order, and back in either order: one of them is stale. */
const oneAfterTheOther: Scene = (rng, at, board) => {
  const second = at + rng.between(0, rng.pick([400, 3000, 15_000]))
  return [dead(rng, at, board), dead(rng, second, otherBoard(board)), ...(rng.chance(0.4) ? [lost(rng, second)] : [])]
}

/** A resync that somebody disturbs. */
const brokenResync: Scene = (rng, at, board, groups) => {
  const mended = at + rng.between(2000, 5000)
  const during = mended + rng.between(0, 8000)
  const what = rng.int(5)
  return [
    fault(at, mended - at, { kind: 'replicationCut' }),
    what === 0
      ? order(during, rng.pick(BOTH), { order: 'switchover', group: rng.pick(groups) })
      : what === 1
        ? fault(during, rng.between(500, 9000), { kind: 'diskGone', board, group: rng.pick(groups) })
        : what === 2
          ? lost(rng, during)
          : silence(rng, during, rng.pick(BOTH)),
    ...(rng.chance(0.4) ? [silence(rng, during + rng.between(0, 9000), rng.pick(BOTH))] : [])
  ]
}

/** A copy dies under its kernel, and comes back older than the other. */
const diskDies: Scene = (rng, at, board, groups) => [
  fault(at, rng.between(500, rng.pick([2000, 20_000])), { kind: 'diskGone', board, group: rng.pick(groups) }),
  ...(rng.chance(0.6) ? [silence(rng, at + rng.between(0, 12_000), rng.pick(BOTH))] : []),
  ...(rng.chance(0.4) ? [lost(rng, at + rng.between(0, 8000))] : [])
]

/** A disk is replaced by a new one, while its board serves, stands by, or is off; perhaps the other copy is behind. */
const diskReplaced: Scene = (rng, at, board, groups) => {
  const group = rng.pick(groups)
  const before = rng.chance(0.4) ? [lost(rng, at), dead(rng, at + rng.between(0, 4000), otherBoard(board))] : []
  const goneAt = at + (before.length > 0 ? rng.between(0, 9000) : 0)
  return [
    ...before,
    fault(goneAt, rng.between(600, rng.pick([3000, 15_000])), { kind: 'diskReplaced', board, group }),
    ...(rng.chance(0.5) ? [dead(rng, goneAt - rng.between(0, 500), board)] : []),
    ...(rng.chance(0.5) ? [silence(rng, goneAt + rng.between(0, 15_000), rng.pick(BOTH))] : [])
  ]
}

/** The copies are parted by hand: the holder goes on without asking; then a board goes, or both. */
const partedByHand: Scene = (rng, at, board, groups) => [
  fault(at, rng.between(500, rng.pick([3000, 15_000])), { kind: 'copiesParted', board, group: rng.pick(groups) }),
  ...(rng.chance(0.7) ? [silence(rng, at + rng.between(0, rng.pick([300, 6000])), rng.pick(BOTH))] : []),
  ...(rng.chance(0.5) ? [dead(rng, at + rng.between(0, 9000), rng.pick(BOTH))] : [])
]

/** A board that alone has a current copy stands still: in its resync, or beside one that was left behind. */
const hungHolder: Scene = (rng, at, board) => {
  const mended = at + rng.between(1500, 9000)
  const hungAt = rng.chance(0.5) ? mended + rng.between(0, 4000) : at + rng.between(500, 1500)
  const hung = rng.pick<Trouble>([
    { kind: 'hang', board, scope: 'board' },
    { kind: 'hang', board, scope: 'daemon' },
    { kind: 'allLinksCut', from: ['a', 'b'] },
    { kind: 'allLinksCut', from: [board] }
  ])
  return [
    fault(at, mended - at, { kind: 'replicationCut' }),
    fault(hungAt, rng.between(2000, rng.pick([8000, 30_000])), hung),
    ...(rng.chance(0.3)
      ? [
          {
            ...silence(rng, hungAt, otherBoard(board)),
            moment: {
              board: otherBoard(board),
              order: rng.pick(['driveRelay', 'storeState']),
              delayMs: rng.pick([0, 0, 20, 300])
            }
          }
        ]
      : []),
    ...(rng.chance(0.3) ? [dead(rng, hungAt + rng.between(0, 9000), rng.pick(BOTH))] : [])
  ]
}

/** A word that must be durable is not. */
const badCard: Scene = (rng, at) => {
  const board = rng.pick(BOTH)
  return [
    fault(at, rng.between(500, 12_000), rng.chance(0.5) ? { kind: 'storeFails', board } : { kind: 'storeSlow', board }),
    lost(rng, at + rng.between(0, 1500)),
    ...(rng.chance(0.7) ? [silence(rng, at + rng.between(0, 9000), rng.pick(BOTH))] : [])
  ]
}

/** Between two orders of a board. */
const atMoment: Scene = (rng, at) => {
  const moment = { board: rng.pick(BOTH), order: rng.pick(MOMENTS), delayMs: rng.pick([0, 0, rng.between(0, 40)]) }
  const board = rng.pick(BOTH)
  return [
    rng.chance(0.6) ? lost(rng, at) : silence(rng, at, otherBoard(board)),
    { ...silence(rng, at, board), moment },
    ...(rng.chance(0.4) ? [{ ...lost(rng, at + 50), moment }] : [])
  ]
}

const flaps: Scene = (rng, at) =>
  Array.from({ length: 2 + rng.int(4) }, (_, index) =>
    fault(at + index * rng.between(300, 3000), rng.between(50, 1500), { kind: 'replicationCut' })
  )

/** One dies, the other goes on alone and dies; the stale one is back first. */
const staleReturns: Scene = (rng, at, board) => [
  fault(at, rng.between(4000, 14_000), { kind: 'powerCut', board, atOnce: rng.chance(0.5) }),
  fault(at + rng.between(2500, 9000), rng.between(15_000, 40_000), {
    kind: 'powerCut',
    board: otherBoard(board),
    atOnce: rng.chance(0.5)
  })
]

/** A holder that asked whether it may go on alone is cut off from everything and overtaken; later it is back without the other. */
const overtaken: Scene = (rng, at, board) => [
  fault(at, rng.between(1500, 20_000), { kind: 'replicationCut' }),
  fault(at, rng.between(4000, 15_000), { kind: 'allLinksCut', from: ['a', 'b'] }),
  fault(at + rng.between(200, 2500), rng.between(3000, 14_000), { kind: 'powerCut', board, atOnce: rng.chance(0.5) }),
  fault(at + rng.between(9000, 16_000), rng.between(15_000, 40_000), {
    kind: 'powerCut',
    board: otherBoard(board),
    atOnce: rng.chance(0.5)
  })
]

/** The standby has just been told that it is current again, and its words do not reach the holder: the link is lost in that instant. */
const staleWord: Scene = (rng, at, board) => {
  const moment = { board, order: 'storeState' }
  const armedAt = at + rng.between(2500, 4000)
  return [
    fault(at, 2000, { kind: 'replicationCut' }),
    fault(
      armedAt,
      rng.between(1000, 9000),
      { kind: 'allLinksCut', from: [board] },
      { ...moment, delayMs: rng.pick([0, 0, 10]) }
    ),
    fault(armedAt, rng.between(1000, 9000), { kind: 'replicationCut' }, { ...moment, delayMs: rng.between(0, 150) })
  ]
}

/** A person takes a copy without knowing what it lacks: a split brain may follow. */
const override: Scene = (rng, at, board, groups) => {
  const peer = otherBoard(board)
  const diesAt = at + rng.between(3500, 8000)
  const backAt = diesAt + rng.between(18_000, 35_000)
  const given = { order: 'discardCopy', group: rng.pick(groups) } as const
  return [
    fault(at, rng.between(2000, 6000), { kind: 'powerCut', board, atOnce: rng.chance(0.5) }),
    fault(diesAt, backAt - diesAt, { kind: 'powerCut', board: peer, atOnce: rng.chance(0.5) }),
    order(diesAt + rng.between(6000, 16_000), board, { order: 'takeStale', group: given.group }),
    ...(rng.chance(0.3) ? [order(backAt + rng.between(2000, 12_000), rng.pick(BOTH), given)] : [])
  ]
}

const leaves: Scene = (rng, at, board) => [
  order(at, board, { order: 'leave' }),
  ...(rng.chance(0.7) ? [silence(rng, at + rng.between(0, 9000), rng.pick(BOTH))] : [])
]

export const MIRROR: readonly Scene[] = [
  lostThenSilent,
  lostThenSilent,
  staleReturns,
  staleReturns,
  overtaken,
  overtaken,
  staleWord,
  staleWord,
  oneAfterTheOther,
  oneAfterTheOther,
  brokenResync,
  brokenResync,
  diskDies,
  diskReplaced,
  diskReplaced,
  partedByHand,
  hungHolder,
  hungHolder,
  badCard,
  atMoment,
  atMoment,
  flaps,
  leaves,
  override,
  ...SCENES.slice(2, 10)
]
