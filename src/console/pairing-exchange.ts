// One pairing with its person at this terminal: looks for the other board, shows the code, asks. Used by `baton pair` and `baton replace`.
import { randomBytes } from 'node:crypto'
import { openSerialLink } from '../driver/serial-link.js'
import type { Outcome } from '../pairing/outcome.js'
import { type PairingWorld, pairBoards } from '../pairing/pair-boards.js'
import { codeBox, progressText } from '../pairing/progress.js'
import { SEED_BYTES } from '../pairing/secret.js'
import { askWord } from './order.js'
import type { PairingPlace } from './pairing-place.js'
import type { Terminal } from './terminal.js'

const now = (): number => performance.now()

const compare =
  (terminal: Terminal) =>
  async (code: string, signal: AbortSignal): Promise<boolean> => {
    terminal.say(`\n${codeBox(code)}\n`)
    terminal.say(
      'Look at the other board: its console, or its lights. If the codes differ, somebody is between the boards: answer no.'
    )
    const ask = { ...terminal, ask: (question: string) => terminal.ask(question, signal) }
    return (await askWord('Does the other board show the same code? yes / no: ', ask)) === 'yes'
  }

/** `there`: what the person does at the other board. */
export const exchange = (
  place: PairingPlace,
  what: Pick<PairingWorld, 'store' | 'traits' | 'parcel'> & { readonly there: string },
  terminal: Terminal,
  signal: AbortSignal
): Promise<Outcome> => {
  const { board, serial } = place
  const { there, ...rest } = what
  terminal.say(`This is board ${board}. Looking for the other board on ${serial.device}: ${there} (Ctrl-C ends it).`)
  return pairBoards({
    ...rest,
    board,
    seed: randomBytes(SEED_BYTES),
    openLine: onBytes => openSerialLink(serial, { now, onBytes }),
    now,
    tell: progress => terminal.say(`... ${progressText(progress, board)}`),
    compare: compare(terminal),
    signal
  })
}
