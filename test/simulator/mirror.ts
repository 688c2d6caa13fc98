// A mirrored disk in the kernel of one board (protocol C): its part in I/O, becoming primary, standing still until the daemon answers. The stand-in
// of DRBD 8.4 with fencing `resource-and-stonith`. Called by actions.ts, daemon.ts and mirror-link.ts, which is about both boards. Judges nothing.
import type { BoardId } from '../../src/core/types.js'
import { otherBoard } from '../../src/core/types.js'
import { BOARDS } from './draw.js'
import { type Copy, createCopy, diskOf, isUsable, isWhole, type Mirror, type Side } from './mirror-world.js'
import type { Board, World } from './world.js'

export const mirrorOf = (world: World, group: string): Mirror | null => world.mirrors.get(group) ?? null

/** The kernel of this boot; a new one knows what the metadata says: a copy that left the other behind is up to date, any other one does not know. */
export const sideOf = (world: World, mirror: Mirror, id: BoardId): Side | null => {
  const { soc } = world.boards[id]
  const known = mirror.sides[id]
  if (soc === null || known?.soc === soc) return soc === null ? null : known
  const { peerOut } = mirror.copies[id]
  const attached = !isGone(world, mirror, id)
  mirror.sides[id] = {
    soc,
    wanted: false,
    discard: false,
    standalone: false,
    attached,
    connected: false,
    known: peerOut ? 'upToDate' : 'consistent',
    primary: false,
    alone: peerOut && attached,
    question: 0,
    asked: '',
    refused: 0,
    shown: '',
    silentAt: null,
    noticeMs: 0,
    inFlight: null
  }
  return mirror.sides[id]
}

export const isGone = (world: World, mirror: Mirror, id: BoardId): boolean =>
  world.boards[id].troubles.diskGone.includes(mirror.group)

export const isAwake = (world: World, id: BoardId): boolean => {
  const { soc } = world.boards[id]
  return soc !== null && soc.stalledUntil <= world.agenda.now
}

/** Data could pass between the kernels now. */
export const isLinked = (world: World): boolean => {
  if (world.replicationCut > 0 || !BOARDS.every(id => isAwake(world, id))) return false
  return world.plan.ownCable === true || BOARDS.every(id => world.cables.ethernet[id].cut === 0)
}

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

export const put = (mirror: Mirror, id: BoardId, write: number): void => {
  if (mirror.sides[id]?.attached === true) mirror.copies[id].content.add(write)
}

