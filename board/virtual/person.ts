// A person at a board's console who gives one `baton` command as root, on a pty, beside a stand-in for systemd (perl/systemctl.pl).
// Used by scenarios; what is asked is seen and answered by the typist.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { BoardId } from '../../src/core/types.js'
import { onBoard } from './helper.js'
import { distFile, perlFile, type WorldNames } from './names.js'
import { namespacePids } from './processes.js'
import { startOnLine } from './serial-line.js'
import { createTypist, type Typist } from './typist.js'
import type { World } from './world.js'

export interface Person extends Typist {
  /** `kill -9` of the command itself, wherever it is. */
  kill(): void
  /** The line is down and the command has ended. */
  leave(): Promise<void>
  readonly ended: Promise<void>
}

const BYTES_PER_SECOND = 11_520
const COMMAND = /baton\.js\0(pair|replace|board)\0?/

/** Not below the board's init: it was put onto the board from outside. */
const commandPid = (init: number): number | null =>
  namespacePids(init).find(pid => {
    try {
      return COMMAND.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'))
    } catch {
      return false
    }
  }) ?? null

/** Programs of that name on every board, before those of the machine. Returns the folder. */
const laySupervisor = (names: WorldNames): string => {
  const folder = `${names.dir}/bin`
  mkdirSync(folder, { recursive: true })
  for (const name of ['systemctl', 'systemd-run']) {
    writeFileSync(`${folder}/${name}`, `#!/bin/sh\nexec perl ${perlFile('systemctl')} ${names.here()} ${name} "$@"\n`)
    chmodSync(`${folder}/${name}`, 0o755)
  }
  return folder
}

/** Throws where the board has no power. */
export const personAt = (world: World, board: BoardId, words: readonly string[]): Person => {
  const { names, powers, env } = world
  const init = powers[board].pid
  if (init === null) throw new Error(`board ${board} has no power: nobody can sit at its console`)
  const folder = laySupervisor(names)
  const [file, args] = onBoard(init, process.execPath, [distFile('src/console/baton.js'), ...words])
  const line = startOnLine([file, ...args], {
    bytesPerSecond: BYTES_PER_SECOND,
    env: {
      ...env,
      PATH: `${folder}:${env.PATH ?? ''}`,
      BATON_CONFIG: names.here('baton.yaml'),
      BATON_SOCKET: names.here('run/baton.sock'),
      BATON_BOARD: board,
      TERM: 'vt100',
      TZ: 'UTC'
    }
  })
  return Object.assign(createTypist(line), {
    kill: () => {
      const found = commandPid(init)
      if (found === null) throw new Error(`board ${board} runs no ${words.join(' ')}`)
      process.kill(found, 'SIGKILL')
    },
    leave: async () => {
      line.hangUp()
      await line.ended
    },
    ended: line.ended
  })
}
