// A terminal at the other end of two pipes, one JSON line for each word said, question and answer. Both ends stand here: the
// command that was started as root talks through it to the one that has the person. Must not take a line for more than text.
import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { EXIT, type ExitCode } from './exit-code.js'
import type { Terminal } from './terminal.js'

interface Line {
  readonly say?: string
  readonly complain?: string
  readonly ask?: string
  /** Of a question and its answer. */
  readonly id?: number
  /** The question is over. */
  readonly over?: true
  /** null = the person wants none of it. */
  readonly answer?: string | null
}

const LINE_MAX = 65_536
const STDERR_MAX = 2_000
/** For the last words of a command whose person has left. */
const LEAVING_MS = 5_000
/** As root, and only these words: provisioning/console/install.sh allows no other. */
const AS_ROOT = ['sudo', '-n', '/usr/bin/baton'] as const

/** Calls back for each line that is JSON; all else is left out. Bounded. */
const readLines = (stream: Readable, onLine: (line: Line) => void): void => {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = (lines.pop() ?? '').slice(0, LINE_MAX)
    for (const text of lines) {
      try {
        onLine(JSON.parse(text) as Line)
      } catch {}
    }
  })
}

const writeLine = (stream: Writable, line: Line): void => {
  if (stream.writable) stream.write(`${JSON.stringify(line)}\n`)
}

/** The end without a person. `abort` is called when the other end is gone: nobody can answer any more. */
export const pipeTerminal = (input: Readable, output: Writable, abort: () => void): Terminal => {
  const open = new Map<number, (answer: string | null) => void>()
  let last = 0
  let gone = false
  const leave = (): void => {
    gone = true
    abort()
    for (const answer of open.values()) answer(null)
  }
  input.on('end', leave)
  input.on('error', leave)
  output.on('error', leave)
  readLines(input, ({ id, answer }) => {
    if (id !== undefined) open.get(id)?.(typeof answer === 'string' ? answer : null)
  })
  return {
    say: text => writeLine(output, { say: text }),
    complain: text => writeLine(output, { complain: text }),
    write: text => writeLine(output, { say: text }),
    screen: false,
    askable: true,
    ask: (question, signal) =>
      new Promise(resolve => {
        if (gone || signal?.aborted) return resolve(null)
        const id = ++last
        const over = (): void => {
          writeLine(output, { over: true, id })
          finish(null)
        }
        const finish = (answer: string | null): void => {
          open.delete(id)
          signal?.removeEventListener('abort', over)
          resolve(answer)
        }
        open.set(id, finish)
        signal?.addEventListener('abort', over, { once: true })
        writeLine(output, { ask: question, id })
      }),
    wallSeconds: () => Math.floor(Date.now() / 1000),
    env: process.env
  }
}

/** Run `baton WORDS` as root and lend it our terminal. `signal`: the person leaves. `program`: for tests. */
export const runAsRoot = (
  words: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
  program: readonly string[] = AS_ROOT
): Promise<ExitCode> =>
  new Promise(resolve => {
    const [file = '', ...before] = program
    const child = spawn(file, [...before, ...words, '--pipe'], { stdio: ['pipe', 'pipe', 'pipe'], cwd: '/' })
    const open = new Map<number, AbortController>()
    let errors = ''
    let ended = false
    let heard = false
    const finish = (code: ExitCode): void => {
      ended = true
      signal.removeEventListener('abort', leave)
      for (const question of open.values()) question.abort()
      resolve(code)
    }
    // It ends by itself without a person; we may not signal what root runs.
    const leave = (): void => {
      child.stdin.end()
      setTimeout(() => finish(EXIT.refused), LEAVING_MS).unref()
    }
    const fail = (why: string): void => {
      terminal.complain(
        `baton: \`${[file, ...before, ...words].join(' ')}\` cannot be run as root: ${why}; log in as root and run \`baton ${words.join(' ')}\``
      )
      finish(EXIT.refused)
    }
    const answer = async (id: number, question: string): Promise<void> => {
      const over = new AbortController()
      open.set(id, over)
      const text = await terminal.ask(question, over.signal)
      open.delete(id)
      writeLine(child.stdin, { id, answer: text })
    }
    child.stdin.on('error', () => {})
    child.stderr.on('data', chunk => {
      errors = (errors + chunk).slice(0, STDERR_MAX)
    })
    readLines(child.stdout, ({ say, complain, ask, id, over }) => {
      heard = true
      if (typeof say === 'string') terminal.say(say)
      if (typeof complain === 'string') terminal.complain(complain)
      if (over && id !== undefined) open.get(id)?.abort()
      if (typeof ask === 'string' && id !== undefined) void answer(id, ask)
    })
    child.once('error', error => fail(error.message))
    child.once('close', code => {
      // It never began.
      if (ended) return
      const known = Object.values(EXIT).find(each => each === code)
      if (known === undefined || (known !== EXIT.ok && !heard))
        fail(errors.trim() || `it ended with ${code ?? 'a signal'}`)
      else finish(known)
    })
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
  })
