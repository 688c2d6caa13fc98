// Two kernels keep two disks equal (protocol C): connect, compare, bring up to date, lose each other, stand still until the daemon answers.
// The stand-in of DRBD. Called by run.ts (its beat), actions.ts (promote, demote, writes) and daemon.ts (orders). Judges nothing.
import type { BoardId } from '../../src/core/types.js'
import { otherBoard } from '../../src/core/types.js'
import { deliver, runs } from './daemon.js'
import { BOARDS } from './draw.js'
import { type Copy, diskOf, factsOf, type Mirror, type Side } from './mirror-world.js'
import type { Board, World } from './world.js'

const BEAT_MS = 50
/** A dead peer is noticed by a lost ping. */
const NOTICE_MS = [100, 900] as const
const SYNC_MS = [300, 9000] as const

export const mirrorOf = (world: World, group: string): Mirror | null => world.mirrors.get(group) ?? null

/** The kernel of this boot; a new one knows nothing of the last. */
export const sideOf = (world: World, mirror: Mirror, id: BoardId): Side | null => {
  const { soc } = world.boards[id]
  const known = mirror.sides[id]
  if (soc === null || known?.soc === soc) return soc === null ? null : known
  mirror.sides[id] = {
    soc,
    wanted: false,
    discard: false,
    standalone: false,
    attached: !isGone(world, mirror, id),
    connected: false,
    known: 'consistent',
    primary: false,
    alone: false,
    question: 0,
    asked: '',
    refused: 0,
    silentAt: null,
    noticeMs: 0,
    inFlight: null
  }
  return mirror.sides[id]
}

const isGone = (world: World, mirror: Mirror, id: BoardId): boolean =>
  world.boards[id].troubles.diskGone.includes(mirror.group)

const isAwake = (world: World, id: BoardId): boolean => {
  const { soc } = world.boards[id]
  return soc !== null && soc.stalledUntil <= world.agenda.now
}

/** Data could pass between the kernels now. */
const isLinked = (world: World): boolean => {
  if (world.replicationCut > 0 || !BOARDS.every(id => isAwake(world, id))) return false
  return world.plan.ownCable === true || BOARDS.every(id => world.cables.ethernet[id].cut === 0)
}

const isUsable = (copy: Copy, side: Side | null): boolean => side?.attached === true && !copy.inconsistent

/** A write of this board would be acknowledged now. */
export const canWrite = (world: World, mirror: Mirror, id: BoardId): boolean => {
  const side = sideOf(world, mirror, id)
  const peer = otherBoard(id)
  if (side === null || !side.primary || !isAwake(world, id)) return false
  if (!side.connected) return side.alone && isUsable(mirror.copies[id], side)
  const other = sideOf(world, mirror, peer)
  if (!isLinked(world) || other?.connected !== true) return false
  return isUsable(mirror.copies[id], side) || isUsable(mirror.copies[peer], other)
}

const put = (mirror: Mirror, id: BoardId, write: number): void => {
  if (mirror.sides[id]?.attached === true) mirror.copies[id].content.add(write)
}

/** A client writes; true = it was acknowledged. */
export const write = (world: World, mirror: Mirror, id: BoardId): boolean => {
  const side = sideOf(world, mirror, id)
  if (side === null || !side.primary) return false
  if (!canWrite(world, mirror, id)) {
    if (side.inFlight === null && side.connected && isAwake(world, id)) {
      mirror.writes += 1
      side.inFlight = mirror.writes
      put(mirror, id, side.inFlight)
    }
    return false
  }
  mirror.writes += 1
  put(mirror, id, mirror.writes)
  if (side.connected) put(mirror, otherBoard(id), mirror.writes)
  mirror.acknowledged.push(mirror.writes)
  return true
}

/** The disk remembers an epoch as it does any other write. */
export const stampOf = (mirror: Mirror, id: BoardId): Copy['stamp'] => {
  const own = mirror.copies[id]
  return isUsable(own, mirror.sides[id]) ? own.stamp : mirror.copies[otherBoard(id)].stamp
}

export const putStamp = (mirror: Mirror, id: BoardId, stamp: Copy['stamp']): void => {
  const side = mirror.sides[id]
  if (side?.attached === true) mirror.copies[id].stamp = stamp
  if (side?.connected === true && mirror.sides[otherBoard(id)]?.attached === true)
    mirror.copies[otherBoard(id)].stamp = stamp
}

const renew = (world: World, copy: Copy): void => {
  copy.ancestors.add(copy.generation)
  copy.generation = `g${world.random.mirror.hex(8)}`
}

/** One copy is written and the other is not there. */
const renewWhole = (world: World, { copies, sides }: Mirror): void => {
  for (const id of BOARDS) if (isUsable(copies[id], sides[id])) renew(world, copies[id])
}

const part = (world: World, mirror: Mirror, side: Side): void => {
  if (!side.connected) return
  side.connected = false
  side.silentAt = null
  side.alone = false
  mirror.sync = null
  mirror.retryAt = world.agenda.now + world.random.mirror.between(50, 1500)
  if (side.primary) askFor(mirror, side)
}

