// The command line of `baton` to one command, or what is wrong with it. Reads nothing but its arguments.
import { parseArgs } from 'node:util'
import { nearest } from '../config/suggest.js'
import type { OperatorRequest } from '../runtime/status.js'
import { makeDiscard, makeDisk } from './argument-disk.js'
import { boardOf, type Made, made, type Values, wrong } from './argument-made.js'
import { OPTIONS } from './argument-options.js'
import { parseDuration } from './duration.js'
import type { Parsed } from './parsed-command.js'

const TRACE_DEFAULT = 'baton.trace'
const RECENT_DEFAULT = 20
const RECENT_MAX = 1000
const FOR_DAYS_MAX = 30

const order = (what: OperatorRequest, values: Values): Made => made({ name: 'order', what, yes: values.yes === true })

const makeMode = ([mode = '']: readonly string[], values: Values): Made => {
  const found = (['auto', 'manual', 'maintenance'] as const).find(word => word === mode)
  if (mode === '') return wrong('mode is followed by auto, manual or maintenance, such as: mode maintenance --for 2h')
  if (found === undefined) return wrong(`mode is auto, manual or maintenance, not "${mode}"`)
  if (values.for === undefined) return order({ order: 'mode', mode: found, forMs: 0 }, values)
  if (found === 'auto') return wrong('mode auto is what the others end in: it takes no --for')
  const forMs = parseDuration(values.for)
  if (forMs === null || forMs > FOR_DAYS_MAX * 86_400_000) {
    return wrong(`--for takes 90s, 30m, 2h or 7d, at most ${FOR_DAYS_MAX}d, not "${values.for}"`)
  }
  return order({ order: 'mode', mode: found, forMs }, values)
}

const FENCE_ORDERS = { prove: 'fenceProve', off: 'fenceOff', on: 'fenceOn' } as const

const makeFence = ([word = '']: readonly string[], values: Values): Made => {
  if (word === 'prove' || word === 'off' || word === 'on') return order({ order: FENCE_ORDERS[word] }, values)
  return wrong(`fence is followed by prove, off or on${word === '' ? '' : `, not "${word}"`}`)
}

const makeSwitchover = ([group = '']: readonly string[], values: Values): Made =>
  /^[a-z0-9-]{1,32}$/.test(group)
    ? order({ order: 'switchover', group }, values)
    : wrong('switchover needs the name of a group: see `baton status`')

const makeTakeStale = ([group = '']: readonly string[], values: Values): Made =>
  /^[a-z0-9-]{1,32}$/.test(group)
    ? order({ order: 'takeStale', group }, values)
    : wrong('take-stale needs the name of a group: see `baton status`')

const makeRecover = (_: readonly string[], values: Values): Made => {
  const { plan = false, stay = false, yes = false } = values
  if (plan && (stay || yes)) return wrong('--plan only shows what would be done: it goes alone')
  return made({ name: 'recover', plan, stay, yes })
}

const makeEvents = (_: readonly string[], values: Values): Made => {
  const recent = values.number === undefined ? RECENT_DEFAULT : Number(values.number)
  if (!Number.isInteger(recent) || recent < 0 || recent > RECENT_MAX) return wrong(`-n takes 0..${RECENT_MAX}`)
  const ways = (['follow', 'alarms', 'pair'] as const).filter(way => values[way] === true)
  if (ways.length > 1) return wrong('events takes one of -f, --alarms and --pair')
  const only = ways.find(way => way !== 'follow') ?? null
  return made({ name: 'events', follow: values.follow === true, recent, only })
}

const makeReport = ([word]: readonly string[], values: Values): Made => {
  const [, letter, digits] = /^([ab])?([1-9]\d{0,8})$/.exec(word ?? '') ?? []
  if (word !== undefined && digits === undefined)
    return wrong(`report takes the number of a report, not "${word}": see \`baton report --list\``)
  const number = digits === undefined ? null : Number(digits)
  const board = letter === 'a' || letter === 'b' ? letter : null
  const [list, json, pair] = [values.list === true, values.json === true, values.pair === true]
  return made({ name: 'report', number, board, list, json, pair })
}

