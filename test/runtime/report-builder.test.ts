// The builder of reports on real runs of the core against random faults: every takeover becomes one report, bounded, and fits a screen.
import { strict as assert } from 'node:assert'
import { listText, reportText } from '../../src/console/report-text.js'
import type { CoreState } from '../../src/core/state.js'
import { createReportBuilder, type ReportBuilder } from '../../src/runtime/report-builder.js'
import type { TakeoverReport } from '../../src/runtime/status.js'
import { type CoreModule, loadCore } from '../simulator/core-module.js'
import { drawPlan, type FaultLevel } from '../simulator/draw.js'
import { runPlan } from '../simulator/run.js'
import { createAway } from '../simulator/table/away.js'
import type { World } from '../simulator/world.js'

/** A token is on its way for a moment after the last one was sent. */
const SLACK_MS = 50

interface Told {
  readonly reports: TakeoverReport[]
  /** Tenures by a right that this life began and finished, as the core's own words tell them. */
  actives: number
}

/** A core whose every life has a builder beside it, as in the daemon. */
const reporting = (
  core: CoreModule,
  onReport: (report: TakeoverReport) => void = () => {}
): { core: CoreModule; lives: Told[]; end: () => void } => {
  const lives: Told[] = []
  const builders: ReportBuilder[] = []
  const ofState = new WeakMap<object, { builder: ReportBuilder; told: Told; claimed: Set<string> }>()
  return {
    lives,
    end: () => {
      for (const builder of builders) builder.end(1e9)
    },
    core: {
      ...core,
      createCore: (...words) => {
        const state = core.createCore(...words)
        const told: Told = { reports: [], actives: 0 }
        const tell = (report: Omit<TakeoverReport, 'id'>, number: number): void => {
          if (report.outcome === 'under-way') return
          told.reports.push({ id: number, ...report })
          onReport({ id: number, ...report })
        }
        const builder = createReportBuilder(words[0], 'life', () => 1_795_202_043, tell)
        builders.push(builder)
        lives.push(told)
        ofState.set(state, { builder, told, claimed: new Set() })
        return state
      },
      step: (state, event, now) => {
        const before = Object.entries((state as CoreState).groups).map(([name, { phase }]) => [name, phase] as const)
        const effects = core.step(state, event, now)
        const found = ofState.get(state)
        found?.builder.after(state as CoreState, event, now, effects)
        for (const [name, phase] of before) {
          const after = (state as CoreState).groups[name]?.phase
          if (phase !== 'claiming' && after === 'claiming') found?.claimed.add(name)
          if (phase !== 'active' && after === 'active' && found?.claimed.delete(name) === true) found.told.actives += 1
          if (after === 'standby' || after === 'failed') found?.claimed.delete(name)
        }
        return effects
      }
    }
  }
}

const check = (report: TakeoverReport): void => {
  const words = JSON.stringify(report)
  assert.ok(words.length < 16_384, 'it is bounded')
  const lines = reportText(report).split('\n')
  assert.ok(lines.length <= 23, lines.join('\n'))
  for (const line of lines) assert.ok(line.length <= 80, line)
  for (const { tookMs } of report.steps) assert.ok(tookMs === null || tookMs >= 0, words)
  for (const group of report.groups) {
    assert.ok(group.interruptionMs === null || group.interruptionMs >= 0, words)
    if (group.outcome === 'served') assert.ok(group.servedFromMs !== null && group.reason === null, words)
  }
  if (report.kind === 'takeover') {
    assert.ok(report.groups.length > 0 && report.seen !== null, words)
    for (const { outcome, rule } of report.groups)
      assert.ok(rule === 'R2b' || rule === 'R2c' || outcome === 'failed', words)
    if (report.outcome === 'done') assert.ok(report.confirmedBy !== null, words)
  }
  if (report.outcome === 'failed' || report.outcome === 'given-up') assert.ok(report.reason !== null, words)
}

describe('the reports of takeovers', function () {
  this.timeout(30_000)
  let core: CoreModule
  before(async () => {
    core = await loadCore()
  })

  it('tell each tenure by a right exactly once, whatever fails, and fit a screen of 80 x 24', () => {
    const kinds = new Set<string>()
    for (const level of ['all', 'scenes', 'agent', 'rare'] satisfies FaultLevel[]) {
      for (let seed = 1; seed <= 9; seed += 1) {
        const { core: watched, lives, end } = reporting(core)
        runPlan(drawPlan(String(seed), level), watched)
        end()
        for (const { reports, actives } of lives) {
          for (const report of reports) check(report)
          for (const { kind, outcome } of reports) kinds.add(`${kind} ${outcome}`)
          const served = reports
            .flatMap(({ groups }) => groups)
            .filter(group => group.right !== null && group.outcome === 'served')
          assert.equal(served.length, actives, `${level} ${seed}`)
          assert.ok(
            listText(reports)
              .split('\n')
              .every(line => line.length <= 80)
          )
        }
      }
    }
    const wanted = ['takeover done', 'switchover done', 'start done', 'fencing done', 'fencing failed', 'start failed']
    for (const kind of wanted) assert.ok(kinds.has(kind), `${kind} is among ${[...kinds].join(', ')}`)
  })

  it('never say a shorter time without service than the world measured', () => {
    let compared = 0
    for (let seed = 1; seed <= 30; seed += 1) {
      const away = createAway()
      let world: World | null = null
      const served: { readonly group: string; readonly at: number; readonly saidMs: number; readonly words: string }[] =
        []
      const onReport = (report: TakeoverReport): void => {
        for (const { interruptionMs, name, servedBy } of report.groups)
          if (interruptionMs !== null && servedBy === report.board && report.kind === 'takeover')
            served.push({
              group: name,
              at: world?.agenda.now ?? 0,
              saidMs: interruptionMs,
              words: `seed ${seed}: ${JSON.stringify(report)}`
            })
      }
      const { core: watched } = reporting(core, onReport)
      runPlan(drawPlan(String(seed), 'light'), watched, seen => {
        world = seen
        away.look(seen)
      })
      for (const { at, group, saidMs, words } of served) {
        const gap = away.gaps.find(one => one.group === group && Math.abs(one.to - at) < 100)
        if (gap === undefined) continue
        compared += 1
        const trueMs = gap.to - gap.from
        assert.ok(saidMs >= trueMs * 0.999 - SLACK_MS, `said ${saidMs}, the clients had none for ${trueMs}: ${words}`)
      }
    }
    assert.ok(compared >= 4, `${compared} takeovers were compared`)
  })
})
