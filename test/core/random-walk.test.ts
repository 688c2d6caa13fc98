// Whatever happens in whatever order: no step throws, none orders without bound, and the state is plain data.
import { deepEqual, equal } from 'node:assert/strict'
import { createCore } from '../../src/core/create.js'
import { describe as describeCore } from '../../src/core/describe.js'
import type { Effect } from '../../src/core/effect.js'
import type { CoreEvent, GroupAction, OperatorRequest } from '../../src/core/event.js'
import { nextWakeAt, step } from '../../src/core/step.js'
import { type LinkId, NO_NONCE, type Token } from '../../src/core/types.js'
import { bootOf, FILES, NOTHING, SERVING, settingsOf, WEB, WIRINGS, type WiringName } from './board-settings.js'

/** Orders of one step at most: two tokens, a store, and a handful for each of two groups and the fence. */
const EFFECTS_MAX = 24
const STEPS = 1500

const randomFrom = (seed: number): ((below: number) => number) => {
  let x = seed * 2654435761 + 1
  return below => {
    x = (Math.imul(x ^ (x >>> 15), x | 1) + 0x6d2b79f5) >>> 0
    x ^= x << 13
    x >>>= 0
    return (x >>> 4) % below
  }
}

const ACTIONS: readonly GroupAction[] = [
  'inspect',
  'attach',
  'check',
  'mount',
  'setAddresses',
  'checkAndSetAddresses',
  'startServices',
  'stopServices',
  'restartServices',
  'clearAddresses',
  'unmount',
  'detach',
  'abandon'
]
const ORDERS: readonly OperatorRequest[] = [
  { order: 'switchover', group: 'files' },
  { order: 'switchover', group: 'web' },
  { order: 'mode', mode: 'manual', forMs: 2000 },
  { order: 'mode', mode: 'maintenance', forMs: 0 },
  { order: 'mode', mode: 'auto', forMs: 0 },
  { order: 'fenceProve' },
  { order: 'fenceOff' },
  { order: 'fenceOn' },
  { order: 'confirm' },
  { order: 'recover' },
  { order: 'recover', home: true }
]

interface Walk {
  readonly below: (n: number) => number
  readonly waiting: CoreEvent[]
  readonly sentOn: Record<LinkId, number>
  sequence: number
  life: number
}

const pick = <T>(walk: Walk, list: readonly T[]): T => list[walk.below(list.length)] as T

const randomToken = (walk: Walk, link: LinkId): Token => {
  const { below } = walk
  if (below(40) === 0) walk.life += 1
  walk.sequence += below(8) === 0 ? 0 : 1
  const entry = (): Token['groups'][number] => ({
    epoch: { number: below(6), board: pick(walk, ['a', 'b'] as const) },
    role: pick(walk, ['unknown', 'standby', 'standby', 'taking', 'active', 'releasing', 'failed'] as const),
    grant: below(6) === 0 ? below(8) : 0,
    wanted: below(10) === 0,
    diskSeen: below(8) !== 0,
    fit: below(6) !== 0,
    mounted: below(2) === 0,
    started: below(2) === 0,
    copy: 'unknown',
    peerCopy: 'unknown'
  })
  return {
    board: below(60) === 0 ? 'a' : 'b',
    nonce: `b${String(walk.life).padStart(15, '0')}`,
    peerNonce: below(12) === 0 ? NO_NONCE : 'aaaaaaaaaaaaaaaa',
    sequence: walk.sequence,
    echo: below(12) === 0 ? below(1000) : walk.sentOn[link],
    mode: below(30) === 0 ? 'manual' : 'auto',
    modeNumber: below(20) === 0 ? below(5) : 0,
    digest: below(30) === 0 ? 'ffffffffffff' : '0123456789ab',
    senior: pick(walk, ['a', 'b'] as const),
    restarting: below(30) === 0,
    leaving: below(30) === 0,
    stateBad: below(30) === 0,
    lanUp: below(10) !== 0,
    relayDriven: below(20) === 0,
    proved: below(3) !== 0,
    recovering: below(20) === 0,
    groups: [entry(), entry()]
  }
}

