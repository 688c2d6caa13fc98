#!/usr/bin/env node
// `npm run lab`: lists the scenarios, runs one, or all of them, two worlds at a time. Each run is a process of its own,
// so that one that hangs can be ended. Exit code 0: all went well; 1: a scenario failed; 2: usage.
import { parseArgs } from 'node:util'
import { askBoard } from './ask-board.js'
import { runAll } from './lab-all.js'
import { sweepOrphans } from './reaper.js'
import { type Result, runScenario } from './runner.js'
import { SCENARIOS } from './scenarios/all.js'
import type { World } from './world.js'

const USAGE =
  'usage: npm run lab -- --list | NAME… [--json] [--keep] | all [--json] [--jobs N] | --sweep | baton [LAB:]a|b COMMAND…'

const list = (): void => {
  const width = Math.max(...SCENARIOS.map(scenario => scenario.name.length))
  for (const { name, title } of SCENARIOS) console.log(`${name.padEnd(width)}  ${title}`)
}

/** The one line that machines read. */
export const summaryLine = ({ scenario, ok, lost, heldTwice, awayMs, tookMs, problems }: Result): string =>
  JSON.stringify({ scenario, ok, lost, heldTwice, awayMs, tookMs, ...(ok ? {} : { problems }) })

const runOne = async (name: string, json: boolean, keep: boolean): Promise<number> => {
  const scenario = SCENARIOS.find(one => one.name === name)
  if (scenario === undefined) {
    console.error(`lab: there is no scenario "${name}"; --list names them`)
    return 2
  }
  let world: World | null = null
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void (world?.close() ?? Promise.resolve()).then(() => process.exit(130)))
  }
  const say = (text: string): void => (json ? console.error(text) : console.log(text))
  say(scenario.title)
  const onWorld = (made: World): void => {
    world = made
  }
  const result = await runScenario(scenario, { say, keep, onWorld })
  for (const problem of result.problems) say(`  PROBLEM  ${problem}`)
  if (result.logs !== null) say(`  logs are kept in ${result.logs}`)
  console.log(summaryLine(result))
  return result.ok ? 0 : 1
}

const main = async (): Promise<number> => {
  // Everything behind it is for `baton`, its options too.
  if (process.argv[2] === 'baton') return askBoard(process.argv.slice(3))
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      sweep: { type: 'boolean', default: false },
      jobs: { type: 'string', default: '2' }
    }
  })
  if (values.list) {
    list()
    return 0
  }
  const swept = await sweepOrphans()
  if (swept.length > 0) console.error(`lab: cleaned up after a lab that died: ${swept.join(', ')}`)
  if (values.sweep) return 0
  const [name] = positionals
  if (positionals.length > 1) {
    const some = SCENARIOS.filter(one => positionals.includes(one.name))
    return runAll(some, Number(values.jobs), values.json)
  }
  if (name === undefined) {
    console.error(USAGE)
    return 2
  }
  return name === 'all' ? runAll(SCENARIOS, Number(values.jobs), values.json) : runOne(name, values.json, values.keep)
}

main().then(
  code => process.exit(code),
  (error: unknown) => {
    console.error(`lab: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
    process.exit(2)
  }
)
