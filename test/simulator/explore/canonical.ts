// Two boards that will behave alike get the same name: instants relative to now, numbers renamed, what cannot matter any more forgotten.
// The only part of the simulator that looks into a core, and only to rename. Called by shelf.ts after every change of a board.
import { mayBeCutMs } from '../../../src/core/drill.js'
import type { MirrorView } from '../../../src/core/mirror-state.js'
import { type CoreState, type FenceState, SENT_MAX } from '../../../src/core/state.js'
import { LINK_IDS } from '../../../src/core/types.js'
import type { Board } from './board.js'
import { GROUP, RESTART_WINDOW_MS } from './pair.js'

/** Now, in every state. */
export const NOW = 100_000
/** The newest sequence of every life; older than this many tokens is older than the dead time. */
export const SEQUENCE = 20
/** Longer than any duration that is counted up to now (the last of the firing slots), and than any that is compared between two instants. */
const LONG_MS = 4600
const GAP_MS = 400
/** What lies this far ahead (minutes) never comes within a walk. */
const FAR_MS = 10_000
const NEVER = NOW + 1_000_000
/** Its next look lies far ahead: a walk has other things to do. */
const noPanel = (): CoreState['panel'] => ({
  lookAt: NEVER,
  shownAt: NEVER,
  shown: '',
  testUntil: 0,
  acknowledged: [],
  raised: [],
  press: null,
  accepted: false,
  answered: null
})
/** Long ago, and it does not matter when; just after that, and just after that: an order among what is long past. */
const PAST = 1
const PAST_ECHO = 2
const PAST_ORDER = 3

const IS_INSTANT = /(?:At|Since|Until|By|From|Before|^at|^by)$/

type Plain = Record<string, unknown>

const eachInstant = (value: Plain, change: (at: number) => number): void => {
  for (const key in value) {
    const found = value[key]
    if (typeof found === 'number') {
      if (found > 0 && IS_INSTANT.test(key)) value[key] = change(found)
    } else if (typeof found === 'object' && found !== null && !SKIPPED.has(key)) {
      if (Array.isArray(found)) {
        if (key === 'sentAt' || key === 'restarts')
          for (let i = 0; i < found.length; i++) if (found[i] > 0) found[i] = change(found[i])
      } else eachInstant(found as Plain, change)
    }
  }
}

/** Objects without instants. */
const SKIPPED: ReadonlySet<string> = new Set([
  'settings',
  'boot',
  'token',
  'durable',
  'stored',
  'pending',
  'jobs',
  'panel'
])

/** `ms` pass. */
export const age = (core: CoreState, ms: number): void => {
  eachInstant(core as unknown as Plain, at => (at >= NEVER || at <= PAST_ORDER ? at : at - ms))
}

/** Old instants keep their order and their gaps up to GAP_MS; the rest of their age is forgotten. */
const compress = (core: CoreState): void => {
  const found = new Set<number>()
  eachInstant(core as unknown as Plain, at => {
    if (at > PAST_ORDER && at <= NOW) found.add(at)
    return at > NOW + FAR_MS ? NEVER : at
  })
  const renamed = new Map<number, number>()
  let before = NOW
  let after = NOW
  for (const at of [...found].sort((x, y) => y - x)) {
    const gap = before - at
    const kept = gap <= GAP_MS ? after - gap : Math.max(after - gap, Math.min(after - GAP_MS, NOW - LONG_MS))
    renamed.set(at, kept)
    before = at
    after = kept
  }
  eachInstant(core as unknown as Plain, at => renamed.get(at) ?? at)
}

/** What the relay's last use leaves behind, where no rule asks for it any more. */
const forgetFence = (fence: FenceState): void => {
  const { phase, purpose, relayOn } = fence
  const done = phase === 'idle' || (phase === 'restoring' && purpose !== 'proof')
  if (done && !relayOn) {
    fence.startedAt = PAST
    fence.orderedAt = PAST
    fence.drivenAt = PAST
    fence.senseOnAtOrder = false
  }
  if (done || phase === 'left-off') fence.confirmedAt = 0
  if ((phase === 'confirmed' || phase === 'left-off') && purpose !== 'proof' && fence.operatorUntil === 0)
    fence.startedAt = PAST
  if (phase === 'idle' && !relayOn) {
    fence.confirmedBy = ''
    fence.counted = false
    fence.operatorUsed = false
  }
  if (fence.drivenAt < NOW - GAP_MS) fence.drivenAt = PAST
  if (phase !== 'restoring' && phase !== 'failed') fence.releasedAt = PAST
}

