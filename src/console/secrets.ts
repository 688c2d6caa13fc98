// `baton notice check FILE`: is this file of secrets one that the notices can read? A card asks before it takes one in.
// Says line and mistake, and never a word of the file.
import { secretMistakes } from '../notice/secrets.js'
import { EXIT, type ExitCode } from './exit-code.js'
import type { Terminal } from './terminal.js'

/** Exit code 4 where it is wrong. */
export const runSecrets = (file: string, terminal: Terminal): ExitCode => {
  const mistakes = secretMistakes(file)
  for (const mistake of mistakes) terminal.complain(mistake)
  if (mistakes.length > 0) return EXIT.configuration
  terminal.say(`${file} is right`)
  return EXIT.ok
}
