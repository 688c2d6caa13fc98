// `baton disk verify [GROUP]`: has the board that serves a mirrored group compare its two copies. An order to the daemon as any other.
import { EXIT, type ExitCode } from './exit-code.js'
import { sendOrder } from './order.js'
import { fetchStatus } from './status.js'
import type { Terminal } from './terminal.js'

/** `named`: undefined = the only mirrored one. */
export const runVerify = async (
  socket: string,
  named: string | undefined,
  terminal: Terminal,
  signal?: AbortSignal
): Promise<ExitCode> => {
  if (named !== undefined) return sendOrder(socket, { order: 'verify', group: named }, terminal, signal)
  const answer = await fetchStatus(socket)
  if (!answer.ok) {
    terminal.complain(`baton: ${answer.text}`)
    return EXIT.unreachable
  }
  const mirrored = answer.status.core.groups.filter(({ copies }) => copies !== undefined).map(({ name }) => name)
  const [group] = mirrored
  if (group === undefined || mirrored.length > 1) {
    const words = group === undefined ? 'no group has a mirrored disk' : `which group? mirrored: ${mirrored.join(', ')}`
    terminal.complain(`baton: ${words}`)
    return EXIT.refused
  }
  return sendOrder(socket, { order: 'verify', group }, terminal, signal)
}
