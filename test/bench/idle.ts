// What an idle daemon costs at its default interval, both links up: processor time and memory, read from the kernel.
// Used by bench.ts. Measures the standby and the active board's daemon and answers with the dearer one.
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { boardHandle } from '../../board/virtual/board-handle.js'
import { DEFAULT_TIMING, mergeOptions, type Options } from '../../board/virtual/lab-config.js'
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

const NO_PANEL: Options = { active: 'none', peer: 'none', sync: 'none', fault: 'none', button: 'none' }

/** What one part of the daemon is worth: the same pair without it. The head start of a pair without sense must be longer. */
const WITHOUT: Readonly<Record<string, Options>> = {
  'power sense and loop, polled every 20 ms': {
    fence: { headStartMs: 4000 },
    boards: { a: { pins: { sense: 'none', loop: 'none' } }, b: { pins: { sense: 'none', loop: 'none' } } }
  },
  'front panel, four lights and a button polled every 50 ms': {
    boards: { a: { pins: { panel: NO_PANEL } }, b: { pins: { panel: NO_PANEL } } }
  },
  'serial link': { boards: { a: { serial: null }, b: { serial: null } } },
  'Ethernet link': { boards: { a: { ethernet: null }, b: { ethernet: null } } },
  'nine of ten tokens': {
    token: { intervalMs: 1000, deadMs: 4000, stallMs: 2500, answerMs: 5000 },
    startup: { listenMs: 20_000 }
  }
}

/** The lab probes disk and service twice a second; here they are probed as often as the shipped defaults say. */
const withDefaultProbes = (group: Options): Options => {
  const { probeEveryMs: _every, probeTimeoutMs: _timeout, ...disk } = group.disk as Options
  const services = (group.services as readonly Options[]).map(service => {
    const { everyMs: _often, timeoutMs: _late, ...probe } = service.probe as Options
    return { ...service, probe }
  })
  return { ...group, disk, services }
}

const measureWith = async (forMs: number, over: Options): Promise<IdleCost> => {
  const world = await makeWorld({ config: mergeOptions(DEFAULT_TIMING, over) })
  try {
    for (const board of BOARDS) world.configure(board, { groups: [withDefaultProbes(world.groupOptions)] })
    await bootPair(world)
    return await watch(world, forMs)
  } finally {
    await world.close()
  }
}

/** Without a client: `forMs` of a pair that has nothing to do but to look at each other. */
export const measureIdle = (forMs: number): Promise<IdleCost> => measureWith(forMs, {})

export interface PartCost {
  readonly part: string
  /** Of one core: the whole daemon less the daemon without this part. */
  readonly cpuPercent: number
}

/** What each part costs, measured one after the other: differences of small numbers, good to half a percent. */
export const measureParts = async (
  forMs: number
): Promise<{ readonly all: IdleCost; readonly parts: readonly PartCost[] }> => {
  const all = await measureIdle(forMs)
  const parts: PartCost[] = []
  for (const [part, over] of Object.entries(WITHOUT)) {
    const rest = await measureWith(forMs, over)
    parts.push({ part, cpuPercent: Math.round((all.cpuPercent - rest.cpuPercent) * 10) / 10 })
  }
  return { all, parts }
}
