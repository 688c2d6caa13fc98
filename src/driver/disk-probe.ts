// Timed I/O on the mounted disk, in a child: one block is read past the page cache, written back and synced.
// A disk that hangs keeps the child, never us; while a child hangs no second one is started.
import { failureOf } from './command.js'
import type { GroupRunner } from './group-command.js'
import { mountAt } from './mount-table.js'

export interface DiskProbeOptions {
  readonly mountPoint: string
  readonly device: () => string
  readonly everyMs: number
  readonly timeoutMs: number
  /** Told when a probe fails or hangs, and again every ten seconds while it stays so. */
  readonly onFailure: (reason: string) => void
  readonly log: (text: string) => void
}

export interface DiskProbe {
  start(): void
  stop(): void
  /** Resolves when no probe is under way: one that has begun keeps the disk busy for its time. */
  settled(): Promise<void>
  /** Words for status; null = never probed. */
  readonly state: string | null
}

const PROBE_FILE = '.baton-probe'
const TELL_AGAIN_MS = 10_000

export const createDiskProbe = (runner: GroupRunner, options: DiskProbeOptions): DiskProbe => {
  const { mountPoint, everyMs, timeoutMs } = options
  const file = `${mountPoint}/${PROBE_FILE}`
  let timer: NodeJS.Timeout | null = null
  let state: string | null = null
  let under: Promise<void> | null = null
  let prepared = false
  let full = false
  let tellAgainAt = 0

  const copyBlock = (args: readonly string[]) =>
    runner.run('dd', ['bs=4096', 'count=1', 'status=none', ...args], { deadlineMs: timeoutMs, killAfterMs: 200 })

  const io = async () => {
    if (!prepared && !full) {
      const made = await copyBlock(['if=/dev/zero', `of=${file}`, 'oflag=direct', 'conv=notrunc,fsync'])
      if (/No space left|quota exceeded/i.test(made.stderr)) {
        // A full disk is the operator's business, not a failed disk: another board would find it just as full.
        full = true
        options.log(`${mountPoint} is full: its probe only reads until there is room`)
      } else {
        prepared = made.ok
        return made
      }
    }
    if (full) return copyBlock([`if=${options.device()}`, 'of=/dev/null', 'iflag=direct'])
    return copyBlock([`if=${file}`, `of=${file}`, 'iflag=direct', 'oflag=direct', 'conv=notrunc,fsync'])
  }

  const fail = (reason: string): void => {
    state = reason
    if (timer === null || performance.now() < tellAgainAt) return
    tellAgainAt = performance.now() + TELL_AGAIN_MS
    options.onFailure(reason)
  }

  const probe = async (): Promise<void> => {
    const hung = await runner.hungChildren()
    if (hung.length > 0) return fail(`the disk at ${mountPoint} does not answer: ${hung[0]}`)
    if (mountAt(mountPoint) === null) return fail(`nothing is mounted at ${mountPoint} any more`)
    let told = false
    // Told when the time is over, not when the child is known to be unkillable.
    const late = setTimeout(() => {
      told = true
      fail(`the disk at ${mountPoint} did not answer within ${timeoutMs} ms`)
    }, timeoutMs)
    const result = await io()
    clearTimeout(late)
    if (result.ok) {
      state = `answered in ${Math.round(result.tookMs)} ms`
      tellAgainAt = 0
    } else if (!told) fail(`reading and writing ${mountPoint} failed: ${failureOf(result)}`)
  }

  const round = (): void => {
    under ??= probe().finally(() => {
      under = null
    })
  }

  return {
    start: () => {
      if (timer !== null) return
      prepared = false
      full = false
      tellAgainAt = 0
      timer = setInterval(round, everyMs)
      round()
    },
    stop: () => {
      if (timer !== null) clearInterval(timer)
      timer = null
    },
    settled: async () => {
      await under
    },
    get state() {
      return state
    }
  }
}
