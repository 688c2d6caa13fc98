// The two sides of a mirrored disk: they find each other, compare, bring one copy up to date, and lose each other; and what their drivers see of it.
// Called by run.ts (its beat) and daemon.ts (orders). The kernel of one board is mirror.ts. Judges nothing.
import type { MirrorFacts } from '../../src/core/mirror-state.js'
import type { BoardId } from '../../src/core/types.js'
import { otherBoard } from '../../src/core/types.js'
import { deliver, runs } from './daemon.js'
import { BOARDS } from './draw.js'
import { isAwake, isGone, isKnownOut, isLinked, mirrorOf, part, put, renewWhole, sideOf } from './mirror.js'
import { factsOf, isBlank, isUsable, type Mirror, type Side } from './mirror-world.js'
import type { Board, World } from './world.js'

const BEAT_MS = 50
/** A dead peer is noticed by a lost ping, at the soonest. */
const NOTICE_MS_MIN = 100
const SYNC_MS = [300, 9000] as const
/** A driver connects two copies that went their own way again after this. */
const SPLIT_AGAIN_MS = 5000

/**
 * Parted in order: the secondary stores that it is outdated before the primary hears of it, which then goes on without asking.
 * A driver, or a person, may also tear them apart: then it is a lost link.
 */
const partInOrder = (world: World, mirror: Mirror, id: BoardId, side: Side): void => {
  const peer = otherBoard(id)
  const other = sideOf(world, mirror, peer)
  if (!side.connected || other?.connected !== true || !isLinked(world)) return part(world, mirror, id, side, false)
  const holder = side.primary ? id : other.primary ? peer : null
  if (holder !== null && mirror.sides[otherBoard(holder)]?.attached === true)
    mirror.copies[otherBoard(holder)].outdated = true
  for (const one of BOARDS) {
    const own = mirror.sides[one]
    if (own !== null) part(world, mirror, one, own, isKnownOut(mirror, otherBoard(one)))
  }
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
  if (order.on) return
  if (world.random.mirror.chance(0.7)) partInOrder(world, mirror, board.id, side)
  else part(world, mirror, board.id, side, isKnownOut(mirror, otherBoard(board.id)))
}

const beginSync = (world: World, mirror: Mirror, to: BoardId): void => {
  const [shortest, longest] = SYNC_MS
  const from = otherBoard(to)
  mirror.copies[to].inconsistent = true
  mirror.copies[to].peerOut = false
  mirror.copies[from].outdated = false
  mirror.copies[from].peerOut = true
  const source = mirror.sides[from]
  if (source !== null) source.known = 'upToDate'
  mirror.sync = { to, startedAt: world.agenda.now, tookMs: world.random.mirror.between(shortest, longest) }
}

const endSync = (mirror: Mirror, to: BoardId): void => {
  const source = mirror.copies[otherBoard(to)]
  const target = mirror.copies[to]
  source.peerOut = false
  target.content = new Set(source.content)
  target.generation = source.generation
  target.ancestors = new Set(source.ancestors)
  target.stamp = source.stamp
  target.inconsistent = false
  target.outdated = false
  target.crashed = false
  const side = mirror.sides[to]
  if (side !== null) {
    side.known = 'upToDate'
    side.discard = false
  }
  mirror.sync = null
  settleOverride(mirror)
}

/** Who must be brought up to date; null = nobody, or neither can be; `split` = both went their own way. */
const compare = (mirror: Mirror): BoardId | null | 'split' => {
  const { a, b } = mirror.copies
  if (a.inconsistent && b.inconsistent) return null
  if (a.inconsistent || b.inconsistent) return a.inconsistent ? 'a' : 'b'
  if (a.generation === b.generation) return null
  if (a.ancestors.has(b.generation)) return 'b'
  return b.ancestors.has(a.generation) ? 'a' : 'split'
}

/** A primary without a disk lives on the other copy only if that is as new as what it has shown. */
const suits = ({ copies, sides }: Mirror, id: BoardId): boolean => {
  const side = sides[id]
  const other = copies[otherBoard(id)]
  if (side === null || !side.primary || side.attached || side.shown === '') return true
  return other.generation === side.shown || other.ancestors.has(side.shown)
}

