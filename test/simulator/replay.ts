// Command: a trace that `baton trace` saved on a board, run through the core again; shows its decisions and fails where they are not the recorded ones.
// `node dist/test/simulator/replay.js FILE [--all] [--json] [--core URL]`   --all: every fact and order; --core: another compiled core
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Effect } from '../../src/core/effect.js'
import type { CoreEvent } from '../../src/core/event.js'
import { loadCore } from './core-module.js'
import { type Difference, readTrace, replay } from './replay-trace.js'
import { effectWords, eventWords } from './report.js'

const DULL = new Set(['tick', 'tokenReceived', 'sendToken', 'feedWatchdog'])
const EXIT = { same: 0, differs: 1, usage: 2 } as const

const say = (text: string): boolean => process.stdout.write(`${text}\n`)
const complain = (text: string): boolean => process.stderr.write(`replay: ${text}\n`)

const readArguments = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        all: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        core: { type: 'string' }
      }
    })
  } catch (error) {
    complain((error as Error).message)
    return null
  }
}

const readText = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    complain(`cannot read ${file}: ${(error as Error).message}`)
    return null
  }
}

const differenceText = ({ event, recorded, replayed }: Difference): string =>
  [
    event === null ? 'the memory of the core is another one at a snapshot' : `after ${JSON.stringify(event)}`,
    `recorded: ${JSON.stringify(recorded)}`,
    `replayed: ${JSON.stringify(replayed)}`
  ].join('\n  ')

const run = async (): Promise<number> => {
  const args = readArguments()
  const [file] = args?.positionals ?? []
  if (args === null || file === undefined) {
    complain('usage: npm run replay -- FILE [--all] [--json] [--core URL]')
    return EXIT.usage
  }
  const text = readText(file)
  if (text === null) return EXIT.usage
  const saved = readTrace(text)
  if (!saved.ok) {
    complain(`cannot replay ${file}: ${saved.reason}`)
    return EXIT.usage
  }
  const { all, json } = args.values
  const { header, parts } = saved
  const label = (now: number): string => {
    const wall = new Date(header.savedWallSeconds * 1000 + now - header.savedAtMs)
    return `${wall.toISOString().slice(0, 23).replace('T', ' ')} ${(now / 1000).toFixed(3).padStart(10)}`
  }
  const show = (now: number, words: string): unknown => (json ? null : say(`${label(now)}  ${words}`))
  const onStep = (event: CoreEvent, now: number, effects: readonly Effect[]): void => {
    if (all || !DULL.has(event.kind)) show(now, eventWords(event))
    for (const effect of effects) if (all || !DULL.has(effect.kind)) show(now, effectWords(effect))
  }
  const result = replay(parts, await loadCore(args.values.core), onStep)
  const { steps, snapshots, firstAt, lastAt, difference } = result
  const seconds = Number(((lastAt - firstAt) / 1000).toFixed(3))
  if (difference !== null) complain(`differs at ${label(difference.now)}:\n  ${differenceText(difference)}`)
  else if (!json)
    say(
      `board ${header.board} of ${header.pair}, version ${header.version}: ${steps} steps and ${snapshots} snapshots in ${seconds} s, all as recorded`
    )
  if (json) say(JSON.stringify({ board: header.board, steps, snapshots, seconds, same: difference === null }))
  return difference === null ? EXIT.same : EXIT.differs
}

process.exitCode = await run()
