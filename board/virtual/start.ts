#!/usr/bin/env node
// `npm start`: two virtual boards for a person to break. With a terminal a live screen; without one, or with --tour, a told tour.
// Exit code of the tour: 0, or 1 where an acknowledged number was lost, something was held twice, or a step did not come true.
import { parseArgs } from 'node:util'
import { sweepOrphans } from './reaper.js'
import { runScreen } from './screen.js'
import { runTour } from './tour.js'
import type { World } from './world.js'

const USAGE = 'usage: npm start [-- --tour]'

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options: { tour: { type: 'boolean', default: false } } })
  const swept = await sweepOrphans()
  if (swept.length > 0) console.error(`cleaned up after a lab that died: ${swept.join(', ')}`)
  let world: World | null = null
  const onWorld = (made: World): void => {
    world = made
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void (world?.close() ?? Promise.resolve()).then(() => process.exit(130)))
  }
  const live = !values.tour && process.stdin.isTTY === true && process.stdout.isTTY === true
  return live ? runScreen(onWorld) : runTour(onWorld)
}

main().then(
  code => process.exit(code),
  (error: unknown) => {
    console.error(`start: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
    process.exit(2)
  }
)
