// What the checker knows of the past: who had the right to what, who heard whom, what operators asked. Fed by facts of the world only.
// Invariants read it; nobody else writes it.
import type { BoardId, Epoch, LinkId } from '../../src/core/types.js'
import { compareEpochs, LINK_IDS, otherBoard } from '../../src/core/types.js'
import { BOARDS } from './draw.js'
import type { Fact } from './facts.js'
import { loopLevel, senseLevel } from './wires.js'
import type { World } from './world.js'

export interface Tenure {
  readonly board: BoardId
  readonly bootId: string
  readonly epoch: Epoch
  readonly right: Right
}

/** How a tenure was come by. `owner`: it was this board's before and nobody else has had it since. */
export type Right = 'owner' | 'grant' | 'peerOff' | 'none'

export interface Past {
  readonly tenure: Map<string, Tenure>
  /** Board of the latest tenure of a group; the home board before the first. */
  readonly owner: Map<string, BoardId>
  readonly boards: Readonly<Record<BoardId, BoardPast>>
  twoWayAt: number
  takeovers: number
}

export interface BoardPast {
  /** World time at which a token of the peer's present life reached the core that echoes a number of ours sent lately; per link. */
  freshAt: Record<LinkId, number>
  /** Any fresh one. */
  heardAt: number
  /** By the letter of R12: a number of ours that is younger than the dead time was echoed, also by a board that has died since. */
  wordAt: number
  /** Relay was ordered on (level), since when; null = off. */
  drivenAt: number | null
  /** Since when the sense wire of this board reads off; null = on for longer than a sample may be old. Looked at with each fact. */
  senseOffSince: number | null
  senseOnSince: number
  /** World time at which the harness loop was seen whole last. */
  loopWholeAt: number
  /** Since when the contact in this board's supply is open; infinity = it is closed. */
  contactOpenSince: number
  railUpSince: number
  railFellAt: number
  /** The daemon lives, and has not stood still, since then. */
  smoothSince: number
  /** Highest number heard, by link and life of the peer. */
  heardNumbers: Map<string, number>
  /** World time at which this daemon life sent a number. */
  sentAt: Map<number, number>
  /** Highest epoch of a group that the peer ever told this board, and when. */
  told: Map<string, { readonly epoch: Epoch; readonly at: number }>
  /** The last attempt to write its record failed: until the next one succeeds it takes and grants nothing (R5). */
  cardFails: boolean
  /** Latest orders of an operator to this board, by name. */
  asked: Map<string, number>
}

const createBoardPast = (): BoardPast => ({
  freshAt: { serial: Number.NEGATIVE_INFINITY, ethernet: Number.NEGATIVE_INFINITY },
  heardAt: Number.NEGATIVE_INFINITY,
  wordAt: Number.NEGATIVE_INFINITY,
  drivenAt: null,
  senseOffSince: null,
  senseOnSince: 0,
  loopWholeAt: 0,
  contactOpenSince: Number.POSITIVE_INFINITY,
  railUpSince: 0,
  railFellAt: Number.NEGATIVE_INFINITY,
  smoothSince: 0,
  heardNumbers: new Map(),
  sentAt: new Map(),
  told: new Map(),
  cardFails: false,
  asked: new Map()
})

export const createPast = (world: World): Past => ({
  tenure: new Map(),
  owner: new Map(world.plan.settings.a.groups.map(group => [group.name, group.home])),
  boards: { a: createBoardPast(), b: createBoardPast() },
  twoWayAt: Number.NEGATIVE_INFINITY,
  takeovers: 0
})

/** Was a person's order of this kind given to this board within that time? */
export const askedWithin = (world: World, past: Past, board: BoardId, orders: readonly string[], ms: number): boolean =>
  orders.some(order => world.agenda.now - (past.boards[board].asked.get(order) ?? Number.NEGATIVE_INFINITY) <= ms)

