// The mirror's part in the course of an explored world: which of its changes may come next, which children stand still for it, what its drivers tell,
// and what the orders of a core do to it. Called by course.ts and world.ts.
import type { GroupAction } from '../../../src/core/event.js'
import { judgeAnswer, judgeServing } from './judge-mirror.js'
import {
  askForChild,
  type Boards,
  canWrite,
  connect,
  daemonGone,
  endSync,
  factsCode,
  factsOf,
  hearAnswer,
  kernelGone,
  loseOther,
  type Mirror,
  type Next,
  nextOf,
  promoted,
  serve,
  setWanted,
  whyNotPrimary
} from './mirror.js'
import type { Facet, Result } from './shelf.js'
import { affect, facetOf, type Ground, nameOf, SIDES, type Side, type World } from './world.js'

/** They read or write the disk. */
const TOUCH: ReadonlySet<GroupAction> = new Set(['check', 'mount', 'stamp', 'unmount'])

const boardsOf = (ground: Ground, world: World): Boards => {
  const [a, b] = SIDES.map(side => facetOf(ground, world, side).board)
  return { booted: [a?.booted === true, b?.booted === true], primary: [a?.primary === true, b?.primary === true] }
}

/** This child cannot end now: it waits for an answer, or its I/O stands still. */
export const standsStill = (ground: Ground, world: World, side: Side, action: GroupAction): boolean => {
  const { mirror } = world
  if (mirror === null) return false
  const boards = boardsOf(ground, world)
  if (action === 'attach') return !boards.primary[side] && whyNotPrimary(mirror, boards, side) === null
  if (action === 'unmount' && !facetOf(ground, world, side).board.mounted) return false
  return TOUCH.has(action) && boards.primary[side] && !canWrite(mirror, boards, side)
}

/** How a child of the mirror ends; null = as on a shared disk. */
export const mirrorEnd = (ground: Ground, world: World, side: Side, action: GroupAction): 'ok' | 'fails' | null => {
  const { mirror } = world
  if (mirror === null || action === 'detach') return null
  const boards = boardsOf(ground, world)
  if (action !== 'attach') return TOUCH.has(action) && !canWrite(mirror, boards, side) ? 'fails' : null
  if (boards.primary[side]) return 'ok'
  if (whyNotPrimary(mirror, boards, side) !== '') return 'fails'
  promoted(mirror, side)
  return 'ok'
}

const happens = (ground: Ground, world: World, mirror: Mirror, { kind, side }: Next): void => {
  const boards = boardsOf(ground, world)
  if (kind === 'connect') connect(mirror, boards)
  else if (kind === 'synced') endSync(mirror)
  else if (side !== null) loseOther(mirror, side, boards.primary[side])
  tell(ground, world)
}

export interface MirrorChoice {
  readonly name: string
  readonly make: (world: World) => void
}

/** What may come next, and whether something of it cannot wait for another step. */
export const mirrorCourse = (ground: Ground, world: World): { choices: MirrorChoice[]; overdue: boolean } => {
  const { mirror } = world
  if (mirror === null) return { choices: [], overdue: false }
  const found = nextOf(mirror, boardsOf(ground, world))
  const choices = found.map(next => ({
    name: next.side === null ? next.name : `${nameOf(next.side)}: ${next.name}`,
    make: (after: World): void => {
      if (after.mirror !== null) happens(ground, after, after.mirror, next)
    }
  }))
  return { choices, overdue: mirror.age > 0 && found.some(({ must }) => must) }
}

/** A step of time: what waits gets older. */
export const mirrorAges = (ground: Ground, world: World): void => {
  const { mirror } = world
  if (mirror !== null) mirror.age = nextOf(mirror, boardsOf(ground, world)).some(({ must }) => must) ? 1 : 0
}

/** Clients write whenever they are answered. */
const serving = (ground: Ground, world: World, mirror: Mirror): void => {
  const boards = boardsOf(ground, world)
  for (const side of SIDES) {
    const { mounted, services, addresses } = facetOf(ground, world, side).board
    const answers = mounted && addresses && services === 'all' && canWrite(mirror, boards, side)
    if (answers && !serve(mirror, side)) judgeServing(world, side)
  }
}

/** Each driver that lives tells what is new, and then the question that came of it. Each telling may change more: it ends when nothing is new. */
const tell = (ground: Ground, world: World): void => {
  const { mirror } = world
  if (mirror === null) return
  serving(ground, world, mirror)
  for (const side of SIDES) {
    const { board, nonce } = facetOf(ground, world, side)
    if (board.booted)
      askForChild(
        mirror,
        side,
        board.primary,
        board.jobs.some(({ action }) => action === 'attach')
      )
    if (nonce === null) continue
    const half = mirror.halves[side]
    const code = factsCode(mirror, side)
    if (half.told !== code) {
      half.told = code
      return affect(ground, world, side, { kind: 'mirror', facts: factsOf(code) }, `mi${code}`)
    }
    if (half.question === 1 && half.asked === 0) {
      half.asked = 1
      return affect(ground, world, side, { kind: 'asks' }, 'mq')
    }
  }
}

/** After something happened to a board: its kernel or daemon may be gone, and its core's orders reach the mirror. */
export const followBoard = (ground: Ground, world: World, side: Side, before: Facet, result: Result): void => {
  const { mirror } = world
  if (mirror === null) return
  const after = facetOf(ground, world, side)
  if (before.board.booted && !after.board.booted) kernelGone(mirror, side)
  else if (before.nonce !== null && after.nonce !== before.nonce) daemonGone(mirror, side)
  if (before.board.primary && !after.board.primary) mirror.halves[side].question = 0
  for (const order of result.outcome.orders) {
    if (order.kind === 'connectMirror') setWanted(mirror, boardsOf(ground, world), side, order.on)
    if (order.kind !== 'answerMirror') continue
    if (hearAnswer(mirror, side, order.ok, after.board.primary)) judgeAnswer(ground, world, side)
  }
  tell(ground, world)
}
