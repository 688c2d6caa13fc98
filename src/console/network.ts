// `baton network`: this board's interfaces by the system's own `ip`, and what the daemon sees of the links. Reads only.
import { failureOf, runCommand } from '../driver/command.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { networkText, parseInterfaces } from './network-text.js'
import { fetchStatus } from './status.js'
import type { Terminal } from './terminal.js'

const IP_MS = 3000

export const runNetwork = async (socket: string, terminal: Terminal): Promise<ExitCode> => {
  const [result, answer] = await Promise.all([
    runCommand('ip', ['-json', 'address', 'show'], { deadlineMs: IP_MS, outputBytesMax: 262_144 }),
    fetchStatus(socket)
  ])
  const interfaces = result.ok
    ? (parseInterfaces(result.stdout) ?? 'the answer of `ip` was not understood')
    : failureOf(result)
  terminal.say(networkText(interfaces, answer.ok ? answer.status : answer.text))
  return answer.ok ? EXIT.ok : EXIT.unreachable
}
