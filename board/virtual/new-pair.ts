// Two virtual boards as they come out of the box: no key, no record, a blank disk; and the unit that leads them, as systemd would run it.
// Used by the scenarios of the set-up.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { BoardId } from '../../src/core/types.js'
import { onBoard } from './helper.js'
import { BOARDS, distFile } from './names.js'
import { namespacePids, networkSockets } from './processes.js'
import type { Context } from './scenario.js'
import { startOnLine } from './serial-line.js'
import { run } from './shell.js'
import { createTypist } from './typist.js'
import type { World } from './world.js'

const BYTES_PER_SECOND = 11_520
const BATON = distFile('src/console/baton.js')
const LONG_MS = 120_000
const ZEROS = Buffer.alloc(1_048_576)

/** Neither key nor record; the daemons wait until they are there. */
export const takeOutOfTheBox = (world: World): void => {
  for (const board of BOARDS) {
    rmSync(world.names.of(board, 'key'))
    for (const name of readdirSync(world.names.of(board, 'state')))
      rmSync(join(world.names.of(board, 'state'), name), { recursive: true })
  }
}

/** Zeros from end to end, seen by both boards. */
export const blankDisk = async (world: World): Promise<void> => {
  const handle = await open(world.names.image, 'r+')
  const { size } = await handle.stat()
  for (let at = 0; at < size; at += ZEROS.length) await handle.write(ZEROS, 0, Math.min(ZEROS.length, size - at), at)
  await handle.sync()
  await handle.close()
  for (const board of BOARDS) await run('blockdev', ['--flushbufs', world.loops[board]])
}

const wordsFor = (world: World, board: BoardId, command: readonly string[]): [string, string[]] => {
  const { pid } = world.powers[board]
  if (pid === null) throw new Error(`board ${board} has no power`)
  return onBoard(pid, process.execPath, [BATON, ...command])
}

export const envOf = ({ env, names }: World, board: BoardId): NodeJS.ProcessEnv => ({
  ...env,
  BATON_CONFIG: names.here('baton.yaml'),
  BATON_BOARD: board,
  BATON_SOCKET: names.of(board, 'run/baton.sock'),
  TZ: 'UTC'
})

/** A command of `baton` on a board, with a person at a serial terminal. */
export const atTerminal = async <T>(
  world: World,
  board: BoardId,
  command: readonly string[],
  work: (typist: ReturnType<typeof createTypist>) => Promise<T>
): Promise<T> => {
  const [file, words] = wordsFor(world, board, command)
  const env = { ...envOf(world, board), HOME: world.names.dir, TERM: 'vt100' }
  const line = startOnLine([file, ...words], { bytesPerSecond: BYTES_PER_SECOND, env })
  try {
    return await work(createTypist(line))
  } finally {
    line.hangUp()
    await line.ended
  }
}

/** A command without a person: what it said, and what it ended with. */
export const runOn = (
  world: World,
  board: BoardId,
  command: readonly string[]
): Promise<{ readonly code: number | null; readonly text: string }> => {
  const child = spawn(...wordsFor(world, board, command), {
    env: envOf(world, board),
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      text += bytes
    })
  return new Promise(resolve => child.once('close', code => resolve({ code, text })))
}

/** Whoever sits on Ethernet hears and says nothing in a pairing: the program that does it has no socket there. */
const saysNothingOnEthernet = ({ expect, world }: Context): void => {
  for (const board of BOARDS) {
    const { pid } = world.powers[board]
    const pairing = (pid === null ? [] : namespacePids(pid)).filter(each =>
      /baton\.js\0pair\0/.test(readFileSync(`/proc/${each}/cmdline`, 'latin1'))
    )
    const open = pairing.flatMap(networkSockets)
    expect(
      pairing.length > 0 && open.length === 0,
      `the pairing of ${board} has no network: ${open.join(', ') || 'none'}`
    )
  }
}

const pairAt = (world: World, board: BoardId, agreed: (code: string) => Promise<boolean>): Promise<string> =>
  atTerminal(world, board, ['pair'], async ({ answer, expect }) => {
    const asked = /\* +(\d \d \d {3}\d \d \d) +\*[\s\S]*same code\? yes \/ no: $/
    const [, code = ''] = asked.exec(await expect(asked, LONG_MS)) ?? []
    await answer((await agreed(code)) ? 'yes' : 'no', /fingerprint is [0-9a-f]{8}/, LONG_MS)
    return code
  })

