// `npm run bench -- mirror`: how fast a file is written through baton's mirror, and through DRBD brought up by hand, on the same two emulated PCs.
// Kernel modules are theirs: this machine needs none. Called by bench.ts.
import { nowMs } from '../../board/virtual/time.js'
import { runOnce } from '../rig/run-once.js'
import { mirrorBench } from '../rig/scenarios/mirror-bench.js'
import { type Comparison, compare, type Round, type Way } from './mirror-figures.js'

export interface MirrorOrder {
  readonly ways: readonly Way[]
  /** Of each way. */
  readonly runs: number
  readonly unlimited: boolean
  readonly json: boolean
}

const table = (title: string, { spreads, ratios }: Comparison): string => {
  const cell = (words: string): string => words.padStart(9)
  const lines = Object.entries(spreads).map(([way, { min, median, max }]) => {
    const ratio = ratios[way as Way]
    const figures = [min, median, max].map(value => cell(value.toFixed(1))).join('')
    return `${way.padEnd(28)}${figures}${cell(ratio === undefined ? '' : ratio.toFixed(2))}`
  })
  return [`${title.padEnd(28)}${['min', 'median', 'max', 'of hand'].map(cell).join('')}`, ...lines].join('\n')
}

/** Exit code. A round that did not come to its end is a failure, a slow one is not: it is what was to be found out. */
export const benchMirror = async ({ ways, runs, unlimited, json }: MirrorOrder): Promise<number> => {
  const startedAt = nowMs()
  const at = (): string => `${((nowMs() - startedAt) / 1000).toFixed(1).padStart(7)} s`
  const rounds: Round[] = []
  const { judgement } = await runOnce({
    scenario: mirrorBench({ ways, runs, unlimited, rounds }),
    image: null,
    newest: false,
    kernelWords: [],
    keep: false,
    at,
    say: text => process.stderr.write(`${at()}  ${text}\n`)
  })
  const { problems } = judgement
  for (const problem of problems) process.stderr.write(`PROBLEM  ${problem}\n`)
  const sequential = compare(rounds, 'sequentialMiBs')
  const small = compare(rounds, 'smallPerS')
  if (json) {
    const line = {
      bench: 'mirror',
      runs,
      unlimited,
      sequentialMiBs: sequential,
      smallPerS: small,
      ok: problems.length === 0
    }
    process.stdout.write(`${JSON.stringify(line)}\n`)
  } else {
    process.stdout.write(
      `\n${table('large writes, MiB/s', sequential)}\n\n${table('small writes in a second', small)}\n`
    )
  }
  return problems.length === 0 ? 0 : 1
}
