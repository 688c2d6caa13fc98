// What can happen to one board, and what its core answers: the stand-in of kernel and runtime. Pure but for the board that it is given.
// Called by shelf.ts, which asks for each (board, happening) once only.
import type { Boot } from '../../../src/core/boot.js'
import type { Effect } from '../../../src/core/effect.js'
import type { CoreEvent, OperatorRequest } from '../../../src/core/event.js'
import type { MirrorFacts } from '../../../src/core/mirror-state.js'
import type { CoreState } from '../../../src/core/state.js'
import type { Durable, LinkId, Token } from '../../../src/core/types.js'
import type { CoreModule } from '../core-module.js'
import { type Board, daemonDies, kernelDies } from './board.js'
import { age, beginNumbers, followPeer, NOW } from './canonical.js'
import { change, type JobEnd, type Traces } from './children.js'
import { BOOT_STEPS, type DiskKind, GROUP, RESTART_STEPS, STEP_MS, settingsOf, type WiringKind } from './pair.js'

/** One thing that happens to a board. */
export type Happening =
  /** Time moves one step on; the flags tell which of its inputs lag behind the world. */
  | { kind: 'pass'; contactLags: boolean; senseLags: boolean; loopLags: boolean }
  | { kind: 'start'; nonce: string; bootId: string; sense: boolean; loop: boolean }
  | { kind: 'token'; link: LinkId; token: Token }
  | { kind: 'stored' }
  | { kind: 'storeFails'; landed: boolean }
  | { kind: 'serviceDies' }
  | { kind: 'lan'; up: boolean }
  | { kind: 'relay' }
  | { kind: 'job'; index: number; end: JobEnd }
  | { kind: 'sense'; on: boolean }
  | { kind: 'loop'; whole: boolean }
  | { kind: 'contact'; open: boolean }
  | { kind: 'rail'; on: boolean; landed: boolean }
  | { kind: 'mirror'; facts: MirrorFacts }
  | { kind: 'asks' }
  | { kind: 'wall'; on: boolean }
  | { kind: 'crash'; landed: boolean; childrenLive: boolean; restart: keyof typeof RESTART_STEPS }
  | { kind: 'ask'; what: OperatorRequest }
  | { kind: 'harness'; pulled: boolean }
  | { kind: 'relayStuck'; stuck: boolean }
  | { kind: 'follow'; nonce: string; moved: number }

/** What came of it, for the other board and for the judge. */
export interface Outcome extends Traces {
  sent: { link: LinkId; token: Token }[]
  /** Orders in the order in which they were given. */
  orders: Effect[]
}

/** The life of a core on a board, with its compiled module and its settings. */
export interface Runtime {
  readonly core: CoreModule
  readonly wiring: WiringKind
  readonly disk: DiskKind
}

const step = (runtime: Runtime, board: Board, event: CoreEvent, out: Outcome): void => {
  const { core } = board
  if (core === null) return
  for (const effect of runtime.core.step(core, event, NOW)) {
    out.orders.push(effect)
    perform(board, effect, out)
    if (board.core === null) return
  }
  if (out.orders.at(-1)?.kind === 'drainLinks') step(runtime, board, { kind: 'linksDrained' }, out)
}

const perform = (board: Board, effect: Effect, out: Outcome): void => {
  if (effect.kind === 'sendToken') out.sent.push({ link: effect.link, token: effect.token })
  else if (effect.kind === 'storeState') {
    const { store, durable } = effect
    if (board.writing === null) board.writing = { store, durable, age: 0 }
    else board.waiting = { store, durable }
  } else if (effect.kind === 'driveRelay') {
    board.relayOrders.push({ on: effect.on, order: effect.order, age: 0 })
  } else if (effect.kind === 'runAction') {
    board.jobs.push({ action: effect.action, job: effect.job, epoch: effect.epoch, age: 0 })
  } else if (effect.kind === 'resetBoard') {
    kernelDies(board, false)
    board.startsIn = BOOT_STEPS
  } else if (effect.kind === 'exit') {
    daemonDies(board, false)
    board.startsIn = RESTART_STEPS.quick
  }
}

const start = (runtime: Runtime, board: Board, what: Happening & { kind: 'start' }, out: Outcome): void => {
  const settings = settingsOf(board.id, runtime.wiring, runtime.disk)
  if (!board.booted) board.bootId = what.bootId
  board.booted = true
  board.startsIn = -1
  const boot: Boot = {
    nonce: what.nonce,
    bootId: board.bootId,
    durable: board.disk,
    stateProblem: null,
    relayDriven: board.relayLevel,
    sense: settings.wiring.sense ? what.sense : null,
    loop: settings.wiring.loop ? what.loop : null,
    lanUp: board.lanUp
  }
  const core = runtime.core.createCore(settings, boot, NOW) as CoreState
  // Afterwards only these two names are asked for, and that there was a record.
  Object.assign(core, {
    boot: { ...boot, durable: {} as Durable, relayDriven: false, sense: null, loop: null, lanUp: true }
  })
  beginNumbers(core)
  board.core = core
  step(runtime, board, { kind: 'tick' }, out)
}

