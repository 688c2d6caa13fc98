// A person's terminal at a virtual board's console: when the board loses power it waits for the board and attaches again,
// as a real serial terminal does. Used by ask-board.ts. Nothing that is typed meanwhile reaches anybody.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import type { BoardId } from '../../src/core/types.js'
import { boardProcesses } from './processes.js'

export interface TerminalOptions {
  readonly board: BoardId
  /** First process of the board; null = it has no power. Looks through all processes. */
  readonly find: () => number | null
  /** Program and arguments of a console there. */
  readonly lineFor: (init: number) => readonly [string, readonly string[]]
  readonly env: NodeJS.ProcessEnv
  readonly isLabThere: () => boolean
}

const LOOK_MS = 500
const STTY_DEADLINE_MS = 2000
const CTRL_C = 0x03
const CTRL_D = 0x04

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** The terminal as it is now; gives it back so, for a console that was killed did not. */
const keepModes = (): (() => void) => {
  const stty = (...words: readonly string[]) =>
    spawnSync('stty', words, { stdio: ['inherit', 'pipe', 'ignore'], encoding: 'utf8', timeout: STTY_DEADLINE_MS })
  const modes = stty('-g').stdout?.trim() ?? ''
  return () => {
    stty(modes === '' ? 'sane' : modes)
  }
}

/**
 * `nsenter` stops itself with the console of a board that hangs, and does not see when that one wakes or dies; unseen, a dead
 * console holds up the end of its board. True while it stands still.
 */
const nudge = (child: ChildProcess): boolean => {
  const [own, there] = child.pid === undefined ? [] : boardProcesses(child.pid)
  if (own?.state !== 'T') return false
  if (there?.state === 'T') return true
  child.kill('SIGCONT')
  return false
}

/** Exit code of the console; null = its board lost power. */
const attach = (
  init: number,
  { board, lineFor, env }: TerminalOptions,
  say: (text: string) => void
): Promise<number | null> =>
  new Promise(resolve => {
    const [file, args] = lineFor(init)
    const child = spawn(file, [...args], { stdio: 'inherit', env })
    let hung = false
    const look = setInterval(() => {
      const hangs = nudge(child)
      if (hangs && !hung) say(`board ${board} hangs, and its console with it, until it wakes or loses its power`)
      hung = hangs
    }, LOOK_MS)
    const end = (code: number | null): void => {
      clearInterval(look)
      resolve(code)
    }
    child.once('error', () => end(1))
    child.once('exit', code => end(code))
  })

/** Keys of the person while there is no console; `ended` once Ctrl-C or Ctrl-D was among them. */
const listen = (): { readonly ended: () => boolean; readonly stop: () => void } => {
  const { stdin } = process
  let ended = false
  const take = (bytes: Buffer): void => {
    ended ||= bytes.includes(CTRL_C) || bytes.includes(CTRL_D)
  }
  const hungUp = (): void => {
    ended = true
  }
  stdin.setRawMode(true)
  stdin.on('data', take)
  stdin.once('end', hungUp)
  stdin.resume()
  return {
    ended: () => ended,
    stop: () => {
      stdin.removeListener('data', take)
      stdin.removeListener('end', hungUp)
      stdin.pause()
      stdin.setRawMode(false)
    }
  }
}

/** Resolves with the exit code when the person logs out or ends the waiting, or the lab has ended. */
export const sitAtBoard = async (options: TerminalOptions): Promise<number> => {
  const { board, find, isLabThere } = options
  // In our own mode the terminal sends Ctrl-C as a byte; as a signal it is for the console.
  process.on('SIGINT', () => {})
  const giveBack = keepModes()
  const say = (text: string): void => {
    process.stdout.write(`\r\x1b[Klab: ${text}\r\n`)
  }
  for (let lost = false; ; lost = true) {
    let init = find()
    // Also where it is back already: what was typed to the dead console is for nobody.
    if (init === null || lost) {
      // Before it is said: who reads of Ctrl-C may press it.
      const keys = listen()
      say(`board ${board} has no power; its console is gone.`)
      say('waiting for the board; what you type is dropped, Ctrl-C ends')
      do {
        await delay(LOOK_MS)
        init = find()
      } while (init === null && !keys.ended() && isLabThere())
      keys.stop()
      if (init === null || keys.ended()) {
        say(keys.ended() ? 'left the console' : 'the lab has ended')
        return 1
      }
      say(`board ${board} has power again`)
    }
    const code = await attach(init, options, say)
    giveBack()
    if (code !== null) return code
    // Its last process may outlive the console by a moment.
    for (let looks = 0; looks < 10 && isAlive(init); looks += 1) await delay(LOOK_MS / 10)
    if (isAlive(init)) {
      say('the console was killed')
      return 1
    }
  }
}
