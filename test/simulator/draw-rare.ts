// Draws stories that each put one rule to the test: what goes wrong exactly where that rule alone stands between a board and a mistake.
// Used by draw.ts for the level `rare`; knows no world.
import type { GroupAction } from '../../src/core/event.js'
import type { BoardId } from '../../src/core/types.js'
import { otherBoard } from '../../src/core/types.js'
import { fault, order, type Scene, silence } from './draw-scenes.js'
import type { Fault, Trouble } from './plan.js'
import type { Prng } from './prng.js'

const BOTH: readonly BoardId[] = ['a', 'b']

const when = (board: BoardId, name: string, delayMs: number): Fault['moment'] => ({ board, order: name, delayMs })

/** Nothing is heard any more, and the peer has power. */
const mute = (rng: Prng, at: number, board: BoardId): Fault =>
  fault(
    at,
    rng.between(1500, rng.pick([4000, 20_000])),
    rng.pick<Trouble>([
      { kind: 'hang', board, scope: 'board' },
      { kind: 'hang', board, scope: 'daemon' },
      { kind: 'allLinksCut', from: BOTH }
    ])
  )

/** R2: between the claim and its first act the relay lets go. */
const lostRight: Scene = (rng, at, board) => [
  fault(at, 30_000, { kind: 'storeSlow', board }),
  {
    ...fault(
      at,
      rng.between(2000, 9000),
      rng.pick<Trouble>([
        { kind: 'harnessPulled', board },
        { kind: 'relayStuck', board, open: false }
      ])
    ),
    moment: when(board, 'driveRelay', rng.between(100, rng.pick([600, 2500])))
  },
  mute(rng, at + 1, otherBoard(board))
]

/** R2a: the giver's card is slow or broken while it grants. */
const slowGrant: Scene = (rng, at, board, groups) => [
  fault(at, rng.between(4000, 20_000), { kind: rng.pick(['storeSlow', 'storeSlow', 'storeFails'] as const), board }),
  order(at + rng.between(50, 1500), rng.pick(BOTH), { order: 'switchover', group: rng.pick(groups) }),
  ...(rng.chance(0.5) ? [silence(rng, at + rng.between(100, 4000), rng.pick(BOTH))] : [])
]

/** R2c: a person who is wrong, a relay that does not cut, and perhaps a sense line that knows better. */
const wrongConfirmation: Scene = (rng, at, board) => [
  fault(at, 25_000, { kind: 'relayStuck', board, open: false }),
  ...(rng.chance(0.3) ? [order(at, board, { order: 'mode', mode: 'manual', forMs: 0 })] : []),
  fault(at + 1000, 20_000, { kind: 'allLinksCut', from: BOTH }),
  order(at + rng.between(1500, 9000), board, { order: 'confirm' }),
  order(at + rng.between(6000, 15_000), board, { order: 'confirm' })
]

/** R3: the harness goes while the relay is being driven; then it never cut, and sense reads off. */
const pulledInTheAct: Scene = (rng, at, board) => [
  {
    ...fault(at, rng.between(100, 9000), { kind: 'harnessPulled', board }),
    moment: when(board, rng.pick(['driveRelay', 'storeState']), rng.between(0, 40))
  },
  mute(rng, at + 1, otherBoard(board))
]

/** R3: sense bounces while the relay is driven and does not cut. */
const bouncingSense: Scene = (rng, at, board) => [
  fault(at, 15_000, { kind: 'relayStuck', board, open: false }),
  fault(at, 15_000, { kind: 'senseBounce', board }),
  mute(rng, at + rng.between(0, 2000), otherBoard(board))
]

/** R3: the harness was pulled in an older silence, or before this board's boot. */
const oldOff: Scene = (rng, at, board) => [
  rng.chance(0.6)
    ? fault(at, 30_000, { kind: 'hang', board: otherBoard(board), scope: 'board' })
    : fault(at, 40_000, { kind: 'allLinksCut', from: BOTH }),
  fault(at + rng.between(200, 2500), 40_000, { kind: 'harnessPulled', board }),
  ...(rng.chance(0.3)
    ? [fault(at + rng.between(0, 2500), 0, { kind: rng.pick(['panic', 'daemonCrash'] as const), board })]
    : [])
]

/** R3: sense lies while tokens come, and then they stop; or the relay cuts nothing, and the peer wakes. */
const lyingWires: Scene = (rng, at, board) => [
  fault(at, rng.between(3000, 25_000), { kind: 'relayStuck', board, open: false }),
  ...(rng.chance(0.5) ? [fault(at + rng.between(0, 3000), 25_000, { kind: 'senseStuck', board, level: false })] : []),
  fault(at + 2000, rng.between(250, rng.pick([2600, 5000])), {
    kind: 'hang',
    board: otherBoard(board),
    scope: 'daemon'
  })
]

