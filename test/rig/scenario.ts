// What a scenario of the rig is, and what it may use. Scenarios stand in scenarios/; rig.ts runs one of them.
import type { ClientView } from '../../board/virtual/client-view.js'
import type { Options } from '../../board/virtual/lab-config.js'
import type { BoardId } from '../../src/core/types.js'
import type { BoardView } from './board-view.js'
import type { Card } from './card.js'
import type { GroundWorld } from './ground-world.js'
import type { RigAddresses, RigNames } from './names.js'
import type { PairCards } from './pair-cards.js'
import type { PcWorld } from './pc/pc-world.js'
import type { MirrorRigWorld, RigWorld } from './rig-world.js'
import type { Judgement } from './summary.js'
import type { Watcher } from './watcher.js'

/** What a scenario finds out; the rest of the summary is the judges'. */
export interface Findings {
  takeovers: number
  fenceProved: boolean
  recovered: boolean
  /** From the cut to the client's first acknowledgement by the survivor, the worst one; null = there was none. */
  takeoverSeconds: number | null
  failedUnits: number
  /** What a scenario found out for a line of its own. */
  readonly facts: Record<string, boolean | number>
  /** Rows of the table: what was seen, and how long it took. */
  readonly rows: { readonly what: string; readonly seen: string }[]
}

export interface FromImage {
  readonly image: string
  /** On top of those of every board. */
  readonly kernelWords: readonly string[]
  readonly tell: (text: string) => void
}

interface Common<World extends GroundWorld> {
  /** Kebab-case; `npm run rig -- NAME`. */
  readonly name: string
  /** A sentence about behaviour. */
  readonly title: string
  /** On top of the ground's configuration. */
  readonly config?: Options
  /** The pair's key is on both boards. Default true. */
  readonly paired?: boolean
  /** Instead of the one line that machines read. */
  readonly line?: (judgement: Judgement) => string
  /** Default: an hour. */
  readonly minutesMax?: number
  readonly run: (context: RigContext<World>) => Promise<void>
}

interface CommonPi<World extends GroundWorld> extends Common<World> {
  readonly ground?: 'pi'
  /** Instead of cards that are made from the image: none is needed. */
  readonly cards?: (names: RigNames) => Promise<PairCards>
  /** Instead of the rig's own cards, from the image. */
  readonly fromImage?: (names: RigNames, options: FromImage) => Promise<PairCards>
  /** Who has which address, where it is not as the rig has it. */
  readonly address?: RigAddresses
  /** What becomes of a card before its first boot. */
  readonly change?: (board: BoardId, card: Card, dir: string) => Promise<void>
}

/** On two emulated Pi 3B with the card's image. */
export interface PiScenario extends CommonPi<RigWorld> {
  readonly mirror?: false
  /** Where the USB switch points at first. Default: nowhere. */
  readonly diskAt?: BoardId
}

/** The same with a disk on each board, a data link, and no USB switch. */
export interface PiMirrorScenario extends CommonPi<MirrorRigWorld> {
  readonly mirror: true
}

/** On two emulated PCs with Debian's kernel: quicker, with a disk and a data link for a mirror, without GPIO. */
export interface PcScenario extends Common<PcWorld> {
  readonly ground: 'pc'
  /** Not asked for: it always has what a mirror needs. */
  readonly mirror?: never
}

export type Scenario = PiScenario | PiMirrorScenario | PcScenario

export interface RigContext<World extends GroundWorld = RigWorld> {
  readonly world: World
  readonly boards: Readonly<Record<BoardId, BoardView>>
  readonly watcher: Watcher
  readonly findings: Findings
  /** The client posts numbers from now on; one for each run. */
  startLoad(): ClientView
  readonly client: ClientView | null
  /** A line for people. */
  say(text: string): void
  /** A row of the table. */
  row(what: string, seen: string): void
  expect(truth: boolean, text: string): void
  /** Wait for a condition; says now and then what for. Fails the scenario after `deadlineS` seconds. Gives what was found. */
  waitFor<T>(
    what: string,
    look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
    deadlineS: number,
    everyMs?: number
  ): Promise<T>
  /** Wait until this board serves, the other stands by, both fit, links two-way. */
  normal(active: BoardId, deadlineS: number): Promise<void>
}
