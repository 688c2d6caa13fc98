// The flight recorder on real runs of the core: what it keeps, what it costs in bytes, and that a saved trace replays to the same decisions.
import { strict as assert } from 'node:assert'
import type { Effect } from '../../src/core/effect.js'
import type { CoreEvent } from '../../src/core/event.js'
import type { CoreState } from '../../src/core/state.js'
import { createTrace, type Trace, type TracePart, unpackPart } from '../../src/runtime/trace.js'
import { type CoreModule, loadCore } from '../simulator/core-module.js'
import { drawPlan } from '../simulator/draw.js'
import { readTrace, replay } from '../simulator/replay-trace.js'
import { runPlan } from '../simulator/run.js'

const HEADER = JSON.stringify({ trace: 1, version: '0', pair: 'p', board: 'a', savedAtMs: 0, savedWallSeconds: 0 })

/** A core that records each of its lives as the daemon's loop does. */
const recording = (core: CoreModule, bytesMax: number): { core: CoreModule; traces: Trace[] } => {
  const traces: Trace[] = []
  const ofState = new WeakMap<object, Trace>()
  return {
    traces,
    core: {
      ...core,
      createCore: (...words) => {
        const state = core.createCore(...words)
        const trace = createTrace(bytesMax)
        traces.push(trace)
        ofState.set(state, trace)
        return state
      },
      step: (state, event, now) => {
        const trace = ofState.get(state)
        trace?.before(state as CoreState)
        const effects = core.step(state, event, now)
        trace?.after(event, now, effects)
        return effects
      }
    }
  }
}

const freeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) freeze(part)
  return Object.freeze(value)
}

const partsOf = (trace: Trace): readonly TracePart[] => {
  const saved = readTrace([HEADER, ...trace.lines()].join('\n'))
  assert.ok(saved.ok, JSON.stringify(saved))
  return saved.parts
}

const bytesOf = (trace: Trace): number => trace.lines().reduce((sum, line) => sum + (line.length * 3) / 4, 0)

describe('the trace', function () {
  this.timeout(30_000)
  let core: CoreModule
  before(async () => {
    core = await loadCore()
  })

  it('replays every life of both boards to the same orders, through takeovers and restarts', () => {
    let steps = 0
    for (const seed of ['1', '2', '9']) {
      const { core: recorded, traces } = recording(core, 1e9)
      const { events } = runPlan(drawPlan(seed, 'scenes'), recorded)
      let ofRun = 0
      for (const trace of traces) {
        const result = replay(partsOf(trace), core)
        assert.equal(result.difference, null)
        ofRun += result.steps
      }
      assert.equal(ofRun, events)
      steps += ofRun
    }
    assert.ok(steps > 5000)
  })

  it('shows the first step at which another core decides otherwise', () => {
    const { core: recorded, traces } = recording(core, 1e9)
    runPlan(drawPlan('1', 'scenes'), recorded)
    const silent: CoreModule = {
      ...core,
      step: (...words) => core.step(...words).filter(({ kind }) => kind !== 'driveRelay')
    }
    const differences = traces.map(trace => replay(partsOf(trace), silent).difference).filter(found => found !== null)
    assert.ok(differences.length > 0)
    for (const { recorded: orders } of differences)
      assert.ok((orders as readonly Effect[]).some(({ kind }) => kind === 'driveRelay'))
  })

  it('keeps within its bytes, forgets the oldest, and still begins with a snapshot', async () => {
    const bytesMax = 40_000
    const { core: recorded, traces } = recording(core, bytesMax)
    runPlan({ ...drawPlan('3', 'none'), faultsEndAt: 200_000, endAt: 300_000 }, recorded)
    const [trace] = traces
    assert.ok(trace !== undefined)
    const before = partsOf(trace)
    // What is open comes on top.
    const deadline = performance.now() + 5000
    while (bytesOf(trace) > bytesMax * 1.5) {
      assert.ok(performance.now() < deadline, `${bytesOf(trace)} bytes are kept`)
      await new Promise(resolve => setImmediate(resolve))
    }
    const after = partsOf(trace)
    assert.ok(after.length < before.length)
    assert.deepEqual(after.at(-1), before.at(-1))
    assert.equal(replay(after, core).difference, null)
  })

  it('is not disturbed by what is done with facts and orders afterwards: nobody changes them', () => {
    const frozen: CoreModule = {
      ...core,
      step: (state, event, now) => freeze(core.step(state, freeze<CoreEvent>(event), now))
    }
    for (const seed of ['1', '2', '3', '4']) {
      const { violation } = runPlan(drawPlan(seed, 'all'), frozen)
      assert.equal(violation, null)
    }
  })

  it('refuses what is no trace, in words', () => {
    for (const text of ['', 'hello', '{"trace":2}', `${HEADER}\nAAAA`]) assert.ok(!readTrace(text).ok)
    assert.throws(() => unpackPart('AAAA'))
  })
})
