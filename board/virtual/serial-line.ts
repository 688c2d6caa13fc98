#!/usr/bin/env node
// A serial line of so many bytes in a second: a program on a pty, and our own input and output at the other end of the cable.
// `node dist/board/virtual/serial-line.js [--baud 9600] -- COMMAND…` for people; `startOnLine` for scenarios and tests.
import { type ChildProcess, spawn } from 'node:child_process'
import { Transform } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const BITS_PER_BYTE = 10
const STEP_MS = 20
/** What a UART and its driver hold. More waits in the pty, and then in the program. */
const BUFFER_BYTES = 64

/** Bytes pass as fast as on a wire: evenly, and what comes faster waits with its sender. */
export const serialPace = (bytesPerSecond: number): Transform => {
  const step = Math.max(1, Math.floor((bytesPerSecond * STEP_MS) / 1000))
  let freeAt = 0
  return new Transform({
    readableHighWaterMark: BUFFER_BYTES,
    writableHighWaterMark: BUFFER_BYTES,
    transform(chunk: Buffer, _, done) {
      const pass = (rest: Buffer): void => {
        if (rest.length === 0) return done()
        const now = performance.now()
        // A timer that came late is no reason to send faster afterwards than one step.
        freeAt = Math.max(freeAt, now - STEP_MS)
        if (freeAt > now) {
          setTimeout(pass, freeAt - now, rest)
          return
        }
        const part = rest.subarray(0, step)
        freeAt += (part.length / bytesPerSecond) * 1000
        this.push(part)
        pass(rest.subarray(step))
      }
      pass(chunk)
    }
  })
}

export interface SerialLine {
  /** Bytes to the program. */
  readonly input: Transform
  /** What the program sends, as it comes out of the cable. */
  readonly output: Transform
  readonly child: ChildProcess
  /** Resolves when the program has ended and the line is down. */
  readonly ended: Promise<void>
  /** The cable is pulled, the program sees a hangup. */
  hangUp(): void
}

const quote = (word: string): string => `'${word.replace(/'/g, `'\\''`)}'`

/** Start `command` as the leader of a session on a pty of its own, at that pace. Needs socat. */
export const startOnLine = (
  command: readonly string[],
  options: { readonly bytesPerSecond: number; readonly env: NodeJS.ProcessEnv }
): SerialLine => {
  // As getty would have it: a session of its own, and the line its terminal.
  const shell = ['exec setsid --ctty --wait', ...command.map(quote)].join(' ')
  const child = spawn(
    'socat',
    ['-t', '5', '-b', String(BUFFER_BYTES), '-', 'SYSTEM:eval "$BATON_LINE",pty,stderr,sane'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...options.env, BATON_LINE: shell }
    }
  )
  const input = serialPace(options.bytesPerSecond)
  const output = serialPace(options.bytesPerSecond)
  if (child.stdin === null || child.stdout === null) throw new Error('socat has no pipes')
  for (const stream of [child.stdin, child.stdout, input, output]) stream.on('error', () => {})
  input.pipe(child.stdin)
  child.stdout.pipe(output)
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  const hangUp = (): void => {
    child.kill('SIGTERM')
    // Nobody may be there to read what is still on the line.
    child.stdout?.destroy()
  }
  return { input, output, child, ended, hangUp }
}

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { baud: { type: 'string', default: '9600' } }
  })
  const baud = Number(values.baud)
  if (positionals.length === 0 || !Number.isInteger(baud) || baud < 300 || baud > 1_000_000) {
    console.error('usage: serial-line [--baud 9600] -- COMMAND…')
    return 2
  }
  const line = startOnLine(positionals, { bytesPerSecond: baud / BITS_PER_BYTE, env: process.env })
  if (process.stdin.isTTY === true) process.stdin.setRawMode(true)
  process.stdin.pipe(line.input)
  line.output.pipe(process.stdout)
  await line.ended
  return 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(await main())
