// `baton board test`: is this board wired as it should be? Asks the person in front of it, and says in words what is not.
// Works without the daemon, and refuses while it runs.
import { PARTS, type Part, type PartResult } from '../board-test/result.js'
import { runTest } from '../board-test/run-test.js'
import { formatConfigError } from '../config/issue.js'
import { loadConfig } from '../config/load.js'
import type { Config } from '../config/types.js'
import type { BoardId } from '../runtime/status.js'
import { asRoot } from './as-root.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { COLUMNS, wrap } from './screen.js'
import { type Aside, comeBack, stepAside } from './step-aside.js'
import { configFile, type Terminal } from './terminal.js'

export interface BoardTestOptions {
  /** Names of parts, comma separated; undefined = all. */
  readonly only: string | undefined
  readonly json: boolean
  readonly yes: boolean
  readonly cut: BoardId | undefined
  readonly answering: boolean
  /** Started as root by a command that has the person (pipe-terminal.ts). */
  readonly pipe: boolean
  /** undefined = the board's own. */
  readonly file: string | undefined
  readonly board: BoardId | undefined
}

const WORDS: Readonly<Record<PartResult['finding'], string>> = {
  ok: 'ok',
  wrong: 'WRONG',
  unsure: 'not sure',
  skipped: 'left out',
  refused: 'REFUSED'
}
const TEST = 'the test of the wiring (some minutes)'
const LABEL_COLUMNS = 20
const LINES_MAX = 6

const resultText = ({ part, finding, text, remedy }: PartResult): string => {
  const lines = wrap(text, COLUMNS - LABEL_COLUMNS, LINES_MAX)
  const more = remedy === null ? [] : wrap(`-> ${remedy}`, COLUMNS - LABEL_COLUMNS, LINES_MAX)
  const label = `${part.padEnd(10)}${WORDS[finding]}`.padEnd(LABEL_COLUMNS)
  return [...lines, ...more].map((line, at) => (at === 0 ? label : ' '.repeat(LABEL_COLUMNS)) + line).join('\n')
}

const partsOf = (only: string | undefined): readonly Part[] | null | string => {
  if (only === undefined) return null
  const names = only.split(',').map(name => name.trim())
  const odd = names.find(name => !PARTS.some(part => part === name))
  if (odd !== undefined) return `--only takes ${PARTS.join(', ')} (several with commas), not "${odd}"`
  return PARTS.filter(part => names.includes(part))
}

const count = (results: readonly PartResult[], finding: PartResult['finding']): number =>
  results.filter(result => result.finding === finding).length

const endText = (board: BoardId, results: readonly PartResult[], aside: Aside): string => {
  const [wrong, unsure, refused] = [count(results, 'wrong'), count(results, 'unsure'), count(results, 'refused')]
  const parts = [
    `${count(results, 'ok')} well`,
    ...(wrong > 0 ? [`${wrong} WRONG`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(unsure > 0 ? [`${unsure} not sure`] : []),
    ...(count(results, 'skipped') > 0 ? [`${count(results, 'skipped')} left out`] : [])
  ]
  const after =
    aside.kind === 'aside'
      ? 'Its daemon comes back now; the pair is in maintenance until `baton mode auto`'
      : 'The daemon does not run now: `systemctl start batond`, then `baton mode auto`'
  return `board ${board}: ${parts.join(', ')}.\n${after}`
}

/** Exit code 1 where something is miswired, refused or broken off; 2 for a part that is none; 4 for the configuration. */
export const runBoard = async (
  options: BoardTestOptions,
  socket: string,
  terminal: Terminal,
  signal: AbortSignal
): Promise<ExitCode> => {
  const only = partsOf(options.only)
  if (typeof only === 'string') {
    terminal.complain(`baton: ${only}`)
    return EXIT.usage
  }
  const { answering, cut, file, board, json, yes } = options
  const given = [options.only, json, yes, cut, answering, file, board]
  const lent = await asRoot({ words: ['board', 'test'], options: given }, terminal, signal)
  if (lent !== null) return lent
  const loaded = loadConfig(file ?? configFile(terminal), { board, env: terminal.env })
  if (!loaded.ok) {
    for (const error of loaded.errors) terminal.complain(formatConfigError(error))
    return EXIT.configuration
  }
  const { config } = loaded
  const { stateDir } = config
  const aside = await stepAside(
    { board: config.board, stateDir, socket, what: TEST, cost: null, yes: options.yes },
    terminal
  )
  if (aside.kind === 'refused') return aside.code
  try {
    return await testBoard(config, only, options, aside, terminal, signal)
  } finally {
    await comeBack(aside, terminal)
  }
}

const testBoard = async (
  config: Config,
  only: readonly Part[] | null,
  options: BoardTestOptions,
  aside: Aside,
  terminal: Terminal,
  signal: AbortSignal
): Promise<ExitCode> => {
  // Who leaves a question wants no further part.
  const left = new AbortController()
  const broken = AbortSignal.any([signal, left.signal])
  const ended = new Promise<null>(resolve => broken.addEventListener('abort', () => resolve(null), { once: true }))
  const ask = async (question: string): Promise<string | null> => {
    const answer = await Promise.race([terminal.ask(question), ended])
    if (answer === null) left.abort()
    return answer
  }
  /** One line for programs. `refused`: why nothing was done at all. */
  const sayJson = (results: readonly PartResult[], refused: string | null): void => {
    const { board: letter, kind } = config
    const counts = { wrong: count(results, 'wrong'), unsure: count(results, 'unsure') }
    terminal.say(JSON.stringify({ board: letter, kind, refused, ...counts, results }))
  }
  const askable = terminal.askable && !options.yes && !options.json
  const end = await runTest(config, {
    only,
    answering: options.answering,
    yes: options.yes,
    cut: options.cut ?? null,
    tell: text => terminal.complain(text),
    ask: askable ? ask : null,
    signal: broken,
    show: result => {
      if (!options.json) terminal.say(resultText(result))
    }
  })
  if (end.kind === 'refused') {
    terminal.complain(`baton: refused: ${end.text}`)
    terminal.complain(`  -> ${end.wayOut}`)
    if (options.json) sayJson([], end.text)
    return EXIT.refused
  }
  const { results } = end
  if (options.json) sayJson(results, null)
  else terminal.say(endText(config.board, results, aside))
  if (broken.aborted) terminal.complain('baton: broken off')
  return count(results, 'wrong') + count(results, 'refused') > 0 || broken.aborted ? EXIT.refused : EXIT.ok
}
