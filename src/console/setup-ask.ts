// The questions of `baton setup` on a machine that has no configuration: which board, where the service is found, what it is, who is told.
// A bad answer is asked again with the reason. Writes nothing.
import { type Answers, serviceOf, whyNoAddress, whyNoService } from '../setup/default-config.js'
import type { Terminal } from './terminal.js'

/** The person wants none of it. */
export const LEFT = Symbol('left')
type Left = typeof LEFT

/** Until `why` finds nothing wrong. Enter alone gives `fallback`; where there is none it is asked again. */
export const askUntil = async (
  terminal: Terminal,
  question: string,
  why: (text: string) => string | null,
  fallback: string | null = null
): Promise<string | Left> => {
  for (;;) {
    const typed = await terminal.ask(question)
    if (typed === null) return LEFT
    const text = typed.trim()
    if (text === '' && fallback !== null) return fallback
    const wrong = why(text)
    if (wrong === null) return text
    terminal.complain(wrong)
  }
}

const whyNoPort = (text: string): string | null =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535 ? null : `"${text}" is no port: 1..65535`

const whyNoMail = (text: string): string | null =>
  /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(text) ? null : `"${text}" is no mail address, such as you@example.org`

const whyNoServer = (text: string): string | null =>
  /^[A-Za-z0-9.-]+\.[A-Za-z0-9-]+$|^[0-9A-Fa-f:]+$/.test(text)
    ? null
    : `"${text}" is no name of a mail server, such as smtp.example.org`

export const askLetter = (terminal: Terminal): Promise<string | Left> =>
  askUntil(terminal, 'Which board is this, a or b? The other one must be the other: ', text =>
    text === 'a' || text === 'b' ? null : `"${text}" is neither a nor b`
  )

/** `fallback`: the default's own address. */
export const askAnswers = async (terminal: Terminal, fallback: string): Promise<Answers | Left> => {
  terminal.say(
    'Three questions, once for the pair: the other board gets the answers with the key, over the serial cable.'
  )
  const address = await askUntil(
    terminal,
    `1. Where do your users find the service? A free address with its prefix (Enter: ${fallback}): `,
    whyNoAddress,
    fallback
  )
  if (address === LEFT) return LEFT
  const service = await askUntil(
    terminal,
    "2. What is to run? A unit, as smbd.service, or a command (Enter: the default's own): ",
    whyNoService,
    ''
  )
  if (service === LEFT) return LEFT
  const port =
    service === ''
      ? ''
      : await askUntil(terminal, '   At which TCP port does it answer? (Enter: none): ', whyNoPort, '')
  if (port === LEFT) return LEFT
  const to = await askUntil(
    terminal,
    '3. Who gets a mail when a board fails? An address (Enter: nobody): ',
    whyNoMail,
    ''
  )
  if (to === LEFT) return LEFT
  const server = to === '' ? '' : await askUntil(terminal, '   By which mail server? Its name: ', whyNoServer)
  if (server === LEFT) return LEFT
  return {
    address,
    service: service === '' ? null : serviceOf(service),
    port: port === '' ? null : Number(port),
    mail: to === '' ? null : { to, server }
  }
}
