// `baton check-config FILE`: every mistake of a configuration, without a daemon and on any machine.
// `--networkd FILE`: on the board that is to run it, a card asks so. Then what it is to start must be there, too, and the board's
// own address goes to FILE in the words of systemd-networkd, that of a data link of its own to FILE.replication (empty: there is none).
import { writeFileSync } from 'node:fs'
import { formatConfigError } from '../config/issue.js'
import { loadConfig } from '../config/load.js'
import { networkdText, replicationNetworkdText } from '../config/networkd.js'
import type { BoardId } from '../runtime/status.js'
import { EXIT, type ExitCode } from './exit-code.js'
import type { Terminal } from './terminal.js'

/** Both boards read the same file: without `board` it is read as board a would. */
export const runCheckConfig = (
  wish: { readonly file: string; readonly board: BoardId | undefined; readonly networkd: string | undefined },
  terminal: Terminal
): ExitCode => {
  const { file, networkd } = wish
  const here = networkd !== undefined
  const result = loadConfig(file, { board: wish.board ?? 'a', elsewhere: !here, present: here })
  if (!result.ok) {
    for (const error of result.errors) terminal.complain(formatConfigError(error))
    const count = result.errors.length
    terminal.complain(`baton: ${file} is refused: ${count} ${count === 1 ? 'mistake' : 'mistakes'}`)
    return EXIT.configuration
  }
  const { pair, settings } = result.config
  const groups = settings.groups.map(group => `${group.name} (home ${group.home})`).join(', ')
  terminal.say(`${file} is right: pair ${pair}, groups ${groups}, digest ${settings.digest}`)
  const unfenced = settings.wiring.fence === 'none' ? settings.groups.filter(({ disk }) => disk === 'mirrored') : []
  if (unfenced.length > 0)
    terminal.say(
      `warning: fence.by is none, and ${unfenced.map(({ name }) => name).join(', ')} ${unfenced.length === 1 ? 'has a mirrored disk' : 'have mirrored disks'}: when a board or the link of the copies fails without\na word, I/O STANDS STILL on the other one until the failed one is back, and nothing is taken over. \`fence.by: relay\` or \`agent\` is what helps.`
    )
  if (result.guessed)
    terminal.say(
      'This machine is none of the boards (kind: auto): the wiring that all of them share was checked, and not whether\nunits and programs are there.'
    )
  if (networkd === undefined) return EXIT.ok
  try {
    writeFileSync(`${networkd}.replication`, replicationNetworkdText(result.config) ?? '', { flush: true })
    writeFileSync(networkd, networkdText(result.config), { flush: true })
    return EXIT.ok
  } catch (error) {
    terminal.complain(`baton: ${networkd} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
    return EXIT.refused
  }
}
