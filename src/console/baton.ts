#!/usr/bin/env node
// The `baton` command. Parses, calls one command, exits with its code. Talks to the daemon only over its socket.
import { parseCommandLine } from './arguments.js'
import { SOCKET_DEFAULT } from './client.js'
import { EXIT, type ExitCode } from './exit-code.js'
import type { Parsed } from './parsed-command.js'
import { pipeTerminal } from './pipe-terminal.js'
import { run } from './run.js'
import { processTerminal, type Terminal } from './terminal.js'

const isPiped = (parsed: Parsed): boolean => parsed.ok && 'pipe' in parsed.command && parsed.command.pipe
const terminalFor = (parsed: Parsed, leave: () => void): Terminal =>
  isPiped(parsed) ? pipeTerminal(process.stdin, process.stdout, leave) : processTerminal()

/** A question that nobody answers holds a process that was told to end no longer than this. */
const LEAVE_MS = 3000

const main = async (): Promise<ExitCode> => {
  const parsed = parseCommandLine(process.argv.slice(2))
  const abort = new AbortController()
  const terminal = terminalFor(parsed, () => abort.abort())
  if (!parsed.ok) {
    terminal.complain(`baton: ${parsed.text}`)
    terminal.complain('try: baton help')
    return EXIT.usage
  }
  const { command } = parsed
  // It talks to the other board, which is to be told of its end.
  const talks = command.name === 'pair' || command.name === 'replace' || command.name === 'setup'
  // Only commands that go on until they are ended catch Ctrl-C; it ends all others at once.
  const goesOn = (command.name === 'status' && command.watch) || (command.name === 'events' && command.follow) || talks
  if (goesOn) process.once('SIGINT', () => abort.abort())
  if (talks) for (const name of ['SIGTERM', 'SIGHUP'] as const) process.once(name, () => abort.abort())
  // The board test has lights to switch off and a relay to release first.
  if (command.name === 'board') {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort())
    abort.signal.addEventListener('abort', () => setTimeout(() => process.exit(EXIT.refused), LEAVE_MS).unref())
  }
  const code = await run(command, parsed.socket ?? terminal.env.BATON_SOCKET ?? SOCKET_DEFAULT, terminal, abort.signal)
  // Its end would be waited for.
  if (isPiped(parsed)) process.stdin.destroy()
  return code
}

process.exitCode = await main()