/** `baton pair` on both boards, as two persons do it; then the first records, and the daemons. */
export const pairBoards = async (context: Context): Promise<void> => {
  const { boards, expect, say, world } = context
  const codes: Partial<Record<BoardId, string>> = {}
  const same = async (board: BoardId, code: string): Promise<boolean> => {
    codes[board] = code
    await context.waitFor(
      `both consoles show a code (${board})`,
      () => codes.a !== undefined && codes.b !== undefined,
      LONG_MS
    )
    saysNothingOnEthernet(context)
    return codes.a === codes.b
  }
  const [a, b] = await Promise.all(BOARDS.map(board => pairAt(world, board, code => same(board, code))))
  expect(a !== '' && a === b, `both consoles show the same code: ${a}, ${b}`)
  say(`paired; both consoles showed ${a}`)
  for (const board of BOARDS) {
    expect(existsSync(world.names.of(board, 'state/setup')), `board ${board} is marked as being set up`)
    const { code, text } = await runOn(world, board, ['init'])
    expect(code === 0, `the first record of ${board}: ${text}`)
    boards[board].releaseDaemon()
  }
}

export interface LeadKeeper {
  /** All that the leads of a board said. */
  said(board: BoardId): string
  /** How often a lead was started. */
  starts(board: BoardId): number
  /** SIGKILL to the lead that runs now. False = none did. */
  kill(board: BoardId): boolean
  close(): Promise<void>
}

const LEAD = /baton\.js\0setup\0--lead/

/** Not below the board's init: it was put onto the board from outside. */
const killLead = ({ powers }: World, board: BoardId): boolean => {
  const { pid } = powers[board]
  const found = (pid === null ? [] : namespacePids(pid)).filter(each => {
    try {
      return LEAD.test(readFileSync(`/proc/${each}/cmdline`, 'latin1'))
    } catch {
      return false
    }
  })
  for (const each of found) process.kill(each, 'SIGKILL')
  return found.length > 0
}

const AGAIN_MS = 300

/** As the unit does it: at each boot while the mark is there, and again when it was killed. */
export const keepLeads = (world: World, of: readonly BoardId[] = BOARDS): LeadKeeper => {
  const { names, powers } = world
  const said: Record<BoardId, string> = { a: '', b: '' }
  const starts: Record<BoardId, number> = { a: 0, b: 0 }
  const running: Partial<Record<BoardId, ChildProcess>> = {}
  let closed = false
  const begin = (board: BoardId): void => {
    if (closed || running[board] !== undefined || powers[board].pid === null) return
    if (!existsSync(names.of(board, 'state/setup')) || !existsSync(names.of(board, 'run/baton.sock'))) return
    const child = spawn(...wordsFor(world, board, ['setup', '--lead']), {
      env: envOf(world, board),
      stdio: ['ignore', 'pipe', 'pipe']
    })
    running[board] = child
    starts[board] += 1
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => {
        said[board] += bytes
      })
    child.once('close', () => {
      delete running[board]
    })
  }
  const timer = setInterval(() => BOARDS.filter(board => of.includes(board)).forEach(begin), AGAIN_MS)
  return {
    said: board => said[board],
    starts: board => starts[board],
    kill: board => killLead(world, board),
    close: async () => {
      closed = true
      clearInterval(timer)
      while (Object.keys(running).length > 0) {
        for (const board of BOARDS) killLead(world, board)
        await delay(50)
      }
    }
  }
}

const MET = /same code\? yes \/ no: |Type yes to cut it now: |READY: board/

/** A person who types `setup`, says yes to all, and types it again where the board lost its power under their hands. How often they typed it. */
export const setUpAt = async (context: Context, board: BoardId): Promise<number> => {
  const { boards, world } = context
  const sit = async (): Promise<void> =>
    atTerminal(world, board, ['setup'], async ({ expect, type }) => {
      while (!/READY/.test(await expect(MET, 2 * LONG_MS))) type('yes\r')
    })
  for (let times = 1; ; times += 1) {
    try {
      await sit()
      return times
    } catch (error) {
      if (times > 6) throw error
      context.say(`the terminal of ${board} has ended: ${String(error).split('\n')[0]}`)
      await context.waitFor(`board ${board} is back`, async () => (await boards[board].status()) !== null, LONG_MS)
    }
  }
}
