// The live screen of `npm start`: both boards, the wires, the client's view; single keys break and mend things. Plain ANSI.
// Draws and passes keys on; what a key does stands in screen-keys.ts, what is drawn in screen-text.ts.

import { STEP_MS } from '../../src/core/panel-table.js'
import { boardHandle } from './board-handle.js'
import { judgeDisk, startChecker } from './checker.js'
import { startClient } from './client-view.js'
import { writeLabState } from './first-state.js'
import { BOARDS } from './names.js'
import { createKeyFilter } from './screen-input.js'
import { makeKeys } from './screen-keys.js'
import { renderLights, renderScreen } from './screen-text.js'
import { nowMs } from './time.js'
import { makeWorld, type World } from './world.js'

const FRAME_MS = 200
/** Twice a step of the panel's patterns: what flickers must be seen to flicker. */
const LIGHTS_MS = STEP_MS / 2
const NEWS_MAX = 200

/** Exit code: 0, or 1 where a number was lost or something was held twice. */
export const runScreen = async (onWorld: (world: World) => void): Promise<number> => {
  const news: string[] = []
  const tell = (text: string): void => {
    news.push(text)
    news.splice(0, news.length - NEWS_MAX)
  }
  console.log('building two boards …')
  const world = await makeWorld({ tell })
  onWorld(world)
  // The fence counts as proved, so that keys work at once; the tour shows the proof.
  const laidDown = [await writeLabState(world, 'a', true), await writeLabState(world, 'b', true)]
  const client = startClient(world.names, world.env)
  const checker = startChecker(world)
  const boards = { a: boardHandle(world, 'a', tell), b: boardHandle(world, 'b', tell) }
  for (const board of BOARDS) boards[board].restorePower()
  const keys = makeKeys(world, boards, tell)
  let frame: NodeJS.Timeout | undefined
  let drawn = false
  let lights = ''
  const drawLights = (): void => {
    const now = renderLights(world, process.stdout.columns ?? 100, process.stdout.rows ?? 40)
    if (drawn && now !== lights) process.stdout.write(now)
    lights = now
  }
  const lightsTimer = setInterval(drawLights, LIGHTS_MS)
  const draw = async (): Promise<void> => {
    const [a, b] = await Promise.all([boards.a.status(), boards.b.status()])
    const view = { world, statuses: { a, b }, boards, client, checker, news, keys: keys.help, laidDown }
    process.stdout.write(`\x1b[H${renderScreen(view, process.stdout.columns ?? 100, process.stdout.rows ?? 40)}\x1b[J`)
    drawn = true
  }
  const loop = (): void => {
    void draw().finally(() => {
      frame = setTimeout(loop, FRAME_MS)
    })
  }
  const { stdin, stdout } = process
  // Also when a signal ends us in the middle: the terminal is given back as it was.
  const giveBack = (): void => {
    stdout.write('\x1b[?25h\x1b[?1049l')
  }
  process.once('exit', giveBack)
  stdout.write('\x1b[?1049h\x1b[?25l')
  stdin.setRawMode(true)
  try {
    loop()
    await new Promise<void>(resolve => {
      const keysIn = createKeyFilter()
      stdin.on('data', bytes => {
        for (const key of keysIn(bytes.toString('latin1'), nowMs())) {
          if (key === 'q' || key === '\x03') resolve()
          else keys.press(key)
        }
      })
    })
  } finally {
    clearTimeout(frame)
    clearInterval(lightsTimer)
    stdin.setRawMode(false)
    stdin.pause()
    process.removeListener('exit', giveBack)
    giveBack()
  }
  for (const board of BOARDS) boards[board].pullPower()
  for (const board of BOARDS) await world.wires.supplies[board].idle()
  await client.stop()
  checker.stop()
  const verdict = await judgeDisk(world, client.acks)
  await world.close()
  console.log(
    `${client.acks.length} numbers acknowledged, ${verdict.lost.length} lost, held twice ${checker.heldTwice.length} times`
  )
  return verdict.lost.length === 0 && checker.heldTwice.length === 0 ? 0 : 1
}
