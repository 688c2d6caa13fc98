// Runs one stage of `npm test` as a child, feeds its lines to a reader, and ends it at its deadline.
// Called by test/all.ts. Signals only its own child, which cleans up after itself.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface StageOptions {
  readonly deadlineMs: number
  readonly onLine: (line: string) => void
  /** True once the closing line was seen; the child then has 10 s to exit. */
  readonly hasEnded: () => boolean
}

export interface StageEnd {
  /** Exit code; 1 when a signal ended it. */
  readonly code: number
  readonly timedOut: boolean
  /** It said that it was done and then did not exit. */
  readonly lingered: boolean
  readonly tookMs: number
}

const LINGER_MS = 10_000
/** From SIGTERM to SIGKILL: virtual boards are taken apart meanwhile. */
const CLEAN_UP_MS = 20_000

/** Run `node WORDS…`; resolves when it has exited and its last line was read. */
export const runStage = async (words: readonly string[], options: StageOptions): Promise<StageEnd> => {
  const startedAt = performance.now()
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const timers: NodeJS.Timeout[] = []
  const after = (delayMs: number, act: () => void): void => void timers.push(setTimeout(act, delayMs))
  let timedOut = false
  let lingered = false
  const stop = (): void => {
    child.kill('SIGTERM')
    after(CLEAN_UP_MS, () => child.kill('SIGKILL'))
  }
  // We are being ended: the child takes its virtual boards apart, then we go with its exit code.
  const onSignal = (): void => stop()
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, onSignal)
  after(options.deadlineMs, () => {
    timedOut = true
    stop()
  })
  const lines = createInterface({ input: child.stdout })
  let waiting = false
  lines.on('line', line => {
    options.onLine(line)
    if (waiting || !options.hasEnded()) return
    waiting = true
    after(LINGER_MS, () => {
      lingered = true
      stop()
    })
  })
  // A grandchild may hold the pipe open after the child has gone: wait for the exit, and a moment for the last lines.
  const code = await new Promise<number>(resolve => {
    child.on('error', () => resolve(1))
    child.on('exit', exitCode => {
      const settle = (): void => resolve(exitCode ?? 1)
      lines.on('close', settle)
      after(1000, settle)
    })
  })
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.removeListener(signal, onSignal)
  for (const timer of timers) clearTimeout(timer)
  lines.close()
  child.stdout.destroy()
  return { code, timedOut, lingered, tookMs: performance.now() - startedAt }
}
