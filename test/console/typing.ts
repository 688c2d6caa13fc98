// The console on a pty of its own against a control socket of this process. Used by the tests of the console.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type SerialLine, startOnLine } from '../../board/virtual/serial-line.js'
import { createTypist, type Typist } from '../../board/virtual/typist.js'

const BATON = fileURLToPath(new URL('../../src/console/baton.js', import.meta.url))
/** Fast enough for a test; the lab's scenario has the true pace. */
const BYTES_PER_SECOND = 100_000

export interface AtConsole {
  readonly typist: Typist
  readonly line: SerialLine
  readonly home: string
  /** Of the console, not of its line. */
  readonly pid: () => number
  readonly end: () => Promise<void>
}

const pidOf = (socket: string): number => {
  const found = readdirSync('/proc').find(name => {
    try {
      const words = /^\d+$/.test(name) ? readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0') : []
      return words[0] === process.execPath && words.includes('console') && words.includes(socket)
    } catch {
      return false
    }
  })
  if (found === undefined) throw new Error('no console runs')
  return Number(found)
}

export const sitAtConsole = (
  socket: string,
  { bytesPerSecond = BYTES_PER_SECOND, home = mkdtempSync(join(tmpdir(), 'baton-console-')) } = {}
): AtConsole => {
  const line = startOnLine([process.execPath, BATON, 'console', '--socket', socket], {
    bytesPerSecond,
    env: { PATH: process.env.PATH, HOME: home, TZ: 'UTC', TERM: 'vt100' }
  })
  return {
    typist: createTypist(line),
    line,
    home,
    pid: () => pidOf(socket),
    end: async () => {
      line.hangUp()
      await line.ended
      rmSync(home, { recursive: true, force: true })
    }
  }
}
