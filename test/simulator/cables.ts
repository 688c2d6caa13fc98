// The two links, each direction for itself: delay, loss, duplicates, held bytes. Called by daemon.ts (send) and faults.ts.
import type { CoreEvent } from '../../src/core/event.js'
import type { BoardId, LinkId, Token } from '../../src/core/types.js'
import { otherBoard } from '../../src/core/types.js'
import { deliver } from './daemon.js'
import type { Cable, World } from './world.js'

const DELAY_MS: Readonly<Record<LinkId, readonly [number, number]>> = { serial: [8, 14], ethernet: [0.2, 3] }
/** A replayed or badly delayed copy may come this much later. */
const LATE_COPY_MS = 20_000

export const createCable = (): Cable => ({
  cut: 0,
  bad: [],
  heldBy: 0,
  held: [],
  lastArrivalAt: 0,
  cleanSince: 0
})

/** A fault on this cable began or ended. */
export const cableTouched = (world: World, cable: Cable): void => {
  const clean = cable.cut === 0 && cable.bad.length === 0 && cable.heldBy === 0
  if (!clean) cable.cleanSince = Number.POSITIVE_INFINITY
  else if (cable.cleanSince === Number.POSITIVE_INFINITY) cable.cleanSince = world.agenda.now
}

export const sendToken = (world: World, from: BoardId, link: LinkId, token: Token): void => {
  const cable = world.cables[link][from]
  if (cable.cut > 0) return
  if (cable.heldBy > 0) {
    if (cable.held.length < 200) cable.held.push(token)
    return
  }
  const random = world.random.link
  const [shortest, longest] = DELAY_MS[link]
  let delayMs = random.between(shortest, longest)
  for (const bad of cable.bad) {
    if (random.chance(bad.loss)) {
      carryNoise(world, from, link, token, delayMs)
      return
    }
    delayMs += random.between(0, bad.delayMs)
    if (random.chance(bad.dup))
      carry(world, from, link, token, delayMs + random.between(0, random.pick([5, 500, LATE_COPY_MS])))
  }
  const overtakes = cable.bad.length > 0 && link === 'ethernet'
  const at = world.agenda.now + delayMs
  cable.lastArrivalAt = overtakes ? at : Math.max(at, cable.lastArrivalAt)
  carry(world, from, link, token, cable.lastArrivalAt - world.agenda.now)
}

const carry = (world: World, from: BoardId, link: LinkId, token: Token, delayMs: number): void => {
  const bytes = world.wire?.encode(from, link, token)
  world.agenda.after(delayMs, () => {
    const receiver = world.boards[otherBoard(from)]
    const daemon = receiver.daemon
    if (daemon === null) return
    if (bytes === undefined) deliver(world, receiver, daemon.nonce, { kind: 'tokenReceived', link, token })
    else hearBytes(world, from, link, bytes)
  })
}

const hearBytes = (world: World, from: BoardId, link: LinkId, bytes: Uint8Array): void => {
  const receiver = world.boards[otherBoard(from)]
  for (const decoded of world.wire?.decode(from, link, bytes) ?? []) {
    const event: CoreEvent =
      decoded.kind === 'token'
        ? { kind: 'tokenReceived', link, token: decoded.token }
        : { kind: 'foreignFrameReceived', link, foreign: decoded.foreign }
    deliver(world, receiver, receiver.daemon?.nonce ?? '', event)
  }
}

/** With the codec a lost token may leave its broken bytes behind. */
const carryNoise = (world: World, from: BoardId, link: LinkId, token: Token, delayMs: number): void => {
  const bytes = world.wire?.spoil(world.wire.encode(from, link, token))
  if (bytes === undefined || bytes === null) return
  world.agenda.after(delayMs, () => hearBytes(world, from, link, bytes))
}

/** What was held comes now, all at once. */
export const releaseHeld = (world: World, from: BoardId, link: LinkId): void => {
  const cable = world.cables[link][from]
  const held = cable.held
  cable.held = []
  let delayMs = 0
  for (const token of held) {
    delayMs += world.random.link.between(0.05, 0.5)
    carry(world, from, link, token, delayMs)
  }
}
