// A life of the daemon: starts, hears events, obeys its core's orders one by one (any of them may be the last), stands still, dies.
// The stand-in of src/runtime: it adds lateness and accidents, never judgement.
import type { Boot } from '../../src/core/boot.js'
import type { Effect } from '../../src/core/effect.js'
import type { CoreEvent } from '../../src/core/event.js'
import { otherBoard } from '../../src/core/types.js'
import { runAction } from './actions.js'
import { driveAgent } from './agent.js'
import { lookAtButton } from './button.js'
import { sendToken } from './cables.js'
import { answerMirror, overridden } from './mirror.js'
import { connectMirror } from './mirror-link.js'
import { feedWatchdog, moveRelay, resetBoard } from './power.js'
import { loadRecord, storeState, writerDied } from './store.js'
import { diskSeen, lanLevel, loopLevel, sampleSlow, sampleWires, senseLevel } from './wires.js'
import type { Board, Daemon, World } from './world.js'
import { clockOf } from './world.js'

const INBOX_MAX = 400

/** The daemon's process gets time right now. */
export const runs = (world: World, board: Board): boolean =>
  board.daemon !== null &&
  board.soc !== null &&
  board.daemon.hungUntil <= world.agenda.now &&
  board.soc.stalledUntil <= world.agenda.now

export const startDaemon = (world: World, board: Board): void => {
  const soc = board.soc
  if (soc === null || board.daemon !== null) return
  if (soc.stalledUntil > world.agenda.now) {
    world.agenda.after(soc.stalledUntil - world.agenda.now, () => {
      if (board.soc === soc) startDaemon(world, board)
    })
    return
  }
  const planned = world.plan.settings[board.id]
  const settings = board.troubles.otherConfiguration > 0 ? { ...planned, digest: 'd2d2d2d2d2d2' } : planned
  const durable = loadRecord(board)
  if (settings.wiring.fence === 'agent') soc.relayLevel = world.boards[otherBoard(board.id)].contactOpen
  const boot: Boot = {
    nonce: world.random.daemon.hex(16),
    bootId: soc.bootId,
    durable,
    stateProblem: durable === null ? board.store.problem : null,
    relayDriven: soc.relayLevel,
    sense: settings.wiring.sense ? senseLevel(world, board.id) : null,
    loop: settings.wiring.loop ? loopLevel(world, board.id) : null,
    lanUp: lanLevel(world, board.id)
  }
  const daemon: Daemon = {
    nonce: boot.nonce,
    settings,
    state: world.core.createCore(settings, boot, clockOf(world, soc)),
    hungUntil: 0,
    inbox: [],
    stepping: false,
    agentBusy: false,
    agentWaits: null,
    awakening: false,
    wakeOrder: 0,
    wakeAt: Number.NEGATIVE_INFINITY,
    sense: boot.sense,
    loop: boot.loop,
    lanUp: boot.lanUp,
    buttonAt: null,
    diskSeen: new Map(),
    watched: new Set(),
    mirrors: new Map(),
    bornAt: world.agenda.now
  }
  board.daemon = daemon
  world.tell({ kind: 'daemon', board: board.id, up: true, why: `life ${boot.nonce}` })
  deliver(world, board, daemon.nonce, { kind: 'tick' })
  lookAtButton(world, board.id, true)
  tellDisks(world, board, daemon)
}

/** A new driver looks at its disks soon after its start, and tells what it sees either way. */
const tellDisks = (world: World, board: Board, daemon: Daemon): void => {
  world.agenda.after(world.random.daemon.between(1, 100), () => {
    if (board.daemon !== daemon) return
    for (const group of world.groups) {
      const seen = diskSeen(world, board.id, group)
      daemon.diskSeen.set(group, seen)
      deliver(world, board, daemon.nonce, { kind: 'diskSeenChanged', group, seen })
    }
  })
}

/** The process is gone; its supervisor starts another after `restartMs` (null: never by itself). Some children live on. */
export const daemonDies = (world: World, board: Board, why: string, restartMs: number | null): void => {
  const { daemon, soc } = board
  if (daemon === null) return
  board.daemon = null
  writerDied(board)
  world.tell({ kind: 'daemon', board: board.id, up: false, why })
  for (const job of soc?.jobs ?? []) if (!job.hung && world.random.daemon.chance(0.5)) soc?.jobs.delete(job)
  if (restartMs === null || soc === null) return
  world.agenda.after(restartMs, () => {
    if (board.soc === soc && !board.halted) startDaemon(world, board)
  })
}

/** An event reaches this life of the daemon, now or when it wakes. Dropped where that life is over. */
export const deliver = (world: World, board: Board, nonce: string, event: CoreEvent): void => {
  const daemon = board.daemon
  if (daemon === null || daemon.nonce !== nonce) return
  if (daemon.stepping) {
    world.agenda.after(0, () => deliver(world, board, nonce, event))
    return
  }
  if (!runs(world, board) || daemon.awakening) {
    if (event.kind !== 'tick' && (event.kind !== 'tokenReceived' || daemon.inbox.length < INBOX_MAX))
      daemon.inbox.push(event)
    return
  }
  stepNow(world, board, daemon, event)
}

const stepNow = (world: World, board: Board, daemon: Daemon, event: CoreEvent): void => {
  const soc = board.soc
  if (soc === null) return
  world.events++
  world.tell({ kind: 'event', board: board.id, event })
  const effects = world.core.step(daemon.state, event, clockOf(world, soc))
  daemon.stepping = true
  for (const effect of effects) {
    world.tell({ kind: 'effect', board: board.id, effect })
    perform(world, board, daemon, effect)
    fireMoment(world, board, effect)
    if (board.daemon !== daemon) return
  }
  daemon.stepping = false
  world.tell({ kind: 'stepped', board: board.id, effects: effects.length })
  planWake(world, board, daemon)
}

