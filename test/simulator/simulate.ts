// Command: many runs from one seed, one line of numbers at the end, a full story for each violation.
// `node dist/test/simulator/simulate.js --seed S --runs N [--json] [--faults light|all] [--only 0,3] [--shrink] [--trace LINES] [--coverage] [--core URL] [--sabotage RULE|all]`
import { parseArgs } from 'node:util'
import { loadCore } from './core-module.js'
import { createCoverage } from './coverage.js'
import type { FaultLevel } from './draw.js'
import { drawPlan } from './draw.js'
import type { Plan } from './plan.js'
import { describeRun } from './report.js'
import { runPlan } from './run.js'
import { runSabotages } from './sabotage/command.js'
import { shrink } from './shrink.js'
import { createTotals } from './totals.js'

const STORIES_MAX = 5
const LINES = 40

const USAGE =
  'usage: npm run simulate -- [--seed N] [--runs N] [--faults none|light|all|scenes|agent|rare|panel|recovery|mirror] [--only 0,3] [--shrink] [--trace LINES] [--tokens] [--coverage] [--core URL] [--sabotage RULE|all] [--json]'
const refuse = (why: string): never => {
  process.stderr.write(`simulate: ${why}\n${USAGE}\n`)
  process.exit(2)
}
/** A whole number from `least` up to what a number holds exactly; anything else ends the program. */
const whole = (name: string, text: string, least: number): number => {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && Number.isSafeInteger(number)) return number
  return refuse(`--${name} takes a whole number from ${least}, not "${text}"`)
}

const OPTIONS = {
  seed: { type: 'string', default: '1' },
  runs: { type: 'string', default: '100' },
  json: { type: 'boolean', default: false },
  faults: { type: 'string', default: 'all' },
  only: { type: 'string' },
  shrink: { type: 'boolean', default: false },
  trace: { type: 'string' },
  coverage: { type: 'boolean', default: false },
  tokens: { type: 'boolean', default: false },
  core: { type: 'string' },
  sabotage: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false }
} as const
const parse = () => {
  try {
    return parseArgs({ options: OPTIONS }).values
  } catch (error) {
    return refuse(String((error as Error).message).split('. ')[0] ?? 'the command line cannot be read')
  }
}

const values = parse()
if (values.help) {
  process.stdout.write(`${USAGE}\n`)
  process.exit(0)
}
const first = whole('seed', values.seed, 0)
const runs = whole('runs', values.runs, 1)
const lines = values.trace === undefined ? LINES : whole('trace', values.trace, 1)
const LEVELS: readonly FaultLevel[] = ['none', 'light', 'all', 'scenes', 'agent', 'rare', 'panel', 'recovery', 'mirror']
const level = LEVELS.find(one => one === values.faults) ?? refuse(`--faults is one of ${LEVELS.join(', ')}`)
const core = await loadCore(values.core)
if (values.sabotage !== undefined) process.exit(await runSabotages(values.sabotage, first, values.json, core))
const keep = values.only === undefined ? undefined : values.only.split(',').filter(Boolean).map(Number)
const planOf = (seed: string): Plan => {
  const plan = drawPlan(seed, level)
  return keep === undefined ? plan : { ...plan, faults: plan.faults.filter((_, index) => keep.includes(index)) }
}
const commandFor = (seed: string, only: string | undefined): string =>
  `node dist/test/simulator/simulate.js --seed ${seed} --runs 1 --faults ${level}${only === undefined ? '' : ` --only '${only}'`}`

const totals = createTotals()
const coverage = values.coverage ? createCoverage() : null
const startedAt = process.hrtime.bigint()
let stories = 0
for (let index = 0; index < runs; index++) {
  const seed = String(first + index)
  let plan = planOf(seed)
  const result = runPlan(plan, core, coverage?.tracer ?? null)
  totals.add(seed, result)
  const wanted = result.violation !== null ? stories++ < STORIES_MAX : values.trace !== undefined && runs === 1
  if (!wanted) continue
  let only = values.only
  if (values.shrink && result.violation !== null) {
    const shrunk = shrink(plan, core, keep ?? plan.faults.map((_, number) => number))
    plan = shrunk.plan
    only = shrunk.only.join(',')
  }
  process.stderr.write(`${describeRun(plan, core, commandFor(seed, only), lines, values.tokens)}\n\n`)
}
const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9
if (coverage !== null) process.stdout.write(coverage.words())
if (!values.json) process.stdout.write(totals.words())
process.stdout.write(`${JSON.stringify(totals.line(seconds))}\n`)
process.exitCode = totals.line(seconds).violations > 0 ? 1 : 0
