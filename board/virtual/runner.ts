// Runs one scenario from an empty machine to an empty machine and judges it. Called by lab.ts and by mocha.
// The judgement is the checker's and the disk's; a scenario only adds what else must be true.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochProblems, judgeDisk, startChecker } from './checker.js'
import { startClient } from './client-view.js'
import { makeContext, type RunContext } from './context.js'
import { writeLabState } from './first-state.js'
import { BOARDS } from './names.js'
import type { Scenario } from './scenario.js'
import { nowMs } from './time.js'
import { makeWorld, type World } from './world.js'

export interface Result {
  readonly scenario: string
  readonly ok: boolean
  /** Acknowledged numbers that are not on the disk. */
  readonly lost: number
  readonly heldTwice: number
  /** Longest time without an acknowledgement, from the fault to the end. */
  readonly awayMs: number
  readonly tookMs: number
  /** What went wrong; empty = nothing. */
  readonly problems: readonly string[]
  /** Where the logs of a failed run are kept. */
  readonly logs: string | null
}

export interface RunOptions {
  readonly say: (text: string) => void
  /** Keep the logs also of a run that went well. */
  readonly keep?: boolean
  /** Called with the world as soon as it is there, so that a signal can close it. */
  readonly onWorld?: (world: World) => void
}

const TIMEOUT_MS = 60_000
/** A fault comes after this many acknowledgements at the earliest. */
const SETTLED_ACKS = 5

const powerBoth = (world: World, on: boolean): void => {
  for (const board of BOARDS) world.faults[board].mains = on
  world.wires.refresh()
}

const play = async (scenario: Scenario, world: World, context: RunContext): Promise<void> => {
  if (scenario.start !== 'off') powerBoth(world, true)
  if ((scenario.start ?? 'normal') === 'normal') {
    await context.normal('a', 20_000)
    // The wait for the first answer must not count as a pause of the scenario.
    await context.waitFor('the client is answered by a', () => context.client.acks.length >= SETTLED_ACKS)
  }
  context.mark()
  await scenario.run(context)
}

const bounded = async (work: Promise<void>, timeoutMs: number): Promise<string | null> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>(resolve => {
    timer = setTimeout(() => resolve(`not done after ${timeoutMs} ms`), timeoutMs)
  })
  const done = work.then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error))
  )
  const problem = await Promise.race([done, late])
  clearTimeout(timer)
  return problem
}

const keepLogs = (world: World, name: string): string => {
  const dir = join(tmpdir(), `baton-failed-${name}-${world.names.id}`)
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  cpSync(join(world.names.dir, 'world.log'), join(dir, 'world.log'))
  for (const board of BOARDS) {
    for (const part of ['log', 'state', 'baton.yaml']) {
      cpSync(world.names.of(board, part), join(dir, board, part), { recursive: true })
    }
  }
  return dir
}

/** Run it. Never throws: what goes wrong is in `problems`. */
export const runScenario = async (scenario: Scenario, options: RunOptions): Promise<Result> => {
  const startedAt = nowMs()
  const at = (): string => `${((nowMs() - startedAt) / 1000).toFixed(3).padStart(7)} s`
  const say = (text: string): void => options.say(`${at()}  ${text}`)
  const result = { scenario: scenario.name, lost: 0, heldTwice: 0, awayMs: 0 }
  const problems: string[] = []
  let logs: string | null = null
  try {
    // That the boards lose power when all is put away is no part of the story.
    let over = false
    const world = await makeWorld({ ...scenario.options, tell: text => (over ? undefined : say(`  ${text}`)) })
    options.onWorld?.(world)
    try {
      for (const board of BOARDS) await writeLabState(world, board, scenario.proved ?? true)
      await scenario.prepare?.(world)
      const client = startClient(world.names, world.env)
      const checker = startChecker(world)
      const context = makeContext(world, client, checker, say)
      const problem = await bounded(play(scenario, world, context), scenario.timeoutMs ?? TIMEOUT_MS)
      over = true
      if (problem !== null) problems.push(problem)
      for (const board of problem === null ? [] : BOARDS) {
        const status = await context.boards[board].status()
        writeFileSync(world.names.of(board, 'log/status.json'), JSON.stringify(status, null, 1))
      }
      result.awayMs = Math.round(client.longestGapMs(context.markedAt))
      powerBoth(world, false)
      for (const board of BOARDS) await world.wires.supplies[board].idle()
      await client.stop()
      checker.stop()
      result.heldTwice = checker.heldTwice.length
      problems.push(...checker.heldTwice.slice(0, 3).map(text => `held twice ${text}`), ...epochProblems(client.acks))
      await scenario.mend?.(world)
      const verdict = await judgeDisk(world, client.acks)
      result.lost = verdict.lost.length
      if (verdict.lost.length > 0) problems.push(`acknowledged and lost: ${verdict.lost.slice(0, 10).join(', ')}`)
      problems.push(...verdict.problems)
      if (problems.length > 0 || options.keep === true) logs = keepLogs(world, scenario.name)
    } finally {
      await world.close()
    }
  } catch (error) {
    problems.push(`the lab itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  }
  return { ...result, ok: problems.length === 0, tookMs: Math.round(nowMs() - startedAt), problems, logs }
}
