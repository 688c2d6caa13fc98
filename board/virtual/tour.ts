// The told tour: start, prove the fence in both directions, cut the power, watch the takeover, repair, recover. Called by start.ts.
// It is a scenario with a table at its end, and is judged like any other.

import { wrap } from '../../src/console/screen.js'
import { otherBoard } from '../../src/core/types.js'
import { GROUP } from './names.js'
import { type Result, runScenario } from './runner.js'
import type { Context, Scenario } from './scenario.js'
import { nowMs } from './time.js'
import type { World } from './world.js'

interface Step {
  readonly what: string
  readonly tookMs: number
}

const COLUMNS = 80
/** Broken at words; what follows stands below the text, beside an instant or an indentation. */
export const toldLines = (text: string): string =>
  text
    .split('\n')
    .map(line => {
      const indent = line.match(/^\s*(\d+\.\d+ s\s+)?/)?.[0] ?? ''
      const parts = wrap(line.slice(indent.length), COLUMNS - indent.length, PARTS_MAX)
      return `${indent}${parts.join(`\n${' '.repeat(indent.length)}`)}`.trimEnd()
    })
    .join('\n')
const PARTS_MAX = 12

const tour = (steps: Step[], tell: (text: string) => void): Scenario => ({
  name: 'tour',
  title: 'two boards, one disk, one address, one service',
  proved: false,
  start: 'on',
  timeoutMs: 120_000,
  run: async context => {
    const { boards, client, mark, normal, serving, waitFor, expect } = context
    const timed = async (what: string, work: () => Promise<void>): Promise<void> => {
      const since = nowMs()
      await work()
      steps.push({ what, tookMs: Math.round(nowMs() - since) })
    }
    tell(
      'Both boards get power. Each looks at what it holds, they hear each other, and board a takes its group: the disk is checked and mounted, the address set, the service started.'
    )
    await timed('start: from power to the first acknowledged number', async () => {
      await waitFor('the client is answered', () => client.last, 30_000)
      await normal('a', 30_000)
    })
    tell('Before a board may ever cut the other one by itself it has to prove that its relay really does it (R4).')
    await timed('proof: board a cuts board b and sees it die and return', () => prove(context, 'a'))
    await timed('switchover by order, so that b can prove its own relay', async () => {
      // The order may come while the first announcements are still under way.
      const answer = await boards.a.order({ order: 'switchover', group: GROUP })
      expect(answer.ok, answer.text)
      await serving('b')
      await normal('b', 20_000)
    })
    await timed('proof: board b cuts board a and sees it die and return', () => prove(context, 'b'))
    await timed('switchover back to board a', async () => {
      const answer = await boards.b.order({ order: 'switchover', group: GROUP })
      expect(answer.ok, answer.text)
      await normal('a', 20_000)
    })
    tell(
      'Now the mains plug of the active board is pulled: no process ends, no byte is synced, the board is just gone.'
    )
    const at = mark()
    boards.a.pullPower()
    await serving('b', 15_000, at)
    const first = client.firstAfter(at, ack => ack[2] === 'b')
    steps.push({
      what: 'TAKEOVER: power cut to the first number acknowledged by board b',
      tookMs: Math.round((first?.[3] ?? at) - at)
    })
    tell(
      `Board b saw the power go, held the relay, proved it, checked the disk, and serves. Last number: ${client.last?.[0]}.`
    )
    tell('The plug is put in again. Board a boots, is heard, and stands by: the pair is back to normal.')
    await timed('repair: power back to normal mode', async () => {
      boards.a.restorePower()
      await normal('b', 30_000)
    })
  }
})

const prove = async ({ boards, normal, expect }: Context, board: 'a' | 'b'): Promise<void> => {
  const answer = await boards[board].order({ order: 'fenceProve' }, 40_000)
  expect(answer.ok, `board ${board} proves that it can cut ${otherBoard(board)}: ${answer.text}`)
  await normal(board, 30_000)
}

const table = (steps: readonly Step[], result: Result): string => {
  const width = Math.max(...steps.map(step => step.what.length), 10)
  const rows = steps.map(({ what, tookMs }) => `  ${what.padEnd(width)}  ${String(tookMs).padStart(7)} ms`)
  const facts = [
    `  acknowledged and lost: ${result.lost}`,
    `  held by both boards at once: ${result.heldTwice}`,
    `  longest time without an answer, from the power cut on: ${result.awayMs} ms`
  ]
  return ['', ...rows, '', ...facts].join('\n')
}

/** `print` puts out one text, which may have several lines. Exit code: 0 when every step came true, nothing was lost and nothing held twice. */
export const runTour = async (onWorld: (world: World) => void, print: (text: string) => void): Promise<number> => {
  const say = (text: string): void => print(toldLines(text))
  say('baton: two virtual boards on this machine. A client posts a number every 10 ms to the address of the pair.')
  const steps: Step[] = []
  const result = await runScenario(
    tour(steps, text => say(`\n  ${text}`)),
    { say, onWorld }
  )
  say('\n  All is put away.')
  print(table(steps, result))
  for (const problem of result.problems) say(`  PROBLEM  ${problem}`)
  if (result.logs !== null) print(`  logs are kept in ${result.logs}`)
  print(result.ok ? '\n  All steps came true. Nothing is left behind.' : '\n  The tour did not go as told.')
  return result.ok ? 0 : 1
}
