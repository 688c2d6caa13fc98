#!/usr/bin/env node
// `npm start`: two virtual boards for a person to break. With a terminal a live screen; without one, or with --tour, a told tour.
// Exit code of the tour: 0, or 1 where an acknowledged number was lost, something was held twice, or a step did not come true.
import { parseArgs } from 'node:util'
import { sweepOrphans } from './reaper.js'
import { runScreen } from './screen.js'
import { runTour } from './tour.js'
import type { World } from './world.js'

const USAGE = `usage: npm start [-- --tour]
  On a terminal: two virtual boards on a live screen, keys break and mend things.
  --tour, or no terminal: a told tour. --help: this text.`

// A signal ends the world in the middle of its story: from then on nothing more is told, and only the signal ends us.
let stopped = false

const main = async (): Promise<number> => {
  const options = {
    tour: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false }
  } as const
  const { values } = parseArgs({ options })
  if (values.help) {
    console.log(USAGE)
    return 0
  }
  const swept = await sweepOrphans()
  if (swept.length > 0) console.error(`cleaned up after a lab that died: ${swept.join(', ')}`)
  let world: World | null = null
  const onWorld = (made: World): void => {
    world = made
  }
  const stop = async (): Promise<void> => {
    if (stopped) return
    stopped = true
    await world?.close()
    // After the live screen has given the terminal back.
    process.once('exit', () => console.log(`\nstopped: everything is${world === null ? ' being' : ''} removed`))
    process.exit(130)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void stop())
  }
  const live = !values.tour && process.stdin.isTTY === true && process.stdout.isTTY === true
  return live ? runScreen(onWorld) : runTour(onWorld, text => stopped || console.log(text))
}

main().then(
  code => stopped || process.exit(code),
  (error: unknown) => {
    if (stopped) return
    console.error(`start: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
    process.exit(2)
  }
)
