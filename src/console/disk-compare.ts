// `baton disk compare`: what changed on each copy of a mirrored disk since the two parted, so that a person can choose which one survives (R7). Reads both copies
// without changing them; this board's by itself, the other one's by asking it.
import type { Config } from '../config/types.js'
import { changesHere, NO_PARTING } from '../setup/copy-changes.js'
import { askPeerDisk } from '../setup/peer-disk.js'
import { compareText } from './compare-text.js'
import type { DiskOptions } from './disk.js'
import { chooseGroup } from './disk-group.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { askSince } from './since-ask.js'
import type { Terminal } from './terminal.js'

const CHOOSE = (group: string): string =>
  `\nChoose the board whose copy survives. On the OTHER one: \`baton discard-copy ${group}\` (its changed files are packed first, where there is room), then \`baton recover\` on the one that survives.`

export const runCompare = async (config: Config, options: DiskOptions, terminal: Terminal): Promise<ExitCode> => {
  const refuse = (words: string): ExitCode => {
    terminal.complain(`baton: ${words}`)
    return EXIT.refused
  }
  const group = await chooseGroup(config, options, 'mirrored', terminal)
  if (typeof group === 'string') return refuse(group)
  const mirror = group.disk?.mirror ?? null
  if (mirror === null) return refuse(`the disk of ${group.name} is not mirrored`)
  terminal.say(`reading both copies of ${group.name}; nothing is changed on them`)
  const read = (since: number | null) =>
    Promise.all([
      changesHere(config, mirror, since),
      askPeerDisk(config, { doing: 'files', group: group.name, serial: null, since }, text => terminal.say(text))
    ])
  let [own, theirs] = await read(options.since)
  const unknown = [own, theirs.words].some(words => typeof words === 'string' && words.includes(NO_PARTING))
  if (unknown && terminal.askable && options.since === null) {
    const since = await askSince(terminal)
    if (typeof since === 'number') [own, theirs] = await read(since)
  }
  if (typeof own === 'string') return refuse(own)
  for (const line of compareText(config.board, own.files, theirs.files ?? theirs.words)) terminal.say(line)
  terminal.say(CHOOSE(group.name))
  return EXIT.ok
}
