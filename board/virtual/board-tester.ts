// `baton board test` on a virtual board, as a person or a rig starts it: what it says, what it ends with. Used by scenarios.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { PartResult } from '../../src/board-test/result.js'
import type { BoardId } from '../../src/core/types.js'
import { onBoard } from './helper.js'
import { distFile } from './names.js'
import { namespacePids } from './processes.js'
import type { World } from './world.js'

export interface BoardTest {
  /** Everything that it said so far, for people. */
  said(): string
  /** To the command itself. */
  signal(name: NodeJS.Signals): void
  /** Resolves when it has ended: exit code (null = by a signal) and what it found. */
  readonly ended: Promise<{ readonly code: number | null; readonly found: readonly PartResult[] }>
}

const DEADLINE_MS = 60_000
const COMMAND = /baton\.js\0board\0test\0/

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    return ''
  }
}

/** Throws where the board has no power. */
export const startBoardTest = (world: World, board: BoardId, words: readonly string[]): BoardTest => {
  const init = world.powers[board].pid
  if (init === null) throw new Error(`board ${board} has no power: nothing can be tested on it`)
  const program = [distFile('src/console/baton.js'), 'board', 'test', '--json', ...words]
  const env = { ...world.env, BATON_CONFIG: world.names.here('baton.yaml'), BATON_BOARD: board }
  const child = spawn(...onBoard(init, process.execPath, program), {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS
  })
  let [out, said] = ['', '']
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes
  })
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes
  })
  return {
    said: () => said,
    signal: name => {
      // Not below the board's init: it was put onto the board from outside.
      const found = namespacePids(init).find(pid => COMMAND.test(commandOf(pid)))
      if (found === undefined) throw new Error('the board test does not run')
      process.kill(found, name)
    },
    ended: new Promise(resolve =>
      child.once('close', code => {
        const line = out.trim().split('\n').at(-1) ?? ''
        const found = line.startsWith('{') ? (JSON.parse(line) as { results: PartResult[] }).results : []
        resolve({ code, found })
      })
    )
  }
}