/** Generation of the copy that is read: its own, or without one the other one's; of neither: what was shown last. */
const shownBy = ({ copies, sides }: Mirror, id: BoardId, side: Side): string => {
  if (isUsable(copies[id], side)) return copies[id].generation
  const peer = otherBoard(id)
  return isUsable(copies[peer], sides[peer]) ? copies[peer].generation : side.shown
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
  side.shown = shownBy(mirror, id, side)
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

export const renew = (world: World, copy: Copy): void => {
  copy.ancestors.add(copy.generation)
  copy.generation = `g${world.random.mirror.hex(8)}`
}

/** One copy is written and the other is not there. */
export const renewWhole = (world: World, mirror: Mirror): void => {
  const { copies, sides } = mirror
  // A board that is off writes no notes, whatever the other one has not noticed yet.
  const written = BOARDS.filter(id => isUsable(copies[id], sides[id]) && sides[id]?.soc === world.boards[id].soc)
  if (written.length === 0) return
  for (const id of written) renew(world, copies[id])
  for (const id of BOARDS) {
    const side = sides[id]
    if (side?.primary) side.shown = shownBy(mirror, id, side)
  }
}

/**
 * Its I/O goes on without the other copy: what was in flight is acknowledged. `marked`: its metadata say that the other copy is out; where the
 * driver only lets I/O go on they do not, and its next promotion, or the next boot, asks anew.
 */
const goOn = (world: World, mirror: Mirror, id: BoardId, side: Side, marked: boolean): void => {
  const copy = mirror.copies[id]
  side.alone = true
  side.known = 'upToDate'
  copy.outdated = false
  copy.peerOut = marked
  renew(world, copy)
  if (side.primary) side.shown = copy.generation
  const { inFlight } = side
  side.inFlight = null
  if (inFlight !== null && copy.content.has(inFlight)) mirror.acknowledged.push(inFlight)
}

const askFor = (mirror: Mirror, side: Side): void => {
  mirror.questions += 1
  side.question = mirror.questions
}

/**
 * This side has lost the other one. `otherIsOut`: it is known to be outdated or incomplete: then nobody is asked and nothing stands still.
 * A primary that lost any other copy stands still and asks; one without a copy of its own stands still, and its question would be useless.
 */
export const part = (world: World, mirror: Mirror, id: BoardId, side: Side, otherIsOut: boolean): void => {
  if (!side.connected) return
  side.connected = false
  side.silentAt = null
  side.alone = false
  mirror.sync = null
  mirror.retryAt = world.agenda.now + world.random.mirror.between(50, 1500)
  if (!isUsable(mirror.copies[id], side)) return
  if (otherIsOut && side.primary) goOn(world, mirror, id, side, true)
  else if (otherIsOut) side.alone = true
  else if (side.primary) askFor(mirror, side)
}

/** What the other copy is to a side that still has its word. */
export const isKnownOut = ({ copies, sides }: Mirror, other: BoardId): boolean =>
  sides[other]?.attached === true && (copies[other].inconsistent || copies[other].outdated)

/** A board may become primary; null = it does not know yet (its question waits). Else why not, or an empty text. */
export const promote = (world: World, mirror: Mirror, id: BoardId): string | null => {
  const side = sideOf(world, mirror, id)
  const peer = otherBoard(id)
  const other = mirror.sides[peer]
  if (side === null) return 'no kernel'
  if (side.primary) return ''
  const usable = isUsable(mirror.copies[id], side)
  if (side.connected) {
    if (!isLinked(world) || other?.connected !== true) return null
    if (other.primary) return 'the other board is primary'
    // Without a copy of its own it lives on the other one.
    if (!usable && !isUsable(mirror.copies[peer], other)) return 'there is no up-to-date data'
    becomePrimary(mirror, id, side)
    if (!side.attached || !other.attached) renewWhole(world, mirror)
    return ''
  }
  if (!usable) return `this copy is ${diskOf(mirror.copies[id], side)}: no up-to-date data here`
  if (side.alone) {
    becomePrimary(mirror, id, side)
    goOn(world, mirror, id, side, mirror.copies[id].peerOut)
    return ''
  }
  if (side.question === 0) askFor(mirror, side)
  return null
}

const becomePrimary = (mirror: Mirror, id: BoardId, side: Side): void => {
  side.primary = true
  side.shown = shownBy(mirror, id, side)
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
  side.alone = side.alone && mirror.copies[id].peerOut
  side.question = 0
  side.shown = ''
  mirror.copies[id].crashed = false
}

/** The daemon's answer: its driver carries it to the kernel in its time. A daemon that dies meanwhile may have sent it off, or not. */
export const answerMirror = (
  world: World,
  board: Board,
  answer: { group: string; question: number; ok: boolean }
): void => {
  const { daemon, soc } = board
  const random = world.random.mirror
  world.agenda.after(random.between(0, random.pick([5, 40, 300])), () => {
    if (board.soc !== soc || (board.daemon !== daemon && random.chance(0.5))) return
    hearAnswer(world, board, answer)
  })
}

/** A question that is over is ignored. From here on this copy goes its own way. */
const hearAnswer = (
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
  goOn(world, mirror, board.id, side, world.random.mirror.chance(0.6))
}

/** An operator takes a copy that may lack something: he was told what is lost. */
export const overridden = (world: World, group: string | undefined): void => {
  const mirror = mirrorOf(world, group ?? '')
  if (mirror !== null) mirror.forced = true
}

/** A new disk stands where the old one was: empty, and good for nothing until it is filled from the other copy. */
export const replaceDisk = (world: World, id: BoardId, group: string): void => {
  const mirror = mirrorOf(world, group)
  // Nobody takes a disk away from under a kernel that has it.
  if (mirror === null || sideOf(world, mirror, id)?.attached === true) return
  // What only it had is gone; where its board's card says so, or the other one's that it was left behind, a person is asked (R7).
  const recorded = BOARDS.some(one => world.boards[one].store.durable?.groups[group]?.mirror != null)
  const onlyOne = isWhole(mirror, mirror.copies[id]) && !isWhole(mirror, mirror.copies[otherBoard(id)])
  if (onlyOne && !recorded) world.beyond ??= 'the only whole copy was destroyed before a record could say so'
  const chance = world.random.mirror.hex(8)
  mirror.copies[id] = { ...createCopy(chance), generation: `blank ${chance}`, inconsistent: true }
}