const hear = (world: World, past: Past, board: BoardId, fact: Extract<Fact, { kind: 'event' }>): void => {
  const { event } = fact
  const own = past.boards[board]
  if (event.kind === 'stateStoreFailed' || event.kind === 'stateStored')
    own.cardFails = event.kind === 'stateStoreFailed'
  if (event.kind === 'operatorAsked') own.asked.set(event.what.order, world.agenda.now)
  if (event.kind !== 'tokenReceived') return
  const { token, link } = event
  const echoAgeMs = world.agenda.now - (own.sentAt.get(token.echo) ?? Number.NEGATIVE_INFINITY)
  const { deadMs } = world.plan.settings.a.timing
  if (token.peerNonce === world.boards[board].daemon?.nonce && echoAgeMs <= deadMs) own.wordAt = world.agenda.now
  const peerLife = world.boards[otherBoard(board)].daemon?.nonce
  if (token.nonce !== peerLife || token.peerNonce !== world.boards[board].daemon?.nonce) return
  for (const [index, { epoch }] of token.groups.entries()) {
    const group = world.groups[index] ?? ''
    const known = own.told.get(group)
    if (known === undefined || compareEpochs(epoch, known.epoch) > 0)
      own.told.set(group, { epoch, at: world.agenda.now })
  }
  // A copy that comes again is no news.
  const from = `${link} ${token.nonce}`
  if (token.sequence <= (own.heardNumbers.get(from) ?? 0)) return
  own.heardNumbers.set(from, token.sequence)
  if (echoAgeMs > deadMs / 2) return
  own.freshAt[link] = world.agenda.now
  own.heardAt = world.agenda.now
  const peer = past.boards[otherBoard(board)]
  if (LINK_IDS.some(id => world.agenda.now - peer.freshAt[id] < 1000)) past.twoWayAt = world.agenda.now
}

/** A driver's sample of a wire may be this old when the core decides. */
export const SAMPLE_AGE_MS = 60
const SENT_MAX = 1000

const noteSent = (world: World, own: BoardPast, sequence: number): void => {
  own.sentAt.set(sequence, world.agenda.now)
  own.sentAt.delete(sequence - SENT_MAX)
}

const BUTTON_ORDERS: Readonly<Record<string, string>> = {
  'button-confirm': 'confirm',
  'button-cut': 'fenceOff',
  'button-recover': 'recover',
  'button-prove': 'fenceProve'
}

/** The button is a person's order, too. */
const noteButton = (world: World, own: BoardPast, code: string): void => {
  const order = BUTTON_ORDERS[code]
  if (order !== undefined) own.asked.set(order, world.agenda.now)
}

const watchSense = (world: World, past: Past): void => {
  for (const id of BOARDS) {
    const own = past.boards[id]
    const on = senseLevel(world, id)
    if (loopLevel(world, id)) own.loopWholeAt = world.agenda.now
    if (!on) {
      if (own.senseOnSince < Number.POSITIVE_INFINITY || own.senseOffSince === null)
        own.senseOffSince = world.agenda.now
      own.senseOnSince = Number.POSITIVE_INFINITY
      continue
    }
    own.senseOnSince = Math.min(own.senseOnSince, world.agenda.now)
    if (world.agenda.now - own.senseOnSince > SAMPLE_AGE_MS) own.senseOffSince = null
  }
}

/** Every fact passes here before the invariants see it. */
export const remember = (world: World, past: Past, fact: Fact): void => {
  watchSense(world, past)
  switch (fact.kind) {
    case 'event':
      hear(world, past, fact.board, fact)
      return
    case 'effect':
      if (fact.effect.kind === 'sendToken') noteSent(world, past.boards[fact.board], fact.effect.token.sequence)
      if (fact.effect.kind === 'report') noteButton(world, past.boards[fact.board], fact.effect.report.code)
      if (fact.effect.kind === 'driveRelay') {
        const own = past.boards[fact.board]
        own.drivenAt = fact.effect.on ? (own.drivenAt ?? world.agenda.now) : null
      }
      return
    case 'rail':
      if (fact.on) past.boards[fact.board].railUpSince = world.agenda.now
      else past.boards[fact.board].railFellAt = world.agenda.now
      return
    case 'contact':
      past.boards[fact.board].contactOpenSince = fact.open ? world.agenda.now : Number.POSITIVE_INFINITY
      return
    case 'soc':
      if (!fact.up) past.boards[fact.board].drivenAt = null
      return
    case 'daemon': {
      const own = past.boards[fact.board]
      // A daemon that ended in the middle of its order to the relay never moved it.
      if (fact.up && !world.boards[fact.board].soc?.relayLevel) own.drivenAt = null
      own.smoothSince = fact.up ? world.agenda.now : Number.POSITIVE_INFINITY
      own.freshAt = { serial: Number.NEGATIVE_INFINITY, ethernet: Number.NEGATIVE_INFINITY }
      own.heardAt = Number.NEGATIVE_INFINITY
      own.wordAt = Number.NEGATIVE_INFINITY
      own.cardFails = false
      own.sentAt.clear()
      own.heardNumbers.clear()
      return
    }
    case 'stall':
      past.boards[fact.board].smoothSince = Math.max(past.boards[fact.board].smoothSince, fact.untilAt)
      return
    case 'stepped':
    case 'stored':
    case 'held':
    case 'acknowledged':
    case 'fault':
      return
  }
}
