#!/usr/bin/env node
// The `baton` command. Parses, calls one command, exits with its code. Talks to the daemon only over its socket.
import { readFileSync } from 'node:fs'
import { type Command, parseCommandLine } from './arguments.js'
import { SOCKET_DEFAULT } from './client.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { USAGE } from './help.js'
import { processTerminal, type Terminal } from './terminal.js'

const versionOf = (): string => {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

// Commands are loaded when they are needed: a status must not wait for the configuration's libraries.
const run = async (command: Command, socket: string, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> => {
  switch (command.name) {
    case 'help':
      terminal.say(USAGE)
      return EXIT.ok
    case 'version':
      terminal.say(`baton ${versionOf()}`)
      return EXIT.ok
    case 'status':
      return (await import('./status.js')).runStatus(socket, command, terminal, signal)
    case 'order':
      return (await import('./order.js')).runOrder(socket, command.what, command.yes, terminal)
    case 'events':
      return (await import('./events.js')).runEvents(socket, command, terminal, signal)
    case 'trace':
      return (await import('./trace.js')).runTrace(socket, command.file, terminal)
    case 'check-config':
      return (await import('./check-config.js')).runCheckConfig(command.file, command.board, terminal)
    case 'init':
      return (await import('./init.js')).runInit(command, terminal)
  }
}

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
  if ((command.name === 'status' && command.watch) || (command.name === 'events' && command.follow)) {
    process.once('SIGINT', () => abort.abort())
  }
  return run(command, parsed.socket ?? terminal.env.BATON_SOCKET ?? SOCKET_DEFAULT, terminal, abort.signal)
}

process.exitCode = await main()