/** The same generation on both. What one primary wrote and never acknowledged: its own copy wins. */
const makeEqual = (mirror: Mirror, a: Side, b: Side): void => {
  const newer = a.primary ? 'a' : b.primary ? 'b' : mirror.copies.a.crashed ? 'a' : 'b'
  mirror.copies[otherBoard(newer)].content = new Set(mirror.copies[newer].content)
  for (const id of BOARDS) {
    mirror.copies[id].outdated = false
    mirror.copies[id].peerOut = false
  }
  for (const side of [a, b]) side.known = 'upToDate'
  settleOverride(mirror)
}

const connect = (world: World, mirror: Mirror, a: Side, b: Side): void => {
  if (!BOARDS.every(id => suits(mirror, id))) return
  const older = a.attached && b.attached ? compare(mirror) : null
  const given = a.discard ? 'a' : b.discard ? 'b' : null
  // A primary is never brought up to date from another history when they meet: the kernels refuse, as with two of them.
  const fresh = !a.connected && !b.connected
  const behind = BOARDS.some(
    id => fresh && id === older && mirror.sides[id]?.primary && !mirror.copies[id].inconsistent
  )
  if (behind || (older === 'split' && given === null)) {
    for (const side of [a, b]) side.standalone = true
    mirror.retryAt = world.agenda.now + SPLIT_AGAIN_MS
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
    // What is in doubt, or outdated, is up to date by its own account as soon as it is connected to nothing better (drbd_state.c, sanitize_state).
    for (const id of BOARDS) {
      const side = mirror.sides[id]
      if (side?.attached !== true || mirror.copies[id].inconsistent) continue
      side.known = 'upToDate'
      mirror.copies[id].outdated = false
    }
    return
  }
  if (older !== null) beginSync(world, mirror, older === 'split' ? (given ?? 'b') : older)
  else if (!mirror.copies.a.inconsistent) makeEqual(mirror, a, b)
  for (const side of [a, b]) {
    if (side.inFlight === null) continue
    for (const id of BOARDS) put(mirror, id, side.inFlight)
    mirror.acknowledged.push(side.inFlight)
    side.inFlight = null
  }
}

/**
 * A primary that lost both copies takes its disk back only if that has what it has shown; a new disk is made ready there, by a person or the driver,
 * only beside a copy that is up to date by its own account.
 */
const mayAttach = (mirror: Mirror, id: BoardId, side: Side): boolean => {
  if (side.primary && isBlank(mirror.copies[id]))
    return side.connected && isUsable(mirror.copies[otherBoard(id)], mirror.sides[otherBoard(id)])
  if (!side.primary || side.connected || side.shown === '') return true
  const copy = mirror.copies[id]
  return !copy.inconsistent && (copy.generation === side.shown || copy.ancestors.has(side.shown))
}

/** Where a primary is left without any disk the driver parts first: only apart, or where they meet anew, do the kernels compare what that has shown. */
const partFromDiskless = (world: World, mirror: Mirror, id: BoardId, side: Side): void => {
  const peer = sideOf(world, mirror, otherBoard(id))
  if (!side.connected || peer === null || peer.attached || (!peer.primary && !side.primary)) return
  part(world, mirror, otherBoard(id), peer, false)
  part(world, mirror, id, side, false)
}

/** A disk dies or comes back under the kernel. */
const followDisks = (world: World, mirror: Mirror): void => {
  for (const id of BOARDS) {
    const side = sideOf(world, mirror, id)
    const gone = isGone(world, mirror, id)
    if (side === null || side.attached !== gone) continue
    // Both sides compare first: while the link is lost and that is not noticed yet nobody answers.
    if (!gone && side.connected && !isLinked(world)) continue
    if (!gone) partFromDiskless(world, mirror, id, side)
    if (!gone && !mayAttach(mirror, id, side)) continue
    side.attached = !gone
    side.known = mirror.copies[id].peerOut ? 'upToDate' : 'consistent'
    const other = mirror.sides[otherBoard(id)]
    if (!side.connected || other?.connected !== true) continue
    mirror.sync = null
    if (gone && (side.primary || other.primary)) renewWhole(world, mirror)
    else if (isLinked(world)) connect(world, mirror, side, other)
    if (!gone && mirror.copies[id].inconsistent && mirror.sync === null) part(world, mirror, id, side, false)
  }
}

