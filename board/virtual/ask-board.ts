// `npm run lab -- baton a status`: the console's commands for a board of the world that runs now. Called by lab.ts.
// Finds the world by its socket; must not make, sweep or change one.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onBoard } from './helper.js'
import { BOARDS, distFile, WORLD_PREFIX, type WorldNames, worldNames } from './names.js'
import { findInit } from './processes.js'

const USAGE = 'usage: npm run lab -- baton a|b COMMAND…   such as: npm run lab -- baton a status'

/** Worlds of this machine, the newest first. */
const worlds = (): WorldNames[] =>
  readdirSync(tmpdir())
    .filter(name => name.startsWith(WORLD_PREFIX) && existsSync(join(tmpdir(), name, 'a/run')))
    .map(name => ({ name, madeAt: statSync(join(tmpdir(), `${name}.owner`), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((one, other) => other.madeAt - one.madeAt)
    .map(({ name }) => worldNames(name.slice(WORLD_PREFIX.length)))

/** `words`: the board, then what `baton` is to do. Exit code: that of `baton`; 2: usage; 1: there is no world. */
export const askBoard = (words: readonly string[]): number => {
  const [which, ...command] = words
  const board = BOARDS.find(one => one === which)
  if (board === undefined || command.length === 0) {
    console.error(USAGE)
    return 2
  }
  const [world, ...others] = worlds()
  if (world === undefined) {
    console.error('lab: no virtual boards run on this machine; `npm start` in another terminal starts two')
    return 1
  }
  if (others.length > 0) console.error(`lab: ${others.length + 1} labs run; this is the newest, ${world.id}`)
  const socket = ['--socket', world.of(board, 'run/baton.sock')]
  const program = [distFile('src/console/baton.js'), ...command, ...socket]
  const init = findInit(world.dir, board)
  if (init === null) {
    console.error(`lab: board ${board} has no power`)
    return 1
  }
  // On the board, so that `network` shows its interfaces and `shutdown` can never mean this machine.
  const [file, args] = onBoard(init, process.execPath, program)
  return spawnSync(file, args, { stdio: 'inherit' }).status ?? 1
}
