// `baton report`: the newest takeover, switchover or fencing on one screen, an older one, the list, or all as JSON.
import type { TakeoverReport } from '../runtime/status.js'
import { ask } from './client.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { listText, reportText } from './report-text.js'
import type { Terminal } from './terminal.js'

export interface ReportWish {
  /** null = the newest. */
  readonly number: number | null
  readonly list: boolean
  readonly json: boolean
}

const NONE = 'no takeover, switchover or fencing is on record here'

/** Shows what was wished for; refuses a number that is not kept. */
const show = (reports: readonly TakeoverReport[], { json, list, number }: ReportWish, terminal: Terminal): ExitCode => {
  const found = number === null ? reports.at(-1) : reports.find(({ id }) => id === number)
  if (number !== null && found === undefined) {
    terminal.complain(
      `baton: there is no report ${number} (20 are kept); \`baton report --list\` shows which there are`
    )
    return EXIT.refused
  }
  if (json) terminal.say(JSON.stringify(number === null ? reports : found, null, 1))
  else if (found === undefined) terminal.say(NONE)
  else terminal.say(list ? listText(reports) : reportText(found))
  return EXIT.ok
}

export const runReport = async (socket: string, wish: ReportWish, terminal: Terminal): Promise<ExitCode> => {
  const reports: TakeoverReport[] = []
  let code: ExitCode | null = null
  const end = await ask(socket, { command: 'reports' }, message => {
    if (message.kind === 'report') reports.push(message.report)
    else if (message.kind === 'end') code = EXIT.ok
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
