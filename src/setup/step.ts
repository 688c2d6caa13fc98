// The next step of a pair that is set up, from what both boards say now. Pure: remembers nothing, so that a lead that was killed goes on with the
// next look. Both boards' leads come to the same step, and each names the one board that is to act.
import type { DiskTold, SetupView } from '../port/setup-view.js'
import type { BoardId, DaemonStatus, GroupStatus } from '../runtime/status.js'
import { actsHere, diskStep, isToPrepare, otherOf, PREPARING, preparing, wait } from './disk-step.js'

export interface SetupWorld {
  /** This board's daemon; a text = it does not answer, and why. */
  readonly own: DaemonStatus | string
  /** What the other board says of its set-up; a text = it is not known, and why. */
  readonly peer: SetupView | string
  /** What this board sees, by group. */
  readonly disks: Readonly<Record<string, DiskTold>>
  /** This board was making a filesystem, and was cut off: the pair is still held still for that. */
  readonly making: boolean
}

/** `words`: one sentence, the same as long as the step is the same. */
export type Step =
  | { readonly kind: 'wait'; readonly words: string }
  | { readonly kind: 'prepare'; readonly group: string; readonly words: string }
  /** The pair was held still for a preparation that is over. */
  | { readonly kind: 'auto'; readonly words: string }
  | { readonly kind: 'recover'; readonly home: boolean; readonly words: string }
  | { readonly kind: 'move'; readonly group: string; readonly words: string }
  /** A person is to agree, here: the other board's power is cut once. */
  | { readonly kind: 'consent'; readonly words: string }
  | { readonly kind: 'ready'; readonly words: string }
  /** This is no new pair: the set-up of this board ends without anything done. */
  | { readonly kind: 'end'; readonly words: string }

const has = ({ core }: DaemonStatus, code: string): boolean => core.recovery.some(item => item.code === code)
const HOLDING = ['taking', 'releasing', 'unknown']
const inMotion = ({ role, peerRole }: GroupStatus): boolean =>
  HOLDING.includes(role) || (peerRole !== null && HOLDING.includes(peerRole))
const servedOn = (status: DaemonStatus, { role, peerRole }: GroupStatus): BoardId | null =>
  role === 'active' ? status.core.board : peerRole === 'active' ? otherOf(status) : null

/** Why the boards do not hear each other as they should; null = they do, on every link there is. */
const linksStep = (status: DaemonStatus): Step | null => {
  const { core, ports } = status
  const peer = otherOf(status)
  const links = (['serial', 'ethernet'] as const).filter(link => ports[link] !== null)
  const cable = {
    serial: 'the serial cable between the boards',
    ethernet: 'the network cables of both boards'
  } as const
  if (!core.peer.heard) {
    if (core.fence.phase !== 'idle' && core.fence.phase !== 'failed')
      return wait(`board ${peer} was cut from here and comes back: waiting for its boot`)
    const closed = links.filter(link => ports[link]?.state !== 'open').map(link => `${link}: ${ports[link]?.detail}`)
    const look = links.map(link => cable[link]).join(' and ')
    return wait(`board ${peer} is not heard: is it on, and paired? Look at ${[look, ...closed].join('; ')}`)
  }
  const quiet = links.find(link => core.peer.links[link].state !== 'two-way')
  if (quiet === undefined) return null
  const { detail, state } = ports[quiet] ?? { detail: '', state: 'closed' }
  const why = state === 'open' ? core.peer.links[quiet].state : detail
  return wait(`board ${peer} is heard, but not by ${quiet} (${why}): look at ${cable[quiet]}`)
}

const stateStep = ({ core }: DaemonStatus): Step | null => {
  if (core.storage !== 'ok') return wait(`the record of this board is not in order: ${core.storage}`)
  if (core.peer.stateBad) return wait('the record of the other board is not in order: see its status')
  if (core.peer.sameConfiguration === false)
    return wait('the two boards have different configurations: put the same baton.yaml on both')
  return null
}

const isAuto = ({ core }: DaemonStatus): boolean => core.mode === 'auto' && core.modeWanted === null

/** While a disk is made the pair is in maintenance; any other mode is a person's. */
const modeStep = (world: SetupWorld, status: DaemonStatus, peer: SetupView): Step | null => {
  if (isAuto(status)) return null
  if (world.making) {
    const group = status.core.groups.find(({ name }) => isToPrepare(world.disks[name]))
    if (group === undefined) return { kind: 'auto', words: 'the disk was prepared: the boards go on' }
    return { kind: 'prepare', group: group.name, words: preparing(group.name, world.disks[group.name]) }
  }
  if (peer.words?.startsWith(PREPARING)) return wait(`board ${otherOf(status)} prepares a disk`)
  return wait(`the mode is ${status.core.mode}: \`baton mode auto\` goes on`)
}

