// The daemon of this board steps aside for `baton pair`, `baton replace` and `baton board test`: ended by systemd, and started again
// however the command ends. Disk, addresses and services stay (KillMode=process). Must not end a daemon that others count on.
import { setTimeout as wait } from 'node:timers/promises'
import { failureOf, runCommand } from '../driver/command.js'
import { lockBoard } from '../runtime/single.js'
import type { BoardId, DaemonStatus } from '../runtime/status.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { agree } from './order.js'
import { fetchStatus } from './status.js'
import type { Terminal } from './terminal.js'

export interface AsideWish {
  readonly board: BoardId
  readonly stateDir: string
  readonly socket: string
  /** For the question: what is done meanwhile, and how long that takes at most. */
  readonly what: string
  /** What else the person agrees to; null = nothing. */
  readonly cost: string | null
  readonly yes: boolean
}

/** `runs-not`: there is no daemon; `by-hand`: there is one, and systemd does not run it; a code: refused, and why was said. */
export type Aside =
  | { readonly kind: 'aside'; readonly back: () => Promise<string | null> }
  | { readonly kind: 'runs-not' | 'by-hand' }
  | { readonly kind: 'refused'; readonly code: ExitCode }

const UNIT = 'batond.service'
/** TimeoutStopSec and TimeoutStartSec of the unit, and a little. */
const STOP_MS = 30_000
const START_MS = 150_000
const ASK_MS = 10_000
const LOCK_MS = 5_000
const LOCK_LOOK_MS = 100
// Not marked: a daemon that starts meanwhile must not take them for what an earlier life has left (R6).
/** The daemon comes back by then whatever became of the command. */
const ASIDE_SECONDS_MAX = 3600

/** Root's systemd starts the daemon when process $1 has ended, also by `kill -9`, and at the latest after ASIDE_SECONDS_MAX. */
const GUARD = `timeout ${ASIDE_SECONDS_MAX} tail --pid="$1" -s 0.5 -f /dev/null; exec systemctl start ${UNIT}`

/** Why others count on this daemon; null = nobody does. A board that has never served may go at any time. */
export const whyNotAside = ({ core }: DaemonStatus): string | null => {
  const busy = core.groups.find(({ role }) => role === 'taking' || role === 'releasing')
  if (busy !== undefined) return `${busy.name} is on its way (${busy.doing}): wait until it has come to rest`
  if (core.groups.every(({ epoch }) => epoch.number === 0)) return null
  if (core.modeWanted !== null) return `the mode ${core.modeWanted} is not confirmed yet: wait a moment`
  if (core.mode === 'maintenance') return null
  return `the mode is ${core.mode}, and the other board would take a daemon that steps aside for a failure: \`baton mode maintenance\` first`
}

const isFree = async ({ stateDir, board }: AsideWish): Promise<boolean> => {
  const lock = await lockBoard(stateDir, board)
  if (lock.ok) lock.value.release()
  return lock.ok
}

const becomesFree = async (wish: AsideWish): Promise<boolean> => {
  for (let waited = 0; waited < LOCK_MS; waited += LOCK_LOOK_MS) {
    if (await isFree(wish)) return true
    await wait(LOCK_LOOK_MS)
  }
  return false
}

const back = async (): Promise<string | null> => {
  const started = await runCommand('systemctl', ['start', UNIT], { deadlineMs: START_MS, marked: false })
  return started.ok ? null : `the daemon did not start again: ${failureOf(started)}; see \`systemctl status ${UNIT}\``
}

const consentText = ({ what, cost }: AsideWish, { core }: DaemonStatus): string => {
  const here = core.groups.filter(({ role }) => role === 'active').map(({ name }) => name)
  const served = here.length === 0 ? 'It serves nothing now.' : `${here.join(', ')} goes on being served.`
  return `The daemon of this board steps aside for ${what}, and starts again by itself, however that ends. ${served} Meanwhile NOTHING is taken over or restarted by this board.${cost === null ? '' : ` ${cost}`}`
}

const refuse = (terminal: Terminal, text: string): Aside => {
  terminal.complain(`baton: refused: ${text}`)
  return { kind: 'refused', code: EXIT.refused }
}

/** Asks first. Needs root. Whoever gets `aside` calls `back` at its end; where it cannot, the guard does. */
export const stepAside = async (wish: AsideWish, terminal: Terminal): Promise<Aside> => {
  if (await isFree(wish)) return { kind: 'runs-not' }
  const active = await runCommand('systemctl', ['--quiet', 'is-active', UNIT], { deadlineMs: ASK_MS, marked: false })
  if (!active.ok) return { kind: 'by-hand' }
  const answer = await fetchStatus(wish.socket)
  if (!answer.ok) return refuse(terminal, `the daemon of this board runs, and does not say how it does: ${answer.text}`)
  const why = whyNotAside(answer.status)
  if (why !== null) return refuse(terminal, why)
  const refused = await agree(consentText(wish, answer.status), wish.yes, terminal)
  if (refused !== null) return { kind: 'refused', code: refused }
  const guard = await runCommand(
    'systemd-run',
    ['--quiet', '--collect', `--unit=baton-back-${process.pid}`, '/bin/sh', '-c', GUARD, 'sh', String(process.pid)],
    { deadlineMs: ASK_MS, marked: false }
  )
  if (!guard.ok) return refuse(terminal, `nobody would start the daemon again: ${failureOf(guard)}; nothing was done`)
  terminal.say('... the daemon steps aside')
  const stopped = await runCommand('systemctl', ['stop', UNIT], { deadlineMs: STOP_MS, marked: false })
  if (stopped.ok && (await becomesFree(wish))) return { kind: 'aside', back }
  const failed = await back()
  const words = stopped.ok ? 'something else holds its lock: another pairing, or a board test?' : failureOf(stopped)
  return refuse(terminal, `the daemon did not step aside: ${words}${failed === null ? '' : `; ${failed}`}`)
}

/** Bring it back and say so. */
export const comeBack = async (aside: Aside, terminal: Terminal): Promise<boolean> => {
  if (aside.kind !== 'aside') return true
  terminal.say('... the daemon starts again')
  const failed = await aside.back()
  if (failed !== null) terminal.complain(`baton: ${failed}`)
  return failed === null
}
