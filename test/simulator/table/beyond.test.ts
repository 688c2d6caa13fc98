// Where the assumptions end: each lie that no rule can see through, made on purpose. The run stops there, and status had said what the pair relies on.
import assert from 'node:assert/strict'
import type { CoreModule } from '../core-module.js'
import { loadCore } from '../core-module.js'
import type { Fault, Plan } from '../plan.js'
import { runPlan } from '../run.js'
import { at, FOR_EVER, type Pair, planOf } from './row.js'

interface Lie {
  readonly says: string
  /** As the checker names it. */
  readonly beyond: string
  readonly pair?: Pair
  readonly faults: readonly Fault[]
}

const daemonHangs = at(0, { kind: 'hang', board: 'a', scope: 'daemon' }, FOR_EVER)
const harnessPulled = (second: number): Fault => at(second, { kind: 'harnessPulled', board: 'b' }, FOR_EVER)
const relaySticks = at(0, { kind: 'relayStuck', board: 'b', open: null }, FOR_EVER)
const WITHOUT_LOOP: Pair = { wiring: { loop: false } }
const WITHOUT_SENSE: Pair = { wiring: { sense: false, loop: false }, timing: { headStartMs: 4000 } }

const LIES: readonly Lie[] = [
  {
    says: 'a relay that fails after its proof, on a pair without a sense line',
    beyond: 'relay failed after its proof on a pair without sense',
    pair: WITHOUT_SENSE,
    faults: [relaySticks, daemonHangs]
  },
  {
    says: 'a harness without a loop that is pulled in the instant in which the peer falls silent',
    beyond: 'harness without loop pulled at the instant of the silence',
    pair: WITHOUT_LOOP,
    faults: [daemonHangs, harnessPulled(0)]
  },
  {
    says: 'a harness without a loop that is pulled while the relay is driven',
    beyond: 'harness without loop pulled while the relay was driven',
    pair: WITHOUT_LOOP,
    faults: [daemonHangs, harnessPulled(2.6)]
  },
  {
    says: 'relay, sense and loop that lie together',
    beyond: 'sense lies while the loop is whole',
    faults: [daemonHangs, relaySticks, at(0, { kind: 'senseStuck', board: 'b', level: false }, FOR_EVER)]
  },
  {
    says: 'an operator who confirms what is not so, with all links cut and the harness pulled',
    beyond: 'false confirmation by an operator (R2c)',
    pair: { ...WITHOUT_SENSE, proved: false },
    faults: [
      harnessPulled(0),
      at(1, { kind: 'allLinksCut', from: ['a', 'b'] }, FOR_EVER),
      at(10, { kind: 'operator', board: 'b', what: { order: 'confirm' } })
    ]
  }
]

const planOfLie = ({ pair, faults }: Lie): Plan =>
  planOf({ name: 'beyond', says: '', row: '', servedBy: {}, awayS: 0, forS: 30, faults, ...(pair ? { pair } : {}) })

describe('beyond the assumptions', function () {
  this.timeout(20_000)
  let core: CoreModule

  before(async () => {
    core = await loadCore()
  })

  for (const lie of LIES)
    it(`status had said what the pair relies on: ${lie.says}`, () => {
      const { beyond, violation } = runPlan(planOfLie(lie), core)
      assert.equal(violation, null)
      assert.equal(beyond, lie.beyond)
    })

  it('a core whose status keeps silent about it is caught at each of them', () => {
    const mute: CoreModule = {
      ...core,
      describe: (state, now) => {
        const status = core.describe(state, now)
        return { ...status, warnings: [], fence: { ...status.fence, confirmedBy: 'nothing' } }
      }
    }
    assert.deepEqual(
      LIES.map(lie => runPlan(planOfLie(lie), mute).violation?.rule),
      LIES.map(() => 'status')
    )
  })
})
