// `baton check-config FILE`: every mistake of a configuration, without a daemon and on any machine.
import { formatConfigError } from '../config/issue.js'
import { loadConfig } from '../config/load.js'
import type { BoardId } from '../runtime/status.js'
import { EXIT, type ExitCode } from './exit-code.js'
import type { Terminal } from './terminal.js'

/** Both boards read the same file: without `board` it is read as board a would. */
export const runCheckConfig = (file: string, board: BoardId | undefined, terminal: Terminal): ExitCode => {
  const result = loadConfig(file, { board: board ?? 'a' })
  if (!result.ok) {
    for (const error of result.errors) terminal.complain(formatConfigError(error))
    const count = result.errors.length
    terminal.complain(`baton: ${file} is refused: ${count} ${count === 1 ? 'mistake' : 'mistakes'}`)
    return EXIT.configuration
  }
  const { pair, settings } = result.config
  const groups = settings.groups.map(group => `${group.name} (home ${group.home})`).join(', ')
  terminal.say(`${file} is right: pair ${pair}, groups ${groups}, digest ${settings.digest}`)
  return EXIT.ok
}
