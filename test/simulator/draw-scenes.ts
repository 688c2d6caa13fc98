// Draws stories: faults that belong together because each alone is harmless (an order in the middle of a switchover, a cut while the relay is held).
// Used by draw.ts for the level `scenes`; knows no world.
import type { OperatorRequest } from '../../src/core/event.js'
import type { BoardId, LinkId } from '../../src/core/types.js'
import { otherBoard } from '../../src/core/types.js'
import { drawTrouble } from './draw-trouble.js'
import type { Fault, Trouble } from './plan.js'
import type { Prng } from './prng.js'

export type Scene = (rng: Prng, at: number, board: BoardId, groups: readonly string[]) => Fault[]

export const fault = (at: number, forMs: number, trouble: Trouble, moment: Fault['moment'] = null): Fault => ({
  at,
  forMs,
  moment,
  trouble
})

export const order = (at: number, board: BoardId, what: OperatorRequest): Fault =>
  fault(at, 0, { kind: 'operator', board, what })

/** Something that ends a board's voice. */
export const silence = (rng: Prng, at: number, board: BoardId): Fault => {
  const forMs = rng.between(200, rng.pick([2000, 15_000, 40_000]))
  return fault(
    at,
    forMs,
    rng.pick<Trouble>([
      { kind: 'powerCut', board, atOnce: rng.chance(0.5) },
      { kind: 'powerCut', board, atOnce: rng.chance(0.5) },
      { kind: 'hang', board, scope: 'board' },
      { kind: 'hang', board, scope: 'daemon' },
      { kind: 'panic', board },
      { kind: 'allLinksCut', from: ['a', 'b'] },
      { kind: 'allLinksCut', from: [board] },
      { kind: 'daemonCrash', board }
    ])
  )
}

const anyMoment = (rng: Prng, board: BoardId, orders: readonly string[]): Fault['moment'] => ({
  board,
  order: rng.pick(orders),
  delayMs: rng.pick([0, 0, rng.between(0, 30), rng.between(0, 300)])
})

const TAKE = ['storeState', 'driveRelay', 'attach', 'check', 'mount', 'setAddresses', 'startServices']
const MOVE = ['storeState', 'stopServices', 'clearAddresses', 'unmount', 'detach', 'attach', 'check', 'mount']

/** Away from auto: silence, then a person who confirms rightly, wrongly, early or late. */
const confirmation: Scene = (rng, at, board) => {
  const peer = otherBoard(board)
  const cutAt = at + rng.between(500, 4000)
  return [
    order(at, board, {
      order: 'mode',
      mode: rng.pick(['manual', 'manual', 'maintenance']),
      forMs: rng.pick([0, 0, 20_000])
    }),
    silence(rng, cutAt, peer),
    order(cutAt + rng.between(0, rng.pick([1000, 5000, 12_000])), board, { order: 'confirm' }),
    ...(rng.chance(0.4) ? [order(cutAt + rng.between(0, 9000), rng.pick([board, peer]), { order: 'confirm' })] : []),
    ...(rng.chance(0.3) ? [order(cutAt + rng.between(0, 9000), board, { order: 'mode', mode: 'auto', forMs: 0 })] : [])
  ]
}

/** A wire that lies, silence, and a person who believes it. */
const blindConfirmation: Scene = (rng, at, board) => {
  const wire = rng.pick<Trouble>([
    { kind: 'harnessPulled', board },
    { kind: 'loopCut', board },
    { kind: 'relayStuck', board, open: rng.pick([null, false, true]) },
    { kind: 'senseStuck', board, level: rng.chance(0.5) }
  ])
  return [
    fault(at, rng.between(2000, 30_000), wire),
    silence(rng, at + rng.between(0, 4000), otherBoard(board)),
    order(at + rng.between(1000, 9000), board, { order: rng.pick(['confirm', 'fenceOff', 'fenceProve'] as const) })
  ]
}

