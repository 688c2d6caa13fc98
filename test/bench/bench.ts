// `npm run bench -- failover --runs N [--json]`: the same power cut for every contender, turn by turn, so that a busy
// machine is busy for all of them. `--only KEY,…` measures some of them. Ends with one JSON line if asked. `mirror`: see mirror.ts.
import { parseArgs } from 'node:util'
import { BATON_SENSE, BATON_TOKENS, STATED } from './baton.js'
import { type Contender, measure } from './contender.js'
import { FLOOR } from './floor.js'
import { measureIdle, measureParts } from './idle.js'
import { KEEPALIVED } from './keepalived.js'
import { benchMirror } from './mirror.js'
import { WAYS, type Way } from './mirror-figures.js'
import { spreadOf } from './stats.js'

/** In the order of their turns. */
const CONTENDERS: readonly Contender[] = [FLOOR, KEEPALIVED, BATON_SENSE, BATON_TOKENS]

const USAGE = `usage: npm run bench -- idle
       npm run bench -- failover [--runs N] [--only ${CONTENDERS.map(({ key }) => key).join(',')}] [--json]
       npm run bench -- mirror [--runs N] [--only ${WAYS.join(',')}] [--unlimited] [--json]`
const RUNS_MAX = 1000
const IDLE_MS = 20_000

interface Shared {
  readonly runs: number
  readonly json: boolean
}
type Order =
  | { readonly bench: 'idle' }
  | (Shared & { readonly bench: 'failover'; readonly contenders: readonly Contender[] })
  | (Shared & { readonly bench: 'mirror'; readonly ways: readonly Way[]; readonly unlimited: boolean })

/** What the words ask for, or a sentence on what is wrong with them. */
const readOrder = (words: readonly string[]): Order | string => {
  const options = {
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    unlimited: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false }
  } as const
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true })
    const [bench, more] = positionals
    if (bench === 'idle' && more === undefined) return { bench }
    if ((bench !== 'failover' && bench !== 'mirror') || more !== undefined)
      return `the benches are failover, mirror and idle\n${USAGE}`
    const runs = Number(values.runs)
    if (!Number.isInteger(runs) || runs < 1 || runs > RUNS_MAX)
      return `--runs ${values.runs}: 1 to ${RUNS_MAX}\n${USAGE}`
    const all = bench === 'mirror' ? WAYS : CONTENDERS.map(({ key }) => key)
    const wanted = values.only === '' ? all.filter(key => key !== 'settings') : values.only.split(',')
    const unknown = wanted.filter(key => !(all as readonly string[]).includes(key))
    if (unknown.length > 0) return `--only: there is no ${unknown.join(', ')}\n${USAGE}`
    const shared = { runs, json: values.json }
    return bench === 'mirror'
      ? { ...shared, bench, ways: WAYS.filter(way => wanted.includes(way)), unlimited: values.unlimited }
      : { ...shared, bench, contenders: CONTENDERS.filter(({ key }) => wanted.includes(key)) }
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${USAGE}`
  }
}

/** `bench idle`: where an idle daemon's processor time goes. */
const idleTable = async (): Promise<number> => {
  const { all, parts } = await measureParts(IDLE_MS)
  process.stdout.write(`idle daemon: ${all.cpuPercent} % of a core, ${all.pssMiB} MiB\n`)
  for (const { part, cpuPercent } of parts)
    process.stdout.write(`  ${part.padEnd(44)}${cpuPercent.toFixed(1).padStart(5)} %\n`)
  return 0
}

const main = async (): Promise<number> => {
  const order = readOrder(process.argv.slice(2))
  if (typeof order === 'string') {
    process.stderr.write(`bench: ${order}\n`)
    return 2
  }
  if (order.bench === 'idle') return idleTable()
  if (order.bench === 'mirror') return benchMirror(order)
  const away = new Map<string, number[]>(order.contenders.map(({ key }) => [key, []]))
  let lost = 0
  let failed = 0
  for (let run = 1; run <= order.runs; run += 1) {
    for (const contender of order.contenders) {
      try {
        const result = await measure(contender)
        away.get(contender.key)?.push(result.awayMs)
        lost += result.lost
        const words = `${result.awayMs.toFixed(0)} ms away (the cut itself ${result.cutMs.toFixed(0)})`
        process.stderr.write(`run ${run} of ${order.runs}  ${contender.key.padEnd(14)} ${words}\n`)
      } catch (error) {
        failed += 1
        const words = error instanceof Error ? error.message : String(error)
        process.stderr.write(`run ${run} of ${order.runs}  ${contender.key.padEnd(14)} FAILED: ${words}\n`)
      }
    }
  }
  const idle = order.contenders.length === CONTENDERS.length ? await measureIdle(IDLE_MS) : null
  const spreads = [...away].map(([key, values]) => [key, spreadOf(values)] as const)
  if (order.json) {
    const line = {
      bench: 'failover',
      runs: order.runs,
      ...Object.fromEntries(spreads),
      ...STATED,
      lost,
      ...idle,
      failed
    }
    process.stdout.write(`${JSON.stringify(line)}\n`)
  } else {
    const cell = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(1)).padStart(9)
    process.stdout.write(`\n${'milliseconds'.padEnd(16)}${['min', 'median', 'max'].map(w => w.padStart(9)).join('')}\n`)
    for (const [key, spread] of spreads)
      process.stdout.write(`${key.padEnd(16)}${cell(spread?.min)}${cell(spread?.median)}${cell(spread?.max)}\n`)
    if (idle !== null) process.stdout.write(`idle daemon: ${idle.cpuPercent} % of a core, ${idle.pssMiB} MiB\n`)
    process.stdout.write(`lost ${lost}, failed runs ${failed}\n`)
  }
  return failed === 0 && lost === 0 ? 0 : 1
}

process.exitCode = await main()
