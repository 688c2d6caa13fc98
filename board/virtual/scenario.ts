// What a scenario is, and what it may use. Scenarios stand in scenarios/, the runner runs them, people and mocha name them.
import type { BoardId } from '../../src/core/types.js'
import type { BoardHandle } from './board-handle.js'
import type { Checker } from './checker.js'
import type { ClientView } from './client-view.js'
import type { World, WorldOptions } from './world.js'

export interface Scenario {
  /** Kebab-case; `npm run lab -- NAME`. */
  readonly name: string
  /** A sentence about behaviour. */
  readonly title: string
  readonly options?: WorldOptions
  /** Durable records say that the fence was proved (R4). Default true. */
  readonly proved?: boolean
  /** `normal`: wait until a serves and b stands by before `run`. `on`: only power both. `off`: power nobody. */
  readonly start?: 'normal' | 'on' | 'off'
  /** Before the first boot. */
  readonly prepare?: (world: World) => Promise<void> | void
  /** Default 60 s. */
  readonly timeoutMs?: number
  /** The disk was damaged on purpose in a way that this undoes on the image before it is judged. */
  readonly mend?: (world: World) => Promise<void>
  readonly run: (context: Context) => Promise<void>
}

export interface Context {
  readonly world: World
  readonly boards: Readonly<Record<BoardId, BoardHandle>>
  readonly client: ClientView
  readonly checker: Checker
  /** A line for people. */
  say(text: string): void
  /** The fault happens now: `awayMs` counts from here. Returns the instant. */
  mark(): number
  /** Wait for a condition; fails the scenario after `deadlineMs` (default 15 s). */
  waitFor<T>(
    text: string,
    look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
    deadlineMs?: number
  ): Promise<T>
  /** A condition must stay true for `forMs`. */
  staysTrue(text: string, look: () => boolean | Promise<boolean>, forMs: number): Promise<void>
  /** Fails the scenario where `truth` is false. */
  expect(truth: boolean, text: string): void
  /** Wait until this board is active and the client was answered by it after `after` (default: now). */
  serving(board: BoardId, deadlineMs?: number, after?: number): Promise<void>
  /** Wait until this board serves and the other one stands by, both fit, links two-way. */
  normal(active: BoardId, deadlineMs?: number): Promise<void>
  /** As `normal`, whichever board it is that serves; gives that board. */
  normalAnyhow(deadlineMs?: number): Promise<BoardId>
  /** A message with this code was reported by the board's daemon (in this life or an earlier one). */
  reported(board: BoardId, code: RegExp): boolean
}

export const defineScenarios = (scenarios: readonly Scenario[]): readonly Scenario[] => scenarios
