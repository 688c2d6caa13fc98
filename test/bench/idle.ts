// What an idle daemon costs at its default interval, both links up: processor time and memory, read from the kernel.
// Used by bench.ts. Measures the standby and the active board's daemon and answers with the dearer one.
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { boardHandle } from '../../board/virtual/board-handle.js'
import { DEFAULT_TIMING } from '../../board/virtual/lab-config.js'
import { BOARDS } from '../../board/virtual/names.js'
import { nowMs } from '../../board/virtual/time.js'
import { makeWorld, type World } from '../../board/virtual/world.js'
import { bootPair } from './baton.js'

export interface IdleCost {
  /** Share of one core, user and system time together. */
  readonly cpuPercent: number
  /** Proportional set size. */
  readonly pssMiB: number
}

/** Linux counts processor time in hundredths of a second on every machine that we run on. */
const TICK_MS = 10

const processorMs = (pid: number): number => {
  // Fields 14 and 15 of proc(5), counted behind the command's closing bracket: the name may hold spaces.
  const words = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []
  return (Number(words[11]) + Number(words[12])) * TICK_MS
}

const pssMiB = (pid: number): number => {
  const kib = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1]
  return Number(kib) / 1024
}

const watch = async (world: World, forMs: number): Promise<IdleCost> => {
  const pids = BOARDS.map(board => {
    const pid = boardHandle(world, board, () => undefined).daemonPid()
    if (pid === null) throw new Error(`board ${board} runs no daemon`)
    return pid
  })
  const before = pids.map(processorMs)
  const startedAt = nowMs()
  await delay(forMs)
  const tookMs = nowMs() - startedAt
  const shares = pids.map((pid, at) => ((processorMs(pid) - (before[at] ?? 0)) / tookMs) * 100)
  const rounded = (value: number): number => Math.round(value * 10) / 10
  return { cpuPercent: rounded(Math.max(...shares)), pssMiB: rounded(Math.max(...pids.map(pssMiB))) }
}

/** Without a client: `forMs` of a pair that has nothing to do but to look at each other. */
export const measureIdle = async (forMs: number): Promise<IdleCost> => {
  const world = await makeWorld({ config: DEFAULT_TIMING })
  try {
    await bootPair(world)
    return await watch(world, forMs)
  } finally {
    await world.close()
  }
}
