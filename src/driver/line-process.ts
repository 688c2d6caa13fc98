// One long-lived child whose output is read line by line and which is started again when it ends (R10). Used by lan.ts and notifier.ts.
// Must not outlive the daemon: the kernel ends it with its parent.
import { execa } from 'execa'
import { makeOrdinary } from './child-priority.js'

export interface LineProcessOptions {
  readonly onLine: (line: string) => void
  /** Called after each start. */
  readonly onStart: () => void
  /** Pauses before a start anew: the first, and the longest. Default 100 ms and 10 s. */
  readonly backoffMs?: { readonly least: number; readonly most: number }
  /** Asked before each start; while it says no the start waits. */
  readonly mayStart?: () => boolean
}

export interface LineProcess {
  /** `null` = runs; else why it does not, in words. */
  problem(): string | null
  close(): void
}

/** A longer line is cut; its rest is thrown away. */
const LINE_CHARS_MAX = 4096
const BACKOFF_MS_MIN = 100
const BACKOFF_MS_MAX = 10_000
const WAIT_MS = 500

/** Split a stream of text into lines in bounded memory. Exported for its test. */
export const createLineSplitter = (onLine: (line: string) => void, charsMax = LINE_CHARS_MAX) => {
  let held = ''
  return (text: string): void => {
    const parts = text.split('\n')
    const rest = parts.pop() ?? ''
    for (const part of parts) {
      onLine((held + part.slice(0, charsMax)).slice(0, charsMax))
      held = ''
    }
    held = (held + rest.slice(0, charsMax)).slice(0, charsMax)
  }
}

/** Run `file` for ever; a child that ends is started again after 100 ms, then twice as long each time, 10 s at most (or as given). */
export const keepLineProcess = (file: string, args: readonly string[], options: LineProcessOptions): LineProcess => {
  let closed = false
  let problem: string | null = null
  const { least, most } = options.backoffMs ?? { least: BACKOFF_MS_MIN, most: BACKOFF_MS_MAX }
  let backoffMs = least
  let timer: NodeJS.Timeout | undefined
  let stop = (): void => {}

  const start = (): void => {
    if (options.mayStart?.() === false) {
      timer = setTimeout(start, WAIT_MS)
      return
    }
    const startedAt = performance.now()
    const child = execa('setpriv', ['--pdeathsig', 'KILL', file, ...args], {
      buffer: false,
      reject: false,
      stdin: 'ignore',
      stderr: 'ignore',
      env: { LC_ALL: 'C' }
    })
    makeOrdinary(child.pid)
    stop = () => child.kill('SIGKILL')
    const split = createLineSplitter(options.onLine)
    child.stdout.setEncoding('utf8').on('data', split)
    void child.then(result => {
      if (closed) return
      problem = `\`${file} ${args.join(' ')}\` ended: ${result.signal ?? `exit code ${result.exitCode ?? 'none'}`}`
      if (performance.now() - startedAt > most) backoffMs = least
      timer = setTimeout(start, backoffMs)
      backoffMs = Math.min(2 * backoffMs, most)
    })
    problem = null
    options.onStart()
  }
  start()

  return {
    problem: () => problem,
    close() {
      closed = true
      clearTimeout(timer)
      stop()
    }
  }
}
