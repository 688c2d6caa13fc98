// Makes the context of one scenario run: handles, waits with deadlines, and words for people. Called by the runner.
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { type BoardId, otherBoard } from '../../src/core/types.js'
import { boardHandle } from './board-handle.js'
import type { Checker } from './checker.js'
import type { ClientView } from './client-view.js'
import type { Context } from './scenario.js'
import { nowMs, waitUntil } from './time.js'
import type { World } from './world.js'

export interface RunContext extends Context {
  readonly markedAt: number
}

const DEADLINE_MS = 15_000

export const makeContext = (
  world: World,
  client: ClientView,
  checker: Checker,
  say: (text: string) => void
): RunContext => {
  const boards = { a: boardHandle(world, 'a', say), b: boardHandle(world, 'b', say) }
  let markedAt = nowMs()
  const expect = (truth: boolean, text: string): void => {
    if (!truth) throw new Error(`not so: ${text}`)
  }
  const waitFor: Context['waitFor'] = async (text, look, deadlineMs = DEADLINE_MS) => {
    const since = nowMs()
    const found = await waitUntil(text, look, deadlineMs)
    say(`${text} (after ${Math.round(nowMs() - since)} ms)`)
    return found
  }
  const isServing = async (board: BoardId): Promise<boolean> => (await boards[board].group())?.role === 'active'
  const isNormal = async (active: BoardId): Promise<boolean> => {
    const standby = otherBoard(active)
    const [mine, other] = await Promise.all([boards[active].status(), boards[standby].status()])
    if (mine === null || other === null) return false
    const roles = mine.core.groups[0]?.role === 'active' && other.core.groups[0]?.role === 'standby'
    const links = [mine, other].every(status =>
      Object.values(status.core.peer.links).every(link => link.state === 'two-way')
    )
    return roles && links && mine.core.pair === 'normal' && other.core.pair === 'normal'
  }
  return {
    world,
    boards,
    client,
    checker,
    say,
    get markedAt() {
      return markedAt
    },
    mark: () => {
      markedAt = nowMs()
      return markedAt
    },
    waitFor,
    staysTrue: async (text, look, forMs) => {
      const endAt = nowMs() + forMs
      while (nowMs() < endAt) {
        expect(await look(), text)
        await delay(25)
      }
      say(`${text}: for ${forMs} ms`)
    },
    expect,
    serving: async (board, deadlineMs = DEADLINE_MS, after = nowMs()) => {
      await waitFor(
        `the client is answered by ${board}`,
        () => client.firstAfter(after, ack => ack[2] === board),
        deadlineMs
      )
      await waitFor(`board ${board} says active`, () => isServing(board), deadlineMs)
    },
    normal: async (active, deadlineMs = DEADLINE_MS) => {
      await waitFor(`normal: ${active} serves, ${otherBoard(active)} stands by`, () => isNormal(active), deadlineMs)
    },
    normalAnyhow: async (deadlineMs = DEADLINE_MS) =>
      waitFor(
        'normal: one board serves, the other stands by',
        async () => ((await isNormal('a')) ? 'a' : (await isNormal('b')) ? 'b' : null),
        deadlineMs
      ),
    reported: (board, code) => {
      const file = world.names.of(board, 'state/events.log')
      const all = (existsSync(file) ? readFileSync(file, 'utf8') : '') + boards[board].log()
      return all.split('\n').some(line => code.test(line.match(/"code":"([^"]+)"/)?.[1] ?? ''))
    }
  }
}
