// `baton recover`: shows what stands in the way, asks before an interruption, then prints each step with its time until the last word.
import type { RecoveryItem } from '../runtime/status.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { askWord, sendOrder } from './order.js'
import { doable, planText, questionText } from './recovery-text.js'
import { fetchStatus } from './status.js'
import type { Terminal } from './terminal.js'

export interface RecoverOptions {
  /** Only show. */
  readonly plan: boolean
  /** Groups stay on the board where they run. */
  readonly stay: boolean
  readonly yes: boolean
}

type Agreed = { readonly kind: 'go'; readonly home: boolean } | { readonly kind: 'no'; readonly code: ExitCode }

const agree = async (
  items: readonly RecoveryItem[],
  { stay, yes }: RecoverOptions,
  terminal: Terminal
): Promise<Agreed> => {
  const question = questionText(items, stay)
  if (yes) return { kind: 'go', home: !stay }
  // Nobody was asked, or it could not move: what comes to be away meanwhile stays where it is.
  if (question === null) return { kind: 'go', home: false }
  terminal.complain(question)
  const stayHelps = !stay && questionText(items, true) === null
  if (!terminal.askable) {
    const or = stayHelps ? ', or --stay to leave the groups where they run' : ''
    terminal.complain(`baton: refused: there is no terminal to ask; add --yes if you mean it${or}`)
    return { kind: 'no', code: EXIT.refused }
  }
  const choice = stayHelps ? 'yes = do it all, stay = all but the move: ' : 'Type yes to do it: '
  const answer = await askWord(choice, terminal)
  if (answer === 'yes') return { kind: 'go', home: !stay }
  if (stayHelps && answer === 'stay') return { kind: 'go', home: false }
  terminal.complain('baton: nothing was done')
  return { kind: 'no', code: EXIT.refused }
}

/** Exit code: ok = nothing stands in the way any more (`--plan`: now), else refused. */
export const runRecover = async (
  socket: string,
  options: RecoverOptions,
  terminal: Terminal,
  signal?: AbortSignal
): Promise<ExitCode> => {
  const answer = await fetchStatus(socket)
  if (!answer.ok) {
    terminal.complain(`baton: ${answer.text}`)
    return EXIT.unreachable
  }
  const items = answer.status.core.recovery
  terminal.say(planText(items, options.stay))
  if (options.plan) return items.length === 0 ? EXIT.ok : EXIT.refused
  const can = doable(items, answer.status.core.mode === 'maintenance')
  // A disk that was not seen is looked for again by the order itself.
  const looks = items.some(({ code }) => code === 'disk-unseen')
  if (can.length === 0 && items.length > 0 && !looks && !options.yes) {
    terminal.complain('baton: nothing of this can be done from here: put right what says `you:`, then recover again')
    return EXIT.refused
  }
  const agreed = await agree(can, options, terminal)
  if (agreed.kind === 'no') return agreed.code
  return sendOrder(socket, { order: 'recover', home: agreed.home }, terminal, signal)
}