/** R4: a drill that cuts nothing. */
const emptyDrill: Scene = (rng, at, board) => [
  ...BOTH.map(driver => ({
    ...fault(at, rng.between(50, 900), { kind: 'harnessPulled', board: driver }),
    moment: when(driver, 'driveRelay', rng.between(0, 10))
  })),
  order(at + 1, board, { order: 'fenceProve' }),
  order(at + 2, otherBoard(board), { order: 'fenceProve' }),
  ...(rng.chance(0.3) ? [order(at + rng.between(50, 3000), board, { order: 'fenceOn' })] : [])
]

/** R5: one goes, the other serves and goes as well, the first returns alone. */
const relayRace: Scene = (rng, at, board) => {
  const secondAt = at + rng.between(1500, 12_000)
  return [
    fault(at, secondAt - at + rng.between(-1500, 4000), { kind: 'powerCut', board, atOnce: true }),
    fault(secondAt, 30_000, { kind: 'powerCut', board: otherBoard(board), atOnce: true }),
    ...(rng.chance(0.5) ? [fault(at, 60_000, { kind: 'actionSlow', board })] : [])
  ]
}

/** R6: what was begun cannot be ended, or ends late. */
const hungChild: Scene = (rng, at, board, groups) => [
  fault(at, rng.between(2000, 25_000), {
    kind: 'actionHangs',
    board,
    action: rng.pick<GroupAction>(['mount', 'check', 'unmount', 'stopServices', 'inspect'])
  }),
  rng.chance(0.5)
    ? silence(rng, at + 1, otherBoard(board))
    : order(at + 100, rng.pick(BOTH), { order: 'switchover', group: rng.pick(groups) }),
  ...(rng.chance(0.4) ? [order(at + rng.between(500, 4000), board, { order: 'leave' })] : []),
  ...(rng.chance(0.4) ? [fault(at + rng.between(500, 12_000), 0, { kind: 'daemonCrash', board })] : [])
]

/** R6: a disk that must be given up, and cannot be unmounted. */
const stuckHolder: Scene = (rng, at, board, groups) => [
  fault(at, 45_000, { kind: 'actionHangs', board, action: rng.pick<GroupAction>(['unmount', 'stopServices']) }),
  fault(at + rng.between(0, 2000), 45_000, { kind: 'diskGone', board, group: rng.pick(groups) })
]

/** R6: one board reads another configuration, and is asked to act. */
const otherConfiguration: Scene = (rng, at, board, groups) => [
  fault(at, 40_000, { kind: 'otherConfiguration', board }),
  rng.chance(0.5) ? fault(at + 10, 0, { kind: 'daemonCrash', board }) : fault(at + 10, 0, { kind: 'panic', board }),
  order(at + rng.between(9000, 20_000), rng.pick(BOTH), { order: 'switchover', group: rng.pick(groups) }),
  ...(rng.chance(0.5) ? [silence(rng, at + rng.between(9000, 20_000), rng.pick(BOTH))] : [])
]

/** R8: the links stay cut, and the boards start again and again. */
const longSilence: Scene = (rng, at, board) => [
  fault(at, 75_000, { kind: 'allLinksCut', from: BOTH }),
  ...Array.from({ length: 2 + rng.int(4) }, (_, index) =>
    fault(at + index * 12_000 + rng.between(0, 9000), rng.between(0, 4000), {
      ...rng.pick<Trouble & { kind: 'panic' | 'powerCut' }>([
        { kind: 'panic', board },
        { kind: 'powerCut', board, atOnce: true }
      ]),
      board: rng.chance(0.7) ? board : otherBoard(board)
    })
  )
]

/** R9: all links fall silent at once, or one way, while who is senior is in question. */
const suddenSilence: Scene = (rng, at, board, groups) => [
  ...(rng.chance(0.5)
    ? [order(at - rng.between(0, 400), rng.pick(BOTH), { order: 'switchover', group: rng.pick(groups) })]
    : []),
  fault(at, rng.between(3000, 15_000), { kind: 'allLinksCut', from: rng.pick([BOTH, BOTH, [board]]) }),
  ...(rng.chance(0.3) ? [fault(at - rng.between(0, 900), 9000, { kind: 'lanDown', board })] : []),
  ...(rng.chance(0.3)
    ? [fault(at - rng.between(0, 900), rng.between(200, 1500), { kind: 'hang', board, scope: 'daemon' })]
    : [])
]