const pass = (runtime: Runtime, board: Board, what: Happening & { kind: 'pass' }, out: Outcome): void => {
  const railLags = board.rail !== (board.wall && !board.contactOpen)
  board.railAge = railLags ? board.railAge + 1 : 0
  board.contactAge = what.contactLags ? board.contactAge + 1 : 0
  board.senseAge = what.senseLags ? board.senseAge + 1 : 0
  board.loopAge = what.loopLags ? board.loopAge + 1 : 0
  for (const job of board.jobs) job.age++
  for (const one of board.relayOrders) one.age++
  if (board.writing !== null) board.writing.age++
  if (board.startsIn > 0) board.startsIn--
  if (board.core === null) return
  age(board.core, STEP_MS)
  if (runtime.core.nextWakeAt(board.core) <= NOW) step(runtime, board, { kind: 'tick' }, out)
}

const stored = (runtime: Runtime, board: Board, out: Outcome): void => {
  if (board.writing === null) return
  const { store, durable } = board.writing
  board.disk = durable
  board.writing = board.waiting === null ? null : { ...board.waiting, age: 0 }
  board.waiting = null
  step(runtime, board, { kind: 'stateStored', store, wallSeconds: 0 }, out)
}

/** The write is reported as failed, whether it reached the card or not. */
const storeFails = (runtime: Runtime, board: Board, landed: boolean, out: Outcome): void => {
  if (board.writing === null) return
  const { store, durable } = board.writing
  if (landed) board.disk = durable
  board.writing = board.waiting === null ? null : { ...board.waiting, age: 0 }
  board.waiting = null
  step(runtime, board, { kind: 'stateStoreFailed', store, reason: 'fsync: input/output error' }, out)
}

const serviceDies = (runtime: Runtime, board: Board, out: Outcome): void => {
  board.services = 'none'
  board.servesUnder = null
  step(runtime, board, { kind: 'serviceFailed', group: GROUP, service: 'service', reason: 'connection refused' }, out)
}

const relayMoves = (runtime: Runtime, board: Board, out: Outcome): void => {
  const order = board.relayOrders.shift()
  if (order === undefined) return
  board.relayLevel = order.on
  step(runtime, board, { kind: 'relayDriven', on: order.on, order: order.order }, out)
}

const jobEnds = (runtime: Runtime, board: Board, index: number, end: JobEnd, out: Outcome): void => {
  const job = board.jobs[index]
  if (job === undefined) return
  const outcome = change(board, job, end, runtime.disk === 'mirrored', out)
  board.jobs.splice(index, 1)
  if (job.job === 0) return
  step(runtime, board, { kind: 'actionFinished', group: GROUP, action: job.action, job: job.job, outcome }, out)
}

const railMoves = (board: Board, on: boolean, landed: boolean): void => {
  board.rail = on
  board.railAge = 0
  if (on) board.startsIn = BOOT_STEPS
  else kernelDies(board, landed)
}

const crash = (board: Board, what: Happening & { kind: 'crash' }): void => {
  daemonDies(board, what.landed)
  if (!what.childrenLive) board.jobs = []
  board.startsIn = RESTART_STEPS[what.restart]
}

/** Changes the board in place. */
export const happen = (runtime: Runtime, board: Board, what: Happening): Outcome => {
  const out: Outcome = { sent: [], orders: [], acknowledged: null, stamped: null }
  switch (what.kind) {
    case 'pass':
      pass(runtime, board, what, out)
      break
    case 'start':
      start(runtime, board, what, out)
      break
    case 'token':
      step(runtime, board, { kind: 'tokenReceived', link: what.link, token: what.token }, out)
      break
    case 'stored':
      stored(runtime, board, out)
      break
    case 'storeFails':
      storeFails(runtime, board, what.landed, out)
      break
    case 'serviceDies':
      serviceDies(runtime, board, out)
      break
    case 'relay':
      relayMoves(runtime, board, out)
      break
    case 'lan':
      board.lanUp = what.up
      step(runtime, board, { kind: 'lanChanged', up: what.up }, out)
      break
    case 'job':
      jobEnds(runtime, board, what.index, what.end, out)
      break
    case 'sense':
      board.senseAge = 0
      step(runtime, board, { kind: 'senseChanged', on: what.on }, out)
      break
    case 'loop':
      board.loopAge = 0
      step(runtime, board, { kind: 'loopChanged', whole: what.whole }, out)
      break
    case 'contact':
      board.contactOpen = what.open
      board.contactAge = 0
      break
    case 'rail':
      railMoves(board, what.on, what.landed)
      break
    case 'mirror':
      step(runtime, board, { kind: 'mirrorChanged', group: GROUP, mirror: what.facts }, out)
      break
    case 'asks':
      // One number for all: answers come at once, so that no other question can be meant.
      step(runtime, board, { kind: 'mirrorAsks', group: GROUP, question: 1 }, out)
      break
    case 'wall':
      board.wall = what.on
      break
    case 'crash':
      crash(board, what)
      break
    case 'ask':
      step(runtime, board, { kind: 'operatorAsked', request: 1, what: what.what }, out)
      break
    case 'harness':
      board.harnessPulled = what.pulled
      break
    case 'relayStuck':
      board.relayStuck = what.stuck
      break
    case 'follow':
      if (board.core !== null) followPeer(board.core, what.nonce, what.moved)
      break
  }
  return out
}
