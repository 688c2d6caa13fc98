// One row of the fault table, run and told: what was done to the pair, what each board did and said, when, and how long each service was away.
// Called by table.test.ts. Judges nothing that the checker does not judge.
import type { BoardId } from '../../../src/core/types.js'
import type { CoreModule } from '../core-module.js'
import { BOARDS } from '../draw.js'
import type { Fact } from '../facts.js'
import type { RunResult } from '../run.js'
import { runPlan } from '../run.js'
import type { World } from '../world.js'
import type { Gap } from './away.js'
import { createAway } from './away.js'
import { factWords } from './fact-words.js'
import { createOpinions, statusOf } from './opinion.js'
import { FIRST_FAULT_MS, planOf, type Row } from './row.js'

export interface Story {
  readonly text: string
  readonly result: RunResult
  readonly gaps: readonly Gap[]
  /** At the end of the story, before anything that still lasts is mended. */
  readonly servedBy: Readonly<Record<string, BoardId | null>>
}

interface Line {
  readonly at: number
  readonly who: string
  words: string
}

const seconds = (ms: number): string => ((ms - FIRST_FAULT_MS) / 1000).toFixed(2)
const WIDTH = 118

const lineText = ({ at, who, words }: Line): string => {
  const pieces = words.match(new RegExp(`.{1,${WIDTH}}(?:\\s|$)|\\S+`, 'g')) ?? []
  return pieces
    .map(
      (piece, index) =>
        `${index === 0 ? seconds(at).padStart(8) : ' '.repeat(8)}  ${index === 0 ? who : ' '}  ${piece.trimEnd()}`
    )
    .join('\n')
}

const boardText = (world: World, id: BoardId): string => {
  const status = statusOf(world, id)
  if (status === null) return `  ${id}: ${world.boards[id].rail ? 'no daemon runs' : 'has no power'}`
  const groups = status.groups.map(
    ({ name, role, doing, epoch, problem }) =>
      `${name} ${role} (${doing}) ${epoch.number}${epoch.board}${problem === null ? '' : `, problem: ${problem}`}`
  )
  const warnings = status.warnings.map(warning => `\n     - ${warning}`)
  return [
    `  ${id}: ${groups.join('; ')}; mode ${status.mode}; pair ${status.pair}; fence ${status.fence.phase}`,
    `     if the peer died now: ${status.ifPeerDied}${warnings.join('')}`
  ].join('\n')
}

const pairText = (row: Row): string => {
  const { wiring, timing, groups } = planOf(row).settings.a
  const wires = [wiring.fence, wiring.sense ? 'power sense' : 'no sense', wiring.loop ? 'harness loop' : 'no loop']
  const homes = groups.map(({ name, home, failback }) => `${name} (home ${home}, failback ${failback})`)
  return [
    `pair:   ${wires.join(', ')}; token every ${timing.tokenIntervalMs} ms, dead after ${timing.deadMs} ms, head start ${timing.headStartMs} ms`,
    `groups: ${homes.join(', ')}`
  ].join('\n')
}

const gapText = ({ group, from, to }: Gap): string =>
  to === Number.POSITIVE_INFINITY
    ? `  ${group}: since ${seconds(from)}, not back when the story ends`
    : `  ${group}: ${((to - from) / 1000).toFixed(2)} s (from ${seconds(from)} to ${seconds(to)})`

/** Keeps the lines of a story; how an action ended is written behind its beginning. */
const createTeller = () => {
  const lines: Line[] = []
  const jobs = new Map<string, Line>()
  const jobOf = (board: BoardId, job: number): string => `${board} ${job}`
  const tell = (world: World, fact: Fact): void => {
    const said = factWords(fact)
    const at = world.agenda.now
    if (fact.kind === 'event' && fact.event.kind === 'actionFinished') {
      const begun = jobs.get(jobOf(fact.board, fact.event.job))
      const { outcome } = fact.event
      if (begun !== undefined)
        begun.words += outcome.ok
          ? `: ${((at - begun.at) / 1000).toFixed(2)} s`
          : `: FAILS after ${((at - begun.at) / 1000).toFixed(2)} s: ${outcome.reason}`
    }
    if (fact.kind === 'daemon') for (const key of jobs.keys()) if (key.startsWith(fact.board)) jobs.delete(key)
    if (said === null) return
    const line = { at, who: said.who, words: said.words }
    lines.push(line)
    if (fact.kind === 'effect' && fact.effect.kind === 'runAction') jobs.set(jobOf(fact.board, fact.effect.job), line)
  }
  return { lines, tell }
}

export const tellStory = (row: Row, core: CoreModule): Story => {
  const plan = planOf(row)
  const teller = createTeller()
  const away = createAway()
  const opinions = createOpinions()
  let before = ''
  let after = ''
  let gaps: Gap[] = []
  let servedBy: Record<string, BoardId | null> = {}
  const bothBoards = (world: World): string => BOARDS.map(id => boardText(world, id)).join('\n')
  const result = runPlan(plan, core, (world, fact) => {
    const { now } = world.agenda
    if (after !== '') return
    if (before === '' && fact.kind === 'fault') before = bothBoards(world)
    if (now >= plan.faultsEndAt) {
      after = bothBoards(world)
      gaps = away.gaps.map(gap => ({ ...gap }))
      servedBy = Object.fromEntries(away.servedBy)
      return
    }
    if (before !== '') teller.tell(world, fact)
    if (fact.kind === 'stepped')
      for (const words of opinions.look(world, fact.board))
        if (before !== '') teller.lines.push({ at: now, who: fact.board, words })
    for (const words of away.look(world)) if (before !== '') teller.lines.push({ at: now, who: '*', words })
  })
  const text = [
    row.says,
    `row:    ${row.row}`,
    pairText(row),
    '',
    'before:',
    before,
    '',
    ...teller.lines.map(lineText),
    '',
    `after ${row.forS} s:`,
    after,
    '',
    'the service was away:',
    ...(gaps.length === 0 ? ['  never'] : gaps.map(gapText)),
    ''
  ].join('\n')
  return { text, result, gaps, servedBy }
}
