// Command: every interleaving of a small world, breadth first. Without options each scope of the list below, one after the other; with any
// of them one scope: `npm run explore -- [--wiring loop|sense|time] [--from running|cold] [--disk shared|mirrored] [--faults N] [--repairs N] [--acts N] [--lates N]`.
// `--states N` bounds each walk, `--verbose` tells of each depth on standard error, `--core URL` walks another core (a sabotaged copy).
import { parseArgs } from 'node:util'
import { loadCore } from './core-module.js'
import type { WiringKind } from './explore/pair.js'
import { type Scope, tellPath, type Walk, walk } from './explore/walk.js'

const { values } = parseArgs({
  options: {
    states: { type: 'string', default: '2500000' },
    wiring: { type: 'string' },
    from: { type: 'string' },
    disk: { type: 'string' },
    faults: { type: 'string' },
    repairs: { type: 'string' },
    acts: { type: 'string' },
    lates: { type: 'string' },
    core: { type: 'string' },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false }
  }
})

const statesMax = Number(values.states)
/** Too wide for its end to be reached: the first states of it are walked. */
const WIDE_MAX = 400_000
const BASE: Scope = {
  wiring: 'loop',
  disk: 'shared',
  from: 'running',
  faults: 0,
  repairs: 0,
  acts: 0,
  lates: 0,
  statesMax
}

const LIST: readonly Scope[] = [
  { ...BASE, lates: 2 },
  { ...BASE, faults: 1, repairs: 1 },
  { ...BASE, acts: 1 },
  { ...BASE, faults: 1, from: 'cold', statesMax: Math.min(statesMax, WIDE_MAX) },
  { ...BASE, faults: 1, wiring: 'sense' },
  { ...BASE, faults: 1, wiring: 'time' },
  { ...BASE, disk: 'mirrored', lates: 2 },
  { ...BASE, disk: 'mirrored', faults: 1, repairs: 1, statesMax: Math.min(statesMax, WIDE_MAX) },
  { ...BASE, faults: 2, repairs: 1, acts: 1, lates: 1, statesMax: Math.min(statesMax, WIDE_MAX) }
]

const oneOf = <T extends string>(option: string, found: string | undefined, known: readonly T[]): T => {
  const value = known.find(one => one === (found ?? known[0]))
  if (value !== undefined) return value
  process.stderr.write(`explore: --${option} ${found}: there are ${known.join(', ')}\n`)
  process.exit(2)
}

const scopes = (): readonly Scope[] => {
  const { wiring, from, disk, faults, repairs, acts, lates } = values
  if ([wiring, from, disk, faults, repairs, acts, lates].every(value => value === undefined)) return LIST
  return [
    {
      wiring: oneOf<WiringKind>('wiring', wiring, ['loop', 'sense', 'time']),
      from: oneOf<Scope['from']>('from', from, ['running', 'cold']),
      disk: oneOf<Scope['disk']>('disk', disk, ['shared', 'mirrored']),
      faults: Number(faults ?? 0),
      repairs: Number(repairs ?? 0),
      acts: Number(acts ?? 0),
      lates: Number(lates ?? 0),
      statesMax
    }
  ]
}

const core = await loadCore(values.core)
const say = (words: string): void => {
  if (!values.json) process.stdout.write(`${words}\n`)
}
const secondsSince = (at: bigint): number => Number(process.hrtime.bigint() - at) / 1e9

const explore = (scope: Scope): Walk => {
  const { wiring, from, disk, faults, repairs, acts, lates } = scope
  say(
    `wiring ${wiring}, disk ${disk}, from ${from}: at most ${faults} faults, ${repairs} repairs, ${acts} orders, ${lates} late tokens`
  )
  const startedAt = process.hrtime.bigint()
  const found = walk(core, scope, words => {
    if (values.verbose) process.stderr.write(`${words}\n`)
  })
  const { states, depth, transitions, complete, beyond, boards, violation } = found
  const end = violation !== null ? 'a rule is broken' : complete ? 'complete' : 'stopped at the bound'
  say(
    `  ${states} states, depth ${depth}, ${transitions} choices, ${boards} states of a board, ` +
      `${beyond} beyond assumptions, ${secondsSince(startedAt).toFixed(1)} s: ${end}`
  )
  if (violation !== null) process.stdout.write(`${tellPath(core, violation).join('\n')}\n`)
  return found
}

const startedAt = process.hrtime.bigint()
const walks: Walk[] = []
for (const scope of scopes()) {
  walks.push(explore(scope))
  if (walks.at(-1)?.violation !== null) break
}
const violations = walks.filter(({ violation }) => violation !== null).length
const states = walks.reduce((sum, one) => sum + one.states, 0)
const line = {
  states,
  depth: Math.max(...walks.map(({ depth }) => depth)),
  violations,
  seconds: Math.round(secondsSince(startedAt) * 10) / 10,
  complete: walks.filter(({ complete }) => complete).reduce((sum, one) => sum + one.states, 0)
}
process.stdout.write(`${JSON.stringify(line)}\n`)
process.exitCode = violations > 0 ? 1 : 0
