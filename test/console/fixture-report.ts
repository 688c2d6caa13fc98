// Reports as real runs of the lab made them, to be bent by each test.
import type { ReportGroup, ReportStep, TakeoverReport } from '../../src/runtime/status.js'
import { NOW_SECONDS } from './fixture-status.js'

type Row = readonly [step: ReportStep['step'], fromMs: number, tookMs: number | null, ok?: boolean]

const rows = (list: readonly Row[], group?: string): readonly ReportStep[] =>
  list.map(([step, fromMs, tookMs, ok = true]) => ({
    step,
    fromMs,
    tookMs,
    ok,
    ...(group === undefined ? {} : { group })
  }))

const FENCE: readonly Row[] = [
  ['detection', 0, 151.1],
  ['store', 151.1, 3.7],
  ['relay', 154.8, 0.6],
  ['confirmation', 155.4, 5.3]
]

const TAKING: readonly Row[] = [
  ['epoch', 160.7, 2],
  ['attach', 162.7, 17.6],
  ['setAddresses', 162.7, 42.1],
  ['check', 180.3, 35.8],
  ['mount', 216.1, 24.9],
  ['startServices', 241, 25.6]
]

const SERVED: ReportGroup = {
  name: 'files',
  right: 'fencing',
  rule: 'R2b',
  epoch: { number: 8, board: 'b' },
  servedUntilMs: 0,
  servedFromMs: 266.6,
  servedBy: 'b',
  interruptionMs: 266.6,
  outcome: 'served',
  reason: null
}

export const TAKEOVER: TakeoverReport = {
  id: 7,
  board: 'b',
  kind: 'takeover',
  outcome: 'done',
  reason: null,
  wallSeconds: NOW_SECONDS,
  zeroAtMs: 3_725_112.4,
  life: '8d3c1f0a',
  beganMs: 151.1,
  endedMs: 266.6,
  decision: {
    code: 'sense-fell',
    rules: ['R9', 'R3'],
    text: 'power sense fell and all links were silent: the peer is held off'
  },
  seen: {
    lastTokenMs: { serial: -15.2, ethernet: 0 },
    senseFellMs: 78.4,
    sense: false,
    senseTrusted: true,
    loop: true,
    lanUp: true
  },
  confirmedBy: 'sense and loop',
  steps: [...rows(FENCE), ...rows(TAKING, 'files')],
  groups: [SERVED],
  notes: [{ atMs: 151.1, level: 'warning', code: 'fencing-requested', text: "cutting the peer's power (hold)" }]
}

const FSCK =
  'e2fsck -p /dev/sda1 ended with 4: errors are left that it does not dare to repair by itself (baton: UNEXPECTED INCONSISTENCY; RUN fsck MANUALLY); repair it by hand'

export const FSCK_FAILED: TakeoverReport = {
  ...TAKEOVER,
  id: 8,
  outcome: 'failed',
  reason: FSCK,
  steps: [...rows(FENCE), ...rows(TAKING.slice(0, 3), 'files'), ...rows([['check', 180.3, 35.8, false]], 'files')],
  groups: [{ ...SERVED, servedFromMs: null, servedBy: null, interruptionMs: null, outcome: 'failed', reason: FSCK }],
  notes: [{ atMs: 216, level: 'alarm', code: 'check-failed', text: `files cannot be served here: ${FSCK}` }]
}

export const NOT_PROVED: TakeoverReport = {
  ...TAKEOVER,
  id: 9,
  kind: 'fencing',
  outcome: 'failed',
  reason: 'the power sense line still reads on',
  decision: {
    code: 'silence-later',
    rules: ['R9'],
    text: "silence: this board fires after the other's head start (place 2)"
  },
  seen: {
    lastTokenMs: { serial: null, ethernet: 0 },
    senseFellMs: null,
    sense: true,
    senseTrusted: true,
    loop: true,
    lanUp: false
  },
  confirmedBy: null,
  steps: rows([
    ['detection', 0, 1000],
    ['wait', 1000, 1500.2],
    ['store', 2500.2, 4],
    ['relay', 2504.2, 21],
    ['confirmation', 2525.2, 9979, false]
  ]),
  groups: [],
  notes: []
}

export const GIVEN: TakeoverReport = {
  ...TAKEOVER,
  id: 10,
  board: 'a',
  kind: 'switchover',
  decision: { code: 'operator', rules: ['R2a'], text: 'ordered by the operator on this board' },
  seen: null,
  confirmedBy: null,
  steps: rows(
    [
      ['stopServices', 0, 14],
      ['clearAddresses', 14, 29],
      ['unmount', 14, 27],
      ['detach', 44, 4],
      ['inspect', 47, 10],
      ['grant', 57, 8],
      ['peer', 65, 2092]
    ],
    'files'
  ),
  groups: [
    {
      ...SERVED,
      right: null,
      rule: null,
      epoch: null,
      outcome: 'handed-over',
      interruptionMs: 2157,
      servedFromMs: 2157
    }
  ],
  notes: []
}

/** Four groups at once, the worst that a screen must hold. */
export const FOUR: TakeoverReport = {
  ...TAKEOVER,
  id: 11,
  steps: [...rows(FENCE), ...['files', 'till', 'logger', 'home-automation'].flatMap(name => rows(TAKING, name))],
  groups: ['files', 'till', 'logger', 'home-automation'].map(name => ({ ...SERVED, name }))
}
