// One board for the tests of the core: feeds events, plays drivers and peer, keeps every order that came out.
// Honest by construction: it knows what a driver and a peer know (effects, describe), and never looks into the state.
import { createCore } from '../../src/core/create.js'
import { describe as describeCore } from '../../src/core/describe.js'
import type { Effect, EffectKind, Level } from '../../src/core/effect.js'
import type { ActionOutcome, CoreEvent, Findings, GroupAction, OperatorRequest } from '../../src/core/event.js'
import type { CoreStatus, GroupStatus } from '../../src/core/status.js'
import { nextWakeAt, step } from '../../src/core/step.js'
import { type Durable, type LinkId, NO_NONCE, otherBoard, type Token } from '../../src/core/types.js'
import {
  type BoardOptions,
  bootOf,
  type Driver,
  FILES,
  NOTHING,
  type Says,
  SERVING,
  settingsOf
} from './board-settings.js'

export type Answer = Effect & { readonly kind: 'answerOperator' }
type Of<K extends EffectKind> = Effect & { readonly kind: K }

export type Board = ReturnType<typeof createBoard>

/** A board whose first step is done. Drivers answer at once unless muted; the peer is silent until it `talks`. */
export const createBoard = (options: BoardOptions = {}) => {
  const settings = settingsOf(options)
  const boot = bootOf(settings, options)
  const state = createCore(settings, boot, options.startAt ?? 0)
  const peerBoard = otherBoard(settings.board)
  const all: { readonly at: number; readonly effect: Effect }[] = []
  const muted = new Set<Driver>(options.mute ?? [])
  const failing = new Map<string, string>()
  const found: Record<string, Findings> = { ...options.found }
  const queue: CoreEvent[] = []
  const sentOn: Record<LinkId, number> = { serial: 0, ethernet: 0 }
  const cut = new Set<LinkId>()
  let now = options.startAt ?? 0
  let stored = boot.durable
  let requests = 0
  let talking = false
  let nextWord = 0
  let turn: LinkId = 'ethernet'
  let peer: Token = {
    board: peerBoard,
    nonce: 'bbbbbbbbbbbbbbbb',
    peerNonce: boot.nonce,
    sequence: 0,
    echo: 0,
    mode: 'auto',
    modeNumber: 0,
    digest: settings.digest,
    senior: 'a',
    restarting: false,
    leaving: false,
    stateBad: false,
    lanUp: true,
    relayDriven: false,
    proved: true,
    recovering: false,
    groups: settings.groups.map(({ name, home }) => ({
      epoch: boot.durable?.groups[name]?.epoch ?? { number: 0, board: home },
      role: 'standby',
      grant: 0,
      wanted: false,
      diskSeen: true,
      fit: true,
      mounted: false,
      started: false,
      copy: 'unknown',
      peerCopy: 'unknown'
    }))
  }

  const settle = (name: string, action: GroupAction): ActionOutcome => {
    const reason = failing.get(`${name} ${action}`) ?? failing.get(action)
    const before = found[name] ?? NOTHING
    if (reason !== undefined) return { ok: false, reason }
    if (action === 'inspect') return { ok: true, findings: before }
    const change: Partial<Findings> =
      action === 'mount'
        ? { mounted: true }
        : action === 'unmount'
          ? { mounted: false }
          : action === 'setAddresses' || action === 'checkAndSetAddresses'
            ? { addresses: true }
            : action === 'clearAddresses'
              ? { addresses: false }
              : action === 'startServices'
                ? { services: 'all' }
                : action === 'stopServices'
                  ? { services: 'none' }
                  : action === 'abandon'
                    ? NOTHING
                    : {}
    found[name] = { ...before, ...change }
    return { ok: true }
  }

  /** What a driver says to an order, if it is not muted. */
  const reactTo = (effect: Effect): void => {
    if (effect.kind === 'sendToken') sentOn[effect.link] = effect.token.sequence
    if (effect.kind === 'drainLinks' && !muted.has('drain')) queue.push({ kind: 'linksDrained' })
    if (effect.kind === 'storeState' && !muted.has('storage')) storeDone(effect)
    if (effect.kind === 'driveRelay' && !muted.has('relay'))
      queue.push({ kind: 'relayDriven', on: effect.on, order: effect.order })
    if (effect.kind === 'runAction' && !muted.has('actions')) {
      const { group: name, action, job } = effect
      queue.push({ kind: 'actionFinished', group: name, action, job, outcome: settle(name, action) })
    }
  }
  const storeDone = (effect: Of<'storeState'>): void => {
    if (failing.has('storage')) {
      queue.push({ kind: 'stateStoreFailed', store: effect.store, reason: failing.get('storage') ?? '' })
      return
    }
    stored = effect.durable
    queue.push({ kind: 'stateStored', store: effect.store, wallSeconds: 100 })
  }
  const feed = (first: CoreEvent): void => {
    queue.push(first)
    for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
      for (const effect of step(state, event, now)) {
        all.push({ at: now, effect })
        reactTo(effect)
      }
    }
  }

  /** The peer's words change from now on; without a token yet. */
  const says = (change: Says): void => {
    const { groups, ...rest } = change
    peer = {
      ...peer,
      ...rest,
      groups: peer.groups.map((entry, i) => ({ ...entry, ...groups?.[settings.groups[i]?.name ?? ''] }))
    }
  }
  const freshToken = (link: LinkId): Token => {
    peer = { ...peer, sequence: peer.sequence + 1 }
    return { ...peer, echo: sentOn[link] }
  }
  const hearsToken = (token: Token, link: LinkId = 'serial'): void => feed({ kind: 'tokenReceived', link, token })
  const hears = (change: Says = {}, link: LinkId = 'serial'): void => {
    says(change)
    hearsToken(freshToken(link), link)
  }
  const speak = (): void => {
    turn = turn === 'serial' ? 'ethernet' : 'serial'
    nextWord = now + settings.timing.tokenIntervalMs / 2
    if (!cut.has(turn)) hears({}, turn)
  }
  /** To the next thing that happens: the core wants to be woken, the talking peer speaks (links in turn), or the end. */
  const goesOn = (end: number): void => {
    const word = talking && nextWord > now ? nextWord : Number.POSITIVE_INFINITY
    const wake = nextWakeAt(state) > now ? nextWakeAt(state) : end
    now = Math.min(wake, word, end)
    if (talking && now >= nextWord) speak()
    else feed({ kind: 'tick' })
  }
  const passes = (ms: number): void => {
    const end = now + ms
    do goesOn(end)
    while (now < end)
  }
  const talks = (change: Says = {}): void => {
    says(change)
    talking = true
    nextWord = now
    speak()
    speak()
  }
  const effects = <K extends EffectKind>(kind: K): readonly Of<K>[] =>
    all.map(one => one.effect).filter((effect): effect is Of<K> => effect.kind === kind)
  const status = (): CoreStatus => describeCore(state, now)
  const groupNamed = (name: string): GroupStatus => {
    const one = status().groups.find(entry => entry.name === name)
    if (one === undefined) throw new Error(`no group ${name}`)
    return one
  }
  const lastToken = (link?: LinkId): Token => {
    const token = effects('sendToken')
      .filter(effect => link === undefined || effect.link === link)
      .at(-1)?.token
    if (token === undefined) throw new Error('no token was sent')
    return token
  }
  const waiting = (name: string): Map<GroupAction, number> => {
    const jobs = effects('runAction').filter(effect => effect.group === name)
    return new Map(jobs.map(({ action, job }) => [action, job]))
  }

  feed({ kind: 'tick' })
  return {
    settings,
    feed,
    passes,
    says,
    hears,
    hearsToken,
    freshToken,
    talks,
    effects,
    status,
    lastToken,
    group: groupNamed,
    now: (): number => now,
    fallsSilent: (): void => {
      talking = false
    },
    cuts: (link: LinkId): void => void cut.add(link),
    mends: (link: LinkId): void => void cut.delete(link),
    /** This board stands still: no step for so long, then one. */
    stands: (ms: number): void => {
      now += ms
      nextWord = Math.max(nextWord, now)
      feed({ kind: 'tick' })
    },
    /** Passes until it is so, at most `ms`; the instant, or null. */
    passesUntil: (is: () => boolean, ms: number): number | null => {
      for (const end = now + ms; !is(); goesOn(end)) if (now >= end) return null
      return now
    },
    sense: (on: boolean): void => feed({ kind: 'senseChanged', on }),
    loop: (whole: boolean): void => feed({ kind: 'loopChanged', whole }),
    lan: (up: boolean): void => feed({ kind: 'lanChanged', up }),
    /** Power goes: the line falls and no token comes any more. */
    peerLosesPower: (): void => {
      talking = false
      feed({ kind: 'senseChanged', on: false })
    },
    /** Another life of the peer: new nonce, sequence from the start, and it does not know us unless told so. */
    peerStartsAnew: (nonce: string, change: Says = {}): void => says({ nonce, sequence: 0, ...change }),
    knowsNobody: (): void => says({ peerNonce: NO_NONCE }),
    asks: (what: OperatorRequest): number => {
      requests += 1
      feed({ kind: 'operatorAsked', request: requests, what })
      return requests
    },
    answers: (request: number): readonly Answer[] =>
      effects('answerOperator').filter(answer => answer.request === request),
    /** The newest answer in words: `done: …`, `refused: …` or `begun: …`. */
    answer: (request: number): string => {
      const last = effects('answerOperator')
        .filter(answer => answer.request === request)
        .at(-1)
      if (last === undefined) return 'none'
      return `${!last.ok ? 'refused' : last.final ? 'done' : 'begun'}: ${last.text}`
    },
    mute: (driver: Driver): void => void muted.add(driver),
    unmute: (driver: Driver): void => void muted.delete(driver),
    /** What waits for storage is answered now, as stored. */
    storageAnswers: (): void => {
      const last = effects('storeState').at(-1)
      if (last !== undefined) storeDone(last)
      feed({ kind: 'tick' })
    },
    relayAnswers: (): void => {
      const last = effects('driveRelay').at(-1)
      if (last !== undefined) feed({ kind: 'relayDriven', on: last.on, order: last.order })
    },
    /** From now on this action (`mount`, or `web mount`), or `storage`, fails with this reason. */
    fails: (what: string, reason: string): void => void failing.set(what, reason),
    works: (what: string): void => void failing.delete(what),
    finds: (name: string, findings: Findings): void => {
      found[name] = findings
    },
    /** A muted action ends. */
    finishes: (name: string, action: GroupAction, outcome: ActionOutcome = settle(name, action)): void => {
      const job = waiting(name).get(action)
      if (job === undefined) throw new Error(`${action} of ${name} was not ordered`)
      feed({ kind: 'actionFinished', group: name, action, job, outcome })
    },
    /** Every action ordered for the group, in order. */
    actions: (name = 'files'): readonly GroupAction[] =>
      effects('runAction')
        .filter(effect => effect.group === name)
        .map(effect => effect.action),
    relayOrders: (): readonly boolean[] => effects('driveRelay').map(effect => effect.on),
    codes: (level?: Level): readonly string[] =>
      effects('report')
        .filter(effect => level === undefined || effect.report.level === level)
        .map(effect => effect.report.code),
    /** Instants (ms) at which this kind of order came out. */
    instantsOf: (kind: EffectKind): readonly number[] => all.filter(one => one.effect.kind === kind).map(one => one.at),
    forgets: (): void => void all.splice(0),
    role: (name = 'files'): string => groupNamed(name).role,
    epoch: (name = 'files'): string => {
      const { epoch } = groupNamed(name)
      return `${epoch.number}${epoch.board}`
    },
    card: (): Durable | null => stored,
    nonce: boot.nonce
  }
}

/** Board a serves, its fit peer b talks; everything is proved and in order. */
export const servingBoard = (options: BoardOptions = {}): Board => {
  const names = (options.groups ?? [FILES]).map(({ name }) => name)
  const board = createBoard({
    epochs: Object.fromEntries(names.map(name => [name, `1${options.self ?? 'a'}`])),
    found: Object.fromEntries(names.map(name => [name, SERVING])),
    ...options
  })
  board.talks({ senior: options.self ?? 'a' })
  board.passes(500)
  return board
}

/** Board b stands by, its peer a serves and talks; everything is proved and in order. */
export const standbyBoard = (options: BoardOptions = {}): Board => {
  const groups = options.groups ?? [FILES]
  const self = options.self ?? 'b'
  const holder = otherBoard(self)
  const board = createBoard({
    epochs: Object.fromEntries(groups.map(({ name }) => [name, `1${holder}`])),
    ...options,
    self
  })
  board.talks({ senior: holder, groups: Object.fromEntries(groups.map(({ name }) => [name, { role: 'active' }])) })
  board.passes(500)
  return board
}
