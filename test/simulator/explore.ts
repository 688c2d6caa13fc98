// Command: every interleaving of a small world, breadth first. `npm run explore -- [--states N] [--wiring loop|sense|time] [--from running|cold]
// [--faults N] [--repairs N] [--acts N] [--json] [--verbose]`; without a choice of scope all of the list below, one after the other.
import { parseArgs } from 'node:util'
import { loadCore } from './core-module.js'
import type { WiringKind } from './explore/pair.js'
import { type Scope, tellPath, walk } from './explore/walk.js'

const { values } = parseArgs({
  options: {
    states: { type: 'string', default: '2000000' },
    wiring: { type: 'string', default: 'loop' },
    from: { type: 'string', default: 'running' },
    faults: { type: 'string', default: '2' },
    repairs: { type: 'string', default: '1' },
    acts: { type: 'string', default: '1' },
    lates: { type: 'string', default: '1' },
    core: { type: 'string' },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false }
  }
})

const core = await loadCore(values.core)
const scope: Scope = {
  wiring: values.wiring as WiringKind,
  from: values.from as Scope['from'],
  faults: Number(values.faults),
  repairs: Number(values.repairs),
  acts: Number(values.acts),
  lates: Number(values.lates),
  statesMax: Number(values.states)
}
const startedAt = process.hrtime.bigint()
const result = walk(core, scope, words => {
  if (values.verbose) process.stderr.write(`${words}\n`)
})
const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9
const { states, depth, transitions, complete, beyond, boards, steps, violation } = result
if (violation !== null) process.stdout.write(`${tellPath(core, violation).join('\n')}\n`)
process.stdout.write(
  `${JSON.stringify({ states, depth, violations: violation === null ? 0 : 1, seconds, transitions, complete, beyond, boards, steps })}\n`
)
process.exitCode = violation === null ? 0 : 1