const makeCheck = ([file]: readonly string[], values: Values): Made => {
  const board = boardOf(values)
  if (file === undefined) return wrong('check-config needs a file')
  return board === null
    ? wrong('--board is a or b')
    : made({ name: 'check-config', file, board, networkd: values.networkd })
}

const makeInit = (_: readonly string[], values: Values): Made => {
  const board = boardOf(values)
  const file = values.config
  if (board === null) return wrong('--board is a or b')
  return made({ name: 'init', file, board, newKey: values['new-key'] === true })
}

const makePairing =
  (name: 'pair' | 'unpair'): Form['make'] =>
  (_, values) => {
    const board = boardOf(values)
    if (board === null) return wrong('--board is a or b')
    const [yes, pipe] = [values.yes === true, values.pipe === true]
    return made({ name, file: values.config, board, serial: values.serial, yes, pipe })
  }

const makeReplace = (_: readonly string[], values: Values): Made => {
  const board = boardOf(values)
  if (board === null) return wrong('--board is a or b')
  return made({ name: 'replace', file: values.config, board, serial: values.serial, pipe: values.pipe === true })
}

const makeNotice = ([word, channel]: readonly string[], values: Values): Made => {
  const board = boardOf(values)
  if (board === null) return wrong('--board is a or b')
  if (word === 'check')
    return channel === undefined ? wrong('notice check needs a file') : made({ name: 'secrets', file: channel })
  if (word !== undefined && word !== 'test')
    return wrong(`notice is followed by test, check or by nothing, not "${word}"`)
  return made({ name: 'notice', test: word === 'test', channel, file: values.config, board })
}

const makeBoard = ([word]: readonly string[], values: Values): Made => {
  if (word === 'letter') {
    const [odd] = Object.keys(values)
    return odd === undefined ? made({ name: 'letter' }) : wrong(`board letter takes no option --${odd}`)
  }
  if (word !== 'test') return wrong(`board is followed by test or letter${word === undefined ? '' : `, not "${word}"`}`)
  const board = boardOf(values)
  if (board === null) return wrong('--board is a or b')
  const { cut, only, json = false, yes = false, answer: answering = false } = values
  if (cut !== undefined && cut !== 'a' && cut !== 'b') return wrong('--cut takes the letter of the other board, a or b')
  if (answering && (only !== undefined || cut !== undefined || yes)) return wrong('--answer goes alone')
  const [file, pipe] = [values.config, values.pipe === true]
  return made({ name: 'board', only, json, yes, cut, answering, pipe, file, board })
}

const makeSetup = (_: readonly string[], values: Values): Made => {
  const { lead = false, pipe = false, config: file, serial } = values
  const board = boardOf(values)
  return board === null ? wrong('--board is a or b') : made({ name: 'setup', lead, pipe, file, board, serial })
}

interface Form {
  readonly words: number
  readonly options: readonly (keyof typeof OPTIONS)[]
  readonly make: (words: readonly string[], values: Values) => Made
}