/** A planned move, disturbed at one of its steps on either side. */
const disturbedMove: Scene = (rng, at, board, groups) => {
  const struck = rng.pick([board, otherBoard(board)])
  const blow = rng.chance(0.7)
    ? silence(rng, at, struck)
    : fault(at, rng.between(100, 9000), drawTrouble(rng, groups, 'all'))
  return [
    { ...blow, moment: anyMoment(rng, rng.pick([board, otherBoard(board)]), MOVE) },
    order(at + 1, board, { order: 'switchover', group: rng.pick(groups) }),
    ...(rng.chance(0.4)
      ? [order(at + rng.between(0, 3000), otherBoard(board), { order: 'switchover', group: rng.pick(groups) })]
      : [])
  ]
}

/** A takeover, disturbed at one of its steps. */
const disturbedTakeover: Scene = (rng, at, board, groups) => {
  const survivor = otherBoard(board)
  const blow = rng.chance(0.7)
    ? silence(rng, at, rng.pick([board, survivor]))
    : fault(at, rng.between(100, 9000), drawTrouble(rng, groups, 'all'))
  return [{ ...blow, moment: anyMoment(rng, survivor, TAKE) }, silence(rng, at + 1, board)]
}

/** Neither hears the other; a while later one of them, or the relay's holder, goes as well. */
const isolation: Scene = (rng, at, board) => [
  fault(at, rng.between(3000, 30_000), { kind: 'allLinksCut', from: rng.pick([['a', 'b'], ['a', 'b'], ['a'], ['b']]) }),
  silence(rng, at + rng.between(0, rng.pick([300, 3000, 12_000])), board),
  silence(rng, at + rng.between(0, rng.pick([3000, 20_000])), otherBoard(board)),
  ...(rng.chance(0.3) ? [fault(at + rng.between(0, 3000), 15_000, { kind: 'lanDown', board })] : [])
]

/** What must be let go cannot be let go. */
const stuckRelease: Scene = (rng, at, board, groups) => [
  fault(at, rng.between(3000, 30_000), {
    kind: rng.pick(['actionHangs', 'actionFails'] as const),
    board,
    action: rng.pick(['unmount', 'stopServices', 'clearAddresses', 'detach', 'inspect'])
  }),
  order(
    at + 100,
    rng.pick([board, otherBoard(board)]),
    rng.pick<OperatorRequest>([
      { order: 'switchover', group: rng.pick(groups) },
      { order: 'switchover', group: rng.pick(groups) },
      { order: 'leave' }
    ])
  ),
  ...(rng.chance(0.5) ? [silence(rng, at + rng.between(100, 12_000), rng.pick([board, otherBoard(board)]))] : [])
]

/** The drill, disturbed. */
const disturbedDrill: Scene = (rng, at, board, groups) => [
  order(at, rng.pick([board, otherBoard(board)]), { order: 'mode', mode: 'maintenance', forMs: 60_000 }),
  order(at + 1500, board, { order: 'fenceProve' }),
  { ...fault(at + 1000, rng.between(0, 8000), drawTrouble(rng, groups, 'all')), moment: anyMoment(rng, board, TAKE) },
  fault(at + rng.between(1500, 9000), rng.between(0, 8000), drawTrouble(rng, groups, 'all'))
]

/** Both go; they come back in their own time. */
const bothGo: Scene = (rng, at, board) => [
  fault(at, rng.between(100, 20_000), { kind: 'powerCut', board, atOnce: true }),
  fault(at + rng.between(0, 3000), rng.between(100, 30_000), {
    kind: 'powerCut',
    board: otherBoard(board),
    atOnce: true
  }),
  ...(rng.chance(0.5) ? [fault(at, rng.between(5000, 40_000), { kind: 'allLinksCut', from: ['a', 'b'] })] : []),
  ...(rng.chance(0.3) ? [silence(rng, at + rng.between(5000, 25_000), board)] : [])
]