const followLink = (world: World, mirror: Mirror): void => {
  const { now } = world.agenda
  const linked = isLinked(world)
  for (const id of BOARDS) {
    const side = sideOf(world, mirror, id)
    const other = sideOf(world, mirror, otherBoard(id))
    if (side === null || !side.connected || !isAwake(world, id)) continue
    const lost = (): void => part(world, mirror, id, side, isKnownOut(mirror, otherBoard(id)))
    if (linked && other?.connected !== true) lost()
    else if (linked) side.silentAt = null
    else if (side.silentAt === null) {
      side.silentAt = now
      side.noticeMs = world.random.mirror.between(NOTICE_MS_MIN, mirror.noticeMsMax)
    } else if (now - side.silentAt > side.noticeMs) lost()
  }
  const [a, b] = [sideOf(world, mirror, 'a'), sideOf(world, mirror, 'b')]
  if (!linked || a === null || b === null || a.connected || b.connected || now < mirror.retryAt) return
  if (!a.wanted || !b.wanted) return
  // The drivers try again now and then: the other copy may have been given up meanwhile.
  a.standalone = false
  b.standalone = false
  connect(world, mirror, a, b)
}

/** The same text where nothing is new; asked at each beat. */
const factsText = (facts: MirrorFacts | null): string => {
  if (facts === null) return ''
  const { connected, disk, peerDisk, resync, splitBrain } = facts
  return `${connected} ${disk} ${peerDisk} ${resync?.to} ${resync?.percent} ${splitBrain}`
}

/** Its driver sees a change at one of its next looks; a question is told after what led to it, to each life of the daemon. */
const tell = (world: World, mirror: Mirror, board: Board): void => {
  const { daemon } = board
  const side = sideOf(world, mirror, board.id)
  if (daemon === null || side === null || !runs(world, board)) return
  const { group } = mirror
  const facts = factsOf(mirror, board.id, world.agenda.now)
  const text = factsText(facts)
  const asks = side.question > 0 ? `${daemon.nonce} ${side.question}` : ''
  const news = daemon.mirrors.get(group) !== text
  const question = asks !== '' && asks !== side.asked
  if ((!news && !question) || facts === null || !world.random.mirror.chance(mirror.lookChance)) return
  daemon.mirrors.set(group, text)
  if (news) deliver(world, board, daemon.nonce, { kind: 'mirrorChanged', group, mirror: facts })
  if (!question || (news && !world.random.mirror.chance(0.7))) return
  side.asked = asks
  deliver(world, board, daemon.nonce, { kind: 'mirrorAsks', group, question: side.question })
}

/** Both copies are the same again: what neither has was given up. */
const settleOverride = (mirror: Mirror): void => {
  if (!mirror.forced) return
  mirror.forced = false
  mirror.acknowledged = mirror.acknowledged.filter(number => mirror.copies.a.content.has(number))
}

/** The beat of all mirrors; a world without one has none. */
export const planMirrors = (world: World): void => {
  const { mirror: random } = world.random
  for (const mirror of world.mirrors.values()) {
    mirror.lookChance = random.pick([0.6, 0.6, 0.4])
    mirror.noticeMsMax = random.pick([900, 900, 4000])
  }
  if (world.mirrors.size === 0) return
  const beat = (): void => {
    for (const mirror of world.mirrors.values()) {
      followDisks(world, mirror)
      followLink(world, mirror)
      if (mirror.copies.a.inconsistent && mirror.copies.b.inconsistent)
        world.beyond ??= 'no whole copy of a mirrored disk is left'
      const { sync } = mirror
      if (sync !== null && isLinked(world) && world.agenda.now - sync.startedAt >= sync.tookMs) endSync(mirror, sync.to)
      for (const id of BOARDS) tell(world, mirror, world.boards[id])
    }
    world.agenda.after(BEAT_MS, beat)
  }
  beat()
}
