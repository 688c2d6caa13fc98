// Settings, timings and first records for the tests of the core; board.ts makes boards of them.
import { type Boot, initialDurable } from '../../src/core/boot.js'
import type { Findings } from '../../src/core/event.js'
import type { MirrorFacts } from '../../src/core/mirror-state.js'
import type { GroupSettings, Settings, Timing, Wiring } from '../../src/core/settings.js'
import type { BoardId, Durable, Epoch, Token, TokenGroup } from '../../src/core/types.js'

export const TIMING: Timing = {
  tokenIntervalMs: 100,
  deadMs: 1000,
  stallMs: 250,
  headStartMs: 1500,
  latenessMs: 100,
  relayActMs: 20,
  holdUpMs: 500,
  settleMs: 100,
  holdMs: 3000,
  fenceDeadlineMs: 10_000,
  restoreAfterMs: 10_000,
  bootMs: 20_000,
  listenMs: 30_000,
  confirmMs: 60_000,
  answerMs: 2000,
  releaseMs: 10_000,
  lanGraceMs: 3000,
  watchdogMs: 1000
}

/** Ways to know that the peer has no power (R3). `time` and `nobody` differ in who cuts: a relay, or no one. */
export const WIRINGS = {
  loop: { fence: 'relay', sense: true, loop: true, fingerprint: 'sense and loop' },
  sense: { fence: 'relay', sense: true, loop: false, fingerprint: 'sense' },
  time: { fence: 'relay', sense: false, loop: false, fingerprint: 'time' },
  agent: { fence: 'agent', sense: false, loop: false, fingerprint: 'agent' },
  agentAndSense: { fence: 'agent', sense: true, loop: false, fingerprint: 'agent and sense' },
  nobody: { fence: 'none', sense: false, loop: false, fingerprint: 'nobody' }
} as const satisfies Record<string, Wiring>
export type WiringName = keyof typeof WIRINGS

const group = (name: string, home: BoardId): GroupSettings => ({
  name,
  home,
  failback: 'manual',
  failbackAfterMs: 5000,
  restartsMax: 2,
  restartWindowMs: 60_000,
  disk: 'shared',
  loginGate: false
})
export const FILES = group('files', 'a')
export const WEB = group('web', 'b')
/** The same, on a disk of each board that are kept equal; and what its driver says while they are. */
export const MIRRORED: GroupSettings = { ...FILES, disk: 'mirrored' }
export const EQUAL: MirrorFacts = {
  connected: true,
  disk: 'upToDate',
  peerDisk: 'upToDate',
  resync: null,
  splitBrain: false,
  copy: 'ours'
}

export const SERVING: Findings = { mounted: true, addresses: true, services: 'all', leftovers: [] }
export const NOTHING: Findings = { mounted: false, addresses: false, services: 'none', leftovers: [] }

export const epochOf = (words: string): Epoch => ({
  number: Number.parseInt(words, 10),
  board: words.endsWith('a') ? 'a' : 'b'
})

/** What the peer says of itself; sequence, echo and nonces are filled in like a real peer would. */
export type Says = Partial<Omit<Token, 'groups'>> & { readonly groups?: Record<string, Partial<TokenGroup>> }

export interface BoardOptions {
  readonly self?: BoardId
  readonly wiring?: WiringName
  readonly groups?: readonly GroupSettings[]
  readonly timing?: Partial<Timing>
  /** Epochs of the record by group, like `{ files: '3a' }`. */
  readonly epochs?: Record<string, string>
  /** The fence was proved on this wiring (default true). */
  readonly proved?: boolean
  readonly durable?: Partial<Durable>
  readonly boot?: Partial<Boot>
  /** What an inspection finds at the start, by group. */
  readonly found?: Record<string, Findings>
  /** Drivers that do not answer by themselves from the first step on. */
  readonly mute?: readonly Driver[]
  readonly startAt?: number
}

export type Driver = 'storage' | 'relay' | 'actions' | 'drain'
export const settingsOf = (options: BoardOptions = {}): Settings => {
  const wiring = WIRINGS[options.wiring ?? 'loop']
  const headStartMs = wiring.sense || wiring.fence === 'agent' ? TIMING.headStartMs : 4000
  return {
    board: options.self ?? 'a',
    digest: '0123456789ab',
    timing: { ...TIMING, headStartMs, ...options.timing },
    wiring,
    groups: options.groups ?? [FILES]
  }
}

export const bootOf = (settings: Settings, options: BoardOptions): Boot => {
  const { wiring } = settings
  const fresh = initialDurable(settings)
  const groups = Object.entries(options.epochs ?? {}).map(([name, words]) => [
    name,
    { epoch: epochOf(words), grant: 0 }
  ])
  const proof = { wiring: wiring.fingerprint, wallSeconds: 1, bySense: wiring.sense }
  return {
    nonce: 'aaaaaaaaaaaaaaaa',
    bootId: 'boot 1',
    durable: {
      ...fresh,
      groups: { ...fresh.groups, ...Object.fromEntries(groups) },
      proof: options.proved === false ? null : proof,
      ...options.durable
    },
    stateProblem: null,
    relayDriven: false,
    sense: wiring.sense ? true : null,
    loop: wiring.loop ? true : null,
    lanUp: true,
    ...options.boot
  }
}
