import { deepEqual, match } from 'node:assert/strict'
import type { Durable } from '../../../src/core/types.js'
import { createFloor, forgotten } from './floor.js'
import type { Records } from './records.js'

const DURABLE: Durable = {
  board: 'a',
  groups: {
    files: { epoch: { number: 7, board: 'a' }, grant: 8 },
    mail: { epoch: { number: 2, board: 'b' }, grant: 0 }
  },
  mode: 'auto',
  modeNumber: 3,
  modeForMs: 0,
  proof: null,
  startFences: 1,
  mustReset: null,
  evidence: {},
  relay: null
}
const RECORDS: Records = { durable: DURABLE, event: 40, alarm: 30, report: 2, files: ['state.json', 'key'] }
const files = (number: number, board: 'a' | 'b', grant: number): Records => ({
  ...RECORDS,
  durable: { ...DURABLE, groups: { ...DURABLE.groups, files: { epoch: { number, board }, grant } } }
})

describe('what a board must not forget', () => {
  it('is everything that was on the card, and no more', () => {
    deepEqual(forgotten(RECORDS, RECORDS), [])
    deepEqual(forgotten({ durable: null, event: null, alarm: null, report: null, files: [] }, RECORDS), [])
    deepEqual(
      forgotten(RECORDS, { ...RECORDS, event: 41, report: 3, files: ['notices.json', 'key', 'state.json'] }),
      []
    )
  })

  it('is each epoch and each grant within it (R5, R2a), the mode (R14), and that there is a record at all', () => {
    const words = (now: Records): string => forgotten(RECORDS, now).join('; ')
    match(words(files(6, 'b', 0)), /^the epoch of files fell back to 6b, and it was 7a before \(R5\)$/)
    match(words(files(7, 'a', 0)), /^the grant of files fell back to 0, and it was 8 before \(R2a\)$/)
    deepEqual(forgotten(RECORDS, files(7, 'b', 0)), [])
    deepEqual(forgotten(RECORDS, files(8, 'a', 0)), [])
    match(words({ ...RECORDS, durable: { ...DURABLE, modeNumber: 2 } }), /the mode's number fell back to 2/)
    match(
      words({ ...RECORDS, durable: { ...DURABLE, groups: {} } }),
      /group files is forgotten; group mail is forgotten/
    )
    match(words({ ...RECORDS, durable: null }), /the durable record is lost/)
  })

  it('is each event, alarm, report and file', () => {
    const now: Records = { ...RECORDS, event: 39, alarm: null, report: 1, files: ['state.json'] }
    deepEqual(forgotten(RECORDS, now), [
      'the newest event without a gap before it is 39, and 40 was on the card before',
      'the newest alarm is none, and 30 was on the card before',
      'the newest report is 1, and 2 was on the card before',
      'key is lost: it was on the card before'
    ])
  })

  it('binds from where it is surely on the card: a torn point only after its window, a claim from its entry on', () => {
    const floor = createFloor([{ entries: 20, durable: { ...DURABLE, modeNumber: 9 }, event: null }])
    deepEqual(floor.judge(RECORDS, 5, 5), [])
    // By luck the writes up to 15 brought event 50.
    deepEqual(floor.judge({ ...RECORDS, event: 50 }, 10, 15), [])
    deepEqual(floor.judge(RECORDS, 12, 12), [])
    match(floor.judge({ ...RECORDS, event: 39 }, 14, 14).join(), /is 39, and 40 was/)
    match(floor.judge(RECORDS, 15, 15).join(), /is 40, and 50 was/)
    match(floor.judge({ ...RECORDS, event: 60 }, 20, 20).join(), /the mode's number fell back to 3, and it was 9/)
    deepEqual(floor.judge({ ...RECORDS, event: 60, durable: { ...DURABLE, modeNumber: 9 } }, 21, 21), [])
  })
})
