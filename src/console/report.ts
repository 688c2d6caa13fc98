// `baton report`: the newest takeover, switchover or fencing on one screen, an older one, the list, or all as JSON;
// with --pair those of the other board, too.
import type { BoardId, ControlMessage, TakeoverReport } from '../runtime/status.js'
import { ask } from './client.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { askBoth, sayOffset } from './pair-ask.js'
import { mergeSides, type Stamp } from './pair-merge.js'
import { listText, reportText } from './report-text.js'
import type { Terminal } from './terminal.js'

export interface ReportWish {
  /** null = the newest. `board`: the letter before the number; null = any. */
  readonly number: number | null
  readonly board: BoardId | null
  readonly list: boolean
  readonly json: boolean
  readonly pair: boolean
}

const NONE = 'no takeover, switchover or fencing is on record'
/** More than a board keeps. */
const RECENT = 100

const reportOf = (message: ControlMessage): readonly TakeoverReport[] =>
  message.kind === 'report' ? [message.report] : []

const stampOf = ({ id, life, wallSeconds, zeroAtMs }: TakeoverReport): Stamp => ({
  sequence: id,
  wallSeconds,
  atMs: zeroAtMs,
  life
})

/** Shows what was wished for; refuses a number that is not kept. */
const show = (reports: readonly TakeoverReport[], wish: ReportWish, terminal: Terminal): ExitCode => {
  const { board, json, list, number, pair } = wish
  const isWished = (report: TakeoverReport): boolean => report.id === number && (board ?? report.board) === report.board
  const found = number === null ? reports.at(-1) : reports.find(isWished)
  if (number !== null && found === undefined) {
    const other = pair ? '' : '; --pair looks on the other board, too'
    terminal.complain(
      `baton: there is no report ${board ?? ''}${number} (20 are kept); \`baton report --list\` shows which there are${other}`
    )
    return EXIT.refused
  }
  if (json) terminal.say(JSON.stringify(number === null ? reports : found, null, 1))
  else if (found === undefined) terminal.say(NONE)
  else terminal.say(list ? listText(reports) : reportText(found))
  return EXIT.ok
}

const runPair = async (socket: string, wish: ReportWish, terminal: Terminal): Promise<ExitCode> => {
  const both = await askBoth(socket, 'reports', RECENT, reportOf)
  if (!both.ok) {
    terminal.complain(`baton: ${both.text}`)
    return both.code
  }
  if (both.peer === null) {
    const code = show(both.items, wish, terminal)
    terminal.complain(`baton: only this board's reports: ${both.why}`)
    return code === EXIT.ok ? EXIT.refused : code
  }
  const merged = mergeSides(both.own, both.peer, stampOf).map(({ item }) => item)
  const code = show(merged, wish, terminal)
  if (code === EXIT.ok && !wish.json && !wish.list && wish.number === null && merged.length > 0)
    terminal.say('(the newest of both boards; `baton report --pair --list` lists what each has)')
  if (!wish.json) sayOffset(both.own.clock, both.peer.clock, terminal)
  return code
}

export const runReport = async (socket: string, wish: ReportWish, terminal: Terminal): Promise<ExitCode> => {
  if (wish.pair) return runPair(socket, wish, terminal)
  const reports: TakeoverReport[] = []
  let code: ExitCode | null = null
  const end = await ask(socket, { command: 'reports' }, message => {
    reports.push(...reportOf(message))
    if (message.kind === 'end') code = EXIT.ok
    else if (message.kind === 'error') {
      code = EXIT.refused
      terminal.complain(`baton: ${message.text}`)
    }
  })
  if (code === EXIT.ok) return show(reports, wish, terminal)
  if (code !== null) return code
  terminal.complain(`baton: ${end.kind === 'unreachable' ? end.text : 'the daemon ended; see `baton status`'}`)
  return EXIT.unreachable
}
