// What a run of the rig ends with: the table for people, one line for machines. Pure; used by rig.ts.
import type { Findings } from './scenario.js'

export interface Judgement {
  readonly findings: Findings
  /** Acknowledged numbers that are not on the disk. */
  readonly lost: number
  readonly heldTwice: number
  readonly minutes: number
  /** What went wrong; empty = nothing. */
  readonly problems: readonly string[]
}

/** The one line that machines read. */
export const summaryLine = ({ findings, lost, heldTwice, minutes }: Judgement): string =>
  JSON.stringify({
    takeovers: findings.takeovers,
    fenceProved: findings.fenceProved,
    lost,
    heldTwice,
    recovered: findings.recovered,
    failedUnits: findings.failedUnits,
    takeoverSeconds: findings.takeoverSeconds,
    minutes: Math.round(minutes * 10) / 10
  })

/** The line of the scenario that begins with two fresh cards: what did not come to pass is false. */
export const firstbootLine = ({ findings: { facts }, lost, problems }: Judgement): string =>
  JSON.stringify({
    scenario: 'firstboot',
    paired: facts.paired === true,
    codesAgree: facts.codesAgree === true,
    fenceProved: facts.fenceProved === true,
    diskPrepared: facts.diskPrepared === true,
    serving: facts.serving === true,
    lost,
    acts: Number(facts.acts ?? 0),
    ok: problems.length === 0
  })

/** The line of the mirrored disk: what did not come to pass is false or 0. */
export const mirrorLine = ({ findings: { facts }, lost, problems }: Judgement): string =>
  JSON.stringify({
    scenario: 'mirror',
    lost,
    staleRefused: facts.staleRefused === true,
    resyncBlocks: Number(facts.resyncBlocks ?? 0),
    changedBlocks: Number(facts.changedBlocks ?? 0),
    resyncsInterrupted: Number(facts.resyncsInterrupted ?? 0),
    ok: problems.length === 0
  })

/** Rows as a table of two columns. */
export const tableOf = (judgement: Judgement): string => {
  const rows = [
    ...judgement.findings.rows,
    { what: 'acknowledged numbers that are not on the disk', seen: String(judgement.lost) },
    { what: 'times that both boards held something', seen: String(judgement.heldTwice) },
    { what: 'minutes', seen: judgement.minutes.toFixed(1) }
  ]
  const width = Math.max(...rows.map(({ what }) => what.length))
  return rows.map(({ what, seen }) => `${what.padEnd(width)}  ${seen}`).join('\n')
}