const FORMS: Readonly<Record<string, Form>> = {
  status: {
    words: 0,
    options: ['json', 'watch'],
    make: (_, values) => made({ name: 'status', json: values.json === true, watch: values.watch === true })
  },
  switchover: { words: 1, options: ['yes'], make: makeSwitchover },
  mode: { words: 1, options: ['yes', 'for'], make: makeMode },
  fence: { words: 1, options: ['yes'], make: makeFence },
  confirm: { words: 0, options: ['yes'], make: (_, values) => order({ order: 'confirm' }, values) },
  'take-stale': { words: 1, options: ['yes'], make: makeTakeStale },
  'discard-copy': {
    words: 1,
    options: ['archive', 'no-archive', 'since', 'yes', 'config', 'board', 'pipe'],
    make: makeDiscard
  },
  recover: { words: 0, options: ['yes', 'plan', 'stay'], make: makeRecover },
  events: { words: 0, options: ['follow', 'number', 'alarms', 'pair'], make: makeEvents },
  report: { words: 1, options: ['list', 'json', 'pair'], make: makeReport },
  trace: { words: 1, options: [], make: ([file = TRACE_DEFAULT]) => made({ name: 'trace', file }) },
  'check-config': { words: 1, options: ['board', 'networkd'], make: makeCheck },
  notice: { words: 2, options: ['config', 'board'], make: makeNotice },
  board: { words: 1, options: ['only', 'json', 'yes', 'cut', 'answer', 'config', 'board', 'pipe'], make: makeBoard },
  disk: {
    words: 2,
    options: ['serial', 'keep', 'make', 'files', 'since', 'yes', 'config', 'board', 'pipe'],
    make: makeDisk
  },
  setup: { words: 0, options: ['lead', 'serial', 'config', 'board', 'pipe'], make: makeSetup },
  init: { words: 0, options: ['config', 'board', 'new-key'], make: makeInit },
  pair: { words: 0, options: ['config', 'board', 'serial', 'yes', 'pipe'], make: makePairing('pair') },
  unpair: { words: 0, options: ['config', 'board', 'yes', 'pipe'], make: makePairing('unpair') },
  replace: { words: 0, options: ['config', 'board', 'serial', 'pipe'], make: makeReplace },
  console: { words: 0, options: [], make: () => made({ name: 'console' }) },
  network: { words: 0, options: [], make: () => made({ name: 'network' }) },
  shutdown: { words: 0, options: ['yes'], make: (_, values) => made({ name: 'shutdown', yes: values.yes === true }) },
  help: { words: 0, options: [], make: () => made({ name: 'help' }) }
}

/** Every command, for completion. */
export const COMMANDS: readonly string[] = Object.keys(FORMS)

/** For programs that start `baton`. */
const HIDDEN: readonly string[] = ['pipe', 'make', 'files']

/** The options that a person may give a command, with their dashes. */
export const optionsOf = (name: string): readonly string[] =>
  Object.hasOwn(FORMS, name)
    ? (FORMS[name]?.options ?? []).filter(option => !HIDDEN.includes(option)).map(option => `--${option}`)
    : []

const unknownText = (name: string): string => {
  const near = nearest(name, COMMANDS)
  return near === null ? `no command "${name}"` : `no command "${name}"; did you mean ${near}?`
}

const makeCommand = (positionals: readonly string[], values: Values): Made => {
  if (values.version === true) return made({ name: 'version' })
  const [name, ...words] = positionals
  if (values.help === true || name === 'help') return made({ name: 'help' })
  if (name === undefined) return wrong('no command was given')
  const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined
  if (form === undefined) return wrong(unknownText(name))
  if (words.length > form.words) return wrong(`"${words[form.words]}" is one word too many for ${name}`)
  const odd = Object.keys(values).find(key => key !== 'socket' && !form.options.some(option => option === key))
  return odd === undefined ? form.make(words, values) : wrong(`${name} takes no option --${odd}`)
}

/** `arguments_`: without node and script. The text of a refusal is one line. Never throws. */
export const parseCommandLine = (words: readonly string[]): Parsed => {
  try {
    const { values, positionals } = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true })
    const result = makeCommand(positionals, values)
    return result.ok ? { ...result, socket: values.socket } : result
  } catch (error) {
    // A number below zero looks like an option to it.
    const number = words.findIndex(word => word === '-n' || word === '--number')
    if (number >= 0 && /^-\d/.test(words[number + 1] ?? ''))
      return wrong(`-n takes 0..${RECENT_MAX}, not "${words[number + 1]}"`)
    // parseArgs throws for unknown and incomplete options; its first sentence says which.
    return wrong(String((error as Error).message).split('. ')[0] ?? 'the command line cannot be read')
  }
}
