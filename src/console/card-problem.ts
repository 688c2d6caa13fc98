// What the card says where the daemon cannot: a card without a usable state or configuration has no daemon to ask.
// Read by client.ts. Only reads; the text is made by provisioning/card/tell.
import { closeSync, constants, openSync, readSync } from 'node:fs'

/** Written at each boot of a card, absent where nothing is wrong, and on any other machine. */
export const CARD_PROBLEM = '/run/baton-card/problem'
const BYTES_MAX = 4096

/** Empty where the card has nothing to say. Never throws. */
const textOf = (file: string): string => {
  try {
    const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const bytes = Buffer.alloc(BYTES_MAX)
      return bytes.toString('utf8', 0, readSync(handle, bytes, 0, BYTES_MAX, 0)).trim()
    } finally {
      closeSync(handle)
    }
  } catch {
    return ''
  }
}

/** Lines to add to a message, beginning with a line end; empty where the card has nothing to say. */
export const cardProblem = (file = CARD_PROBLEM): string => {
  const text = textOf(file)
  return text === '' ? '' : `\nThe card says:\n${text.replace(/^/gm, '  ')}`
}

/** One line beside what a daemon says that runs all the same, such as with the configuration of before; or empty. */
export const cardSummary = (file = CARD_PROBLEM): string => {
  const [first = ''] = textOf(file).split('\n')
  return first === '' ? '' : `the card says: ${first} (all of it: ${file})`
}