const randomEvent = (walk: Walk): CoreEvent => {
  const { below, waiting } = walk
  if (waiting.length > 0 && below(3) > 0) return waiting.splice(below(waiting.length), 1)[0] as CoreEvent
  const on = below(2) === 0
  const group = pick(walk, ['files', 'web'])
  const link = pick(walk, ['serial', 'ethernet'] as const)
  switch (below(14)) {
    case 0:
      return { kind: 'senseChanged', on }
    case 1:
      return { kind: 'loopChanged', whole: below(4) !== 0 }
    case 2:
      return { kind: 'lanChanged', up: on }
    case 3:
      return { kind: 'diskSeenChanged', group, seen: below(4) !== 0 }
    case 4:
      return { kind: 'serviceFailed', group, service: 'smbd', reason: 'no answer' }
    case 5:
      return below(4) === 0 ? { kind: 'diskFailed', group, reason: 'hangs' } : { kind: 'tick' }
    case 6:
      return { kind: 'operatorAsked', request: below(1000), what: pick(walk, ORDERS) }
    case 7:
      return {
        kind: 'actionFinished',
        group,
        action: pick(walk, ACTIONS),
        job: below(50),
        outcome: { ok: on, reason: 'r' }
      }
    case 8:
      return below(20) === 0 ? { kind: 'foreignFrameReceived', link, foreign: 'key' } : { kind: 'tick' }
    case 9:
      return { kind: 'agentConfirmed', order: below(4) }
    case 10:
      return { kind: 'tick' }
  }
  return { kind: 'tokenReceived', link, token: randomToken(walk, link) }
}

/** What drivers will say, sooner or later, in any order, well or badly. */
const react = (walk: Walk, effect: Effect): void => {
  const { below, waiting, sentOn } = walk
  const well = below(8) !== 0
  if (effect.kind === 'sendToken') sentOn[effect.link] = effect.token.sequence
  if (effect.kind === 'drainLinks') waiting.push({ kind: 'linksDrained' })
  if (effect.kind === 'storeState')
    waiting.push(
      well
        ? { kind: 'stateStored', store: effect.store, wallSeconds: 5 }
        : { kind: 'stateStoreFailed', store: effect.store, reason: 'disk full' }
    )
  if (effect.kind === 'driveRelay')
    waiting.push(
      well
        ? { kind: 'relayDriven', on: effect.on, order: effect.order }
        : { kind: 'relayFailed', on: effect.on, order: effect.order, reason: 'stuck' }
    )
  if (effect.kind !== 'runAction') return
  const findings = below(6) === 0 ? SERVING : NOTHING
  const { group, action, job } = effect
  const outcome = well ? ({ ok: true, findings } as const) : ({ ok: false, reason: 'failed' } as const)
  waiting.push({ kind: 'actionFinished', group, action, job, outcome })
}

const walkOf = (seed: number, wiring: WiringName): void => {
  const settings = settingsOf({ wiring, groups: [FILES, WEB] })
  const below = randomFrom(seed)
  const walk: Walk = { below, waiting: [], sentOn: { serial: 0, ethernet: 0 }, sequence: 0, life: 0 }
  const state = createCore(settings, bootOf(settings, { wiring, proved: below(4) !== 0 }), 0)
  let now = 0
  let event: CoreEvent = { kind: 'tick' }
  for (let i = 0; i < STEPS; i++) {
    const copy = i % 50 === 0 ? JSON.parse(JSON.stringify(state)) : null
    const effects = step(state, event, now)
    if (copy !== null) {
      deepEqual(step(copy, event, now), effects, `seed ${seed}, step ${i}: the copy orders the same`)
      deepEqual(JSON.stringify(copy), JSON.stringify(state), `seed ${seed}, step ${i}: and remembers the same`)
    }
    equal(effects.length <= EFFECTS_MAX, true, `seed ${seed}, step ${i}: ${effects.length} orders for ${event.kind}`)
    for (const effect of effects) react(walk, effect)
    // A board that resets is gone.
    if (effects.some(effect => effect.kind === 'resetBoard')) return
    if (i % 100 === 0) deepEqual(describeCore(state, now), describeCore(state, now))
    now = below(40) === 0 ? now + below(4000) : Math.min(now + below(60), Math.max(now, nextWakeAt(state)))
    event = randomEvent(walk)
  }
}

describe('a random walk', () => {
  for (const wiring of Object.keys(WIRINGS) as WiringName[]) {
    it(`never throws, never orders without bound and stays plain data: ${wiring}`, () => {
      for (let seed = 1; seed <= 25; seed++) walkOf(seed, wiring)
    })
  }
})
