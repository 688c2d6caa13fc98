// `npm test`: lint, tidy and unit tests, simulator, lab scenarios, one after the other; then one summary.
// Started by provisioning/run.cjs after everything is built. Its last line is always `N passed, N failed`, which .ci/run
// repeats: mocha's tests and the lab's scenarios are counted; another stage that fails counts as one failure.
import { readLabLine, readMochaLine, type StageCount } from './all-parse.js'
import { runStage, type StageEnd } from './all-stage.js'

interface Stage {
  readonly name: string
  readonly words: readonly string[]
  readonly deadlineMs: number
  /** Reads one line of its output; false = not meant for us, show it. */
  readonly read: ((line: string, count: StageCount) => boolean) | null
  /** The program said how it ended; a stage that never says so has failed, whatever its exit code. */
  readonly saysEnd: boolean
}

const MINUTE_MS = 60_000
const STAGES: readonly Stage[] = [
  {
    name: 'lint',
    words: ['node_modules/@biomejs/biome/bin/biome', 'check', '.'],
    deadlineMs: MINUTE_MS,
    read: null,
    saysEnd: false
  },
  {
    name: 'tidy and unit tests',
    words: ['node_modules/mocha/bin/mocha.js', '--reporter', 'json-stream', 'dist/test/**/*.test.js'],
    deadlineMs: 13 * MINUTE_MS,
    read: readMochaLine,
    saysEnd: true
  },
  {
    name: 'simulator',
    words: ['dist/test/simulator/simulate.js', '--seed', '40001', '--runs', '1000'],
    deadlineMs: 3 * MINUTE_MS,
    read: null,
    saysEnd: false
  },
  {
    name: 'lab scenarios',
    words: ['dist/board/virtual/lab.js', 'all', '--json'],
    deadlineMs: 15 * MINUTE_MS,
    read: readLabLine,
    saysEnd: true
  }
]

const verdict = (stage: Stage, count: StageCount, end: StageEnd): string[] => {
  const reasons: string[] = []
  if (end.timedOut) reasons.push(`was not done after ${stage.deadlineMs / MINUTE_MS} min and was ended`)
  if (stage.saysEnd && !count.ended) reasons.push('ended without its closing line')
  if (stage.saysEnd && count.ended && count.passed + count.failed === 0) reasons.push('ran nothing')
  if (count.ended && count.announced !== count.passed + count.failed)
    reasons.push(`announced ${count.announced} results and gave ${count.passed + count.failed}`)
  if (end.lingered) reasons.push('did not exit after its last result: something is left open')
  if (end.code !== 0 && count.failed === 0 && reasons.length === 0) reasons.push(`exited with ${end.code}`)
  return reasons
}

const main = async (): Promise<number> => {
  const verbose = process.argv.includes('--verbose') || process.env.CI !== undefined
  const rows: string[] = []
  let passed = 0
  let failed = 0
  for (const stage of STAGES) {
    process.stdout.write(`\n== ${stage.name}\n`)
    const count: StageCount = { passed: 0, failed: 0, skipped: 0, announced: 0, ended: false, lines: [] }
    const onLine = (line: string): void => {
      if (stage.read === null || !stage.read(line, count)) process.stdout.write(`${line}\n`)
      for (const text of count.lines.splice(0))
        if (verbose || !text.startsWith('  ok ')) process.stdout.write(`${text}\n`)
    }
    const end = await runStage(stage.words, { deadlineMs: stage.deadlineMs, onLine, hasEnded: () => count.ended })
    const reasons = verdict(stage, count, end)
    for (const reason of reasons) process.stdout.write(`  FAILED  ${stage.name} ${reason}\n`)
    passed += count.passed
    failed += count.failed + reasons.length
    const words = stage.saysEnd ? `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped` : ''
    const state = count.failed + reasons.length === 0 ? 'ok    ' : 'FAILED'
    rows.push(`${state}  ${stage.name.padEnd(20)} ${`${Math.round(end.tookMs / 1000)} s`.padStart(6)}  ${words}`)
  }
  process.stdout.write(`\n${rows.join('\n')}\n\n${passed} passed, ${failed} failed\n`)
  return failed === 0 ? 0 : 1
}

process.exitCode = await main()