/** An echo of long ago is compared with four instants only; where it is older than all of them their own age is forgotten, too. */
const forgetEcho = (core: CoreState): void => {
  const { fence, peer, settings } = core
  const views = Object.values(core.groups)
  const old = NOW - settings.timing.deadMs
  const echo = peer.tokenEchoSentAt
  if (echo >= old) return
  const ordered = fence.orderedAt > PAST ? [fence.orderedAt] : []
  // A drill waits for an echo that is younger than its order (R4).
  if (fence.phase === 'storing') ordered.push(fence.startedAt, peer.lifeAt)
  const mirrors = views.flatMap(view => (view.mirror === null ? [] : [view.mirror]))
  const told = mirrors.flatMap(mirror => [mirror.goodSince, mirror.linkSince, mirror.askedAt, mirror.saidAt])
  const since = [core.seniorSince, ...ordered, ...views.map(view => view.tenureAt), ...told].filter(at => at > PAST)
  if (echo > PAST_ORDER && since.some(at => at <= echo)) return
  if (echo > 0) peer.tokenEchoSentAt = PAST_ECHO
  if (core.seniorSince > PAST && core.seniorSince < old) core.seniorSince = PAST_ORDER
  for (const view of views) if (view.tenureAt > PAST && view.tenureAt < old) view.tenureAt = PAST_ORDER
  for (const mirror of mirrors)
    for (const key of ['goodSince', 'linkSince', 'askedAt', 'saidAt'] as const)
      if (mirror[key] > PAST && mirror[key] < old) mirror[key] = PAST_ORDER
  const settled = fence.phase === 'confirmed' || fence.phase === 'left-off'
  if (settled && settings.wiring.loop && fence.orderedAt < old - GAP_MS) fence.orderedAt = PAST_ORDER
}

/** What moves no turn to fire any more: it comes before a dead time after the last token either way (R9). */
const forgetTurn = (core: CoreState): void => {
  const { peer, settings } = core
  const { tokenIntervalMs, latenessMs, deadMs } = settings.timing
  const echoed = peer.echoedSentAt ?? 0
  const quietMs = 1.5 * tokenIntervalMs + latenessMs
  if (peer.echoAdvancedAt + quietMs <= echoed + deadMs) peer.echoAdvancedAt = PAST
  if (peer.resumedAt + quietMs <= echoed + deadMs) peer.resumedAt = 0
  const heardAt = peer.lastFreshAt ?? NOW
  if (core.fitSince !== null && core.fitSince <= Math.min(heardAt, peer.lastFreshAt === null ? NOW : echoed))
    core.fitSince = PAST
  if (core.slotSince <= Math.min(heardAt, echoed)) core.slotSince = PAST
}

/** What a mirror was told or told itself before the last echo that is compared with it, and longer ago than an answer takes. */
const forgetMirror = (core: CoreState, mirror: MirrorView): void => {
  const { answerMs, deadMs } = core.settings.timing
  const old = Math.min(NOW - Math.max(answerMs, deadMs), core.peer.tokenEchoSentAt - 1)
  for (const key of ['goodSince', 'linkSince', 'lostSince', 'askedAt', 'saidAt'] as const)
    if (mirror[key] > PAST && mirror[key] < old) mirror[key] = PAST
  const seenAfter = mirror.seenAt > mirror.aloneAt
  if (mirror.aloneAt <= PAST_ECHO || Math.max(mirror.seenAt, mirror.aloneAt) < NOW - GAP_MS) {
    mirror.seenAt = PAST_ECHO
    mirror.aloneAt = seenAfter ? PAST : PAST_ECHO
  }
}

