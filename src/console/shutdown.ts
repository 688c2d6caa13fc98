// `baton shutdown`: this board leaves in order (the daemon's own `leave`), and only then its power goes. Never throws.
import { existsSync } from 'node:fs'
import { failureOf, runCommand } from '../driver/command.js'
import type { DaemonStatus } from '../runtime/status.js'
import { interruptionText } from './danger.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { agree, runOrder } from './order.js'
import { fetchStatus } from './status.js'
import type { Terminal } from './terminal.js'

const SYSTEMD_RUNS = '/run/systemd/system'
const POWEROFF_MS = 20_000

const servedText = (status: DaemonStatus | null): string => {
  if (status === null) return 'What it serves moves to the other board, or STOPS where that one cannot take it.'
  const { groups, peer } = status.core
  const here = groups.filter(({ role }) => role === 'active').map(({ name }) => name)
  if (here.length === 0) return 'It serves nothing now: users notice nothing.'
  if (!peer.heard) return `The other board is NOT HEARD: ${here.join(', ')} STOPS until a board serves again.`
  return `What it serves moves to the other board, or stops where that one cannot take it. ${here.map(name => interruptionText(status, name)).join(' ')}`
}

const shutdownText = (status: DaemonStatus | null): string =>
  `This switches ${status === null ? 'THIS BOARD' : `BOARD ${status.core.board.toUpperCase()} (this one)`} OFF. ${servedText(status)} To start it again: pull its power plug and put it back.`

/** Root may; other users by the rule that provisioning/console lays down. */
const powerOff = async (terminal: Terminal): Promise<ExitCode> => {
  if (!existsSync(SYSTEMD_RUNS)) {
    terminal.say(
      'This board has left in order and holds nothing. No systemd runs here to switch it off: do it by hand; it is safe to pull its plug.'
    )
    return EXIT.ok
  }
  const deadline = { deadlineMs: POWEROFF_MS }
  const result =
    process.getuid?.() === 0
      ? await runCommand('systemctl', ['poweroff'], deadline)
      : await runCommand('sudo', ['-n', 'systemctl', 'poweroff'], deadline)
  if (result.ok) {
    terminal.say('This board has left in order and switches itself off now. Wait until its green LED is dark.')
    return EXIT.ok
  }
  terminal.complain(
    `baton: this board has left in order and holds nothing, but it could not be switched off: ${failureOf(result)}; it is safe to pull its plug`
  )
  return EXIT.refused
}

/** `signal`: Ctrl-C; the power stays on, an order that was given goes on. */
export const runShutdown = async (
  socket: string,
  yes: boolean,
  terminal: Terminal,
  signal: AbortSignal
): Promise<ExitCode> => {
  const answer = await fetchStatus(socket)
  if (!answer.ok) {
    terminal.complain(`baton: ${answer.text}`)
    terminal.complain('baton: nothing was done: without the daemon it cannot leave in order')
    return EXIT.unreachable
  }
  const refused = await agree(shutdownText(answer.status), yes, terminal)
  if (refused !== null) return refused
  if (signal.aborted) return EXIT.refused
  terminal.say('... this board gives away what it holds')
  const code = await runOrder(socket, { order: 'leave' }, true, terminal, signal)
  if (code === EXIT.ok) return powerOff(terminal)
  if (!signal.aborted) terminal.complain('baton: this board was not switched off; see `baton status`')
  return code
}