/** The service itself is what fails, and both boards are tried. */
const brokenService: Scene = (rng, at, board, groups) => [
  fault(at, rng.between(2000, 40_000), {
    kind: 'actionFails',
    board,
    action: rng.pick(['attach', 'check', 'mount', 'startServices', 'setAddresses', 'checkAndSetAddresses'])
  }),
  rng.chance(0.5)
    ? silence(rng, at + rng.between(0, 2000), otherBoard(board))
    : order(at + 100, board, { order: 'switchover', group: rng.pick(groups) }),
  fault(at + rng.between(0, 4000), rng.between(1000, 20_000), {
    kind: 'diskGone',
    board: otherBoard(board),
    group: rng.pick(groups)
  }),
  fault(at + rng.between(0, 9000), 0, { kind: 'serviceDies', board: otherBoard(board), group: rng.pick(groups) })
]

/** The last words of a board wait somewhere and arrive when it is long gone, or back. */
const lateWords: Scene = (rng, at, board, groups) => {
  const held = rng.between(200, rng.pick([1000, 5000, 20_000]))
  const links: readonly LinkId[] = rng.pick([['serial', 'ethernet'], ['serial'], ['ethernet']])
  return [
    ...links.map(link => fault(at, held, { kind: 'linkHeld', link, from: board })),
    ...(links.length === 1 && rng.chance(0.7)
      ? [fault(at, held, { kind: 'linkCut', link: links[0] === 'serial' ? 'ethernet' : 'serial', from: [board] })]
      : []),
    silence(rng, at + rng.between(0, rng.pick([200, 3000])), board),
    ...(rng.chance(0.5)
      ? [
          order(at + rng.between(-500, 500), rng.pick([board, otherBoard(board)]), {
            order: 'switchover',
            group: rng.pick(groups)
          })
        ]
      : [])
  ]
}

/** Neither board can serve it for a while. */
const nowhereToServe: Scene = (rng, at, board, groups) => {
  const action = rng.pick(['attach', 'check', 'mount', 'startServices', 'restartServices'] as const)
  return [
    fault(at, rng.between(3000, 60_000), { kind: 'actionFails', board, action }),
    fault(at, rng.between(3000, 60_000), { kind: 'actionFails', board: otherBoard(board), action }),
    rng.chance(0.5)
      ? order(at + 100, board, { order: 'switchover', group: rng.pick(groups) })
      : fault(at + 100, 0, {
          kind: 'serviceDies',
          board: rng.pick([board, otherBoard(board)]),
          group: rng.pick(groups)
        }),
    ...(rng.chance(0.3) ? [silence(rng, at + rng.between(100, 9000), board)] : [])
  ]
}

export const SCENES: readonly Scene[] = [
  lateWords,
  nowhereToServe,
  confirmation,
  blindConfirmation,
  disturbedMove,
  disturbedMove,
  disturbedTakeover,
  disturbedTakeover,
  isolation,
  isolation,
  stuckRelease,
  disturbedDrill,
  bothGo,
  brokenService
]

/** One to four stories, some of them at the same time, and perhaps a stray fault. */
export const drawScenes = (
  rng: Prng,
  groups: readonly string[],
  endAt: number,
  scenes: readonly Scene[] = SCENES
): Fault[] => {
  const faults: Fault[] = []
  let at = rng.between(1500, 8000)
  for (let left = 1 + rng.int(4); left > 0 && at < endAt * 0.9; left--) {
    faults.push(...rng.pick(scenes)(rng, at, rng.pick(['a', 'b']), groups))
    at += rng.between(0, rng.pick([2000, 15_000, 30_000]))
  }
  if (rng.chance(0.4)) faults.push(fault(rng.between(0, endAt), rng.between(0, 9000), drawTrouble(rng, groups, 'all')))
  return faults.filter(entry => entry.at < endAt).sort((x, y) => x.at - y.at)
}
