import { deepEqual, match } from 'node:assert/strict'
import { noFindings } from './context.js'
import { type Judgement, summaryLine, tableOf } from './summary.js'

const judgement = (): Judgement => ({
  findings: { ...noFindings(), takeovers: 1, fenceProved: true, recovered: true, takeoverSeconds: 41.3 },
  lost: 0,
  heldTwice: 0,
  minutes: 31.64,
  problems: []
})

describe('the summary of a run of the rig', () => {
  it('the one line has what machines look for, and nothing else', () => {
    deepEqual(JSON.parse(summaryLine(judgement())), {
      takeovers: 1,
      fenceProved: true,
      lost: 0,
      heldTwice: 0,
      recovered: true,
      failedUnits: 0,
      takeoverSeconds: 41.3,
      minutes: 31.6
    })
  })

  it('a run without a takeover says so instead of a time', () => {
    deepEqual(JSON.parse(summaryLine({ ...judgement(), findings: noFindings() })).takeoverSeconds, null)
  })

  it('the table ends with the judgement, below what the scenario saw', () => {
    const seen = judgement()
    seen.findings.rows.push({ what: 'both boards booted', seen: '200 s' })
    const lines = tableOf(seen).split('\n')
    match(lines[0] ?? '', /^both boards booted {2,}200 s$/)
    match(lines.at(-1) ?? '', /^minutes {2,}31\.6$/)
  })
})
