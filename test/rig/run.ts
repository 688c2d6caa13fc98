// Runs one scenario from nothing to nothing and judges it: by the scenario, by the watcher, by what is on the disk. Called by rig.ts.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { epochProblems } from '../../board/virtual/checker.js'
import { BOARDS } from '../../board/virtual/names.js'
import { nowMs } from '../../board/virtual/time.js'
import { makeContext, noFindings } from './context.js'
import type { GroundWorld } from './ground-world.js'
import type { RigNames } from './names.js'
import { makePairCards } from './pair-cards.js'
import { makePcWorld } from './pc/pc-world.js'
import { makeMirrorRigWorld, makeRigWorld, type RigWorldOptions } from './rig-world.js'
import type { Findings, PcScenario, PiMirrorScenario, PiScenario, RigContext, Scenario } from './scenario.js'
import type { Judgement } from './summary.js'

export interface RunOptions {
  readonly scenario: Scenario
  readonly names: RigNames
  /** null = the scenario needs none. */
  readonly image: string | null
  readonly kernelWords: readonly string[]
  /** Baton as it is in this working copy is laid over what the image has. A PC has it anyway. */
  readonly newest: boolean
  readonly at: () => string
  readonly say: (text: string) => void
  /** How to put everything away, as soon as there is something. */
  readonly onClose: (close: () => Promise<void>) => void
}

const MINUTE_MS = 60_000
const MINUTES_MAX = 60
const JOURNAL_MS = 120_000

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** null = it went well. */
const bounded = async (work: Promise<void>, minutesMax: number): Promise<string | null> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>(resolve => {
    timer = setTimeout(() => resolve(`not done after ${minutesMax} minutes`), minutesMax * MINUTE_MS)
  })
  const problem = await Promise.race([work.then(() => null, wordsOf), late])
  clearTimeout(timer)
  return problem
}

interface Played {
  readonly lost: number
  readonly heldTwice: number
  readonly problems: readonly string[]
}

/** What a board that lets us in knows of this boot, beside the transcripts: for whoever asks why a run went wrong. */
const keepJournals = async (world: GroundWorld, { names, say }: RunOptions): Promise<void> => {
  for (const board of BOARDS) {
    const remote = world.remotes[board]
    if (!remote.connected) continue
    const { stdout } = await remote.run('journalctl -b -o short-monotonic --no-pager', JOURNAL_MS)
    writeFileSync(join(names.out, `journal-${board}.txt`), stdout)
    say(`the journal of board ${board} is in journal-${board}.txt`)
  }
}

const play = async <World extends GroundWorld>(
  world: World,
  scenario: { readonly run: (context: RigContext<World>) => Promise<void>; readonly minutesMax?: number },
  findings: Findings,
  options: RunOptions
): Promise<Played> => {
  const { say } = options
  const context = makeContext(world, findings, say)
  const problems: string[] = []
  const problem = await bounded(scenario.run(context), scenario.minutesMax ?? MINUTES_MAX)
  if (problem !== null) {
    problems.push(problem)
    await keepJournals(world, options)
  }
  say('end: both boards lose their power, then the disk is judged')
  for (const board of BOARDS) context.boards[board].pullPower()
  for (const board of BOARDS) await world.harness.supplies[board].idle()
  await context.close()
  const { heldTwice } = context.watcher
  problems.push(...heldTwice.slice(0, 3).map(text => `held twice ${text}`))
  const acks = context.client?.acks ?? []
  problems.push(...epochProblems(acks))
  const verdict = await world.judgeDisk(acks)
  if (verdict.lost.length > 0) problems.push(`acknowledged and lost: ${verdict.lost.slice(0, 10).join(', ')}`)
  problems.push(...verdict.problems)
  if (findings.failedUnits > 0) problems.push(`${findings.failedUnits} units failed; the table names them`)
  if (context.client !== null) context.row('numbers acknowledged', String(acks.length))
  context.row('looks at disk, address and service of both boards', String(context.watcher.looks))
  return { lost: verdict.lost.length, heldTwice: heldTwice.length, problems }
}

/** Play it, and put the world away whatever comes. */
const playTo: typeof play = async (world, scenario, findings, options) => {
  try {
    return await play(world, scenario, findings, options)
  } finally {
    await world.close()
  }
}

const onPi = async (
  scenario: PiScenario | PiMirrorScenario,
  findings: Findings,
  options: RunOptions
): Promise<Played> => {
  const { names, at, say, image, kernelWords, newest, onClose } = options
  const made: RigWorldOptions = {
    names,
    at,
    tell: say,
    cards: place => {
      if (scenario.cards !== undefined) return scenario.cards(place)
      if (image === null) throw new Error('no card image was given')
      if (scenario.fromImage !== undefined) return scenario.fromImage(place, { image, kernelWords, tell: say })
      return makePairCards(place, {
        image,
        mirror: scenario.mirror ?? false,
        newest,
        config: scenario.config ?? {},
        kernelWords,
        paired: scenario.paired ?? true,
        change: scenario.change ?? (async () => undefined),
        tell: say
      })
    }
  }
  if (scenario.mirror === true) return playTo(await makeMirrorRigWorld(made, onClose), scenario, findings, options)
  const world = await makeRigWorld({ ...made, diskAt: scenario.diskAt ?? null }, onClose)
  return playTo(world, scenario, findings, options)
}

const onPc = async (scenario: PcScenario, findings: Findings, options: RunOptions): Promise<Played> => {
  const { names, at, say, kernelWords } = options
  const made = { config: scenario.config ?? {}, kernelWords, paired: scenario.paired ?? true }
  const world = await makePcWorld({ names, at, tell: say, ...made }, options.onClose)
  return playTo(world, scenario, findings, options)
}

/** Never throws: what goes wrong is in `problems`. */
export const runRig = async (options: RunOptions): Promise<Judgement> => {
  const { scenario } = options
  const startedAt = nowMs()
  const findings = noFindings()
  let played: Played = { lost: 0, heldTwice: 0, problems: [] }
  try {
    played = await (scenario.ground === 'pc' ? onPc(scenario, findings, options) : onPi(scenario, findings, options))
  } catch (error) {
    played = { ...played, problems: [...played.problems, `the rig itself failed: ${wordsOf(error)}`] }
  }
  return { ...played, findings, minutes: (nowMs() - startedAt) / MINUTE_MS }
}
