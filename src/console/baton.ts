#!/usr/bin/env node
// The `baton` command. Parses, calls one command, exits with its code. Talks to the daemon only over its socket.
import { parseCommandLine } from './arguments.js'
import { SOCKET_DEFAULT } from './client.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { run } from './run.js'
import { processTerminal } from './terminal.js'

/** A question that nobody answers holds a process that was told to end no longer than this. */
const LEAVE_MS = 3000

const main = async (): Promise<ExitCode> => {
  const terminal = processTerminal()
  const parsed = parseCommandLine(process.argv.slice(2))
  if (!parsed.ok) {
    terminal.complain(`baton: ${parsed.text}`)
    terminal.complain('try: baton help')
    return EXIT.usage
  }
  const abort = new AbortController()
  const { command } = parsed
  // Only commands that go on until they are ended catch Ctrl-C; it ends all others at once.
  const goesOn =
    (command.name === 'status' && command.watch) ||
    (command.name === 'events' && command.follow) ||
    command.name === 'pair'
  if (goesOn) process.once('SIGINT', () => abort.abort())
  // The other board is to be told.
  if (command.name === 'pair')
    for (const name of ['SIGTERM', 'SIGHUP'] as const) process.once(name, () => abort.abort())
  // The board test has lights to switch off and a relay to release first.
  if (command.name === 'board') {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort())
    abort.signal.addEventListener('abort', () => setTimeout(() => process.exit(EXIT.refused), LEAVE_MS).unref())
  }
  return run(command, parsed.socket ?? terminal.env.BATON_SOCKET ?? SOCKET_DEFAULT, terminal, abort.signal)
}

process.exitCode = await main()
