// `baton trace`: the daemon's flight recorder into a new file, for `npm run replay`. Never writes over a file.
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { ask } from './client.js'
import { EXIT, type ExitCode } from './exit-code.js'
import type { Terminal } from './terminal.js'

const open = (file: string): number | string => {
  try {
    return openSync(file, 'wx', 0o600)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return `cannot write ${file}: ${code === 'EEXIST' ? 'it exists already; give another name' : message}`
  }
}

/** null = written; else why not. */
const write = (file: number, line: string): string | null => {
  try {
    writeSync(file, `${line}\n`)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/** A trace that did not come whole leaves no file. */
export const runTrace = async (socket: string, file: string, terminal: Terminal): Promise<ExitCode> => {
  const opened = open(file)
  if (typeof opened === 'string') {
    terminal.complain(`baton: ${opened}`)
    return EXIT.refused
  }
  let lines = 0
  let whole = false
  let problem: string | null = null
  const end = await ask(socket, { command: 'trace' }, message => {
    if (message.kind === 'end') whole = true
    else if (message.kind === 'error') problem ??= message.text
    else if (message.kind === 'trace') {
      lines += 1
      problem ??= write(opened, message.line)
    }
  })
  closeSync(opened)
  if (whole && problem === null) {
    terminal.say(`${file}: ${lines - 1} parts; see it with \`npm run replay -- ${file}\``)
    return EXIT.ok
  }
  unlinkSync(file)
  if (problem !== null) {
    terminal.complain(`baton: no trace was saved: ${problem}`)
    return EXIT.refused
  }
  terminal.complain(`baton: ${end.kind === 'unreachable' ? end.text : 'the daemon ended; see `baton status`'}`)
  return EXIT.unreachable
}
