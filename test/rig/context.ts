// Makes what a scenario of the rig may use: waits that say what they wait for, views of the boards, the load. Called by rig.ts.
import { setTimeout as delay } from 'node:timers/promises'
import { type ClientView, startClient } from '../../board/virtual/client-view.js'
import { nowMs } from '../../board/virtual/time.js'
import { type BoardId, otherBoard } from '../../src/core/types.js'
import type { DaemonStatus } from '../../src/runtime/status.js'
import { boardView } from './board-view.js'
import type { GroundWorld } from './ground-world.js'
import type { Findings, RigContext } from './scenario.js'
import { startWatcher } from './watcher.js'

/** An emulated board's fsync takes its time; a board that died takes for ever. */
const PATIENCE = { connectMs: 3000, answerMs: 20_000 }
const SAY_EVERY_MS = 60_000
const LOOK_MS = 2000

export const noFindings = (): Findings => ({
  takeovers: 0,
  fenceProved: false,
  recovered: false,
  takeoverSeconds: null,
  failedUnits: 0,
  facts: {},
  rows: []
})

const seconds = (ms: number): string => `${(ms / 1000).toFixed(0)} s`

/** Why these two are not yet a normal pair in which `active` serves; null = they are. */
export const whyNotNormal = (active: BoardId, mine: DaemonStatus | null, other: DaemonStatus | null): string | null => {
  const standby = otherBoard(active)
  if (mine === null) return `the daemon of ${active} gives no answer`
  if (other === null) return `the daemon of ${standby} gives no answer`
  const roleOf = (status: DaemonStatus): string => status.core.groups[0]?.role ?? 'nothing'
  if (roleOf(mine) !== 'active') return `${active} is ${roleOf(mine)} (${mine.core.groups[0]?.doing ?? ''})`
  if (roleOf(other) !== 'standby') return `${standby} is ${roleOf(other)} (${other.core.groups[0]?.doing ?? ''})`
  for (const status of [mine, other]) {
    const { board, pair, peer } = status.core
    if (pair !== 'normal') return `the pair is ${pair} for ${board}: ${status.core.warnings[0] ?? ''}`
    for (const [link, { state }] of Object.entries(peer.links))
      if (state !== 'two-way') return `${link} link is ${state} for ${board}`
  }
  return null
}

export const makeContext = <World extends GroundWorld>(
  world: World,
  findings: Findings,
  say: (text: string) => void
): RigContext<World> & { close(): Promise<void> } => {
  const boards = { a: boardView(world, 'a'), b: boardView(world, 'b') }
  const watcher = startWatcher(world.names, world.haveDisk, say)
  let client: ClientView | null = null
  const waitFor: RigContext<World>['waitFor'] = async (what, look, deadlineS, everyMs = LOOK_MS) => {
    const since = nowMs()
    const endAt = since + deadlineS * 1000
    let sayAt = since + SAY_EVERY_MS
    let last = ''
    say(`waiting for ${what} (at most ${deadlineS} s)`)
    for (;;) {
      if (world.broken !== null) throw new Error(`the rig is broken: ${world.broken}`)
      try {
        const found = await look()
        if (found !== null && found !== undefined && found !== false) {
          say(`  ${what}: after ${seconds(nowMs() - since)}`)
          return found
        }
      } catch (error) {
        last = error instanceof Error ? error.message : String(error)
      }
      if (nowMs() >= endAt)
        throw new Error(`waited ${deadlineS} s for ${what}, in vain${last === '' ? '' : `: ${last}`}`)
      if (nowMs() >= sayAt) {
        sayAt = nowMs() + SAY_EVERY_MS
        say(`  still waiting for ${what}, ${seconds(nowMs() - since)} so far${last === '' ? '' : `: ${last}`}`)
      }
      await delay(everyMs)
    }
  }
  return {
    world,
    boards,
    watcher,
    findings,
    say,
    waitFor,
    get client() {
      return client
    },
    startLoad: () => {
      client ??= startClient(world.names.world, world.env, PATIENCE, world.names.address.virtual)
      return client
    },
    row: (what, seen) => {
      findings.rows.push({ what, seen })
      say(`  ${what}: ${seen}`)
    },
    expect: (truth, text) => {
      if (!truth) throw new Error(`not so: ${text}`)
    },
    normal: async (active, deadlineS) => {
      const standby = otherBoard(active)
      await waitFor(
        `normal: ${active} serves, ${standby} stands by`,
        async () => {
          const [mine, other] = await Promise.all([boards[active].status(), boards[standby].status()])
          const why = whyNotNormal(active, mine, other)
          if (why !== null) throw new Error(why)
          return true
        },
        deadlineS,
        5000
      )
    },
    close: async () => {
      await watcher.stop()
      await client?.stop()
    }
  }
}
