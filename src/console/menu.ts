// The console's menu for people who come once a year: numbers and questions to the words of a `baton` command. Runs nothing itself.
import type { DaemonStatus } from '../runtime/status.js'
import { parseDuration } from './duration.js'
import { modeTime, pairState } from './pair-state.js'
import { COLUMNS, clip, wrap } from './screen.js'

export interface MenuTools {
  /** null = the daemon gives none. */
  status(): Promise<DaemonStatus | null>
  /** Empty = the person wants back; null = Ctrl-C or Ctrl-D. */
  ask(question: string): Promise<string | null>
  say(text: string): void
}

const EVENTS_SHOWN = '12'

interface Item {
  readonly title: string
  readonly hint: string
  /** The words of the command; null = nothing. */
  readonly words: (tools: MenuTools) => Promise<readonly string[] | null>
}

const fixed =
  (...words: readonly string[]): Item['words'] =>
  async () =>
    words

/** null = the person has left the question, which is never taken for Enter. */
const answerOf = async (tools: MenuTools, question: string): Promise<string | null> => {
  const answer = await tools.ask(question)
  if (answer === null) tools.say('nothing was done')
  return answer?.trim() ?? null
}

/** Numbered lines and a question; gives what was chosen. */
const choose = async (
  tools: MenuTools,
  head: string,
  choices: readonly (readonly [string, string])[]
): Promise<string | null> => {
  tools.say([head, ...choices.map(([name, hint], at) => `  ${at + 1}  ${name.padEnd(13)} ${hint}`)].join('\n'))
  const answer = (await answerOf(tools, 'Number (Enter alone: back): ')) ?? ''
  if (answer === '') return null
  const chosen = choices[Number(answer) - 1] ?? choices.find(([name]) => name === answer)
  if (chosen === undefined) tools.say(`there is no "${clip(answer, 20)}" here; nothing was done`)
  return chosen?.[0] ?? null
}

const placeOf = ({ core }: DaemonStatus, name: string): string => {
  const group = core.groups.find(each => each.name === name)
  const peer = core.board === 'a' ? 'b' : 'a'
  if (group?.role === 'active') return `is served here, on board ${core.board}`
  if (group?.peerRole === 'active') return `is served on board ${peer}`
  if (!core.peer.heard) return `is not served here, and board ${peer} is not heard`
  return `is served NOWHERE now (${group?.doing ?? 'unknown'})`
}

const switchOver: Item['words'] = async tools => {
  const status = await tools.status()
  if (status === null) return ['status']
  const names = status.core.groups.map(({ name }) => name)
  const [only] = names
  if (names.length === 1 && only !== undefined) return ['switchover', only]
  const choices = names.map(name => [name, placeOf(status, name)] as const)
  const name = await choose(tools, 'Which group is to change its board?', choices)
  return name === null ? null : ['switchover', name]
}

const modes: Item['words'] = async tools => {
  const status = await tools.status()
  const mode = await choose(tools, `Who decides about takeovers? Now: ${status?.core.mode ?? 'unknown'}.`, [
    ['auto', 'the boards: a failed board is taken over from at once'],
    ['manual', 'a person: a takeover waits until somebody says so'],
    ['maintenance', 'nobody: nothing is taken over, cut or restarted']
  ])
  if (mode === null) return null
  if (mode === 'auto') return ['mode', 'auto']
  const time = await answerOf(tools, 'For how long? 30m, 2h, 1d; Enter alone: until changed: ')
  if (time === null) return null
  if (time === '') return ['mode', mode]
  if (parseDuration(time) !== null) return ['mode', mode, '--for', time]
  tools.say(`"${clip(time, 20)}" is no time; nothing was done`)
  return null
}

const power: Item['words'] = async tools => {
  const word = await choose(tools, 'The other board, and its power:', [
    ['confirm', 'it IS off, I have looked: take over what it served'],
    ['off', 'cut its power now, and leave it off'],
    ['on', 'give its power back'],
    ['replace', 'it is lost: a fresh card or board takes its place'],
    ['pair', 'a new key for both boards (maintenance; type pair there, too)']
  ])
  return word === 'off' || word === 'on' ? ['fence', word] : word === null ? null : [word]
}

const events: Item['words'] = async tools => {
  const word = await choose(tools, 'What do you want to see?', [
    ['events', 'what happened here, the newest last'],
    ['both boards', 'the same of both boards, in one order'],
    ['alarms', 'only alarms; they are kept longer'],
    ['report', 'the last takeover or move: what, why, for how long']
  ])
  if (word === null || word === 'report') return word === null ? null : ['report']
  return ['events', '-n', EVENTS_SHOWN, ...(word === 'alarms' ? ['--alarms'] : word === 'events' ? [] : ['--pair'])]
}

export const MENU: Readonly<Record<string, Item>> = {
  '1': { title: 'Status', hint: 'who serves, what is wrong, what would happen', words: fixed('status') },
  '2': { title: 'Switch over', hint: 'move a group to the other board, in order', words: switchOver },
  '3': { title: 'Recover', hint: 'after a failure: back to normal, step by step', words: fixed('recover') },
  '4': { title: 'Modes', hint: 'auto, manual, maintenance', words: modes },
  '5': {
    title: 'Prove the fence',
    hint: "cut the other board's power once: does it work?",
    words: fixed('fence', 'prove')
  },
  '6': { title: 'Events', hint: 'what happened; the report of the last takeover', words: events },
  '7': { title: 'Network', hint: 'interfaces, addresses, cables, links', words: fixed('network') },
  '8': { title: 'Shut down', hint: 'leave in order, then switch this board off', words: fixed('shutdown') },
  '9': { title: 'Other board', hint: 'its power; take over by hand; replace it', words: power },
  '0': { title: 'Log out', hint: '', words: fixed('exit') }
}

/** Three to six lines: what a person wants to know before anything else. */
export const headline = (status: DaemonStatus | null): string => {
  if (status === null) return 'The daemon of this board DOES NOT ANSWER; 1 (Status) says what to try.'
  const { core, pair, setup } = status
  const groups = core.groups.map(({ name }) => `${name} ${placeOf(status, name)}.`).join(' ')
  const { warnings } = core
  // What a new pair lacks is what the set-up is about.
  const wrong = setup?.marked
    ? `SET-UP: ${setup.words ?? '`setup` goes on with it'}`
    : warnings.length === 0
      ? 'Nothing needs to be put right.'
      : `PUT RIGHT: ${warnings[0]}${warnings.length > 1 ? ` (and ${warnings.length - 1} more)` : ''}`
  const lines = [
    `Pair ${pair}, board ${core.board}. ${pairState(status)}. Mode ${core.mode}${modeTime(status)}.`,
    groups,
    wrong
  ]
  return lines.flatMap(line => wrap(line, COLUMNS, 2)).join('\n')
}

/** At most 19 lines. */
export const menuText = (status: DaemonStatus | null): string => {
  // An object lists its numbers in order; the way out stands last.
  const [out, ...others] = Object.entries(MENU)
  const all = out === undefined ? others : [...others, out]
  const items = all.map(([number, { title, hint }]) => `  ${number}  ${title.padEnd(16)} ${hint}`.trimEnd())
  const end = 'Type a number, or a command (`help` lists them), then Enter.'
  return [headline(status), '', ...items, '', end].join('\n')
}
