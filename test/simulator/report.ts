// A violation for people: seed, faults, the last events of both boards side by side, and how to see it again. Called by simulate.ts and the tests.
import type { Effect } from '../../src/core/effect.js'
import type { CoreEvent } from '../../src/core/event.js'
import type { BoardId, Token } from '../../src/core/types.js'
import type { CoreModule } from './core-module.js'
import { BOARDS } from './draw.js'
import type { Fact } from './facts.js'
import type { Fault, Plan } from './plan.js'
import type { RunResult } from './run.js'
import { runPlan } from './run.js'
import type { World } from './world.js'
import { clockOf, heldBy } from './world.js'

const WIDTH = 78
/** Too many and too alike to tell a story. */
const DULL = new Set(['tick', 'tokenReceived', 'sendToken', 'feedWatchdog', 'stepped', 'acknowledged'])

const tokenWords = (token: Token): string =>
  `#${token.sequence} ${token.groups.map(group => `${group.role}@${group.epoch.number}${group.epoch.board}${group.grant > 0 ? ` grant ${group.grant}` : ''}`).join(' ')}`

/** One line; also for replay.ts. */
export const eventWords = (event: CoreEvent): string =>
  event.kind === 'tokenReceived' ? `< token ${event.link} ${tokenWords(event.token)}` : `< ${compact(event)}`

/** One line; also for replay.ts. */
export const effectWords = (effect: Effect): string => {
  switch (effect.kind) {
    case 'sendToken':
      return `> token ${effect.link} ${tokenWords(effect.token)}`
    case 'runAction':
      return `> ${effect.action} ${effect.group} job ${effect.job} epoch ${effect.epoch.number}${effect.epoch.board}`
    case 'storeState':
      return `> store ${effect.store} ${compact({ groups: effect.durable.groups, mode: effect.durable.mode, startFences: effect.durable.startFences, mustReset: effect.durable.mustReset, relay: effect.durable.relay })}`
    case 'report':
      return `> ${effect.report.level} ${effect.report.code}: ${effect.report.text}`
    default:
      return `> ${compact(effect)}`
  }
}

const compact = (value: object): string =>
  JSON.stringify(value)
    .replaceAll('"', '')
    .replace(/^\{kind:(\w+),?/, '$1 {')

const wordsOf = (fact: Fact, held: string): string | null => {
  switch (fact.kind) {
    case 'event':
      return eventWords(fact.event)
    case 'effect':
      return effectWords(fact.effect)
    case 'stored':
      return '= durable now'
    case 'held':
      return `= holds ${fact.group}: ${held}`
    case 'acknowledged':
      return `= acknowledges ${fact.group} under ${fact.epoch.number}${fact.epoch.board}`
    case 'rail':
      return `= power ${fact.on ? 'on' : 'OFF'}`
    case 'contact':
      return `= contact in its supply ${fact.open ? 'opens' : 'closes'}`
    case 'daemon':
      return `= daemon ${fact.up ? 'starts' : 'ends'}: ${fact.why}`
    case 'soc':
      return `= board ${fact.up ? 'up' : 'down'}: ${fact.why}`
    case 'stall':
      return `= stands still until ${Math.round(fact.untilAt)}`
    case 'fault':
      return `! ${fact.text}`
    case 'stepped':
      return null
  }
}

const isDull = (fact: Fact): boolean =>
  (fact.kind === 'event' && DULL.has(fact.event.kind)) ||
  (fact.kind === 'effect' && DULL.has(fact.effect.kind)) ||
  DULL.has(fact.kind)

interface Line {
  readonly at: number
  readonly boards: readonly BoardId[]
  readonly words: string
}

const opinions = (world: World): string[] =>
  BOARDS.map(id => {
    const { daemon, soc } = world.boards[id]
    if (daemon === null || soc === null) return `${id} says nothing: no daemon runs`
    const status = world.core.describe(daemon.state, clockOf(world, soc))
    const groups = status.groups.map(group => `${group.name} ${group.role} (${group.doing}), problem: ${group.problem}`)
    return `${id} says at the end: ${groups.join('; ')}; fence ${status.fence.phase}; warnings: ${status.warnings.join(' / ') || 'none'}`
  })

const collect = (
  plan: Plan,
  core: CoreModule,
  all: boolean
): { lines: Line[]; result: RunResult; opinions: string[] } => {
  const lines: Line[] = []
  let seen: World | null = null
  const result = runPlan(plan, core, (world, fact) => {
    seen = world
    if (!all && isDull(fact)) return
    const held = fact.kind === 'held' ? heldBy(world.boards[fact.board], fact.group).join(', ') || 'nothing' : ''
    const words = wordsOf(fact, held)
    if (
      words === null ||
      (fact.kind === 'held' &&
        lines.findLast(line => line.words.startsWith(`= holds ${fact.group}`) && line.boards[0] === fact.board)
          ?.words === words)
    )
      return
    lines.push({ at: world.agenda.now, boards: fact.kind === 'fault' ? fact.boards : [fact.board], words })
  })
  return { lines, result, opinions: seen === null ? [] : opinions(seen) }
}

const wrap = (words: string): string[] => words.match(new RegExp(`.{1,${WIDTH}}`, 'g')) ?? ['']

const sideBySide = (line: Line): string => {
  const pieces = wrap(line.words)
  return pieces
    .map((piece, index) => {
      const at = index === 0 ? (line.at / 1000).toFixed(3).padStart(9) : ' '.repeat(9)
      const left = line.boards.includes('a') ? piece : ''
      const right = line.boards.includes('b') ? piece : ''
      return `${at} ${left.padEnd(WIDTH)} | ${right}`.trimEnd()
    })
    .join('\n')
}

export const faultWords = (fault: Fault): string => {
  const moment =
    fault.moment === null
      ? ''
      : ` at the next ${fault.moment.order} of ${fault.moment.board}${fault.moment.delayMs > 0 ? ` + ${fault.moment.delayMs.toFixed(0)} ms` : ''}`
  return `${(fault.at / 1000).toFixed(3)} s${moment}, for ${(fault.forMs / 1000).toFixed(3)} s: ${compact(fault.trouble)}`
}

/** The whole story of a plan that ended badly; runs it once more to see it. `last` events of each board; `all`: tokens too. */
export const describeRun = (plan: Plan, core: CoreModule, command: string, last: number, all = false): string => {
  const { lines, result, opinions: said } = collect(plan, core, all)
  const ofBoard = (board: BoardId): Line[] => lines.filter(line => line.boards.includes(board)).slice(-last)
  const kept = new Set([...ofBoard('a'), ...ofBoard('b')])
  const { timing, wiring, groups } = plan.settings.a
  return [
    `seed ${plan.seed}: ${result.violation === null ? (result.beyond ?? 'no violation') : `${result.violation.rule} broken: ${result.violation.text}`}`,
    `pair: sense ${wiring.sense}, loop ${wiring.loop}, proved ${plan.proved}, ${compact(timing)}`,
    ...groups.map(group => `group ${compact(group)}`),
    ...plan.faults.map((fault, index) => `fault ${index}: ${faultWords(fault)}`),
    `faults end at ${plan.faultsEndAt / 1000} s`,
    ...lines.filter(line => kept.has(line)).map(sideBySide),
    ...said,
    `again: ${command}`
  ].join('\n')
}