/** R9: the links fall silent in the very moment in which a group changes hands. */
const silentChange: Scene = (rng, at, board, groups) => [
  {
    ...fault(at, rng.between(3000, 15_000), { kind: 'allLinksCut', from: rng.pick([BOTH, BOTH, [board]]) }),
    moment: when(
      rng.pick(BOTH),
      rng.pick(['storeState', 'inspect', 'attach', 'setAddresses', 'checkAndSetAddresses', 'sendToken', 'watchGroup']),
      rng.between(0, rng.pick([20, 120]))
    )
  },
  order(at + 1, board, { order: 'switchover', group: rng.pick(groups) })
]

/** R9: sense falls while tokens come. */
const fallenSense: Scene = (rng, at, board) => [
  fault(at, rng.between(50, 9000), { kind: 'senseStuck', board, level: false }),
  ...(rng.chance(0.3) ? [mute(rng, at + rng.between(0, 3000), otherBoard(board))] : [])
]

/** R12: words of one life arrive in another, and old words late. */
const oldWords: Scene = (rng, at, board, groups) => {
  const heldMs = rng.between(300, rng.pick([1500, 12_000]))
  return [
    ...(['serial', 'ethernet'] as const).map(link => fault(at, heldMs, { kind: 'linkHeld', link, from: board })),
    ...(rng.chance(0.6)
      ? (['serial', 'ethernet'] as const).map(link =>
          fault(at - 1500, 30_000, { kind: 'linkBad', link, from: board, loss: 0, dup: 0.3, delayMs: 0 })
        )
      : []),
    silence(rng, at + rng.between(0, 400), board),
    ...(rng.chance(0.4)
      ? [fault(at + rng.between(0, 6000), 0, { kind: 'daemonCrash', board: otherBoard(board) })]
      : []),
    ...(rng.chance(0.4)
      ? [order(at - rng.between(0, 1500), rng.pick(BOTH), { order: 'switchover', group: rng.pick(groups) })]
      : [])
  ]
}

/** R12: frames of another pair, then silence. */
const strangers: Scene = (rng, at, board) => [
  fault(at, 30_000, { kind: 'foreignFrames', board, link: rng.pick(['serial', 'ethernet']) }),
  mute(rng, at + rng.between(9000, 15_000), otherBoard(board))
]

/** R13: every disk is out of reach of the board that might fence. */
const nothingToTake: Scene = (rng, at, board, groups) => [
  ...groups.map(group => fault(at, 40_000, { kind: 'diskGone', board, group })),
  mute(rng, at + rng.between(2500, 9000), otherBoard(board))
]

/** R14: a mode that cannot be agreed, or whose time ends in silence. */
const unheardMode: Scene = (rng, at, board) => {
  const mode = rng.pick(['manual', 'maintenance'] as const)
  return [
    order(at, board, { order: 'mode', mode, forMs: rng.pick([2000, 5000, 9000]) }),
    silence(rng, at + rng.between(0, rng.pick([150, 3000])), otherBoard(board)),
    fault(at + rng.between(0, rng.pick([150, 3000])), rng.between(1000, 20_000), {
      kind: 'allLinksCut',
      from: rng.pick([BOTH, [board], [otherBoard(board)]])
    }),
    ...(rng.chance(0.4) ? [order(at + rng.between(200, 4000), board, { order: 'mode', mode: 'auto', forMs: 0 })] : [])
  ]
}

/** R15: a wrong proof that no rule can see through; then the boards hear each other. */
const twoHolders: Scene = (rng, at, board) => {
  const backAfterMs = rng.between(3000, 9000)
  return [
    fault(at, 40_000, { kind: 'relayStuck', board, open: false }),
    fault(at + rng.between(0, 30), 40_000, { kind: 'senseStuck', board, level: false }),
    fault(at, backAfterMs, { kind: 'allLinksCut', from: BOTH }),
    ...(rng.chance(0.5)
      ? [
          fault(at, 40_000, { kind: 'relayStuck', board: otherBoard(board), open: false }),
          fault(at, 40_000, { kind: 'loopCut', board: otherBoard(board) })
        ]
      : [])
  ]
}

export const RARE: readonly Scene[] = [
  lostRight,
  slowGrant,
  wrongConfirmation,
  pulledInTheAct,
  bouncingSense,
  oldOff,
  lyingWires,
  emptyDrill,
  relayRace,
  hungChild,
  stuckHolder,
  otherConfiguration,
  longSilence,
  suddenSilence,
  silentChange,
  fallenSense,
  oldWords,
  strangers,
  nothingToTake,
  unheardMode,
  twoHolders
]