const askFor = (mirror: Mirror, side: Side): void => {
  mirror.questions += 1
  side.question = mirror.questions
}

/** A board may become primary; null = it does not know yet (its question waits). Else why not, or an empty text. */
export const promote = (world: World, mirror: Mirror, id: BoardId): string | null => {
  const side = sideOf(world, mirror, id)
  if (side === null) return 'no kernel'
  if (side.primary) return ''
  if (!isUsable(mirror.copies[id], side))
    return `this copy is ${diskOf(mirror.copies[id], side)}: no up-to-date data here`
  if (side.connected) {
    if (!isLinked(world) || mirror.sides[otherBoard(id)]?.connected !== true) return null
    if (mirror.sides[otherBoard(id)]?.primary === true) return 'the other board is primary'
    becomePrimary(mirror, id, side)
    if (mirror.sides[otherBoard(id)]?.attached !== true) renewWhole(world, mirror)
    return ''
  }
  if (side.alone) {
    becomePrimary(mirror, id, side)
    return ''
  }
  if (side.question === 0) askFor(mirror, side)
  return null
}

const becomePrimary = (mirror: Mirror, id: BoardId, side: Side): void => {
  side.primary = true
  mirror.copies[id].crashed = true
}

/** Nobody waits for the answer any more. */
export const giveUpPromotion = (mirror: Mirror, id: BoardId): void => {
  const side = mirror.sides[id]
  if (side !== null && !side.primary) side.question = 0
}

export const demote = (mirror: Mirror, id: BoardId): void => {
  const side = mirror.sides[id]
  if (side === null) return
  side.primary = false
  side.alone = false
  side.question = 0
  mirror.copies[id].crashed = false
}

/** The daemon's answer. From here on this copy goes its own way. */
export const answerMirror = (
  world: World,
  board: Board,
  { group, question, ok }: { group: string; question: number; ok: boolean }
): void => {
  const mirror = mirrorOf(world, group)
  const side = mirror === null ? null : sideOf(world, mirror, board.id)
  if (mirror === null || side === null || question === 0 || side.question !== question) return
  if (!ok) {
    if (side.primary) return
    side.question = 0
    side.refused = question
    return
  }
  side.question = 0
  if (side.connected || !isUsable(mirror.copies[board.id], side)) return
  side.alone = true
  side.known = 'upToDate'
  renew(world, mirror.copies[board.id])
  const { inFlight } = side
  side.inFlight = null
  if (inFlight !== null && mirror.copies[board.id].content.has(inFlight)) mirror.acknowledged.push(inFlight)
}

export const connectMirror = (
  world: World,
  board: Board,
  order: { group: string; on: boolean; discard: boolean }
): void => {
  const mirror = mirrorOf(world, order.group)
  const side = mirror === null ? null : sideOf(world, mirror, board.id)
  if (mirror === null || side === null) return
  side.wanted = order.on
  side.discard = order.discard
  side.standalone = false
  if (!order.on) part(world, mirror, side)
}

const beginSync = (world: World, mirror: Mirror, to: BoardId): void => {
  const [shortest, longest] = SYNC_MS
  mirror.copies[to].inconsistent = true
  const source = mirror.sides[otherBoard(to)]
  if (source !== null) source.known = 'upToDate'
  mirror.sync = { to, startedAt: world.agenda.now, tookMs: world.random.mirror.between(shortest, longest) }
}

const endSync = (mirror: Mirror, to: BoardId): void => {
  const source = mirror.copies[otherBoard(to)]
  const target = mirror.copies[to]
  target.content = new Set(source.content)
  target.generation = source.generation
  target.ancestors = new Set(source.ancestors)
  target.stamp = source.stamp
  target.inconsistent = false
  target.crashed = false
  const side = mirror.sides[to]
  if (side !== null) {
    side.known = 'upToDate'
    side.discard = false
  }
  mirror.sync = null
  settleOverride(mirror)
}

/** Who must be brought up to date; null = nobody; `split` = both went their own way. */
const compare = (mirror: Mirror): BoardId | null | 'split' => {
  const { a, b } = mirror.copies
  if (a.inconsistent !== b.inconsistent) return a.inconsistent ? 'a' : 'b'
  if (a.generation === b.generation) return null
  if (a.ancestors.has(b.generation)) return 'b'
  return b.ancestors.has(a.generation) ? 'a' : 'split'
}

/** A primary without a disk lives on the other copy only if that is as new as what it has shown. */
const suits = ({ copies, sides }: Mirror, id: BoardId): boolean => {
  const side = sides[id]
  const other = copies[otherBoard(id)]
  if (side === null || !side.primary || side.attached) return true
  return other.generation === copies[id].generation || other.ancestors.has(copies[id].generation)
}

