// One virtual board as a thing that has power or not: boots, loses power, hangs. Made by world.ts, driven by wires.ts.
// A cut is a true one (cutter.pl). Must not decide when: that is the supply's business.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { BoardId } from '../../src/core/types.js'
import type { Cables } from './cables.js'
import { inNetns, startHelper } from './helper.js'
import { perlFile, portOf, type WorldNames } from './names.js'
import { namespacePids } from './processes.js'
import { nowMs } from './time.js'

export interface PowerOptions {
  readonly names: WorldNames
  readonly board: BoardId
  readonly loop: string
  readonly env: NodeJS.ProcessEnv
  readonly cables: Cables
  /** What the board's init keeps running. */
  readonly daemon: readonly string[]
  /** The board ended without a cut: its init died (an ordered reboot). */
  readonly ended: () => void
}

export interface CutReport {
  /** Instant of the SIGKILL, lab clock. */
  readonly at: number
  /** Until the dead board's disk was free. */
  readonly tookMs: number
  /** `cut` = dirty data lost; `unmounted` = nothing was mounted. */
  readonly disk: string
}

export interface BoardPower {
  /** Pid of the board's init as the host sees it; null = no power. */
  readonly pid: number | null
  boot(): Promise<void>
  cut(): Promise<CutReport>
  /** Stop every process of the board where it stands, or let them go on. */
  signalAll(signal: 'SIGSTOP' | 'SIGCONT'): void
  /** Every write to the board's mounted disk hangs from now on; rejects when it is not mounted. */
  freezeDisk(): Promise<void>
  thawDisk(): Promise<void>
  close(): void
}

const BOOT_DEADLINE_MS = 15_000

/** First line of the init: its pid as the host counts. */
const pidOf = (child: ChildProcess, board: BoardId): Promise<number> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`board ${board} did not boot`)), BOOT_DEADLINE_MS)
    const fail = (why: string): void => {
      clearTimeout(timer)
      reject(new Error(`board ${board} did not boot: ${why}`))
    }
    child.once('error', error => fail(error.message))
    child.once('exit', code => fail(`init ended with ${code}, see init.log`))
    if (child.stdout === null) return fail('no pipe')
    createInterface({ input: child.stdout }).once('line', line => {
      clearTimeout(timer)
      const pid = Number(line.match(/^pid (\d+)$/)?.[1])
      if (pid > 1) resolve(pid)
      else fail(line)
    })
  })

export const makePower = async (options: PowerOptions): Promise<BoardPower> => {
  const { names, board, loop, cables } = options
  const mountPoint = names.here('mnt')
  const [file, args] = inNetns(names.netns('lan'), 'perl', [perlFile('cutter')])
  const cutter = await startHelper(file, args, options.env, false)
  let pid: number | null = null

  const boot = async (): Promise<void> => {
    if (pid !== null) return
    writeFileSync(names.of(board, 'boot-id'), `${randomUUID()}\n`)
    await cables.powered(board, true)
    const unshare = ['--pid', '--mount', '--fork', '--kill-child', '--propagation', 'private']
    const init = ['perl', perlFile('init'), names.dir, board, ...options.daemon]
    const [program, words] = inNetns(names.netns(board), 'unshare', [...unshare, ...init])
    const log = openSync(names.of(board, 'log/init.log'), 'a')
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', log], env: options.env, cwd: '/' })
    closeSync(log)
    const init0 = await pidOf(child, board)
    pid = init0
    const gone = (): void => {
      if (pid !== init0) return
      options.ended()
    }
    if (child.exitCode !== null || child.signalCode !== null) gone()
    else child.once('exit', gone)
  }

  const cut = async (): Promise<CutReport> => {
    const victim = pid
    const at = nowMs()
    pid = null
    // Pid 0 would be our own process group: a board that is off already only waits for its disk.
    const answer = await cutter.ask(`cut ${victim ?? 'none'} ${mountPoint} ${loop} ${portOf(board)}`)
    const tookMs = nowMs() - at
    await cables.powered(board, false)
    return { at, tookMs, disk: answer }
  }

  const disk = async (what: 'freeze' | 'thaw'): Promise<void> => {
    await cutter.ask(`${what} ${pid ?? 'none'} ${mountPoint} ${loop}`)
  }

  return {
    get pid() {
      return pid
    },
    boot,
    cut,
    signalAll: signal => {
      if (pid === null) return
      // Twice: a process may have been starting another one while we looked.
      for (let round = 0; round < 2; round += 1) {
        for (const one of namespacePids(pid)) {
          try {
            process.kill(one, signal)
          } catch {
            // It ended meanwhile.
          }
        }
      }
    },
    freezeDisk: () => disk('freeze'),
    thawDisk: () => disk('thaw'),
    close: () => cutter.close()
  }
}
