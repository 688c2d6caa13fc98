// One run: a plan, a core, a verdict. The same plan and core give the same run, event for event. Called by simulate.ts and the tests.
import { initialDurable } from '../../src/core/boot.js'
import type { BoardId } from '../../src/core/types.js'
import { acknowledge } from './actions.js'
import { createAgenda } from './agenda.js'
import { createCable } from './cables.js'
import { createChecker } from './checker.js'
import { createWire, seedWantsCodec } from './codec-wire.js'
import type { CoreModule } from './core-module.js'
import { startDaemon } from './daemon.js'
import { BOARDS } from './draw.js'
import type { Fact } from './facts.js'
import { planFaults } from './faults.js'
import type { Past } from './judge.js'
import { createPast } from './judge.js'
import { planMirrors } from './mirror-link.js'
import { createMirror } from './mirror-world.js'
import type { Plan } from './plan.js'
import { createSoc } from './power.js'
import type { Prng } from './prng.js'
import { createCalm, createPrng } from './prng.js'
import type { Unserved } from './settle.js'
import { planSettling, unserved } from './settle.js'
import { createStore } from './store.js'
import { unwarned } from './warned.js'
import type { Board, Troubles, Violation, World } from './world.js'

export interface RunResult {
  readonly violation: Violation | null
  /** The assumption that no longer held: the run was stopped there. */
  readonly beyond: string | null
  readonly events: number
  readonly takeovers: number
  readonly virtualMs: number
  /** Groups that were down at the end, and why. */
  readonly unserved: readonly Unserved[]
}

/** Told of every fact before it is judged. */
export type Tracer = (world: World, fact: Fact) => void

const CLIENT_EVERY_MS = 250
const AFTER_LIE_MS = 15_000
/** A run of two minutes has some ten thousand; more is a core that spins. */
const EVENTS_MAX = 400_000

const createTroubles = (): Troubles => ({
  wallCut: 0,
  harnessPulled: 0,
  loopCut: 0,
  senseStuck: [],
  relayStuck: [],
  storeFails: 0,
  storeSlow: 0,
  actionFails: [],
  actionHangs: [],
  actionSlow: 0,
  diskGone: [],
  lanDown: 0,
  otherConfiguration: 0,
  buttonDown: 0
})

const createBoard = (plan: Plan, id: BoardId): Board => {
  const settings = plan.settings[id]
  const proof = plan.proved
    ? { wiring: settings.wiring.fingerprint, wallSeconds: 1_700_000_000, bySense: settings.wiring.sense }
    : null
  return {
    id,
    rail: true,
    railOrder: 0,
    contactOpen: false,
    soc: null,
    bootOrder: 0,
    daemon: null,
    planned: null,
    halted: false,
    store: createStore({ ...initialDurable(settings), proof }),
    troubles: createTroubles()
  }
}

const createWorld = (plan: Plan, core: CoreModule, tracer: Tracer | null): { world: World; past: Past } => {
  const checker = createChecker()
  const stream = (purpose: string): Prng => (plan.calm === true ? createCalm(purpose) : createPrng(plan.seed, purpose))
  const world: World = {
    plan,
    core,
    agenda: createAgenda(),
    random: {
      link: stream('link'),
      power: stream('power'),
      store: stream('store'),
      action: stream('action'),
      daemon: stream('daemon'),
      mirror: stream('mirror')
    },
    boards: { a: createBoard(plan, 'a'), b: createBoard(plan, 'b') },
    cables: {
      serial: { a: createCable(), b: createCable() },
      ethernet: { a: createCable(), b: createCable() }
    },
    wire: (plan.codec ?? seedWantsCodec(plan.seed)) ? createWire(plan.seed, plan.settings.a.groups.length) : null,
    groups: plan.settings.a.groups.map(group => group.name),
    tell: fact => {
      tracer?.(world, fact)
      if (plan.unjudged !== true) checker.tell(world, past, fact)
    },
    armed: [],
    violation: null,
    stamps: new Map(),
    mirrors: new Map(
      plan.settings.a.groups.filter(({ disk }) => disk === 'mirrored').map(({ name }) => [name, createMirror(name)])
    ),
    replicationCut: 0,
    beyond: null,
    events: 0,
    requests: 0
  }
  const past = createPast(world)
  return { world, past }
}

const planClients = (world: World): void => {
  const write = (): void => {
    for (const id of BOARDS) for (const group of world.groups) acknowledge(world, world.boards[id], group)
    world.agenda.after(CLIENT_EVERY_MS, write)
  }
  world.agenda.after(CLIENT_EVERY_MS, write)
}

const switchOn = (world: World): void => {
  for (const id of BOARDS) {
    const board = world.boards[id]
    board.soc = createSoc(world)
    world.agenda.after(world.random.power.between(0, 500), () => startDaemon(world, board))
  }
}

/** A broken assumption ends a run soon: what limits the damage (R15) must still be seen. Status must have said it in that instant. */
const goesOn = (world: World, lie: { at: number }): boolean => {
  if (world.beyond !== null && lie.at === Number.POSITIVE_INFINITY) {
    lie.at = world.agenda.now
    const silent = unwarned(world, world.beyond)
    if (silent !== null) world.violation ??= { rule: 'status', text: silent }
  }
  return world.violation === null && world.agenda.now < lie.at + AFTER_LIE_MS
}

/** Run a plan to its end, its first violation, or the first broken assumption. */
export const runPlan = (plan: Plan, core: CoreModule, tracer: Tracer | null = null): RunResult => {
  const { world, past } = createWorld(plan, core, tracer)
  let settled = false
  const lie = { at: Number.POSITIVE_INFINITY }
  switchOn(world)
  planClients(world)
  planMirrors(world)
  planFaults(world)
  planSettling(world, () => {
    settled = true
  })
  try {
    while (!settled && goesOn(world, lie) && world.events < EVENTS_MAX) if (!world.agenda.next(plan.endAt)) break
  } catch (error) {
    world.violation = { rule: 'R10', text: `the core failed: ${error instanceof Error ? error.stack : String(error)}` }
  }
  if (world.events >= EVENTS_MAX) world.violation ??= { rule: 'R10', text: `${EVENTS_MAX} events: a core spins` }
  const down = settled || world.violation !== null || world.beyond !== null ? [] : unserved(world)
  const [first] = down
  if (first !== undefined)
    world.violation = {
      rule: 'liveness',
      text: `${first.group} is served nowhere ${plan.endAt - plan.faultsEndAt} ms after the last fault was mended; status says: ${first.why ?? 'nothing'}`
    }
  return {
    violation: world.violation,
    beyond: world.beyond,
    events: world.events,
    takeovers: past.takeovers,
    virtualMs: world.agenda.now,
    unserved: down
  }
}
