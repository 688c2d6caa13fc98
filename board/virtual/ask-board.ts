// `npm run lab -- baton f03a26:a status`: the console's commands for a board of a world that runs now. Called by lab.ts.
// Finds the world by its socket; must not make, sweep or change one.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BoardId } from '../../src/core/types.js'
import { sitAtBoard } from './board-terminal.js'
import { onBoard } from './helper.js'
import { BOARDS, distFile, WORLD_PREFIX, type WorldNames, worldNames } from './names.js'
import { findInit } from './processes.js'
import { isOwned } from './reaper.js'

const USAGE = `usage: npm run lab -- baton [LAB:]a|b COMMAND…   such as: npm run lab -- baton a status
  LAB is the name that the live screen shows; it must be there where several labs run.`

export type Chosen =
  | { readonly ok: true; readonly id: string; readonly board: BoardId }
  | { readonly ok: false; readonly code: 1 | 2; readonly text: string }

/** `which`: `b`, or `f03a26:b`. `labs`: those that run. One is meant only if it is named or the only one. */
export const chooseBoard = (which: string, labs: readonly string[]): Chosen => {
  const [, name, letter] = /^(?:([0-9a-f]+):)?([ab])$/.exec(which) ?? []
  const board = BOARDS.find(one => one === letter)
  if (board === undefined) return { ok: false, code: 2, text: USAGE }
  const lines = labs.map(id => `  npm run lab -- baton ${id}:${board} …`).join('\n')
  const [only] = labs
  if (only === undefined)
    return {
      ok: false,
      code: 1,
      text: 'lab: no virtual boards run on this machine; `npm start` in another terminal starts two'
    }
  if (name === undefined && labs.length > 1)
    return {
      ok: false,
      code: 2,
      text: `lab: ${labs.length} labs run here; name the one you mean (its live screen shows it):\n${lines}`
    }
  if (name !== undefined && !labs.includes(name))
    return { ok: false, code: 1, text: `lab: no lab ${name} runs on this machine; there is:\n${lines}` }
  return { ok: true, id: name ?? only, board }
}

/** Worlds of this machine whose lab lives. */
const worlds = (): string[] =>
  readdirSync(tmpdir())
    .filter(name => name.startsWith(WORLD_PREFIX) && existsSync(join(tmpdir(), name, 'a/run')))
    .map(name => name.slice(WORLD_PREFIX.length))
    .filter(isOwned)
    .sort()

const runOnce = (file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> =>
  new Promise(resolve => {
    const child = spawn(file, [...args], { stdio: 'inherit', env })
    // Ctrl-C is for the command; it ends us by ending.
    process.on('SIGINT', () => {})
    child.once('error', () => resolve(1))
    child.once('exit', code => resolve(code ?? 1))
  })

/** The board's own file and letter: `notice` and `check-config` need them. */
const boardEnv = (world: WorldNames, board: BoardId): NodeJS.ProcessEnv => ({
  ...process.env,
  BATON_CONFIG: world.here('baton.yaml'),
  BATON_BOARD: board
})

/** `words`: the board, then what `baton` is to do. Exit code: that of `baton`; 2: usage; 1: there is no world. */
export const askBoard = async (words: readonly string[]): Promise<number> => {
  const [which = '', ...command] = words
  const chosen = command.length === 0 ? ({ ok: false, code: 2, text: USAGE } as const) : chooseBoard(which, worlds())
  if (!chosen.ok) {
    console.error(chosen.text)
    return chosen.code
  }
  const { board } = chosen
  const world = worldNames(chosen.id)
  const program = [distFile('src/console/baton.js'), ...command, '--socket', world.of(board, 'run/baton.sock')]
  const find = (): number | null => findInit(world.dir, board)
  // On the board, so that `network` shows its interfaces and `shutdown` can never mean this machine.
  const lineFor = (init: number): [string, string[]] => onBoard(init, process.execPath, program)
  if (command[0] === 'console' && process.stdin.isTTY === true)
    return sitAtBoard({ board, find, lineFor, env: boardEnv(world, board), isLabThere: () => isOwned(world.id) })
  const init = find()
  if (init === null) {
    console.error(`lab: board ${board} has no power`)
    return 1
  }
  return runOnce(...lineFor(init), boardEnv(world, board))
}
