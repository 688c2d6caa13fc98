// The daemon's own writers, busy on a state partition, and what they claimed as durable meanwhile. Called by the tests of the
// crash-point proof and by `crash.js --make`.
import { join } from 'node:path'
import type { Durable } from '../../../src/core/types.js'
import { createEventLog } from '../../../src/driver/event-log.js'
import { createReportFile } from '../../../src/driver/report-file.js'
import { STATE_FILE } from '../../../src/driver/state-file.js'
import { encodeDurable } from '../../../src/driver/state-format.js'
import { writeDurably } from '../../../src/driver/state-write.js'
import { createStore, type Memory } from '../../../src/notice/store.js'
import type { Clock } from '../../../src/port/ports.js'
import type { TakeoverReport } from '../../../src/port/takeover-report.js'
import type { Claim } from './floor.js'
import type { Owner } from './records.js'
import { countEntries } from './write-log.js'

/** How the record is written: the daemon's way, or a worse one that the proof must catch. */
export type StateWriter = (folder: string, name: string, text: string) => Promise<void>

export interface LoadOrder {
  /** The mounted state partition's folder for records. */
  readonly folder: string
  readonly log: string
  readonly owner: Owner
  readonly rounds: number
  readonly write?: StateWriter
}

const CLOCK: Clock = { now: () => performance.now(), wallSeconds: () => 1_700_000_000 }
const LIFE = '0123456789abcdef'
/** Long enough that forty rounds of ten events fill the event log and make it rotate. */
const TEXT = 'the record of this round was stored and the pair went on '.repeat(10)
const EVENTS_A_ROUND = 10

const recordOf = ({ board, groups }: Owner, round: number): Durable => ({
  board,
  groups: Object.fromEntries(groups.map(name => [name, { epoch: { number: round, board }, grant: 0 }])),
  mode: round % 2 === 0 ? 'auto' : 'manual',
  modeNumber: round,
  modeForMs: 0,
  proof: { wiring: 'w', wallSeconds: 1_700_000_000, bySense: true },
  startFences: round % 3,
  mustReset: null,
  // Of very different lengths, so that a record takes one block at times and several at others.
  evidence: { note: 'x'.repeat((round * 977) % 9000) },
  relay: null
})

const reportOf = ({ board }: Owner, round: number): Omit<TakeoverReport, 'id'> => ({
  board,
  kind: round % 2 === 0 ? 'takeover' : 'switchover',
  outcome: 'done',
  reason: null,
  wallSeconds: 1_700_000_000,
  zeroAtMs: round,
  life: LIFE,
  beganMs: 0,
  endedMs: 100,
  decision: { code: 'sense-fell', rules: ['R9'], text: TEXT },
  seen: null,
  confirmedBy: null,
  steps: [],
  groups: [],
  notes: []
})

/** Resolves with what was claimed, when all that was begun is written. */
export const runLoad = async ({ folder, log, owner, rounds, write = writeDurably }: LoadOrder): Promise<Claim[]> => {
  const claims: Claim[] = []
  const events = createEventLog(folder, CLOCK, { life: LIFE, isBusy: () => false })
  const reports = createReportFile(folder)
  let memory: Memory = { handled: { [LIFE]: 0 }, channels: {} }
  const store = createStore(
    folder,
    () => memory,
    words => {
      if (words !== null) throw new Error(words)
    }
  )
  for (let round = 1; round <= rounds; round++) {
    for (let at = 0; at < EVENTS_A_ROUND; at++)
      events.append({ level: at === 0 ? 'alarm' : 'info', code: `round-${round}`, text: TEXT })
    const durable = recordOf(owner, round)
    await write(folder, STATE_FILE, encodeDurable(durable))
    claims.push({ entries: countEntries(log), durable, event: null })
    if (round % 3 === 0) reports.put(reportOf(owner, round), null)
    memory = { ...memory, handled: { [LIFE]: round * EVENTS_A_ROUND } }
    if (round % 2 === 0) await store.keep()
    if (round % 10 === 0) {
      await events.flush()
      claims.push({ entries: countEntries(log), durable: null, event: round * EVENTS_A_ROUND })
    }
  }
  await events.flush()
  await reports.flush()
  await store.close()
  if (events.lost.count > 0) throw new Error(`${events.lost.count} events were not written in ${join(folder)}`)
  return claims
}