const planWake = (world: World, board: Board, daemon: Daemon): void => {
  const soc = board.soc
  if (soc === null) return
  const wakeAt = world.core.nextWakeAt(daemon.state)
  if (wakeAt === daemon.wakeAt) return
  daemon.wakeAt = wakeAt
  const order = ++daemon.wakeOrder
  const random = world.random.daemon
  const dueMs = Math.min((wakeAt - clockOf(world, soc)) / soc.rate, daemon.settings.timing.tokenIntervalMs)
  const lateMs = random.chance(0.01) ? random.between(0, daemon.settings.timing.latenessMs * 0.6) : random.between(0, 2)
  world.agenda.after(Math.max(1, dueMs) + lateMs, () => {
    if (board.daemon !== daemon || order !== daemon.wakeOrder) return
    daemon.wakeAt = Number.NEGATIVE_INFINITY
    deliver(world, board, daemon.nonce, { kind: 'tick' })
  })
}

const fireMoment = (world: World, board: Board, effect: Effect): void => {
  const name = effect.kind === 'runAction' ? effect.action : effect.kind
  const index = world.armed.findIndex(moment => moment.board === board.id && moment.order === name)
  if (index >= 0) world.armed.splice(index, 1)[0]?.fire()
}

/** The process (or the whole board) stands still until then. */
export const standStill = (world: World, board: Board, scope: 'daemon' | 'board', forMs: number): void => {
  const { daemon, soc } = board
  if (soc === null) return
  const untilAt = world.agenda.now + forMs
  if (scope === 'board') soc.stalledUntil = Math.max(soc.stalledUntil, untilAt)
  else if (daemon !== null) daemon.hungUntil = Math.max(daemon.hungUntil, untilAt)
  world.tell({ kind: 'stall', board: board.id, untilAt })
  if (daemon !== null) world.agenda.after(forMs, () => awaken(world, board, daemon))
}

/** Timers first or input first: a loop that wakes may do either. Input comes one by one. */
const awaken = (world: World, board: Board, daemon: Daemon): void => {
  if (board.daemon !== daemon || !runs(world, board) || daemon.awakening) return
  sampleWires(world, board.id)
  sampleSlow(world, board.id)
  lookAtButton(world, board.id)
  if (world.random.daemon.chance(0.5)) deliver(world, board, daemon.nonce, { kind: 'tick' })
  daemon.awakening = true
  const pump = (): void => {
    if (board.daemon !== daemon) return
    const event = runs(world, board) ? daemon.inbox.shift() : undefined
    if (event === undefined) {
      daemon.awakening = false
      deliver(world, board, daemon.nonce, { kind: 'tick' })
      return
    }
    stepNow(world, board, daemon, event)
    world.agenda.after(world.random.daemon.between(0.02, 0.2), pump)
  }
  pump()
}

const perform = (world: World, board: Board, daemon: Daemon, effect: Effect): void => {
  switch (effect.kind) {
    case 'sendToken':
      sendToken(world, board.id, effect.link, effect.token)
      return
    case 'storeState':
      storeState(world, board, effect.store, effect.durable)
      return
    case 'driveRelay':
      if (daemon.settings.wiring.fence === 'agent') driveAgent(world, board, daemon, effect)
      else driveRelay(world, board, daemon, effect)
      return
    case 'runAction':
      runAction(world, board, effect)
      return
    case 'watchGroup':
      if (effect.on) daemon.watched.add(effect.group)
      else daemon.watched.delete(effect.group)
      world.agenda.after(world.random.daemon.between(10, 500), () => sampleSlow(world, board.id))
      return
    case 'drainLinks':
      daemon.inbox = daemon.inbox.filter(event => event.kind !== 'tokenReceived')
      world.agenda.after(world.random.daemon.pick([1, 5, 20, 150]), () =>
        deliver(world, board, daemon.nonce, { kind: 'linksDrained' })
      )
      return
    case 'feedWatchdog':
      feedWatchdog(world, board)
      return
    case 'resetBoard':
      resetBoard(world, board, `reset by order: ${effect.reason}`)
      return
    case 'exit':
      board.halted = board.planned === 'leave'
      if (board.halted && board.soc !== null) board.soc.watchdogFedAt = null
      daemonDies(world, board, 'left as planned', world.random.daemon.between(100, 800))
      return
    case 'answerMirror':
      answerMirror(world, board, effect)
      return
    case 'connectMirror':
      connectMirror(world, board, effect)
      return
    case 'report':
      if (effect.report.code === 'copy-forced') overridden(world, effect.report.group)
      return
    case 'announceAddresses':
    case 'verifyMirror':
    case 'showPanel':
    case 'answerOperator':
      return
  }
}

const driveRelay = (
  world: World,
  board: Board,
  daemon: Daemon,
  effect: Extract<Effect, { kind: 'driveRelay' }>
): void => {
  const { soc } = board
  world.agenda.after(world.random.daemon.between(0, 4), () => {
    if (board.soc !== soc || soc === null || board.daemon !== daemon) return
    soc.relayLevel = effect.on
    moveRelay(world, board.id)
    deliver(world, board, daemon.nonce, { kind: 'relayDriven', on: effect.on, order: effect.order })
  })
}
