// One parsed command, carried out. The `baton` command and the serial console both come here; there is no second way.
import { readFileSync } from 'node:fs'
import { EXIT, type ExitCode } from './exit-code.js'
import { USAGE } from './help.js'
import type { Command } from './parsed-command.js'
import type { Terminal } from './terminal.js'

const versionOf = (): string => {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/**
 * `socket`: the daemon's. `signal` ends what goes on until it is ended (a watch, a follow).
 * Commands are loaded when they are needed: a status must not wait for the configuration's libraries.
 */
export const run = async (
  command: Command,
  socket: string,
  terminal: Terminal,
  signal: AbortSignal
): Promise<ExitCode> => {
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
      return (await import('./order.js')).runOrder(socket, command.what, command.yes, terminal, signal)
    case 'recover':
      return (await import('./recover.js')).runRecover(socket, command, terminal, signal)
    case 'events':
      return (await import('./events.js')).runEvents(socket, command, terminal, signal)
    case 'report':
      return (await import('./report.js')).runReport(socket, command, terminal)
    case 'trace':
      return (await import('./trace.js')).runTrace(socket, command.file, terminal)
    case 'check-config':
      return (await import('./check-config.js')).runCheckConfig(command, terminal)
    case 'notice':
      return (await import('./notice.js')).runNotice(command, terminal)
    case 'board':
      return (await import('./board.js')).runBoard(command, socket, terminal, signal)
    case 'secrets':
      return (await import('./secrets.js')).runSecrets(command.file, terminal)
    case 'letter':
      return (await import('./letter.js')).runLetter(terminal, signal)
    case 'disk':
      return (await import('./disk.js')).runDisk(command, terminal, signal)
    case 'verify':
      return (await import('./disk-verify.js')).runVerify(socket, command.group, terminal, signal)
    case 'discard-copy':
      return (await import('./discard-copy.js')).runDiscard(socket, command, terminal, signal)
    case 'setup':
      return (await import('./setup.js')).runSetup(command, socket, terminal, signal)
    case 'init':
      return (await import('./init.js')).runInit(command, terminal)
    case 'pair':
    case 'unpair':
      return (await import('./pairing.js')).runPairing(command, socket, terminal, signal)
    case 'replace':
      return (await import('./replace.js')).runReplace(command, socket, terminal, signal)
    case 'console':
      return (await import('./console.js')).runConsole(socket, terminal)
    case 'network':
      return (await import('./network.js')).runNetwork(socket, terminal)
    case 'shutdown':
      return (await import('./shutdown.js')).runShutdown(socket, command.yes, terminal, signal)
  }
}