/** Ready needs nothing of the other lead: it may have ended already. */
export const isReady = (status: DaemonStatus): boolean =>
  linksStep(status) === null &&
  stateStep(status) === null &&
  isAuto(status) &&
  status.core.pair === 'normal' &&
  !has(status, 'fence-unproved') &&
  !has(status, 'peer-unproved') &&
  status.core.fence.phase === 'idle' &&
  status.core.groups.every(group => servedOn(status, group) === group.home && !inMotion(group))

const serveStep = (world: SetupWorld, status: DaemonStatus, peer: SetupView): Step | null => {
  const unserved = status.core.groups.filter(group => servedOn(status, group) === null)
  const moving = status.core.groups.find(inMotion)
  if (moving !== undefined) return wait(`${moving.name} is on its way`)
  const blank = unserved.filter(({ name }) => world.disks[name]?.kind === 'blank')
  if (blank.length > 1)
    return wait(
      `${blank.map(({ name }) => name).join(' and ')} want a disk: \`baton disk prepare GROUP\` says which one`
    )
  for (const group of unserved) {
    const disk = diskStep(world.disks, status, peer, group)
    if (disk !== null) return disk
    const problem = group.problem ?? 'the boards agree who serves it'
    const none = world.disks[group.name]?.kind === 'absent' ? 'no disk is seen: plug it in and switch it on' : problem
    const found = [world.disks[group.name]?.kind, peer.disks[group.name]?.kind].includes('ready')
    const words = found
      ? `the disk of ${group.name} is ready, and the boards look again (so far: ${problem})`
      : `${group.name} is not served yet: ${none}`
    return actsHere(status, group) ? { kind: 'recover', home: false, words } : wait(words)
  }
  return null
}

/** Who proves next: a board that proved nothing yet; of two the one that serves more, then a. null = both have. */
const proverOf = (status: DaemonStatus): BoardId | null => {
  const own = has(status, 'fence-unproved')
  const theirs = has(status, 'peer-unproved')
  const { board, groups } = status.core
  if (own && theirs) {
    const here = groups.filter(group => servedOn(status, group) === board).length
    return 2 * here === groups.length ? 'a' : 2 * here > groups.length ? board : otherOf(status)
  }
  return own ? board : theirs ? otherOf(status) : null
}

const BUTTON = 'hold its button for 3 to 8 s, or type `baton fence prove` there'

const proveStep = (status: DaemonStatus, prover: BoardId): Step => {
  const { board, fence, groups } = status.core
  const victim = prover === 'a' ? 'b' : 'a'
  const away = groups.find(group => servedOn(status, group) !== prover)
  if (fence.phase !== 'idle' && fence.phase !== 'failed') return wait(`board ${victim} is cut to prove the fence`)
  if (has(status, 'harness-open')) return wait('the harness between the boards is open: push it in on both boards')
  const failed = fence.detail === null ? '' : ` (the last try: ${fence.detail})`
  if (away !== undefined) {
    const words = `moving ${away.name} to board ${prover}, so that it can prove its fence`
    return prover === board ? { kind: 'move', group: away.name, words } : wait(words)
  }
  const words = `board ${prover} is to cut the power of board ${victim} once, to prove its fence${prover === board ? failed : ''}: ${BUTTON}`
  return prover === board ? { kind: 'consent', words } : wait(words)
}

/** Called again and again with the world as it is. */
export const nextStep = (world: SetupWorld): Step => {
  const { own, peer } = world
  if (typeof own === 'string') return wait(`the daemon of this board does not answer: ${own}`)
  const early = linksStep(own) ?? stateStep(own)
  if (early !== null) return early
  if (isReady(own)) return { kind: 'ready', words: 'ready: both boards serve as a pair' }
  if (typeof peer === 'string') return wait(`what board ${otherOf(own)} says of its set-up is not known: ${peer}`)
  if (!peer.marked)
    return {
      kind: 'end',
      words: `board ${otherOf(own)} is not being set up: it has served already, or was made ready. Nothing more is done by itself; \`baton status\` says what is left`
    }
  if (peer.words === null) return wait(`waiting for the set-up of board ${otherOf(own)} to begin`)
  const mode = modeStep(world, own, peer)
  if (mode !== null) return mode
  const serve = serveStep(world, own, peer)
  if (serve !== null) return serve
  const prover = proverOf(own)
  if (prover !== null) return proveStep(own, prover)
  const away = own.core.groups.find(group => servedOn(own, group) !== group.home)
  if (away === undefined)
    return wait('everything is served and proved; waiting for both boards to say that all is normal')
  const words = `moving ${away.name} home, to board ${away.home}`
  return actsHere(own, away) ? { kind: 'recover', home: true, words } : wait(words)
}
