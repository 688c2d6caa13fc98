// Runs every scenario as a child process, some at once, and prints one line each and a closing line. Called by lab.ts.
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { distFile } from './names.js'
import type { Scenario } from './scenario.js'

interface Outcome {
  readonly ok: boolean
  /** The scenario's JSON line, or one made here when it gave none. */
  readonly line: string
  /** What it said for people. */
  readonly words: readonly string[]
}

/** Start-up, judging and sweeping come on top of a scenario's own time. */
const AROUND_MS = 60_000
const WORDS_SHOWN = 60

const runChild = (scenario: Scenario, running: Set<ChildProcess>): Promise<Outcome> =>
  new Promise(resolve => {
    const child = spawn(process.execPath, [distFile('board/virtual/lab.js'), scenario.name, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe']
    })
    running.add(child)
    let line = ''
    const words: string[] = []
    createInterface({ input: child.stdout }).on('line', text => {
      if (text.startsWith('{')) line = text
    })
    createInterface({ input: child.stderr }).on('line', text => words.push(text))
    const timer = setTimeout(() => child.kill('SIGTERM'), (scenario.timeoutMs ?? 60_000) + AROUND_MS)
    const end = (why: string): void => {
      clearTimeout(timer)
      running.delete(child)
      const none = { scenario: scenario.name, ok: false, lost: 0, heldTwice: 0, awayMs: 0, problems: [why] }
      resolve({ ok: line.includes('"ok":true'), line: line === '' ? JSON.stringify(none) : line, words })
    }
    child.on('error', error => end(error.message))
    child.on('close', (code, signal) => end(`the run ended with ${signal ?? code} and gave no result`))
  })

/** Exit code: 0 when nothing failed. */
export const runAll = async (scenarios: readonly Scenario[], jobs: number, json: boolean): Promise<number> => {
  const waiting = [...scenarios]
  const running = new Set<ChildProcess>()
  let failed = 0
  let stopped = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stopped = true
      for (const child of running) child.kill('SIGTERM')
    })
  }
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !stopped; next = waiting.shift()) {
      const outcome = await runChild(next, running)
      if (!outcome.ok) {
        failed += 1
        process.stderr.write(`${outcome.words.slice(-WORDS_SHOWN).join('\n')}\n`)
      }
      if (!json) process.stdout.write(`${outcome.ok ? 'ok     ' : 'FAILED '} ${next.title}\n`)
      process.stdout.write(`${outcome.line}\n`)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(jobs, 8)) }, work))
  process.stdout.write(
    `${JSON.stringify({ scenarios: scenarios.length, failed: stopped ? failed + waiting.length : failed })}\n`
  )
  return failed === 0 && !stopped ? 0 : 1
}
