// `simulate --sabotage RULE|all [--json]`: does the simulator find a violation in each sabotaged copy of the core, within its budget?
// Called by simulate.ts. Prints one line per sabotage, and with --json one line at the end.
import type { CoreModule } from '../core-module.js'
import { whyNotShown } from './by-test.js'
import type { Sabotage } from './entry.js'
import type { Catch } from './hunt.js'
import { hunt } from './hunt.js'
import { SABOTAGES, sabotagesOf } from './list.js'

type RuleLine = Omit<Catch, 'text'>

interface Lines {
  readonly rules: Record<string, RuleLine>
  readonly byTest: Record<string, string>
  readonly missed: string[]
}

const say = (words: string): void => {
  process.stderr.write(`${words}\n`)
}

const huntOne = async (sabotage: Sabotage, shipped: CoreModule, first: number, lines: Lines): Promise<void> => {
  const { name, gone } = sabotage
  const { text, ...line } = await hunt(sabotage, shipped, first)
  lines.rules[name] = line
  if (line.caught) {
    say(
      `${name}: caught after ${line.runs} runs (${line.seconds} s), seed ${line.seed} ${line.level}, ${line.rule}: ${text}`
    )
    return
  }
  lines.missed.push(name)
  say(`${name}: NOT caught in ${line.runs} runs (${line.seconds} s) although ${gone}`)
}

const testOne = (sabotage: Sabotage, title: string, lines: Lines): void => {
  const why = whyNotShown(sabotage)
  if (why === null) {
    lines.byTest[sabotage.name] = title
    say(`${sabotage.name}: caught by the test "${title}"`)
    return
  }
  lines.missed.push(sabotage.name)
  say(`${sabotage.name}: NOT shown: ${why}`)
}

/** `word`: a rule, a part of one, or `all`. `first`: the first seed. Returns the exit code: 0 = each was caught. */
export const runSabotages = async (
  word: string,
  first: number,
  json: boolean,
  shipped: CoreModule
): Promise<number> => {
  const chosen = sabotagesOf(word)
  if (chosen.length === 0) {
    say(`there is no sabotage ${word}; there are: all, ${SABOTAGES.map(({ name }) => name).join(', ')}`)
    return 2
  }
  const lines: Lines = { rules: {}, byTest: {}, missed: [] }
  for (const sabotage of chosen) {
    try {
      if (sabotage.shown.by === 'test') testOne(sabotage, sabotage.shown.title, lines)
      else await huntOne(sabotage, shipped, first, lines)
    } catch (error) {
      lines.missed.push(sabotage.name)
      say(error instanceof Error ? error.message : String(error))
    }
  }
  const { rules, byTest, missed } = lines
  say(
    `${chosen.length - missed.length} of ${chosen.length} sabotages caught${missed.length > 0 ? `; not: ${missed.join(', ')}` : ''}`
  )
  if (json) process.stdout.write(`${JSON.stringify({ rules, byTest })}\n`)
  return missed.length === 0 ? 0 : 1
}
