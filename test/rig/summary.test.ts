import { deepEqual, equal, match } from 'node:assert/strict'
import { noFindings } from './context.js'
import { firstbootLine, type Judgement, summaryLine, tableOf } from './summary.js'

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

  it('the line of fresh cards says what came to pass, and is well only where nothing went wrong', () => {
    const seen = judgement()
    deepEqual(JSON.parse(firstbootLine({ ...seen, problems: ['not paired'] })), {
      scenario: 'firstboot',
      paired: false,
      codesAgree: false,
      fenceProved: false,
      diskPrepared: false,
      serving: false,
      lost: 0,
      acts: 0,
      ok: false
    })
    Object.assign(seen.findings.facts, {
      ...{ paired: true, codesAgree: true, fenceProved: true, diskPrepared: true, serving: true },
      acts: 6
    })
    equal(
      firstbootLine(seen),
      '{"scenario":"firstboot","paired":true,"codesAgree":true,"fenceProved":true,"diskPrepared":true,"serving":true,"lost":0,"acts":6,"ok":true}'
    )
  })
})