const connect = (world: World, mirror: Mirror, a: Side, b: Side): void => {
  if (!BOARDS.every(id => suits(mirror, id))) return
  const older = a.attached && b.attached ? compare(mirror) : null
  const given = a.discard ? 'a' : b.discard ? 'b' : null
  if (older === 'split' && given === null) {
    for (const side of [a, b]) side.standalone = true
    return
  }
  for (const side of [a, b]) {
    side.connected = true
    side.silentAt = null
    side.question = 0
    side.alone = false
  }
  mirror.sync = null
  if (!a.attached || !b.attached) {
    if (a.primary || b.primary) renewWhole(world, mirror)
    return
  }
  if (older !== null) beginSync(world, mirror, older === 'split' ? (given ?? 'b') : older)
  else if (!mirror.copies.a.inconsistent) {
    // What one primary wrote and never acknowledged: its own copy wins.
    const newer = a.primary ? 'a' : b.primary ? 'b' : mirror.copies.a.crashed ? 'a' : 'b'
    mirror.copies[otherBoard(newer)].content = new Set(mirror.copies[newer].content)
    for (const side of [a, b]) side.known = 'upToDate'
    settleOverride(mirror)
  }
  for (const side of [a, b]) {
    if (side.inFlight === null) continue
    for (const id of BOARDS) put(mirror, id, side.inFlight)
    mirror.acknowledged.push(side.inFlight)
    side.inFlight = null
  }
}

/** A disk dies or comes back under the kernel. */
const followDisks = (world: World, mirror: Mirror): void => {
  for (const id of BOARDS) {
    const side = sideOf(world, mirror, id)
    const gone = isGone(world, mirror, id)
    if (side === null || side.attached !== gone) continue
    side.attached = !gone
    side.known = 'consistent'
    const other = mirror.sides[otherBoard(id)]
    if (!side.connected || other?.connected !== true) continue
    mirror.sync = null
    if (gone && (side.primary || other.primary)) renewWhole(world, mirror)
    else if (isLinked(world)) connect(world, mirror, side, other)
    if (!gone && mirror.copies[id].inconsistent && mirror.sync === null) part(world, mirror, side)
  }
}

const followLink = (world: World, mirror: Mirror): void => {
  const { now } = world.agenda
  const linked = isLinked(world)
  for (const id of BOARDS) {
    const side = sideOf(world, mirror, id)
    const other = sideOf(world, mirror, otherBoard(id))
    if (side === null || !side.connected || !isAwake(world, id)) continue
    if (linked && other?.connected !== true) part(world, mirror, side)
    else if (linked) side.silentAt = null
    else if (side.silentAt === null) {
      side.silentAt = now
      side.noticeMs = world.random.mirror.between(NOTICE_MS[0], NOTICE_MS[1])
    } else if (now - side.silentAt > side.noticeMs) part(world, mirror, side)
  }
  const [a, b] = [sideOf(world, mirror, 'a'), sideOf(world, mirror, 'b')]
  if (!linked || a === null || b === null || a.connected || b.connected || now < mirror.retryAt) return
  if (a.wanted && b.wanted && !a.standalone && !b.standalone) connect(world, mirror, a, b)
}

/** Its driver sees a change at one of its next looks; a question is told after what led to it, to each life of the daemon. */
const tell = (world: World, mirror: Mirror, board: Board): void => {
  const { daemon } = board
  const side = sideOf(world, mirror, board.id)
  if (daemon === null || side === null || !runs(world, board)) return
  const { group } = mirror
  const facts = factsOf(mirror, board.id, world.agenda.now)
  const text = JSON.stringify(facts)
  const asks = side.question > 0 ? `${daemon.nonce} ${side.question}` : ''
  const news = daemon.mirrors.get(group) !== text
  const question = asks !== '' && asks !== side.asked
  if ((!news && !question) || facts === null || !world.random.mirror.chance(0.6)) return
  daemon.mirrors.set(group, text)
  if (news) deliver(world, board, daemon.nonce, { kind: 'mirrorChanged', group, mirror: facts })
  if (!question) return
  side.asked = asks
  deliver(world, board, daemon.nonce, { kind: 'mirrorAsks', group, question: side.question })
}

/** An operator takes a copy that may lack something: he was told what is lost. */
export const overridden = (world: World, group: string | undefined): void => {
  const mirror = mirrorOf(world, group ?? '')
  if (mirror !== null) mirror.forced = true
}

/** Both copies are the same again: what neither has was given up. */
const settleOverride = (mirror: Mirror): void => {
  if (!mirror.forced) return
  mirror.forced = false
  mirror.acknowledged = mirror.acknowledged.filter(number => mirror.copies.a.content.has(number))
}

/** The beat of all mirrors; a world without one has none. */
export const planMirrors = (world: World): void => {
  if (world.mirrors.size === 0) return
  const beat = (): void => {
    for (const mirror of world.mirrors.values()) {
      followDisks(world, mirror)
      followLink(world, mirror)
      const { sync } = mirror
      if (sync !== null && isLinked(world) && world.agenda.now - sync.startedAt >= sync.tookMs) endSync(mirror, sync.to)
      for (const id of BOARDS) tell(world, mirror, world.boards[id])
    }
    world.agenda.after(BEAT_MS, beat)
  }
  beat()
}
