// `baton console`: a session on this process's own terminal. Started by login on a serial port, or by hand.
// A hangup ends it; nothing that is typed does, and no stuck terminal holds it.
import { spawnSync } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ReadStream, WriteStream } from 'node:tty'
import { EXIT, type ExitCode } from './exit-code.js'
import { createHistory } from './history.js'
import { createSession } from './session.js'
import type { Terminal } from './terminal.js'

const STTY_DEADLINE_MS = 2000

/**
 * No echo, every byte as it comes; but the line's driver keeps flow control: a real terminal says XOFF when it cannot keep up.
 * Any key goes on after an XOFF that was only noise. Node's own raw mode would take that away.
 */
const makeRaw = (input: ReadStream): void => {
  input.setRawMode(true)
  spawnSync('stty', ['ixon', 'ixany', '-opost'], { stdio: ['inherit', 'ignore', 'ignore'], timeout: STTY_DEADLINE_MS })
}

/** A terminal that does not read must not hold this process: Node writes to terminals in blocking mode unless told. */
const openOutput = (): WriteStream => {
  const output = new WriteStream(1)
  const { _handle } = output as unknown as { readonly _handle?: { setBlocking?(on: boolean): void } }
  _handle?.setBlocking?.(false)
  return output
}

const historyFile = (): string | null => {
  const home = homedir()
  return home === '' || home === '/' ? null : join(home, '.baton_history')
}

/** Resolves when the person logs out or the line hangs up. */
export const runConsole = async (socket: string, terminal: Terminal): Promise<ExitCode> => {
  const { stdin } = process
  if (!(stdin instanceof ReadStream) || process.stdout.isTTY !== true) {
    terminal.complain('baton: the console needs a terminal on its input and output')
    return EXIT.usage
  }
  const output = openOutput()
  const session = createSession({ socket, stream: output, history: createHistory(historyFile()), world: terminal })
  // Whatever the line does when it goes away, this process goes, too.
  const hungUp = (): never => {
    session.close()
    process.exit(EXIT.ok)
  }
  for (const signal of ['SIGHUP', 'SIGTERM'] as const) process.on(signal, hungUp)
  for (const stream of [stdin, output]) stream.on('error', hungUp)
  for (const event of ['end', 'close'] as const) stdin.on(event, hungUp)
  makeRaw(stdin)
  stdin.on('data', (bytes: Buffer) => session.type(bytes))
  await session.run()
  session.close()
  process.exit(EXIT.ok)
}
