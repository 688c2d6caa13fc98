// Draws what goes wrong in one fault. The weights follow what hurts most: power, links and hangs first, then wires, storage, actions, people.
import type { GroupAction, OperatorRequest } from '../../src/core/event.js'
import type { BoardId } from '../../src/core/types.js'
import { LINK_IDS } from '../../src/core/types.js'
import type { Trouble } from './plan.js'
import type { Prng } from './prng.js'

const BOARDS: readonly BoardId[] = ['a', 'b']
const DIRECTIONS: readonly (readonly BoardId[])[] = [['a', 'b'], ['a', 'b'], ['a'], ['b']]
const FAILING: readonly GroupAction[] = [
  'inspect',
  'attach',
  'check',
  'mount',
  'setAddresses',
  'checkAndSetAddresses',
  'startServices',
  'stopServices',
  'restartServices',
  'clearAddresses',
  'unmount',
  'detach'
]
const HANGING: readonly GroupAction[] = ['unmount', 'unmount', 'stopServices', 'mount', 'check', 'inspect', 'abandon']

const drawRequest = (rng: Prng, groups: readonly string[]): OperatorRequest =>
  rng.pick<OperatorRequest>([
    { order: 'switchover', group: rng.pick(groups) },
    { order: 'switchover', group: rng.pick(groups) },
    { order: 'switchover', group: rng.pick(groups) },
    { order: 'mode', mode: rng.pick(['auto', 'manual', 'maintenance']), forMs: rng.pick([0, 5000, 20_000]) },
    { order: 'mode', mode: rng.pick(['auto', 'manual', 'maintenance']), forMs: rng.pick([0, 5000, 20_000]) },
    { order: 'fenceProve' },
    { order: 'fenceOff' },
    { order: 'fenceOn' },
    { order: 'confirm' },
    { order: 'confirm' },
    { order: 'recover', home: true },
    { order: 'restart' },
    { order: 'leave' }
  ])

type Maker = (rng: Prng, board: BoardId, groups: readonly string[]) => Trouble

const LIGHT: readonly Maker[] = [
  (rng, board) => ({ kind: 'powerCut', board, atOnce: rng.chance(0.3) }),
  (rng, board) => ({ kind: 'powerCut', board, atOnce: rng.chance(0.3) }),
  () => ({ kind: 'bothPowerCut' }),
  (_rng, board) => ({ kind: 'daemonCrash', board }),
  (rng, board) => ({ kind: 'hang', board, scope: rng.pick(['daemon', 'board']) }),
  (rng, board) => ({ kind: 'hang', board, scope: rng.pick(['daemon', 'board']) }),
  (_rng, board) => ({ kind: 'panic', board }),
  rng => ({ kind: 'linkCut', link: rng.pick(LINK_IDS), from: rng.pick(DIRECTIONS) }),
  rng => ({ kind: 'allLinksCut', from: rng.pick(DIRECTIONS) }),
  rng => ({ kind: 'allLinksCut', from: rng.pick(DIRECTIONS) }),
  (rng, board, groups) => ({ kind: 'operator', board, what: { order: 'switchover', group: rng.pick(groups) } })
]

const HEAVY: readonly Maker[] = [
  (rng, board) => ({
    kind: 'linkBad',
    link: rng.pick(LINK_IDS),
    from: board,
    loss: rng.pick([0, 0.1, 0.5, 0.9]),
    dup: rng.pick([0, 0.1, 0.5]),
    delayMs: rng.pick([0, 20, 300, 3000])
  }),
  (rng, board) => ({ kind: 'linkHeld', link: rng.pick(LINK_IDS), from: board }),
  (rng, board) => ({ kind: 'foreignFrames', board, link: rng.pick(LINK_IDS) }),
  (_rng, board) => ({ kind: 'harnessPulled', board }),
  (_rng, board) => ({ kind: 'harnessPulled', board }),
  (_rng, board) => ({ kind: 'loopCut', board }),
  (rng, board) => ({ kind: 'senseStuck', board, level: rng.chance(0.5) }),
  (_rng, board) => ({ kind: 'senseBounce', board }),
  (rng, board) => ({ kind: 'relayStuck', board, open: rng.pick([null, true, false]) }),
  (_rng, board) => ({ kind: 'storeFails', board }),
  (_rng, board) => ({ kind: 'storeSlow', board }),
  (rng, board) => ({ kind: 'storeLost', board, rollBack: rng.chance(0.5) }),
  (rng, board) => ({ kind: 'actionFails', board, action: rng.pick(FAILING) }),
  (rng, board) => ({ kind: 'actionFails', board, action: rng.pick(FAILING) }),
  (rng, board) => ({ kind: 'actionHangs', board, action: rng.pick(HANGING) }),
  (_rng, board) => ({ kind: 'actionSlow', board }),
  (rng, board, groups) => ({ kind: 'diskGone', board, group: rng.pick(groups) }),
  (rng, board, groups) => ({ kind: 'serviceDies', board, group: rng.pick(groups) }),
  (_rng, board) => ({ kind: 'lanDown', board }),
  (_rng, board) => ({ kind: 'otherConfiguration', board }),
  (rng, board, groups) => ({ kind: 'operator', board, what: drawRequest(rng, groups) }),
  (rng, board, groups) => ({ kind: 'operator', board, what: drawRequest(rng, groups) }),
  (rng, board, groups) => ({ kind: 'operator', board, what: drawRequest(rng, groups) })
]

/** What goes wrong. `light`: power, links, hangs, crashes and switchovers only; `all`: everything that the world can do. */
export const drawTrouble = (rng: Prng, groups: readonly string[], level: 'light' | 'all'): Trouble => {
  const makers = level === 'light' || rng.chance(0.5) ? LIGHT : HEAVY
  return rng.pick(makers)(rng, rng.pick(BOARDS), groups)
}
