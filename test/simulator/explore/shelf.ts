// Keeps every board state and every token once, under a number, and what came of each happening: the core is pure, so each
// (board, happening) is stepped once however many worlds it occurs in. Called by world.ts.
import type { GroupAction } from '../../../src/core/event.js'
import type { Token } from '../../../src/core/types.js'
import { LINK_IDS } from '../../../src/core/types.js'
import { type Board, heldBy } from './board.js'
import { canonise } from './canonical.js'
import { type Happening, happen, type Outcome, type Runtime } from './life.js'
import { GROUP, settingsOf } from './pair.js'

/** What a board looks like from outside; its own record and rights for the judge. Never changed. */
export interface Facet {
  /** Without its core. */
  readonly board: Board
  readonly nonce: string | null
  /** Lives of the peer that this board remembers. */
  readonly knows: readonly string[]
  readonly held: readonly string[]
  /** As its core has it; null = not fitted, or no core. */
  readonly sense: boolean | null
  readonly loop: boolean | null
  readonly coil: boolean
  /** Something that was ordered must happen before time goes on; and children that must end, unless their disk stands still. */
  readonly overdue: boolean
  readonly lateJobs: readonly GroupAction[]
  /** In words, for people. */
  readonly doing: string
}

/** A token under way: the numbers of this very one, and what it says. */
export interface Sent {
  readonly link: number
  readonly content: number
  readonly sequence: number
  readonly echo: number
}

export interface Result {
  readonly next: number
  readonly sent: readonly Sent[]
  /** How far the board's own sequence numbers moved. */
  readonly moved: number
  readonly outcome: Outcome
}

export interface Shelf {
  facet(board: number): Facet
  content(token: number): Token
  put(board: Board): number
  happens(board: number, what: Happening, key: string): Result
  counts(): { readonly boards: number; readonly steps: number; readonly tokens: number }
}

const doingOf = (board: Board): string => {
  if (!board.rail) return 'no power'
  if (!board.booted) return 'boots'
  const { core } = board
  if (core === null) return 'daemon down'
  const view = core.groups[GROUP]
  const { epoch, grant } = board.disk.groups[GROUP] ?? { epoch: { number: 0, board: board.id }, grant: 0 }
  const fence = core.fence.phase === 'idle' ? '' : `, fence ${core.fence.phase} (${core.fence.purpose ?? '-'})`
  const relay = board.relayLevel ? ', relay driven' : ''
  const mode = core.durable.mode === 'auto' ? '' : `, ${core.durable.mode}`
  const card = `${epoch.number}${epoch.board}${grant > 0 ? ` grant ${grant}` : ''}`
  return `${view?.phase ?? '-'} [card ${card}]${fence}${relay}${mode}`
}

const facetOf = (board: Board): Facet => {
  const { core } = board
  const knows = core === null ? [] : [core.peer.nonce, ...core.peer.retired, core.fence.nonceBefore]
  if (core !== null) for (const link of LINK_IDS) knows.push(core.links[link].candidate?.nonce ?? null)
  return {
    board: { ...board, core: null },
    nonce: core?.boot.nonce ?? null,
    knows: knows.filter(nonce => nonce !== null),
    held: heldBy(board),
    sense: core?.input.sense ?? null,
    loop: core?.input.loop ?? null,
    coil: board.rail && board.booted && board.relayLevel && !board.harnessPulled,
    overdue: board.relayOrders.some(order => order.age > 0) || (board.writing?.age ?? 0) > 0 || board.railAge > 0,
    lateJobs: board.jobs.filter(job => job.age > 0).map(job => job.action),
    doing: doingOf(board)
  }
}

/** Settings are the same in every state: they stay outside the text. */
const textOf = (board: Board): string =>
  JSON.stringify(board.core === null ? board : { ...board, core: { ...board.core, settings: null } })

export const createShelf = (runtime: Runtime): Shelf => {
  const settings = {
    a: settingsOf('a', runtime.wiring, runtime.disk),
    b: settingsOf('b', runtime.wiring, runtime.disk)
  }
  const texts: string[] = []
  const facets: Facet[] = []
  const numbers = new Map<string, number>()
  const tokens: Token[] = []
  const tokenNumbers = new Map<string, number>()
  const results: Map<string, Result>[] = []
  let steps = 0

  const read = (text: string): Board => {
    const board = JSON.parse(text) as Board
    if (board.core !== null) Object.assign(board.core, { settings: settings[board.id] })
    return board
  }
  const put = (board: Board): number => {
    const text = textOf(board)
    const known = numbers.get(text)
    if (known !== undefined) return known
    numbers.set(text, texts.length)
    texts.push(text)
    facets.push(facetOf(board))
    results.push(new Map())
    return texts.length - 1
  }
  const putToken = (token: Token): number => {
    // How far a move has come is for people: nobody decides by it.
    const groups = token.groups.map(group => ({ ...group, mounted: false, started: false }))
    const content = { ...token, sequence: 0, echo: 0, groups }
    const text = JSON.stringify(content)
    const known = tokenNumbers.get(text)
    if (known !== undefined) return known
    tokenNumbers.set(text, tokens.length)
    tokens.push(content)
    return tokens.length - 1
  }
  const run = (number: number, what: Happening): Result => {
    steps++
    const board = read(texts[number] ?? '')
    const outcome = happen(runtime, board, what)
    const moved = canonise(board)
    const sent = outcome.sent.map(({ link, token }) => ({
      link: LINK_IDS.indexOf(link),
      content: putToken(token),
      sequence: token.sequence - moved,
      echo: token.echo
    }))
    const orders = outcome.orders.filter(({ kind }) => kind !== 'sendToken' && kind !== 'report')
    return { next: put(board), sent, moved, outcome: { ...outcome, orders, sent: [] } }
  }
  return {
    facet: number => facets[number] as Facet,
    content: number => tokens[number] as Token,
    put,
    happens: (number, what, key) => {
      const of = results[number] as Map<string, Result>
      const known = of.get(key)
      if (known !== undefined) return known
      const result = run(number, what)
      of.set(key, result)
      return result
    },
    counts: () => ({ boards: texts.length, steps, tokens: tokens.length })
  }
}
