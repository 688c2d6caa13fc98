// `baton board letter`: which board this is by its strap, for the card (provisioning/card/letter) and for whoever wires one.
// Reads one input line; the file `board` and the letter that is stored come before it.
import { readStrap } from '../board-test/strap.js'
import { EXIT, type ExitCode } from './exit-code.js'
import type { Terminal } from './terminal.js'

/** One letter on standard output; exit code 1 where the strap says none, with the reason. */
export const runLetter = async (terminal: Terminal, signal: AbortSignal): Promise<ExitCode> => {
  const strap = await readStrap({ now: () => performance.now(), signal })
  if (strap.ok) {
    terminal.say(strap.value)
    return EXIT.ok
  }
  terminal.complain(`the strap says no letter: ${strap.reason}`)
  return EXIT.refused
}
