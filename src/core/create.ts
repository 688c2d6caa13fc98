// Makes the state of a new life of the core from what was read at start. Called once per life; decides nothing.
import { type Boot, initialDurable } from './boot.js'
import type { MirrorView } from './mirror-state.js'
import type { PanelState } from './panel-state.js'
import type { Settings } from './settings.js'
import type { CoreState, FenceState, GroupState, LinkView } from './state.js'
import { SENT_MAX } from './state.js'
import { type Durable, LINK_IDS, type LinkId } from './types.js'

/** The lamp test at the start. */
const TEST_MS = 3000

const newLink = (nextTokenAt: number): LinkView => ({
  nextTokenAt,
  lastSentAt: -1,
  highest: 0,
  lastFreshAt: null,
  lastAnyAt: null,
  roundTripMs: null,
  candidate: null,
  received: 0,
  expected: 0
})

const newMirror = (now: number): MirrorView => ({
  seen: null,
  seenAt: 0,
  aloneAt: 0,
  linkSince: now,
  goodSince: 0,
  lostSince: 0,
  current: false,
  question: 0,
  askedAt: 0,
  saidAt: 0,
  parted: false
})

export const newGroup = (now: number, mirrored = false): GroupState => ({
  phase: 'unknown',
  since: now,
  store: 0,
  rightBy: null,
  jobs: {},
  disk: 'none',
  addresses: false,
  services: false,
  logins: false,
  stamped: false,
  restamp: false,
  retryAt: 0,
  afterRelease: 'standby',
  planned: false,
  moveNotBefore: 0,
  tenureAt: now,
  cannotServe: null,
  seenNumber: 0,
  cannotServeUntil: 0,
  releaseRun: false,
  lookAt: 0,
  lateChild: false,
  releaseStep: 0,
  releaseBy: 0,
  problem: null,
  diskSeen: true,
  mirror: mirrored ? newMirror(now) : null,
  wantedUntil: 0,
  wantedMoved: false,
  move: null,
  restarts: [],
  restarting: false,
  restartAt: 0
})

/** A relay that is found driven was driven by an earlier life: it is kept as it is, and weighed anew (R3). */
const newFence = (boot: Boot, durable: Durable, now: number): FenceState => ({
  phase: boot.relayDriven ? (durable.relay?.purpose === 'left-off' ? 'left-off' : 'waiting') : 'idle',
  purpose: boot.relayDriven ? (durable.relay?.purpose ?? 'hold') : null,
  order: 0,
  relayOn: boot.relayDriven,
  store: 0,
  startedAt: now,
  orderedAt: now,
  drivenAt: now,
  senseOnAtOrder: false,
  agentConfirmed: false,
  agentConfirmedAt: 0,
  confirmedAt: 0,
  confirmedBy: '',
  operatorUntil: 0,
  operatorUsed: false,
  counted: false,
  releaseAgainAt: 0,
  releasedAt: 0,
  heardBy: 0,
  problem: null,
  request: null,
  nonceBefore: null,
  proof: null,
  retried: false
})

/** Every life begins with a lamp test. */
const newPanel = (now: number): PanelState => ({
  lookAt: 0,
  shownAt: 0,
  shown: '',
  testUntil: now + TEST_MS,
  acknowledged: [],
  raised: [],
  press: null,
  accepted: false,
  answered: null
})

/** Groups that the record does not know (the configuration grew) start as the home board's at epoch 0. */
const completed = (durable: Durable, settings: Settings): Durable => {
  const fresh = initialDurable(settings)
  return { ...durable, groups: { ...fresh.groups, ...durable.groups } }
}

/**
 * The state before the first step. The first `tick` makes it begin.
 * `now`: monotonic milliseconds of this board. Source: ARCHITECTURE, data flow.
 */
export const createCore = (settings: Settings, boot: Boot, now: number): CoreState => {
  const durable = boot.durable === null ? initialDurable(settings) : completed(boot.durable, settings)
  return {
    settings,
    boot,
    begun: false,
    startedAt: now,
    lastStepAt: now,
    wakeAt: now,
    sequence: 0,
    sentAt: new Array<number>(SENT_MAX).fill(-1),
    sendSoon: false,
    // Both links at the same instant: one wake-up, and a cut leaves the same silence on both.
    links: Object.fromEntries(LINK_IDS.map(link => [link, newLink(now)])) as Record<LinkId, LinkView>,
    peer: {
      nonce: null,
      lifeAt: now,
      mutual: false,
      retired: [],
      highest: 0,
      token: null,
      lastFreshAt: null,
      tokenEchoSentAt: -1,
      echoedSentAt: null,
      echoAdvancedAt: 0,
      resumedAt: 0,
      lastAnyAt: null,
      lastWordAt: null,
      drivesSince: null,
      foreignAt: null,
      foreign: null,
      foreignReportedAt: {},
      fitSince: null,
      recovering: false
    },
    input: {
      sense: settings.wiring.sense ? boot.sense : null,
      senseSince: now,
      senseAgreed: false,
      senseDistrusted: false,
      senseChanges: [],
      loop: settings.wiring.loop ? boot.loop : null,
      loopSince: now,
      lanUp: boot.lanUp,
      lanSince: now
    },
    fence: newFence(boot, durable, now),
    groups: Object.fromEntries(settings.groups.map(group => [group.name, newGroup(now, group.disk === 'mirrored')])),
    durable,
    stored: durable,
    pending: [],
    storeCount: 0,
    storedCount: 0,
    storeWanted: false,
    storageProblem: boot.durable === null ? (boot.stateProblem ?? 'no durable state') : null,
    storageStale: boot.durable === null,
    storeRetryAt: 0,
    wallSeconds: 0,
    jobCount: 0,
    draining: false,
    countFrom: now,
    hiccupAt: 0,
    fitSince: null,
    stalled: false,
    senior: 'a',
    seniorSince: now,
    slot: -1,
    slotSince: now,
    told: { peerHeard: null, heardSince: now, links: {}, lasting: {} },
    recovery: null,
    modeAsk: null,
    modeUntil: durable.modeForMs > 0 ? now + durable.modeForMs : 0,
    watchdogAt: now,
    leaving: null,
    resetOrdered: false,
    resetBy: 0,
    panel: newPanel(now)
  }
}
