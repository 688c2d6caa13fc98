// One emulated board as a scenario sees it: its power, its console, its daemon, its lights and its button.
import { setTimeout as delay } from 'node:timers/promises'
import { GROUP } from '../../board/virtual/names.js'
import { nowMs } from '../../board/virtual/time.js'
import type { PatternName } from '../../src/core/panel-table.js'
import { LEDS, type Led } from '../../src/core/panel-table.js'
import type { BoardId } from '../../src/core/types.js'
import type { DaemonStatus, GroupStatus, LogEntry, TakeoverReport } from '../../src/runtime/status.js'
import type { GroundWorld } from './ground-world.js'
import { readPattern } from './light-pattern.js'

export interface BoardView {
  readonly id: BoardId
  readonly hasPower: boolean
  /** null = no power, no connection, no daemon, or it does not answer in time. */
  status(): Promise<DaemonStatus | null>
  group(): Promise<GroupStatus | null>
  events(): Promise<readonly LogEntry[]>
  reports(): Promise<readonly TakeoverReport[]>
  /** Names of units that failed, one each; null = the board cannot be asked. */
  failedUnits(): Promise<readonly string[] | null>
  /** Log in at the console, from whatever stands there, until the prompt of `baton console`. */
  login(): Promise<void>
  /** Type an order at the console of a person who is logged in, and wait for an answer. */
  order(words: string, answer: RegExp, deadlineMs: number): Promise<string>
  /** Mains plug of this board. */
  pullPower(): void
  restorePower(): void
  lights(): Readonly<Record<Led, PatternName | null>>
  pressButton(forMs: number): Promise<void>
}

const ASK_MS = 45_000
const LOGIN_MS = 180_000
const PROMPT = /board [ab]> |baton> /

export const boardView = (world: GroundWorld, id: BoardId): BoardView => {
  const { remotes, consoles, faults, harness } = world
  const remote = remotes[id]
  const line = consoles[id]
  const status = async (): Promise<DaemonStatus | null> => {
    const messages = await remote.ask({ command: 'status' }, ASK_MS).catch(() => [])
    const first = messages.find(message => message.kind === 'status')
    return first?.kind === 'status' ? first.status : null
  }
  const plug = (in_: boolean): void => {
    faults[id].mains = in_
    harness.refresh()
  }
  return {
    id,
    get hasPower() {
      return harness.supplies[id].rail
    },
    status,
    group: async () => (await status())?.core.groups.find(group => group.name === GROUP) ?? null,
    events: async () => {
      const messages = await remote.ask({ command: 'events', recent: 500, follow: false }, ASK_MS)
      return messages.flatMap(message => (message.kind === 'event' ? [message.entry] : []))
    },
    reports: async () => {
      const messages = await remote.ask({ command: 'reports' }, ASK_MS)
      return messages.flatMap(message => (message.kind === 'report' ? [message.report] : []))
    },
    failedUnits: async () => {
      const answer = await remote.run('systemctl list-units --failed --plain --no-legend --no-pager', ASK_MS)
      if (!answer.ok) return null
      return answer.stdout.split('\n').flatMap(text => (text.trim() === '' ? [] : [text.trim().split(/\s+/)[0] ?? '']))
    },
    login: async () => {
      const endAt = nowMs() + LOGIN_MS
      while (nowMs() < endAt) {
        line.mark()
        // An empty line: a getty repeats its question, a console its prompt.
        line.type('\r')
        const seen = await line
          .expect(`a prompt on the console of ${id}`, /login: $|board [ab]> $|baton> $/, 20_000)
          .catch(() => null)
        if (seen === null) continue
        if (PROMPT.test(seen[0])) return
        line.mark()
        line.type('operator\r')
        const inside = await line.expect(`the menu on the console of ${id}`, PROMPT, 90_000).catch(() => null)
        if (inside !== null) return
      }
      throw new Error(
        `nobody could log in at the console of board ${id} within ${LOGIN_MS / 1000} s; see its transcript`
      )
    },
    order: async (words, answer, deadlineMs) => {
      line.mark()
      line.type(`${words}\r`)
      const found = await line.expect(`the answer of ${id} to \`${words}\` (${answer.source})`, answer, deadlineMs)
      return found[0]
    },
    pullPower: () => plug(false),
    restorePower: () => plug(true),
    lights: () => {
      const now = nowMs()
      const read = (led: Led): PatternName | null => readPattern(harness.edges(id, led), now)
      const [active, peer, sync, fault] = LEDS.map(read)
      return { active: active ?? null, peer: peer ?? null, sync: sync ?? null, fault: fault ?? null }
    },
    pressButton: async forMs => {
      faults[id].buttonDown = true
      await delay(forMs)
      faults[id].buttonDown = false
    }
  }
}