/** Instants and counts that no rule asks for in this situation. */
const forget = (core: CoreState): void => {
  const { tokenIntervalMs, deadMs, settleMs } = core.settings.timing
  const { peer, input } = core
  for (const link of LINK_IDS) {
    const view = core.links[link]
    view.received = 0
    view.expected = 0
    view.roundTripMs = null
    view.lastAnyAt = null
    if (view.lastFreshAt !== null && NOW - view.lastFreshAt >= 2 * tokenIntervalMs) view.lastFreshAt = null
    if (view.candidate !== null && NOW - view.candidate.at > 4 * tokenIntervalMs) view.candidate = null
  }
  // Only sequence and echo of a token are for one moment; the rest is what the peer said last.
  if (peer.token !== null && peer.token.sequence !== 0) peer.token = { ...peer.token, sequence: 0, echo: 0 }
  peer.fitSince = null
  // An echo that is believed at all is younger than the dead time.
  if (peer.mutual || peer.lifeAt < NOW - deadMs) peer.lifeAt = PAST
  input.senseChanges = []
  if (peer.lastWordAt !== null && peer.lastWordAt < NOW - 1.5 * tokenIntervalMs) peer.lastWordAt = PAST
  // A relay that was driven for longer than any drill holds no order up any more (R4).
  if (peer.drivesSince !== null && mayBeCutMs(core, NOW) === 0) peer.drivesSince = PAST
  peer.retired = peer.retired.slice(0, 2)
  if (input.lanUp || input.lanSince < NOW - 2 * core.settings.timing.lanGraceMs) input.lanSince = PAST
  if (input.sense !== false && input.senseSince <= (peer.lastFreshAt ?? core.startedAt)) input.senseSince = PAST
  const settled = core.settings.wiring.loop && core.fence.phase !== 'failed'
  if (settled && input.sense === false && input.senseSince < NOW - GAP_MS) input.senseSince = PAST
  if (peer.lastAnyAt !== null && peer.lastAnyAt < NOW - GAP_MS && core.fence.operatorUntil === 0) peer.lastAnyAt = null
  if (input.loopSince < NOW - GAP_MS) input.loopSince = PAST
  if (peer.lastFreshAt !== null) {
    core.startedAt = PAST
    const judged = core.countFrom <= peer.lastFreshAt && core.countFrom <= (peer.echoedSentAt ?? 0)
    if (judged && core.countFrom <= NOW - settleMs && !core.stalled) core.countFrom = PAST
  }
  const echoes = Math.min(peer.tokenEchoSentAt < 0 ? NOW : peer.tokenEchoSentAt, NOW - deadMs)
  if (core.seniorSince < echoes) core.seniorSince = PAST
  for (const view of Object.values(core.groups)) {
    view.since = 0
    view.move = null
    if (view.mirror !== null) forgetMirror(core, view.mirror)
    view.restarts = view.restarts.filter(at => NOW - at < RESTART_WINDOW_MS)
    if (view.tenureAt < echoes) view.tenureAt = PAST
  }
  core.wallSeconds = 0
  core.watchdogAt = NEVER
  forgetFence(core.fence)
  forgetEcho(core)
  forgetTurn(core)
  // Nobody presses a button here, and lights decide nothing.
  core.panel = noPanel()
  // Only the log asks for it.
  core.told = { peerHeard: null, heardSince: PAST, links: {}, lasting: {} }
}

/** Stores count from the newest one that is durable, orders to the relay from the newest one. */
const renameOrders = (board: Board, core: CoreState): void => {
  const stored = core.storedCount
  const later = (store: number): number => Math.max(0, store - stored)
  core.storedCount = 0
  core.storeCount = later(core.storeCount)
  core.pending = core.pending.map(one => ({ ...one, store: later(one.store) }))
  core.fence.store = later(core.fence.store)
  if (core.fence.proof !== null) core.fence.proof.store = later(core.fence.proof.store)
  for (const view of Object.values(core.groups)) view.store = later(view.store)
  if (board.writing !== null) board.writing.store -= stored
  if (board.waiting !== null) board.waiting.store -= stored
  const shift = core.fence.order - 100
  core.fence.order = 100
  for (const one of board.relayOrders) one.order -= shift
  renameJobs(board, core)
}

const renameJobs = (board: Board, core: CoreState): void => {
  const names = new Map<number, number>()
  for (const job of board.jobs) {
    if (job.job === 0) continue
    names.set(job.job, names.size + 1)
    job.job = names.size
  }
  const view = core.groups[GROUP]
  if (view === undefined) return
  const jobs = Object.entries(view.jobs).sort(([x], [y]) => (x < y ? -1 : 1))
  view.jobs = Object.fromEntries(jobs.map(([action, job]) => [action, names.get(job) ?? 0]))
  core.jobCount = names.size
}

/** Own numbers end at SEQUENCE; only those that can still be echoed keep their instant. Returns how far they moved. */
const renameSent = (core: CoreState): number => {
  const moved = core.sequence - SEQUENCE
  const sent = new Array<number>(SEQUENCE + 1).fill(-1)
  for (let i = 1; i <= SEQUENCE; i++) {
    const at = core.sentAt[(i + moved + SENT_MAX) % SENT_MAX]
    if (at !== undefined && at >= NOW - core.settings.timing.deadMs) sent[i] = at
  }
  core.sequence = SEQUENCE
  core.sentAt = sent
  return moved
}

/** A new life begins with the number that all lives have. */
export const beginNumbers = (core: CoreState): void => {
  core.sequence = SEQUENCE
  core.sentAt = new Array<number>(SEQUENCE + 1).fill(-1)
}

/** Renames in place; returns how far this board's own sequence numbers moved: references to them elsewhere must follow. */
export const canonise = (board: Board): number => {
  const { core } = board
  if (core === null) return 0
  const moved = renameSent(core)
  renameOrders(board, core)
  forget(core)
  compress(core)
  return moved
}

/** The peer's life `nonce` renamed its numbers: what is remembered of them follows; 0 = too old to matter. */
export const followPeer = (core: CoreState, nonce: string, moved: number): void => {
  const { peer } = core
  const follow = (sequence: number): number => Math.max(0, sequence - moved)
  for (const link of LINK_IDS) {
    const view = core.links[link]
    if (view.candidate?.nonce === nonce) view.candidate.sequence = follow(view.candidate.sequence)
    if (peer.nonce === nonce) view.highest = follow(view.highest)
  }
  if (peer.nonce === nonce) peer.highest = follow(peer.highest)
}
