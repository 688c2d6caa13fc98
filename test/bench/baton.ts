// baton itself in two configurations: with power sense and harness loop, and with tokens alone. Used by bench.ts.
// The fence counts as proved (as provisioning's drill would leave it); everything else is the daemon's own doing.

import { boardHandle } from '../../board/virtual/board-handle.js'
import { writeLabState } from '../../board/virtual/first-state.js'
import type { Options } from '../../board/virtual/lab-config.js'
import { BOARDS } from '../../board/virtual/names.js'
import { waitUntil } from '../../board/virtual/time.js'
import type { World } from '../../board/virtual/world.js'
import { type Contender, plugIn } from './contender.js'

/** The virtual relay of this world moves at once and its boards have no capacitors: what a real pair would have to measure. */
const INSTANT = { relayActMs: 0, holdUpMs: 0 }
const HARDWARE: Options = { relayActMs: 1, holdUpMs: 1 }
const SENSE: Options = {
  token: { intervalMs: 40, deadMs: 200, stallMs: 100, latenessMs: 40 },
  fence: { ...HARDWARE, settleMs: 5, holdMs: 20, headStartMs: 120 }
}
const NO_SENSE: Options = { pins: { sense: 'none', loop: 'none' } }
const TOKENS: Options = {
  token: { intervalMs: 50, deadMs: 170, stallMs: 100, latenessMs: 20 },
  fence: { ...HARDWARE, settleMs: 5, holdMs: 5, headStartMs: 30 },
  boards: { a: NO_SENSE, b: NO_SENSE }
}
const READY_MS = 30_000

const isNormal = async (world: World): Promise<boolean> => {
  const [a, b] = await Promise.all(BOARDS.map(board => boardHandle(world, board, () => undefined).status()))
  return a?.core.groups[0]?.role === 'active' && b?.core.groups[0]?.role === 'standby' && b.core.pair === 'normal'
}

/** Proved fences, power on both boards, and a wait until a serves and b stands by. */
export const bootPair = async (world: World): Promise<void> => {
  for (const board of BOARDS) await writeLabState(world, board, true)
  await Promise.all(BOARDS.map(board => plugIn(world, board)))
  await waitUntil('a to serve and b to stand by', () => isNormal(world), READY_MS, 100)
}

export const BATON_SENSE: Contender = {
  key: 'senseMs',
  world: { config: SENSE, times: INSTANT },
  boot: bootPair,
  isWatching: () => true
}
export const BATON_TOKENS: Contender = {
  key: 'tokensMs',
  world: { config: TOKENS, times: INSTANT },
  boot: bootPair,
  isWatching: () => true
}

/** What the closing line states of the configuration without sense, milliseconds. */
export const STATED = { fenceHoldMs: 5, headStartMs: 30 } as const
